import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Answered, VendorAnswer, VendorRequest } from '@rekomi/provider-contract';
import { HOST, OpenGate, binding, post } from '../test/binding.js';
import { closeLoopbacks, httpLoopback, tcpLoopback } from '../test/loopback.js';
import type { Loopback, Seen } from '../test/loopback.js';
import type { PaceAnswer } from './pace-gate.js';
import { VendorTransport } from './vendor-transport.js';

const transports: VendorTransport[] = [];

afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
  await closeLoopbacks();
});

function transportTo(server: Loopback, maximumBytes = 10_000): VendorTransport {
  const transport = new VendorTransport({
    sandboxUrl: `${server.url}/`,
    userAgent: 'Rekomi/1',
    maximumBytes,
  });
  transports.push(transport);
  return transport;
}

/** What the vendor sees of one request. */
async function sent(change: Partial<VendorRequest>): Promise<Seen> {
  const server = await httpLoopback((_, response) => response.end('{}'));
  await transportTo(server).open(binding()).request(post(change));
  const [seen] = server.seen;
  if (seen === undefined) throw new Error('nothing was sent');
  return seen;
}

async function answered(
  headers: Record<string, string>,
  body: Buffer | string,
  status = 200,
): Promise<VendorAnswer> {
  const server = await httpLoopback((_, response) => {
    response.writeHead(status, headers).end(body);
  });
  return transportTo(server).open(binding()).request(post());
}

async function bodyOf(headers: Record<string, string>, body: Buffer | string): Promise<unknown> {
  return ((await answered(headers, body)) as Answered).body;
}

describe('a key that the vendor reads in the body', () => {
  const authorization = { kind: 'body', credentials: { key: 'apiKey' } } as const;

  it('joins a form, and is masked in the record', async () => {
    const server = await httpLoopback((_, response) => response.end('{}'));
    const bound = binding();
    const request = post({ form: { event: 'a b&c', visit: '{"email":"a+b@x.example"}' }, authorization });
    const { jsonText: _, ...formed } = request;
    await transportTo(server).open(bound).request(formed);
    const secret = bound.credentials.reveal('apiKey', 'authorize') ?? '';
    const [seen] = server.seen;
    expect(seen?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(seen?.body.toString()))).toEqual({
      event: 'a b&c',
      visit: '{"email":"a+b@x.example"}',
      key: secret,
    });
    expect(JSON.stringify(bound.records)).not.toContain(secret);
    expect(bound.records[0]?.requestBody).toContain('masked:apiKey');
  });

  it('joins a JSON object', async () => {
    const { jsonText: _, ...request } = post({ json: { email: 'a@example.com' }, authorization });
    const server = await httpLoopback((_request, response) => response.end('{}'));
    const bound = binding();
    await transportTo(server).open(bound).request(request);
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual({
      email: 'a@example.com',
      key: bound.credentials.reveal('apiKey', 'authorize'),
    });
    expect(JSON.stringify(bound.records)).toContain('masked:apiKey');
  });
});

describe('what the vendor gets', () => {
  it('is Basic authorization with a user name of the vendor’s choice', async () => {
    const { headers } = await sent({
      authorization: { kind: 'basic_literal', user: 'anystring', password: 'apiKey' },
    });
    const [scheme, pair = ''] = (headers['authorization'] ?? '').split(' ');
    expect(scheme).toBe('Basic');
    expect(Buffer.from(pair, 'base64').toString()).toBe(
      `anystring:${binding().credentials.reveal('apiKey', 'authorize') ?? ''}`,
    );
  });

  it('stands in the sandbox under the host name of the vendor', async () => {
    expect((await sent({ path: '/v1/people' })).url).toBe(`/${HOST}/v1/people`);
  });

  it.each([
    "/v1/o'brien%2Btag%40example.com",
    '/v1/~a!b*c(d)',
    '/v1/%2E%2E/x',
    '/v1/../x/./y//z',
    '/v1/%e2%82%ac',
    '/v1/a\\b|c"d^e`f{g}',
    '/v1/x?page=2&q=%2B',
  ])('is the path %s, byte for byte', async (path) => {
    expect((await sent({ path })).url).toBe(`/${HOST}${path}`);
  });

  it('is a query in which plus, space and ampersand mean themselves', async () => {
    const { url } = await sent({ path: '/v1', query: { email: 'a+b &c@example.com', q: 'ü=1' } });
    expect(url).toBe(`/${HOST}/v1?email=a%2Bb%20%26c%40example.com&q=%C3%BC%3D1`);
    expect((await sent({ path: '/v1?a=1', query: { b: '2' } })).url).toBe(`/${HOST}/v1?a=1&b=2`);
  });

  it('is JSON in UTF-8, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (name) => {
        const seen = await sent({ jsonText: ` {"name":${JSON.stringify(name)}}\n` });
        expect(seen.body.equals(Buffer.from(` {"name":${JSON.stringify(name)}}\n`))).toBe(true);
        expect(seen.headers['content-length']).toBe(String(seen.body.length));
      }),
      { numRuns: 20 },
    );
    const { jsonText: _, ...bare } = post();
    const server = await httpLoopback((_seen, response) => response.end());
    await transportTo(server)
      .open(binding())
      .request({ ...bare, json: { name: '姓名' } });
    expect(server.seen[0]?.body.toString()).toBe('{"name":"姓名"}');
  });

  it('is authorised as the provider asked, and by nothing that the provider wrote itself', async () => {
    const basic = await sent({ headers: { Authorization: 'Basic forged' } });
    const pair = Buffer.from(basic.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    expect(pair).toBe('acct-51e2d84b6f9a:canary"é/+&=7f3a9c51e2');
    expect(
      (await sent({ authorization: { kind: 'bearer', credential: 'accountId' } })).headers.authorization,
    ).toBe('Bearer acct-51e2d84b6f9a');
    const header = { kind: 'header', name: 'X-Api-Key', credential: 'accountId', prefix: 'key ' } as const;
    expect((await sent({ authorization: header })).headers['x-api-key']).toBe('key acct-51e2d84b6f9a');
    expect((await sent({ authorization: { kind: 'none' } })).headers.authorization).toBeUndefined();
  });

  it('carries our name and plain headers only', async () => {
    const seen = await sent({ headers: { 'X-Revision': '2026-01-01' } });
    expect(seen.headers).toMatchObject({
      'user-agent': 'Rekomi/1',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'x-revision': '2026-01-01',
    });
    const { jsonText: _, ...bare } = post();
    const server = await httpLoopback((_seen, response) => response.end());
    await transportTo(server).open(binding()).request(bare);
    expect(server.seen[0]?.headers).not.toHaveProperty('content-type');
    expect(server.seen[0]?.headers['content-length']).toBe('0');
  });
});

describe('what comes back', () => {
  it.each([301, 302, 303, 307, 308])(
    'a redirect with %d is an answer and is not followed',
    async (status) => {
      const other = await httpLoopback((_, response) => response.end('{}'));
      const answer = await answered({ location: `${other.url}/elsewhere` }, '', status);
      expect(answer).toMatchObject({
        kind: 'answered',
        status,
        headers: { location: `${other.url}/elsewhere` },
      });
      expect(other.seen).toHaveLength(0);
    },
  );

  it.each([204, 400, 401, 404, 429, 500, 503])('%d is an answer', async (status) => {
    const body = status === 204 ? '' : '{"error":"words"}';
    expect(await answered({}, body, status)).toMatchObject({ kind: 'answered', status, text: body });
  });

  it.each([
    [
      'JSON with the right type',
      { 'content-type': 'application/json; charset=utf-8' },
      '{"a":"é"}',
      { a: 'é' },
    ],
    ['JSON without a type', {}, ' [1]', [1]],
    ['JSON under a wrong type', { 'content-type': 'text/html' }, '{"a":1}', { a: 1 }],
    ['JSON behind a byte order mark', { 'content-type': 'application/json' }, '\uFEFF{"a":1}', { a: 1 }],
    ['a bare JSON value', { 'content-type': 'application/vnd.api+json' }, '12', 12],
    ['a number that is no JSON answer', { 'content-type': 'text/plain' }, '12', undefined],
    ['an HTML page', { 'content-type': 'text/html' }, '<html>Bad gateway</html>', undefined],
    ['HTML that claims to be JSON', { 'content-type': 'application/json' }, '<html>', undefined],
    ['JSON that breaks off', { 'content-type': 'application/json' }, '{"a":', undefined],
    ['nothing', { 'content-type': 'application/json' }, '', undefined],
  ] as const)('%s is read for what it is', async (_, headers, body, expected) => {
    expect(await bodyOf(headers, body)).toEqual(expected);
  });

  it('text in Latin-1 is read as the vendor declares it', async () => {
    const answer = await answered(
      { 'content-type': 'text/plain; charset=iso-8859-1' },
      Buffer.from([0x4d, 0xfc]),
    );
    expect(answer).toMatchObject({ text: 'Mü' });
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ] as const)('%s is unpacked though nobody asked for it (%#)', async (encoding, pack) => {
    expect(await bodyOf({ 'content-encoding': encoding }, pack('{"a":"é"}'))).toEqual({ a: 'é' });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('a %s bomb is refused before it unfolds', async (encoding, pack) => {
    const answer = await answered({ 'content-encoding': encoding }, pack(Buffer.alloc(5_000_000)));
    expect(answer).toMatchObject({ kind: 'no_answer', reason: 'too_large', maybeSent: true });
  });

  it.each(['zstd', 'gzip, br', 'gzip'])('garbage called %s is refused', async (encoding) => {
    const answer = await answered({ 'content-encoding': encoding }, 'not packed');
    expect(answer).toMatchObject({ kind: 'no_answer', reason: 'malformed', maybeSent: true });
  });

  it('an answer of exactly the largest size is taken, one byte more is not', async () => {
    expect(await answered({}, 'x'.repeat(10_000))).toMatchObject({
      kind: 'answered',
      text: 'x'.repeat(10_000),
    });
    expect(await answered({}, 'x'.repeat(10_001))).toMatchObject({ kind: 'no_answer', reason: 'too_large' });
  });

  it('an answer is found behind its preliminary ones', async () => {
    const server = await tcpLoopback((socket) => {
      socket.on('data', () => {
        socket.write(
          'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}',
        );
      });
    });
    expect(await transportTo(server).open(binding()).request(post())).toMatchObject({
      status: 202,
      body: {},
    });
  });
});

describe('the pace', () => {
  it('learns each status, and from Retry-After when to ask again', async () => {
    const statuses = [200, 429, 503, 500];
    const server = await httpLoopback((_, response) => {
      response.writeHead(statuses.shift() ?? 200, { 'retry-after': '30' }).end();
    });
    const now = Date.UTC(2026, 0, 1);
    const transport = new VendorTransport({ sandboxUrl: server.url, userAgent: 'test', now: () => now });
    transports.push(transport);
    const setup = binding();
    const http = transport.open(setup);
    for (let index = 0; index < 4; index++) await http.request(post());
    const notBefore = new Date(now + 30_000);
    expect(setup.gate.released).toEqual([
      { status: 200, failed: false },
      { status: 429, failed: false, notBefore },
      { status: 503, failed: false, notBefore },
      { status: 500, failed: false },
    ]);
    expect(setup.records.map(({ at }) => at)).toEqual(Array(4).fill('2026-01-01T00:00:00.000Z'));
  });

  it('learns when to ask again from the vendor’s own headers, where Retry-After is silent', async () => {
    const now = Date.UTC(2026, 0, 1);
    const reset = now / 1000 + 45;
    const server = await httpLoopback((_, response) => {
      response.writeHead(429, { 'X-RateLimit-Reset': String(reset) }).end();
    });
    const transport = new VendorTransport({ sandboxUrl: server.url, userAgent: 'test', now: () => now });
    transports.push(transport);
    const silent = binding();
    await transport.open(silent).request(post());
    const told = binding({ manifest: { ...silent.manifest, resetHeaders: ['x-ratelimit-reset'] } });
    await transport.open(told).request(post());
    expect(silent.gate.released).toEqual([{ status: 429, failed: false }]);
    expect(told.gate.released).toEqual([{ status: 429, failed: false, notBefore: new Date(reset * 1000) }]);
  });

  it('is not counted against the time-out', async () => {
    const server = await httpLoopback((_, response) => response.end('{}'));
    const released: unknown[] = [];
    const pace = {
      acquire: (): Promise<PaceAnswer> =>
        new Promise((resolve) => setTimeout(() => resolve({ kind: 'go' }), 300)),
      release: (_: string, result: unknown) => released.push(result),
    };
    const http = transportTo(server).open(binding({ pace, timeoutMs: 200 }));
    expect(await http.request(post())).toMatchObject({ kind: 'answered' });
  });

  it('holds for a thousand requests at once: never more than the gate lets pass, none lost, none doubled', async () => {
    let underWay = 0;
    let most = 0;
    const server = await httpLoopback((seen, response) => {
      most = Math.max(most, ++underWay);
      setImmediate(() => {
        underWay--;
        response.end(seen.body);
      });
    });
    class Gate extends OpenGate {
      readonly #waiting: ((answer: PaceAnswer) => void)[] = [];
      #free = 20;
      override acquire(): Promise<PaceAnswer> {
        if (this.#free-- > 0) return super.acquire();
        return new Promise((resolve) => this.#waiting.push(resolve));
      }
      override release(family: string, result: { status?: number; failed: boolean }): void {
        super.release(family, result);
        this.#free++;
        this.#waiting.shift()?.({ kind: 'go' });
      }
    }
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    const gate = new Gate();
    const setup = binding({ pace: gate });
    const http = transportTo(server).open(setup);
    const numbers = Array.from({ length: 1_000 }, (_, index) => index);
    const answers = await Promise.all(numbers.map((n) => http.request(post({ jsonText: `{"n":${n}}` }))));
    process.off('warning', onWarning);
    expect(answers.map((answer) => (answer as Answered).body)).toEqual(numbers.map((n) => ({ n })));
    expect(server.seen).toHaveLength(1_000);
    expect(gate.released).toHaveLength(1_000);
    expect(setup.records).toHaveLength(1_000);
    expect(most).toBeLessThanOrEqual(20);
    expect(most).toBeGreaterThan(1);
    expect(warnings).toEqual([]);
  });
});
