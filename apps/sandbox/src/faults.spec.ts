import { type Sandbox, startSandbox } from './every-vendor.js';
import { addresses, control, putPerson } from './testing/vendor-client.js';

const JANE = 'jane@example.com';

describe('faults on demand', () => {
  let clock: number;
  let chance: number;
  let sandbox: Sandbox;

  beforeEach(async () => {
    clock = Date.UTC(2026, 2, 1);
    chance = 0;
    sandbox = await startSandbox({
      now: () => clock,
      random: () => chance,
    });
    await control(sandbox, 'POST', 'customer-io/settings', { delayMs: 0 });
  });

  afterEach(() => sandbox.close());

  const asked = (fault: string, signal?: AbortSignal): Promise<Response> =>
    putPerson(sandbox, JANE, { 'x-sandbox-fault': fault }, signal);

  it.each([
    ['429', 429, {}],
    ['429-retry-after-seconds;7', 429, { 'retry-after': '7' }],
    ['429-retry-after-date;7', 429, { 'retry-after': 'Sun, 01 Mar 2026 00:00:07 GMT' }],
    ['500', 500, {}],
    ['503', 503, {}],
    ['502-html', 502, { 'content-type': 'text/html; charset=UTF-8' }],
    ['301;evil.example', 301, { location: 'https://evil.example/api/v1/customers/jane%40example.com' }],
    [
      '307;https://evil.example',
      307,
      { location: 'https://evil.example/api/v1/customers/jane%40example.com' },
    ],
    ['429-header;X-RateLimit-Reset=30', 429, { 'x-ratelimit-reset': '30' }],
    ['200-ignored', 200, { 'content-type': 'application/json' }],
    ['answer;207:array', 207, { 'content-type': 'application/json' }],
    ['answer;404:html', 404, { 'content-type': 'text/html; charset=UTF-8' }],
    ['answer;204:empty', 204, {}],
  ])('answers %s in the vendor’s place, and the vendor never hears of it', async (fault, status, headers) => {
    const answer = await asked(fault);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject(headers);
    if (!('retry-after' in headers)) expect(answer.headers.has('retry-after')).toBe(false);
    expect(await addresses(sandbox)).toEqual([]);
  });

  it('quotes the key of the request, as careless vendors do', async () => {
    const answer = await asked('echo');
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('sandbox-site-us:sandbox-track-us');
  });

  it('hands a request to the vendor twice', async () => {
    const rule = { fault: 'apply-twice', match: { method: 'put' } };
    await control(sandbox, 'POST', 'faults', rule);
    expect((await putPerson(sandbox, JANE)).status).toBe(200);
    expect(await addresses(sandbox)).toEqual([JANE]);
    const { exchanges } = await control(sandbox, 'GET', 'customer-io/exchanges');
    expect(exchanges).toHaveLength(2);
  });

  it('answers more than anybody reads', async () => {
    expect((await (await asked('too-large')).text()).length).toBeGreaterThan(5 * 1024 * 1024);
  });

  it('deletes the vendor’s keys or lists in the moment before the request arrives', async () => {
    const { ids } = await control(sandbox, 'POST', 'customer-io/audiences', { name: 'Many', count: 1001 });
    expect(ids).toHaveLength(1001);
    expect((await asked('remove-audiences')).status).toBe(200);
    expect(await control(sandbox, 'GET', 'customer-io/audiences')).toEqual({ audiences: [] });
    expect((await asked('revoke-keys')).status).toBe(401);
    expect((await putPerson(sandbox, JANE)).status).toBe(401);
  });

  it('answers garbage that calls itself JSON', async () => {
    const answer = await asked('garbage');
    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toMatchObject({ name: 'SyntaxError' });
    expect(await addresses(sandbox)).toEqual([]);
  });

  it.each([
    ['reset', []],
    ['apply-then-reset', [JANE]],
    ['truncate', [JANE]],
  ])('cuts the connection by %s', async (fault, people) => {
    await expect(asked(fault).then((answer) => answer.text())).rejects.toThrow();
    expect(await addresses(sandbox)).toEqual(people);
  });

  it.each([
    ['hang', []],
    ['hang-in-body', [JANE]],
    ['apply-then-hang', [JANE]],
  ])('never answers by %s', async (fault, people) => {
    await expect(
      asked(fault, AbortSignal.timeout(150)).then((answer) => answer.text()),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await addresses(sandbox)).toEqual(people);
  });

  it('closes at once while a request hangs', async () => {
    const hanging = asked('hang').catch(() => 'cut');
    while ((sandbox.faults.list().injected['hang'] ?? 0) === 0) await new Promise(setImmediate);
    await sandbox.close();
    expect(await hanging).toBe('cut');
    sandbox = await startSandbox({ factories: {} });
  });

  it('answers late by slow', async () => {
    const started = performance.now();
    expect((await asked('slow;60')).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(50);
    expect(await addresses(sandbox)).toEqual([JANE]);
  });

  it('injects by rule as often as asked, only where it matches, and counts', async () => {
    const rule = { host: 'track.customer.io', match: { method: 'put', pathPrefix: '/api/v1/customers/' } };
    await control(sandbox, 'POST', 'faults', { ...rule, fault: '503', times: 2, after: 1 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await putPerson(sandbox, JANE)).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
    expect(await control(sandbox, 'GET', 'faults')).toMatchObject({
      rules: [{ id: 1, matched: 3, injected: 2 }],
      injected: { '503': 2 },
      injections: [
        { number: 1, fault: '503', rule: 1, method: 'PUT', host: 'track.customer.io' },
        { number: 2 },
      ],
    });
  });

  it('injects for a while, by chance, and until it is told to stop', async () => {
    await control(sandbox, 'POST', 'faults', {
      slug: 'customer-io',
      fault: '500',
      seconds: 10,
      probability: 0.5,
    });
    chance = 0.5;
    expect((await putPerson(sandbox, JANE)).status).toBe(200);
    chance = 0.4;
    expect((await putPerson(sandbox, JANE)).status).toBe(500);
    clock += 10_000;
    expect((await putPerson(sandbox, JANE)).status).toBe(200);
    await control(sandbox, 'POST', 'faults', { fault: '500' });
    expect((await putPerson(sandbox, JANE)).status).toBe(500);
    await control(sandbox, 'DELETE', 'faults');
    expect((await putPerson(sandbox, JANE)).status).toBe(200);
  });

  it('refuses a fault it does not know', async () => {
    expect(await control(sandbox, 'POST', 'faults', { fault: 'locusts' })).toEqual({
      error: expect.stringContaining('fault must be one of 429,') as unknown,
    });
  });
});
