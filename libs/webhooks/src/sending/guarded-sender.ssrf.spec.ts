import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

import { httpLoopback, closeLoopbacks, type Loopback } from '@rekomi/transport/testing';

import { readAllowedHosts, type AllowedHosts } from './allowed-hosts.js';
import type { EndpointAnswer } from './endpoint-request.js';
import { GuardedSender, type GuardedSenderOptions } from './guarded-sender.js';

/** Listens on every address of this machine and counts who comes. The only judge: answers of the sender prove nothing. */
let canary: { readonly port: number; connections: number };
const senders: GuardedSender[] = [];

beforeAll(async () => {
  const server = createServer((socket) => {
    canary.connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    // A machine without IPv6 listens on IPv4 alone.
    server.once('error', () => server.listen(0, '0.0.0.0', resolve).once('error', reject));
    server.listen(0, '::', resolve);
  });
  canary = { port: (server.address() as { port: number }).port, connections: 0 };
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
});
const closers: (() => Promise<void>)[] = [];
beforeEach(() => (canary.connections = 0));
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
  await closeLoopbacks();
});
afterAll(() => Promise.all(closers.map((close) => close())));

function senderWith(options: Partial<GuardedSenderOptions> = {}): GuardedSender {
  const sender = new GuardedSender({
    userAgent: 'test',
    resolve: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    ...options,
  });
  senders.push(sender);
  return sender;
}

const post = (sender: GuardedSender, url: string, timeoutMs = 10_000): Promise<EndpointAnswer> =>
  sender.send({ url, headers: {}, body: '{}', timeoutMs });

function opened(text: string): AllowedHosts {
  const reading = readAllowedHosts(text);
  if (!reading.ok) throw new Error(reading.detail);
  return reading.hosts;
}

/** One IPv4 address in every spelling that some parser takes for it. */
function spellings(a: number, b: number, c: number, d: number): string[] {
  const dword = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number, width = 2) => value.toString(16).padStart(width, '0');
  const octal = (value: number) => `0${value.toString(8)}`;
  const dotted = `${a}.${b}.${c}.${d}`;
  const [high, low] = [hex(a) + hex(b), hex(c) + hex(d)];
  const wide = (text: string) =>
    [...text].map((digit) => String.fromCodePoint(digit.charCodeAt(0) + 0xfee0)).join('');
  const circled = (text: string) =>
    text.replace(/[1-9]/g, (digit) => String.fromCodePoint(0x245f + Number(digit))).replaceAll('0', '\u24ea');
  return [
    ...[
      dotted,
      `${dotted}.`,
      String(dword),
      `0x${hex(dword, 8)}`,
      `0X${hex(dword, 8).toUpperCase()}`,
      octal(dword),
    ],
    ...[`0x${hex(a)}.0x${hex(b)}.0x${hex(c)}.0x${hex(d)}`, [a, b, c, d].map(octal).join('.')],
    ...[
      `${a}.${b * 65_536 + c * 256 + d}`,
      `${a}.${b}.${c * 256 + d}`,
      `0x${hex(a)}.${octal(b)}.${c * 256 + d}`,
    ],
    ...[`000${octal(a)}.${b}.${c}.${d}`, wide(dotted), circled(dotted), dotted.replaceAll('.', '\u3002')],
    [...dotted].map((character) => `%${hex(character.charCodeAt(0))}`).join(''),
    ...[`[::ffff:${dotted}]`, `[::ffff:${high}:${low}]`, `[0:0:0:0:0:FFFF:${high}:${low}]`, `[::${dotted}]`],
    ...[
      `[::${high}:${low}]`,
      `[64:ff9b::${high}:${low}]`,
      `[64:ff9b:1::${dotted}]`,
      `[2002:${high}:${low}::1]`,
    ],
    ...[`[2001:0:${high}:${low}::1]`, `[fe80::5efe:${dotted}%25eth0]`, `[::ffff:${dotted}%25lo]`],
    ...[
      `user:pass@${dotted}`,
      `example.com@${dotted}`,
      `example.com%40${dotted}`,
      `${dotted}%00.example.com`,
    ],
    ...[
      `${dotted}\\.example.com`,
      `example.com\t@${dotted}`,
      `${dotted}#.example.com`,
      `${dotted}?.example.com`,
    ],
  ];
}

function hostileUrls(port: number): string[] {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const addresses: [number, number, number, number][] = [
    ...[
      [127, 0, 0, 1],
      [127, 255, 255, 254],
      [127, 1, 2, 3],
      [0, 0, 0, 0],
      [127, 0, 1, 1],
    ],
    ...Array.from({ length: 20 }, (_, index) => [
      127,
      (index * 37) % 256,
      (index * 91) % 256,
      1 + ((index * 13) % 254),
    ]),
    ...own.filter(({ family }) => family === 'IPv4').map(({ address }) => address.split('.').map(Number)),
  ] as [number, number, number, number][];
  const names = [
    ...[
      'localhost',
      'LOCALHOST',
      'localhost.',
      'a.localhost',
      'ip6-localhost',
      'ip6-loopback',
      'local',
      'x.local',
      'metadata',
    ],
    ...[
      'metadata.google.internal',
      'instance-data',
      'kubernetes.default.svc',
      'router.lan',
      '[::1]',
      '[::]',
      '[0:0::1]',
    ],
    ...own
      .filter(({ family }) => family === 'IPv6')
      .flatMap(({ address }) => [`[${address}]`, `[${address}%25lo]`]),
  ];
  const hosts = [...addresses.flatMap((address) => spellings(...address)), ...names];
  return hosts.flatMap((host) => {
    // An authority that ends early is followed by the rest of it, not by a port.
    const at = /[#?\\]/.test(host) ? host.replace(/[#?\\]/, `:${port}$&`) : `${host}:${port}`;
    return [`https://${at}/hook`, `http://${at}/hook`];
  });
}

describe('an inner address', () => {
  it('is never connected to, in any of more than a thousand spellings', async () => {
    const urls = hostileUrls(canary.port);
    expect(urls.length).toBeGreaterThan(1_000);
    const sender = senderWith();
    const answers = await Promise.all(urls.map((url) => post(sender, url)));
    expect(canary.connections).toBe(0);
    const sent = urls.filter((_, index) => {
      const answer = answers[index]!;
      return answer.kind === 'answered' || (answer.kind === 'no_answer' && answer.maybeSent);
    });
    expect(sent).toEqual([]);
    // The canary sings: what the operator opens is connected to.
    await post(
      senderWith({ allowedHosts: opened(`127.0.0.1:${canary.port}`) }),
      `http://127.0.0.1:${canary.port}/`,
    );
    expect(canary.connections).toBe(1);
  });

  const NAME = 'hooks.example.com';
  it.each<[string, (count: number) => string[]]>([
    ['only inside', () => ['127.0.0.1']],
    ['only inside, over IPv6', () => ['::1']],
    ['inside behind IPv4-mapped IPv6', () => ['::ffff:127.0.0.1']],
    ['both outside and inside', () => ['8.8.8.8', '127.0.0.1']],
    ['both, the other way round', () => ['127.0.0.1', '8.8.8.8']],
    ['inside in another place every time', (count) => [`127.0.0.${(count % 200) + 1}`]],
    [
      'both, in an order that changes with every query',
      (count) => ['127.0.0.1', '8.8.8.8'].sort(() => (count % 2) - 0.5),
    ],
    ['nowhere', () => []],
    ['no address but a text', () => ['localhost']],
  ])('is not connected to through a name that leads %s', async (_, addresses) => {
    let count = 0;
    const sender = senderWith({ resolve: () => Promise.resolve(addresses(count++)) });
    for (let time = 0; time < 5; time += 1) {
      const answer = await post(sender, `https://${NAME}:${canary.port}/`);
      expect(answer).toMatchObject(
        addresses(0).length === 0 ? { reason: 'unresolved', maybeSent: false } : { kind: 'not_allowed' },
      );
      // Inner addresses of a name are nobody's business.
      expect(JSON.stringify(answer)).not.toMatch(/127\.0|::1/);
    }
    // Once per attempt: what is judged and what is connected to cannot be two answers.
    expect(count).toBe(5);
    expect(canary.connections).toBe(0);
  });

  it('is not connected to while a name server does not answer, nor afterwards', async () => {
    let answer: (addresses: string[]) => void = () => undefined;
    const sender = senderWith({ resolve: () => new Promise((resolve) => (answer = resolve)) });
    expect(await post(sender, `https://${NAME}:${canary.port}/`, 50)).toMatchObject({
      kind: 'no_answer',
      reason: 'timeout',
      maybeSent: false,
    });
    answer(['127.0.0.1']);
    await sender.close();
    expect(canary.connections).toBe(0);
  });

  it.each(['ENOTFOUND', 'ESERVFAIL', 'ECONNREFUSED', 'ETIMEOUT'])(
    'is not looked for elsewhere when the name server says %s',
    async (code) => {
      const sender = senderWith({ resolve: () => Promise.reject(Object.assign(new Error('no'), { code })) });
      expect(await post(sender, `https://${NAME}:${canary.port}/`)).toMatchObject({
        kind: 'no_answer',
        reason: 'unresolved',
        maybeSent: false,
      });
    },
  );

  it.each([300, 301, 302, 303, 304, 305, 307, 308])('is not reached by a redirect (%d)', async (status) => {
    const server = await httpLoopback((_, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${canary.port}/` }).end();
    });
    const sender = senderWith({ allowedHosts: opened(`127.0.0.1:${server.port}`) });
    expect(await post(sender, `${server.url}/hook`)).toMatchObject({ kind: 'answered', status });
    expect(canary.connections).toBe(0);
  });
});

describe('what the operator opens', () => {
  const reached = async (server: Loopback, list: string, url: string): Promise<boolean> =>
    (await post(senderWith({ allowedHosts: opened(list) }), url)).kind === 'answered' &&
    server.seen.length > 0;

  it('is exactly one host and port, in every spelling of the host', async () => {
    const server = await httpLoopback((_, response) => response.end('ok'));
    const other = await httpLoopback((_, response) => response.end('ok'));
    const list = `127.0.0.1:${server.port}`;
    expect(await reached(server, list, server.url)).toBe(true);
    expect(await reached(server, list, `http://0x7f.1:${server.port}/`)).toBe(true);
    for (const url of [other.url, `http://localhost:${server.port}/`, `http://127.0.0.2:${server.port}/`]) {
      expect(await post(senderWith({ allowedHosts: opened(list) }), url)).toMatchObject({
        kind: 'not_allowed',
      });
    }
    expect(other.seen).toEqual([]);
  });

  it('may be a name of the inside', async () => {
    const server = await httpLoopback((_, response) => response.end('ok'));
    expect(await reached(server, `localhost:${server.port}`, `http://localhost:${server.port}/`)).toBe(true);
  });

  it('is not opened by a longer or shorter name', async () => {
    const sender = senderWith({ allowedHosts: opened(`hooks.internal:${canary.port}`) });
    for (const host of ['a.hooks.internal', 'internal', 'hooks.internal.', 'xhooks.internal']) {
      expect(await post(sender, `http://${host}:${canary.port}/`)).toMatchObject({ kind: 'not_allowed' });
    }
  });

  it.each([
    'localhost',
    '*:80',
    'a.example:0',
    'a.example:99999',
    'http://a.example:80',
    'a b',
    'a.example:80/x',
    '::1:80',
  ])('is refused when it is no host with a port: %s', (text) => {
    expect(readAllowedHosts(text)).toMatchObject({ ok: false, detail: expect.any(String) });
  });

  it('is read with blanks, commas and any letter case', () => {
    expect(readAllowedHosts(' Localhost:8080,hooks.internal:443\n[::1]:9000 ')).toEqual({
      ok: true,
      hosts: new Set(['localhost:8080', 'hooks.internal:443', '[::1]:9000']),
    });
    expect(readAllowedHosts('')).toEqual({ ok: true, hosts: new Set() });
  });
});
