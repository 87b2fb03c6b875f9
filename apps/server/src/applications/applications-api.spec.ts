import { ApplicationsBench } from './testing/applications-bench.js';

let bench: ApplicationsBench;
beforeAll(async () => {
  bench = await ApplicationsBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const EMAIL = { key: 'email', type: 'email', label: 'E-mail', required: true };
const put = (id: string, body: unknown) => bench.call('PUT', `/campaigns/${id}/form`, body);
const submit = async (page: string, answers: Record<string, unknown>) => {
  const { revision } = (await bench.send('GET', `${page}.json`, {})).body;
  const sent = await bench.postJson(`${page}.json`, { revision, answers });
  if (sent.status !== 200) throw new Error(sent.text);
};

describe('the form of a campaign', () => {
  it('is the built-in one until it is replaced, and says where the page is', async () => {
    const { id, page } = await bench.campaign();
    expect((await bench.call('GET', `/campaigns/${id}/form`)).body).toMatchObject({
      url: `https://crm.example.com${page}`,
      enabled: true,
      isDefault: true,
      updatedAt: null,
      warnings: [],
      fields: [
        { key: 'firstName', mapsTo: 'firstName' },
        {},
        { key: 'email' },
        {},
        { mapsTo: 'country' },
        { type: 'consent' },
      ],
    });
    const fields = [EMAIL, { key: 'why', type: 'long_text', label: 'Why?', max: 100 }];
    const own = { fields, texts: { submitLabel: 'Join', thanksTitle: 'Welcome' } };
    expect(await put(id, own)).toMatchObject({
      status: 200,
      body: { isDefault: false, fields, texts: own.texts },
    });
    expect((await bench.open(page)).text).toMatch(/<textarea[^>]*id="why"/);
    expect((await bench.open(`${page}/thanks`)).text).toContain('<h1>Welcome</h1>');
  });

  it('that cannot be is refused with the place of every fault', async () => {
    const { id } = await bench.campaign();
    for (const [body, pointer] of [
      [{}, '#/fields'],
      [{ fields: 'x' }, '#/fields'],
      [{ fields: [null] }, '#/fields'],
      [{ fields: [EMAIL, { key: 'a', type: 'colour', label: 'x' }] }, '#/fields/1/type'],
      [{ fields: [EMAIL, { key: 'a', type: 'radio', label: 'x', options: ['y'] }] }, '#/fields/1/options'],
      [{ fields: [EMAIL, { key: 'a', type: 'number', label: 'x', min: {} }] }, '#/fields/1/min'],
      [{ fields: [EMAIL], texts: { intro: 5 } }, '#/texts/intro'],
      [{ fields: [EMAIL], colour: 'red' }, '#/colour'],
      [{ fields: [{ ...EMAIL, key: 'mail' }] }, '#/fields'],
      [
        { fields: [EMAIL, { key: 'a', type: 'text', label: 'x', mapsTo: 'externalId' }] },
        '#/fields/1/mapsTo',
      ],
    ] as const) {
      const answer = await put(id, body);
      const pointers = ((answer.body['errors'] ?? []) as { pointer: string }[]).map((one) => one.pointer);
      expect([answer.status, pointers]).toEqual([400, expect.arrayContaining([pointer])]);
    }
    expect((await bench.call('GET', `/campaigns/${id}/form`)).body).toMatchObject({ isDefault: true });
  });

  it('belongs to one organisation', async () => {
    const { id, page } = await bench.campaign();
    await submit(page, { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com', consent: true });
    const [application] = (await bench.call('GET', '/applications')).body['data'] as { id: string }[];
    const stranger = { as: 'stranger' } as const;
    for (const [method, path, body] of [
      ['GET', `/campaigns/${id}/form`, undefined],
      ['PUT', `/campaigns/${id}/form`, { fields: [EMAIL] }],
      ['GET', `/applications/${String(application?.id)}`, undefined],
      ['GET', `/applications?campaign=${id}`, undefined],
      ['GET', `/applications.csv?campaign=${id}`, undefined],
    ] as const) {
      expect([path, (await bench.call(method, path, body, stranger)).status]).toEqual([path, 404]);
    }
    expect((await bench.call('GET', '/applications', undefined, stranger)).body['data']).toEqual([]);
    const file = await bench.call('GET', '/applications.csv', undefined, stranger);
    expect(file.status).toBe(200);
    expect(file.text.trim().split('\n')).toHaveLength(1);
  });
});

describe('applications', () => {
  it('keep the questions they were answered with, when the form is changed afterwards', async () => {
    const { id, page } = await bench.campaign();
    await put(id, { fields: [EMAIL, { key: 'site', type: 'url', label: 'Your site' }] });
    await submit(page, { email: 'jane@example.com', site: 'example.com' });
    await put(id, { fields: [EMAIL, { key: 'site', type: 'url', label: 'Your blog' }] });
    const [first] = (await bench.call('GET', '/applications')).body['data'] as { id: string }[];
    expect((await bench.call('GET', `/applications/${String(first?.id)}`)).body).toMatchObject({
      answers: [{ key: 'email' }, { label: 'Your site', value: 'https://example.com/' }],
      consents: [],
      furtherSubmissions: [],
    });
  });

  it('are listed newest first, page by page, by campaign and by status', async () => {
    const { id, page } = await bench.campaign();
    for (const n of [1, 2, 3]) {
      await submit(page, { firstName: `${n}`, lastName: 'x', email: `p${n}@example.com`, consent: true });
    }
    const first = (await bench.call('GET', `/applications?limit=2&campaign=${id}`)).body;
    expect(first).toMatchObject({
      data: [{ email: 'p3@example.com' }, { email: 'p2@example.com' }],
      hasMore: true,
    });
    const next = await bench.call('GET', `/applications?limit=2&cursor=${String(first['nextCursor'])}`);
    expect(next.body).toMatchObject({ data: [{ email: 'p1@example.com' }], hasMore: false });
    const [{ affiliateId }] = next.body['data'] as [{ affiliateId: string }];
    await bench.call('POST', `/affiliates/${affiliateId}/approve`, {});
    expect((await bench.call('GET', '/applications?status=approved')).body['data']).toMatchObject([
      { affiliateId },
    ]);
    expect((await bench.call('GET', '/applications?status=asleep')).status).toBe(400);
    expect((await bench.call('GET', '/applications?cursor=x')).status).toBe(400);
    expect((await bench.call('GET', '/applications?campaign=nope')).status).toBe(404);
    expect((await bench.call('GET', '/applications/x')).status).toBe(404);
  });

  it('are downloaded with a column per question, and nothing in them runs in a spreadsheet', async () => {
    const { id, page } = await bench.campaign();
    await put(id, {
      fields: [
        EMAIL,
        { key: 'name', type: 'text', label: 'Name', mapsTo: 'fullName' },
        {
          key: 'where',
          type: 'checkboxes',
          label: '=Where',
          options: [
            { value: 'a', label: 'Blog' },
            { value: 'b', label: 'Mail' },
          ],
        },
      ],
    });
    await submit(page, {
      email: 'jane@example.com',
      name: '=HYPERLINK("https://evil.example")',
      where: ['a', 'b'],
    });
    const file = await bench.call('GET', `/applications.csv?campaign=${id}`);
    expect(file.headers.get('content-disposition')).toContain('applications.csv');
    const [header, row] = file.text.replace('\uFEFF', '').split('\r\n');
    expect(header).toBe(
      "id,submitted_at,campaign,affiliate_id,affiliate_email,affiliate_name,status,address_confirmed,skipped,submissions,E-mail,Name,'=Where",
    );
    expect(row).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
    expect(row).toMatch(/,"Blog, Mail"$/);
  });
});
