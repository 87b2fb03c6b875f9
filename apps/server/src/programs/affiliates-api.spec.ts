import { ProgramsApiBench } from './testing/programs-api-bench.js';

let bench: ProgramsApiBench;
beforeAll(async () => {
  bench = await ProgramsApiBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const add = async (row: object): Promise<string> =>
  String((await bench.call('POST', '/affiliates', row)).body['id']);
const emails = async (query: string): Promise<readonly unknown[]> =>
  ((await bench.call('GET', `/affiliates?${query}`)).body['data'] as { email: string }[]).map(
    ({ email }) => email,
  );

describe('an affiliate', () => {
  it('has country, slug and a name in two parts, and is found by them', async () => {
    const { status, body } = await bench.call('POST', '/affiliates', {
      ...{ email: 'jane@example.com', firstName: 'Jane Marie', lastName: 'Doe', country: 'gb' },
      referralSlug: 'Jane-D',
    });
    expect([status, body]).toMatchObject([
      201,
      {
        name: 'Jane Marie Doe',
        firstName: 'Jane Marie',
        lastName: 'Doe',
        country: 'GB',
        referralSlug: 'Jane-D',
      },
    ]);
    await add({ email: 'other@example.com', country: 'DE' });
    expect(await emails('country=GB')).toEqual(['jane@example.com']);
    expect(await emails('referralSlug=jane-d')).toEqual(['jane@example.com']);
    expect(await emails(`importId=${String(body['id'])}`)).toEqual([]);
  });

  it('can be given another country and slug, or none, but nobody else’s slug', async () => {
    const id = await add({ email: 'a@example.com', country: 'GB', referralSlug: 'one' });
    await add({ email: 'b@example.com', referralSlug: 'two' });
    const patch = (body: object) => bench.call('PATCH', `/affiliates/${id}`, body);
    expect((await patch({ country: 'us', referralSlug: 'three' })).body).toMatchObject({
      ...{ country: 'US', referralSlug: 'three' },
    });
    expect(await patch({ referralSlug: 'TWO' })).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '#/referralSlug', code: 'slug_taken' }] },
    });
    expect((await patch({ email: 'B@example.com' })).body).toMatchObject({
      errors: [{ code: 'email_taken' }],
    });
    expect(await patch({ country: 'Narnia', referralSlug: 'no way' })).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'invalid_country' }, { code: 'invalid_slug' }] },
    });
    expect((await patch({ country: null, referralSlug: null })).body).toMatchObject({
      ...{ country: null, referralSlug: null },
    });
  });

  it('stands in the download, however many there are, with formulas made harmless', async () => {
    const { slug } = await bench.campaign();
    const rows = Array.from({ length: 1_000 }, (_, n) => ({ email: `p${n}@example.com`, tags: ['x'] }));
    await bench.call('POST', '/affiliates/bulk', { campaign: slug, affiliates: rows });
    await add({ email: 'last@example.com', name: '=1+1', campaign: slug, status: 'approved', tier: 'gold' });
    const { text } = await bench.download('/affiliates.csv');
    const lines = text.split('\r\n');
    expect(lines[0]).toContain('id,email,name');
    expect(lines[1]).toContain(`last@example.com,'=1+1,`);
    expect(lines[1]).toContain(`${slug},approved,gold,`);
    expect(new Set(lines.slice(1, -1).map((line) => line.split(',')[1])).size).toBe(1_001);
    expect((await bench.download('/affiliates.csv?status=approved')).text.split('\r\n')).toHaveLength(3);
  });

  it('applies for a campaign that approves by itself, and is approved at once', async () => {
    const { id, slug } = await bench.campaign();
    await bench.superuser.query('UPDATE campaign SET auto_approve = true WHERE id = $1', [id]);
    const { body } = await bench.call('POST', '/affiliates', { email: 'a@example.com', campaign: slug });
    expect(body['enrolments']).toMatchObject([{ status: 'approved' }]);
  });
});
