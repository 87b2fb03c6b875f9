import { connect } from 'node:net';

import { ApplicationsBench } from './testing/applications-bench.js';

let bench: ApplicationsBench;
beforeAll(async () => {
  bench = await ApplicationsBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const ANSWERS = { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com', consent: true };
const formOf = async (page: string) =>
  (await bench.send('GET', `${page}.json`, { headers: { origin: 'https://www.example.net' } })).body;
const submit = async (page: string, answers: unknown, more: object = {}) =>
  bench.postJson(`${page}.json`, { revision: (await formOf(page))['revision'], answers, ...more });
const applications = async () =>
  (await bench.call('GET', '/applications')).body['data'] as Record<string, unknown>[];

describe('a site that shows the form itself', () => {
  it('reads what to ask and sends the answers, from any origin and without cookies', async () => {
    const { page } = await bench.campaign({
      description: 'For bloggers.',
      termsUrl: 'https://example.com/terms',
    });
    const form = await bench.send('GET', `${page}.json`, { headers: { origin: 'https://www.example.net' } });
    expect(form.headers.get('access-control-allow-origin')).toBe('*');
    expect(form.headers.get('access-control-allow-credentials')).toBeNull();
    expect(form.headers.get('set-cookie')).toBeNull();
    expect(form.body).toMatchObject({
      organization: 'One',
      campaign: 'Summer',
      description: 'For bloggers.',
      termsUrl: 'https://example.com/terms',
      fields: [
        { key: 'firstName' },
        { key: 'lastName' },
        { key: 'email', type: 'email', required: true },
        {},
        {},
        {},
      ],
    });
    expect(JSON.stringify(form.body)).not.toContain('mapsTo');
    const asked = await bench.send('OPTIONS', `${page}.json`, {
      headers: {
        origin: 'https://www.example.net',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    expect(asked.headers.get('access-control-allow-headers')).toMatch(/content-type/i);
    const sent = await submit(page, ANSWERS);
    expect(sent).toMatchObject({ status: 200, body: { status: 'received', title: 'Thank you' } });
    expect(sent.headers.get('access-control-allow-origin')).toBe('*');
    expect(await submit(page, ANSWERS)).toMatchObject({ status: 200, body: sent.body });
    expect(await applications()).toMatchObject([{ email: 'jane@example.com', submissions: 1 }]);
  });

  it('may send to the address of the page as well', async () => {
    const { page } = await bench.campaign();
    const { revision } = await formOf(page);
    expect(await bench.postJson(page, { revision, answers: ANSWERS })).toMatchObject({ status: 200 });
    expect(await applications()).toHaveLength(1);
  });

  it('is told every fault with its place, and may read that too', async () => {
    const { page } = await bench.campaign();
    const sent = await submit(page, { firstName: ['Jane'], email: 'jane', 'a/b': 1, consent: 'yes' });
    expect(sent).toMatchObject({
      status: 400,
      body: {
        code: 'validation_failed',
        errors: [
          { pointer: '#/answers/a~1b', code: 'unknown_field' },
          { pointer: '#/answers/firstName', code: 'wrong_type' },
          { pointer: '#/answers/lastName', code: 'required' },
          { pointer: '#/answers/email', code: 'email_without_at' },
          { pointer: '#/answers/consent', code: 'wrong_type' },
        ],
      },
    });
    expect(sent.headers.get('access-control-allow-origin')).toBe('*');
    expect(await bench.postJson(`${page}.json`, { revision: 'old', answers: ANSWERS })).toMatchObject({
      status: 409,
      body: { code: 'form_changed', errors: [{ pointer: '#/revision' }] },
    });
    expect((await bench.send('GET', '/p/one/nope.json', {})).body).toMatchObject({ code: 'page_not_found' });
  });
});

describe('what strangers send', () => {
  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['half of it', '{"revision": "x"'],
    ['lists where objects belong', '{"revision": [], "answers": []}'],
    ['more than is asked', '{"revision": "x", "answers": {}, "status": "approved"}'],
    ['a prototype', '{"revision": "x", "answers": {}, "__proto__": {"a": 1}}'],
    ['a prototype deep inside', '{"revision": "x", "answers": {"email": {"__proto__": {"a": 1}}}}'],
    ['deep nesting', `{"revision": "x", "answers": ${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`],
  ])('that is %s is refused without harm', async (_, body) => {
    const { page } = await bench.campaign();
    const sent = await bench.postJson(`${page}.json`, body);
    expect(sent.status).toBeGreaterThanOrEqual(400);
    expect(sent.status).toBeLessThan(500);
    expect(await applications()).toEqual([]);
  });

  it('in forms that were never shown is refused without harm', async () => {
    const { page } = await bench.campaign();
    const revision = String((await formOf(page))['revision']);
    for (const fields of [
      { _revision: revision, firstName: ['a', 'b'], lastName: 'x', email: 'a@example.com', consent: 'yes' },
      { _revision: revision, email: ['a@example.com', 'b@example.com'] },
      {
        _revision: revision,
        consent: ['yes', 'yes'],
        ['__proto__']: 'x',
        constructor: 'y',
        'address.line1': 'z',
      },
      { _revision: [revision, revision] },
      Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`f${n}`, 'x'])),
      {},
    ]) {
      const sent = await bench.post(page, fields);
      expect([409, 422]).toContain(sent.status);
    }
    expect(await applications()).toEqual([]);
  });

  it('is shown again only as text', async () => {
    const { page } = await bench.campaign();
    const sent = await bench.post(page, {
      _revision: String((await formOf(page))['revision']),
      firstName: '"><script>alert(1)</script>',
      email: 'nobody',
    });
    expect(sent.status).toBe(422);
    expect(sent.text).not.toContain('<script');
    expect(sent.text).toContain('&quot;&gt;&lt;script&gt;');
  });

  it('is small, or refused', async () => {
    const { page } = await bench.campaign();
    expect((await bench.post(page, { firstName: 'x'.repeat(2_000_000) })).status).toBe(413);
    expect((await bench.postJson(`${page}.json`, { answers: 'x'.repeat(2_000_000) })).status).toBe(413);
    const other = await bench.send('POST', page, {
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x--',
    });
    expect(other.status).toBe(415);
  });

  it('and never ends holds nobody else up', async () => {
    const { page } = await bench.campaign();
    const { port } = new URL(bench.origin);
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `POST ${page} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nfirst`,
      );
      return socket;
    });
    const meanwhile = await submit(page, ANSWERS);
    for (const socket of sockets) socket.destroy();
    expect(meanwhile.status).toBe(200);
  });

  // The last one: who was refused stays refused for a minute.
  it('a thousand times in a row is taken a few times, then refused until a minute has passed', async () => {
    const { page } = await bench.campaign();
    const { revision } = await formOf(page);
    const counts = new Map<number, number>();
    let refused: Awaited<ReturnType<typeof bench.postJson>> | undefined;
    for (let batch = 0; batch < 50; batch += 1) {
      const sent = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          bench.postJson(`${page}.json`, {
            revision,
            answers: { ...ANSWERS, email: `person${batch}x${n}@example.com` },
          }),
        ),
      );
      for (const { status } of sent) counts.set(status, (counts.get(status) ?? 0) + 1);
      // One of many: tries come back evenly, so a single one might find room.
      refused = sent.find(({ status }) => status === 429) ?? refused;
    }
    expect([...counts.keys()].sort()).toEqual([200, 429]);
    expect(counts.get(200)).toBeLessThan(100);
    const { rows } = await bench.superuser.query<{ count: string }>('SELECT count(*) FROM application');
    expect(Number(rows[0]?.count)).toBe(counts.get(200));
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused?.headers.get('access-control-allow-origin')).toBe('*');
    expect((await bench.open(page)).status).toBe(200);
  }, 60_000);
});
