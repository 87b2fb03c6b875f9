import { createServer as createTlsServer } from 'node:https';
import { gzipSync } from 'node:zlib';

import {
  closedPort,
  closeLoopbacks,
  httpLoopback,
  listen,
  selfSignedCertificate,
  tcpLoopback,
  type Loopback,
} from '@rekomi/transport/testing';

import type { EndpointAnswer, EndpointRequest } from './endpoint-request.js';
import { GuardedSender, type GuardedSenderOptions } from './guarded-sender.js';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const senders: GuardedSender[] = [];

afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
  await closeLoopbacks();
});

function senderTo(ports: readonly number[], options: Partial<GuardedSenderOptions> = {}): GuardedSender {
  const sender = new GuardedSender({
    userAgent: 'Rekomi test',
    allowedHosts: new Set(ports.map((port) => `127.0.0.1:${port}`)),
    ...options,
  });
  senders.push(sender);
  return sender;
}

const message = (url: string, change: Partial<EndpointRequest> = {}): EndpointRequest => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"type":"commission_earned"}',
  timeoutMs: 15_000,
  ...change,
});

const send = (
  server: { readonly port: number; readonly url: string },
  change: Partial<EndpointRequest> = {},
  options: Partial<GuardedSenderOptions> = {},
): Promise<EndpointAnswer> => senderTo([server.port], options).send(message(`${server.url}/hook`, change));

/** Answers on a raw connection, then stays silent, ends or resets. */
function raw(bytes: string, then: 'end' | 'reset' | 'stay'): Promise<Loopback> {
  return tcpLoopback((socket) => {
    socket.once('data', () => {
      if (then === 'reset') socket.resetAndDestroy();
      else if (then === 'end') socket.end(bytes);
      else socket.write(bytes);
    });
  });
}

describe('a message', () => {
  it('arrives as one POST, byte for byte, with the headers it was given', async () => {
    const server = await httpLoopback((_, response) => {
      response.writeHead(202, { 'x-request-id': 'r1' }).end('{"taken":true}');
    });
    const body = '{"name":"Zoë"}';
    const answer = await send(server, {
      body,
      headers: { 'Content-Type': 'application/json', 'webhook-id': 'msg_1', 'X-Key': 'k' },
    });
    expect(answer).toMatchObject({ kind: 'answered', status: 202, body: '{"taken":true}' });
    expect(answer).toMatchObject({ headers: { 'x-request-id': 'r1' }, durationMs: expect.any(Number) });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/hook',
      headers: {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'webhook-id': 'msg_1',
        'x-key': 'k',
        'user-agent': 'Rekomi test',
        'accept-encoding': 'identity',
      },
    });
    expect(server.seen[0]!.body.toString()).toBe(body);
  });

  it('keeps what is percent-encoded in its address as it is', async () => {
    const server = await httpLoopback((_, response) => response.end());
    const path = "/a%2Fb/o'brien%40example.com/%252B?x=%26%20%27+%252B";
    await senderTo([server.port]).send(message(`${server.url}${path}`));
    expect(server.seen[0]!.url).toBe(path);
  });

  it.each([200, 204, 400, 404, 410, 429, 500, 503])('is answered by any status (%d)', async (status) => {
    const server = await httpLoopback((_, response) => {
      response.writeHead(status, { 'retry-after': '7' }).end();
    });
    expect(await send(server)).toMatchObject({ status, headers: { 'retry-after': '7' } });
  });

  it.each([
    ['a line break in a value', { 'x-key': 'a\r\nx-other: b' }],
    ['a value beyond ASCII', { 'x-key': 'kéy' }],
    ['a name that is none', { 'x key': 'a' }],
    ['a length of its own', { 'Content-Length': '5' }],
    ['a host of its own', { host: 'other.example' }],
  ])('with %s is not sent, and the value is not repeated', async (_, headers) => {
    const server = await httpLoopback((_, response) => response.end());
    const answer = await send(server, { headers });
    expect(answer).toMatchObject({ kind: 'no_answer', reason: 'malformed', maybeSent: false });
    expect(JSON.stringify(answer)).not.toMatch(/x-other|kéy|other\.example/);
    expect(server.seen).toEqual([]);
  });
});

describe('a long answer', () => {
  it('is shown up to 4,096 characters, and the connection is used again', async () => {
    const ports = new Set<number | undefined>();
    const server = await httpLoopback((_, response, request) => {
      ports.add(request.socket.remotePort);
      response.end('é'.repeat(10_000));
    });
    const sender = senderTo([server.port]);
    for (let time = 0; time < 6; time += 1) {
      expect(await sender.send(message(server.url))).toMatchObject({
        status: 200,
        body: `${'é'.repeat(4_096)}… [5904 more characters]`,
      });
    }
    // One more than one, because a pool gives the next request away before it sees the last one end.
    expect(ports.size).toBeLessThan(3);
  });

  it('without end is cut, and its status counts', async () => {
    let cut: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (cut = resolve));
    const server = await tcpLoopback((socket) => {
      socket.once('data', () => {
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
        const more = (): void => {
          if (socket.destroyed) return;
          socket.write(`400\r\n${'x'.repeat(1024)}\r\n`, () => setImmediate(more));
        };
        more();
      });
      socket.once('close', cut);
    });
    const answer = await send(server);
    expect(answer).toMatchObject({ kind: 'answered', status: 200 });
    expect(JSON.stringify(answer).length).toBeLessThan(5_000);
    await closed;
  });

  it.each([
    ['is shorter than announced', `${HEAD}content-length: 50\r\n\r\ntaken`, 'end'],
    ['stops half way', `${HEAD}content-length: 50\r\n\r\ntaken`, 'stay'],
    ['has chunks that are none', `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\ntaken\r\nzz\r\n`, 'stay'],
  ] as const)(
    'whose body %s is an answer all the same: sending again would be a repeat',
    async (_, bytes, then) => {
      const server = await raw(bytes, then);
      expect(await send(server, { timeoutMs: then === 'stay' ? 1_000 : 15_000 })).toMatchObject({
        kind: 'answered',
        status: 200,
        body: 'taken',
      });
    },
  );

  it('that is packed is not unpacked: a few bytes may be a gigabyte', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const server = await httpLoopback((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    expect(await send(server)).toMatchObject({ status: 200, body: expect.stringContaining('not unpacked') });
  });

  it('with a NUL or broken UTF-8 is shown as text that a database can store', async () => {
    const server = await httpLoopback((_, response) => response.end(Buffer.from([0x61, 0, 0xff, 0x62])));
    expect(await send(server)).toMatchObject({ body: 'a\uFFFD\uFFFDb' });
  });
});

describe('an answer that repeats our keys', () => {
  it('shows none of them, in no spelling, nor cookies', async () => {
    const key = 'wk_live_7f3a9c51e2d84b6f';
    const basic = Buffer.from('site-51e2d84b:track-9c51e2d8').toString('base64');
    const server = await httpLoopback((seen, response) => {
      response.writeHead(200, {
        'set-cookie': 'session=abc',
        'x-echo': seen.headers['x-key'] as string,
      });
      response.end(
        JSON.stringify({
          headers: seen.headers,
          base64: Buffer.from(key).toString('base64'),
          pair: 'track-9c51e2d8',
        }),
      );
    });
    const headers = { 'X-Key': key, Authorization: `Basic ${basic}`, 'webhook-id': 'msg_17' };
    const text = JSON.stringify(await send(server, { headers }));
    for (const secret of [key, basic, 'track-9c51e2d8', 'session=abc', Buffer.from(key).toString('base64')]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('[masked:x-key]');
    expect(text).toContain('msg_17');
  });

  it('shows no half of one at the cut', async () => {
    const key = 'wk_live_7f3a9c51e2d84b6f';
    const server = await httpLoopback((_, response) =>
      response.end(`${'x'.repeat(4_080)}${key}${'y'.repeat(100)}`),
    );
    expect(JSON.stringify(await send(server, { headers: { 'x-key': key } }))).not.toContain('wk_live');
  });
});

describe('when surely nothing was sent', () => {
  it('a closed port is "refused"', async () => {
    const port = await closedPort();
    expect(await send({ port, url: `http://127.0.0.1:${port}` })).toMatchObject({
      kind: 'no_answer',
      reason: 'refused',
      maybeSent: false,
    });
  });

  it('a certificate that nobody vouches for is "tls", and its owner hears nothing', async () => {
    let requests = 0;
    const certificate = selfSignedCertificate();
    const server = createTlsServer(certificate, (_, response) => {
      requests += 1;
      response.end('taken');
    });
    const { port } = await listen(server, []);
    const url = `https://127.0.0.1:${port}`;
    expect(await send({ port, url })).toMatchObject({ kind: 'no_answer', reason: 'tls', maybeSent: false });
    expect(requests).toBe(0);
    const trusting = { certificateAuthorities: certificate.cert };
    expect(await send({ port, url }, {}, trusting)).toMatchObject({ kind: 'answered', body: 'taken' });
    // Another name than the certificate's.
    const named = new GuardedSender({
      userAgent: 'test',
      allowedHosts: new Set([`localhost:${port}`]),
      ...trusting,
    });
    senders.push(named);
    expect(await named.send(message(`https://localhost:${port}/`))).toMatchObject({ reason: 'tls' });
  });

  it('a signal that ended before is "aborted"', async () => {
    const server = await httpLoopback((_, response) => response.end());
    const answer = await send(server, { signal: AbortSignal.abort() });
    expect(answer).toMatchObject({ reason: 'aborted', maybeSent: false });
    expect(server.seen).toEqual([]);
  });

  it('a time-out while all connections of the endpoint are taken is no request', async () => {
    const server = await tcpLoopback(() => undefined);
    const sender = senderTo([server.port], { connectionsPerEndpoint: 1 });
    const first = sender.send(message(server.url, { timeoutMs: 600 }));
    const second = sender.send(message(server.url, { timeoutMs: 100 }));
    expect(await second).toMatchObject({ reason: 'timeout', maybeSent: false });
    expect(await first).toMatchObject({ reason: 'timeout', maybeSent: true });
  });

  it('a sender that is closed sends nothing more', async () => {
    const server = await httpLoopback((_, response) => response.end());
    const sender = senderTo([server.port]);
    await sender.close();
    expect(await sender.send(message(server.url))).toMatchObject({ reason: 'aborted', maybeSent: false });
    expect(server.seen).toEqual([]);
  });
});

describe('when it may have been sent', () => {
  it.each([
    ['never answers', 'timeout', '', 'stay'],
    ['stops within its headers', 'timeout', HEAD, 'stay'],
    ['closes without an answer', 'reset', '', 'end'],
    ['resets without an answer', 'reset', '', 'reset'],
    ['only announces an answer', 'reset', 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n', 'end'],
    ['does not speak HTTP', 'malformed', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', 'stay'],
    ['sends headers without end', 'too_large', `${HEAD}x: ${'x'.repeat(40_000)}\r\n\r\n`, 'stay'],
  ] as const)('a receiver that %s is "%s"', async (_, reason, bytes, then) => {
    const server = await raw(bytes, then);
    const answer = await send(server, { timeoutMs: reason === 'timeout' ? 1_000 : 15_000 });
    expect(answer).toMatchObject({ kind: 'no_answer', reason, maybeSent: true });
  });

  it('an abort cuts the connection', async () => {
    const controller = new AbortController();
    let closed: () => void = () => undefined;
    const cut = new Promise<void>((resolve) => (closed = resolve));
    const server = await httpLoopback((_, response) => {
      response.on('close', closed);
      controller.abort();
    });
    expect(await send(server, { signal: controller.signal })).toMatchObject({
      reason: 'aborted',
      maybeSent: true,
    });
    await cut;
  });

  it('a message is never sent again by itself', async () => {
    let requests = 0;
    const server = await tcpLoopback((socket) => {
      socket.on('data', () => {
        requests += 1;
        if (requests === 1) socket.write(`${HEAD}content-length: 2\r\n\r\n{}`);
        else socket.destroy();
      });
    });
    const sender = senderTo([server.port]);
    expect(await sender.send(message(server.url))).toMatchObject({ kind: 'answered' });
    expect(await sender.send(message(server.url))).toMatchObject({ reason: 'reset', maybeSent: true });
    expect(requests).toBe(2);
  });
});

describe('one endpoint beside others', () => {
  it('that hangs takes no connection of another one at the same host', async () => {
    const server = await httpLoopback((seen, response) => {
      if (seen.url !== '/hangs') response.end('ok');
    });
    const sender = senderTo([server.port], { connectionsPerEndpoint: 2 });
    const controller = new AbortController();
    const hanging = Array.from({ length: 10 }, () =>
      sender.send(message(`${server.url}/hangs`, { endpointId: 'a', signal: controller.signal })),
    );
    expect(await sender.send(message(server.url, { endpointId: 'b' }))).toMatchObject({ kind: 'answered' });
    // No more at a time than its connections.
    expect(server.seen.filter(({ url }) => url === '/hangs').length).toBeLessThan(3);
    controller.abort();
    expect((await Promise.all(hanging)).map(({ kind }) => kind)).toEqual(hanging.map(() => 'no_answer'));
  });

  it('gives its connections up when many others are used, and is reached again', async () => {
    const server = await httpLoopback((_, response) => response.end('ok'));
    const sender = senderTo([server.port], { maximumPools: 3 });
    for (let time = 0; time < 2; time += 1) {
      const all = Array.from({ length: 10 }, (_, index) =>
        sender.send(message(server.url, { endpointId: `e${index}` })),
      );
      expect((await Promise.all(all)).map(({ kind }) => kind)).toEqual(all.map(() => 'answered'));
    }
  });
});

describe('the sandbox', () => {
  it('stands for the hosts of presets', async () => {
    const server = await httpLoopback((_, response) => response.end('{}'));
    const sender = senderTo([], { sandboxUrl: server.url });
    const url = 'https://track.customer.io/api/v1/customers/a%40example.com/events';
    expect(await sender.send(message(url, { environment: 'sandbox' }))).toMatchObject({ kind: 'answered' });
    expect(server.seen[0]!.url).toBe('/track.customer.io/api/v1/customers/a%40example.com/events');
  });

  it.each([
    'https://hooks.example.com/',
    'https://track.customer.io:8443/',
    'https://track.customer.io.example.com/',
    'http://track.customer.io/',
    'https://_sandbox/reset',
  ])('stands for nothing else: %s', async (url) => {
    const server = await httpLoopback((_, response) => response.end('{}'));
    const sender = senderTo([], { sandboxUrl: server.url });
    expect(await sender.send(message(url, { environment: 'sandbox' }))).toMatchObject({
      kind: 'not_allowed',
    });
    expect(server.seen).toEqual([]);
  });

  it('that is not configured is said so', async () => {
    const answer = await senderTo([]).send(message('https://track.customer.io/', { environment: 'sandbox' }));
    expect(answer).toMatchObject({
      kind: 'not_allowed',
      detail: expect.stringContaining('none is configured'),
    });
  });
});
