import { ProgramsApiBench, type Reply } from './testing/programs-api-bench.js';

let bench: ProgramsApiBench;
beforeAll(async () => {
  bench = await ProgramsApiBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const post = (path: string, body: unknown = {}, options: object = {}): Promise<Reply> =>
  bench.call('POST', path, body, options);
const get = (path: string) => bench.call('GET', path);

async function affiliate(campaign: string, email: string, more: object = {}): Promise<string> {
  const { body } = await post('/affiliates', { email, campaign, ...more });
  return String(body['id']);
}

describe('a campaign over HTTP', () => {
  it('is made with slug, terms, rules and destinations at once', async () => {
    const connectionId = await bench.connection();
    const autoApprove = {
      enabled: true,
      rules: { emailDomains: { block: ['@Müll.de'] }, confirmedAddress: true },
    };
    const made = await post('/campaigns', {
      name: 'Summer Sale',
      slug: 'sale',
      termsUrl: 'https://example.com/terms',
      autoApprove,
      destinations: [{ connectionId, extraAttributes: { percent: 10 }, audience: { none: true } }],
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        slug: 'sale',
        termsUrl: 'https://example.com/terms',
        archivedAt: null,
        autoApprove: {
          enabled: true,
          rules: {
            emailDomains: { allow: [], block: ['xn--mll-hoa.de'] },
            countries: { allow: [], block: [] },
            duplicates: 'skip',
            confirmedAddress: true,
          },
        },
      },
    });
    expect(await get(`/campaigns/${String(made.body['id'])}/destinations/${connectionId}`)).toMatchObject({
      status: 200,
      body: { extraAttributes: { percent: 10 }, audience: { value: null, source: 'campaign' } },
    });
  });

  it('answers what is wrong with pointer, code and reason', async () => {
    const { id, slug } = await bench.campaign();
    for (const [method, path, body, status, error] of [
      ['POST', '/campaigns', { name: 'X', slug }, 409, { pointer: '#/slug', code: 'slug_taken' }],
      ['POST', '/campaigns', { name: 'X', termsUrl: 'http://x.com' }, 400, { pointer: '#/termsUrl' }],
      ['PATCH', `/campaigns/${id}`, { slug: 'other' }, 400, { pointer: '#/slug', code: 'immutable' }],
      [
        'PATCH',
        `/campaigns/${id}`,
        { autoApprove: { rules: { countries: { allow: ['DE', 'Mars'] } } } },
        400,
        { pointer: '#/autoApprove/rules/countries/allow/1', code: 'invalid_country' },
      ],
      [
        'PATCH',
        `/campaigns/${id}`,
        { autoApprove: { rules: { ipAddress: true } } },
        400,
        { pointer: '#/autoApprove/rules/ipAddress' },
      ],
      [
        'POST',
        '/campaigns',
        { name: 'X', destinations: [{ connectionId: 'nope' }] },
        404,
        { pointer: '#/destinations/0/connectionId', code: 'connection_not_found' },
      ],
      ['POST', `/campaigns/${id}/auto-approve`, {}, 409, { code: 'auto_approve_off' }],
      ['POST', `/campaigns/${id}/decisions`, { decision: 'archived' }, 400, { pointer: '#/filter/status' }],
      [
        'POST',
        `/campaigns/${id}/decisions`,
        { decision: 'approved', expected: 3 },
        409,
        { code: 'count_changed' },
      ],
    ] as const) {
      expect(await bench.call(method, path, body)).toMatchObject({ status, body: { errors: [error] } });
    }
  });

  it('is archived and restored, and listed by that', async () => {
    const { id } = await bench.campaign();
    expect(await post(`/campaigns/${id}/archive`)).toMatchObject({
      status: 200,
      body: { archivedAt: expect.any(String) },
    });
    expect((await get('/campaigns?state=active')).body).toMatchObject({ data: [] });
    expect((await get('/campaigns?state=archived')).body).toMatchObject({ data: [{ id }] });
    expect(await post(`/campaigns/${id}/restore`)).toMatchObject({ status: 200, body: { archivedAt: null } });
  });

  it('has destinations that change bit by bit, null being the reset', async () => {
    const { id, connectionId } = await bench.campaign();
    const path = `/campaigns/${id}/destinations/${connectionId}`;
    const patch = (body: unknown) => bench.call('PATCH', path, body);
    await patch({ audience: { id: '7', name: 'Seven' }, extraTags: ['sun'], extraAttributes: { vip: true } });
    expect(await patch({ extraTags: null })).toMatchObject({
      status: 200,
      body: {
        audience: { value: { id: '7', name: 'Seven' }, source: 'campaign', inherited: null },
        extraTags: [],
        tags: { source: 'connection' },
        extraAttributes: { vip: true },
      },
    });
    expect(await patch({ audience: null })).toMatchObject({ body: { audience: { source: 'connection' } } });
    expect(await patch({ extraAttributes: { unsubscribed: true } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/extraAttributes/unsubscribed', code: 'attribute_reserved' }] },
    });
    for (const body of [{ audience: { none: false } }, { audience: {} }, { extraAttributes: ['x'] }]) {
      expect((await patch(body)).status).toBe(400);
    }
  });
});

describe('automatic approval over HTTP', () => {
  it('counts first, then approves, and shows at each affiliate why it was passed by', async () => {
    const { id, slug } = await bench.campaign();
    const [de, unknown] = [await affiliate(slug, 'a@example.com'), await affiliate(slug, 'b@example.com')];
    await bench.superuser.query(`UPDATE affiliate SET country = 'DE' WHERE id = $1`, [de]);
    await bench.call('PATCH', `/campaigns/${id}`, {
      autoApprove: { enabled: true, rules: { countries: { allow: ['DE'] } } },
    });
    const counts = { considered: 2, approved: 1, skipped: 1, reasons: { country_unknown: 1 } };
    expect((await post(`/campaigns/${id}/auto-approve`, { dryRun: true })).body).toEqual({
      ...counts,
      dryRun: true,
    });
    expect((await get(`/affiliates/${de}`)).body).toMatchObject({
      enrolments: [{ status: 'applied', skipped: [] }],
    });
    expect((await post(`/campaigns/${id}/auto-approve`)).body).toEqual({ ...counts, dryRun: false });
    expect((await get(`/affiliates/${de}`)).body).toMatchObject({ enrolments: [{ status: 'approved' }] });
    expect((await get(`/affiliates/${unknown}`)).body).toMatchObject({
      enrolments: [{ status: 'applied', skipped: [{ code: 'country_unknown' }] }],
    });
  });
});

describe('decisions over HTTP', () => {
  it('are taken back, archived and restored, for one', async () => {
    const { slug } = await bench.campaign();
    const id = await affiliate(slug, 'a@example.com', { status: 'approved' });
    for (const [verb, status] of [
      ['unapprove', 'applied'],
      ['approve', 'approved'],
      ['archive', 'archived'],
      ['restore', 'approved'],
    ]) {
      expect(await post(`/affiliates/${id}/${verb}`, { reason: 'Because' })).toMatchObject({
        status: 200,
        body: { enrolments: [{ status }] },
      });
    }
    await post(`/affiliates/${id}/archive`);
    expect(await post(`/affiliates/${id}/approve`)).toMatchObject({
      status: 409,
      body: { code: 'state_conflict', errors: [{ code: 'is_archived' }] },
    });
  });

  it('are taken for many with one result per row', async () => {
    const { slug } = await bench.campaign();
    const ids = [
      await affiliate(slug, 'a@example.com', { status: 'approved' }),
      await affiliate(slug, 'b@example.com'),
    ];
    const body = { affiliateIds: [...ids, 'nobody'], campaign: slug };
    expect(await post('/affiliates/unapprove', body)).toMatchObject({
      status: 200,
      body: {
        decided: 1,
        unchanged: 1,
        failed: 1,
        results: [
          { index: 0, outcome: 'unapproved' },
          { index: 1, outcome: 'unchanged' },
          { index: 2, outcome: 'failed', code: 'affiliate_not_found' },
        ],
      },
    });
    expect((await post('/affiliates/archive', body)).body).toMatchObject({ decided: 2, failed: 1 });
    expect((await post('/affiliates/restore', body)).body).toMatchObject({ decided: 2, failed: 1 });
  });

  it('on everybody a filter matches are counted first, and a lost answer repeats nothing', async () => {
    const { id, slug } = await bench.campaign();
    for (const email of ['a@example.com', 'b@example.com', 'c@example.org']) await affiliate(slug, email);
    const decision = { decision: 'approved', filter: { search: 'example.com' } };
    const path = `/campaigns/${id}/decisions`;
    expect((await post(path, { ...decision, dryRun: true })).body).toEqual({
      matched: 2,
      decided: 0,
      remaining: 2,
      dryRun: true,
    });
    const answers = [
      await post(path, { ...decision, expected: 2 }, { idempotencyKey: 'once' }),
      await post(path, { ...decision, expected: 2 }, { idempotencyKey: 'once' }),
    ];
    for (const { body } of answers) expect(body).toMatchObject({ matched: 2, decided: 2, remaining: 0 });
    const { rows } = await bench.superuser.query(`SELECT 1 FROM event WHERE name = 'affiliate_approved'`);
    expect(rows).toHaveLength(2);
  });

  it('of another organisation find nothing', async () => {
    const { id, connectionId } = await bench.campaign();
    for (const [method, path, body] of [
      ['POST', `/campaigns/${id}/decisions`, { decision: 'approved' }],
      ['POST', `/campaigns/${id}/auto-approve`, {}],
      ['POST', `/campaigns/${id}/archive`, {}],
      ['POST', `/campaigns/${id}/restore`, {}],
      ['PATCH', `/campaigns/${id}/destinations/${connectionId}`, { enabled: false }],
      ['GET', `/campaigns/${id}/destinations/${connectionId}`, undefined],
    ] as const) {
      expect((await bench.call(method, path, body, { as: 'stranger' })).status).toBe(404);
    }
  });
});
