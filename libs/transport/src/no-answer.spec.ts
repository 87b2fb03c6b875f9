import { createServer as createTlsServer } from 'node:https';
import tls from 'node:tls';
import { jest } from '@jest/globals';
import type { VendorAnswer } from '@rekomi/provider-contract';
import { binding, manifest, post } from '../test/binding.js';
import type { TestBinding } from '../test/binding.js';
import { closeLoopbacks, closedPort, httpLoopback, listen, tcpLoopback } from '../test/loopback.js';
import type { Loopback } from '../test/loopback.js';
import { selfSignedCertificate } from '../test/self-signed-certificate.js';
import { VendorTransport } from './vendor-transport.js';

const HEADERS = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

afterEach(closeLoopbacks);

async function ask(url: string, setup: TestBinding = binding()): Promise<VendorAnswer> {
  const transport = new VendorTransport({ sandboxUrl: url, userAgent: 'test', maximumBytes: 1000 });
  try {
    return await transport.open(setup).request(post());
  } finally {
    await transport.close();
  }
}

/** Answers every request on a raw connection with these bytes, then does the rest. */
function raw(bytes: string, then: 'end' | 'reset' | 'stay'): Promise<Loopback> {
  return tcpLoopback((socket) => {
    socket.once('data', () => {
      if (then === 'reset') {
        if (bytes === '') socket.resetAndDestroy();
        else socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 20));
      } else if (then === 'end') socket.end(bytes);
      else socket.write(bytes);
    });
  });
}

describe('when the vendor surely got nothing', () => {
  it('a closed port is "refused"', async () => {
    const setup = binding();
    const answer = await ask(`http://127.0.0.1:${await closedPort()}`, setup);
    expect(answer).toMatchObject({ kind: 'no_answer', reason: 'refused', maybeSent: false });
    expect(setup.gate.released).toEqual([{ failed: true }]);
    expect(setup.records[0]?.failure).toMatchObject({ reason: 'refused', maybeSent: false });
  });

  it('a host name that does not exist is "unresolved"', async () => {
    const answer = await ask('http://no-such-host.invalid');
    expect(answer).toMatchObject({ kind: 'no_answer', reason: 'unresolved', maybeSent: false });
  });

  it('a certificate that nobody vouches for is "tls", and nothing is said to its owner', async () => {
    let requests = 0;
    const server = createTlsServer(selfSignedCertificate(), (_, response) => {
      requests++;
      response.end('{}');
    });
    const connect = jest.spyOn(tls, 'connect');
    const { port } = await listen(server, []);
    const host = `127.0.0.1:${port}`;
    const transport = new VendorTransport({ userAgent: 'test' });
    const setup = binding({ environment: 'live', manifest: manifest(5_000, [host]) });
    const answer = await transport.open(setup).request(post({ host }));
    expect(answer).toMatchObject({ kind: 'no_answer', reason: 'tls', maybeSent: false });
    expect(answer).toMatchObject({ detail: expect.stringContaining('self-signed') as string });
    expect(requests).toBe(0);
    // Without it, NODE_TLS_REJECT_UNAUTHORIZED=0 would decide; Jest hides the real environment from this test.
    expect(connect.mock.lastCall?.[0]).toMatchObject({ rejectUnauthorized: true });
    connect.mockRestore();
    await transport.close();
  });

  it.each([
    [
      'speaks something else than TLS',
      (): Promise<Loopback> => raw('HTTP/1.1 400 Bad Request\r\n\r\n', 'end'),
    ],
    ['hangs up in the handshake', (): Promise<Loopback> => raw('', 'end')],
  ])('a live vendor that %s is "tls"', async (_, start) => {
    const { port } = await start();
    const host = `127.0.0.1:${port}`;
    const transport = new VendorTransport({ userAgent: 'test' });
    const setup = binding({ environment: 'live', manifest: manifest(5_000, [host]) });
    const answer = await transport.open(setup).request(post({ host }));
    expect(answer).toMatchObject({ kind: 'no_answer', reason: 'tls', maybeSent: false });
    await transport.close();
  });

  it('a time-out while waiting for a connection is a time-out without a request', async () => {
    const server = await tcpLoopback(() => undefined);
    const transport = new VendorTransport({
      sandboxUrl: server.url,
      userAgent: 'test',
      connectionsPerOrigin: 1,
    });
    const first = transport.open(binding({ timeoutMs: 400 })).request(post());
    const second = transport.open(binding({ timeoutMs: 100 })).request(post());
    expect(await second).toMatchObject({ kind: 'no_answer', reason: 'timeout', maybeSent: false });
    expect(await first).toMatchObject({ kind: 'no_answer', reason: 'timeout', maybeSent: true });
    await transport.close();
  });

  it.each(['pasted\nkey', 'pasted key\u2028'])(
    'the key %j is "malformed", and the connection stays usable',
    async (apiKey) => {
      const server = await httpLoopback((_, response) => response.end('{}'));
      const transport = new VendorTransport({
        sandboxUrl: server.url,
        userAgent: 'test',
        connectionsPerOrigin: 1,
      });
      const values = { accountId: 'a', apiKey };
      const broken = binding({
        credentials: { has: () => true, reveal: (name) => values[name as 'apiKey'] },
      });
      const bearer = post({ authorization: { kind: 'bearer', credential: 'apiKey' } });
      const answer = await transport.open(broken).request(bearer);
      expect(answer).toMatchObject({ kind: 'no_answer', reason: 'malformed', maybeSent: false });
      expect(JSON.stringify(answer)).not.toContain('pasted');
      expect(await transport.open(binding()).request(post())).toMatchObject({
        kind: 'answered',
        status: 200,
      });
      expect(server.seen).toHaveLength(1);
      await transport.close();
    },
  );
});

describe('when the vendor may have got it', () => {
  it.each([
    ['a vendor that never answers', 'timeout', '', 'stay'],
    ['a vendor that stops within its headers', 'timeout', HEADERS, 'stay'],
    ['a vendor that stops within its body', 'timeout', `${HEADERS}content-length: 50\r\n\r\n{"a":`, 'stay'],
    ['a connection closed without an answer', 'reset', '', 'end'],
    ['a connection reset without an answer', 'reset', '', 'reset'],
    ['a body shorter than announced', 'reset', `${HEADERS}content-length: 50\r\n\r\n{"a":1}`, 'end'],
    ['a body reset half way', 'reset', `${HEADERS}content-length: 50\r\n\r\n{"a":`, 'reset'],
    [
      'a chunked body without its end',
      'reset',
      `${HEADERS}transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`,
      'end',
    ],
    [
      'an unfinished chunked body on a closing connection',
      'reset',
      `${HEADERS}connection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`,
      'end',
    ],
    ['chunks that are none', 'malformed', `${HEADERS}transfer-encoding: chunked\r\n\r\nzz\r\n`, 'stay'],
    ['an answer that is not HTTP', 'malformed', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', 'stay'],
    ['a body announced as too large', 'too_large', `${HEADERS}content-length: 1001\r\n\r\n`, 'stay'],
    ['endless headers', 'too_large', `${HEADERS}x: ${'x'.repeat(20_000)}\r\n\r\n`, 'stay'],
    [
      'a body that turns out too large',
      'too_large',
      `${HEADERS}transfer-encoding: chunked\r\n\r\n400\r\n${'x'.repeat(1024)}\r\n`,
      'stay',
    ],
  ] as const)('%s is "%s"', async (_, reason, bytes, then) => {
    const server = await raw(bytes, then);
    const setup = binding({ timeoutMs: reason === 'timeout' ? 150 : 5_000 });
    const answer = await ask(server.url, setup);
    expect(answer).toMatchObject({ kind: 'no_answer', reason, maybeSent: true });
    expect(setup.gate.released).toEqual([{ failed: true }]);
    expect(setup.records).toHaveLength(1);
    expect(setup.records[0]?.failure).toMatchObject({ reason, maybeSent: true });
  });

  it('a vendor that drips its answer runs into the one time-out for everything', async () => {
    const server = await tcpLoopback((socket) => {
      socket.once('data', () => {
        socket.write(`${HEADERS}content-length: 500\r\n\r\n`);
        const drip = setInterval(() => socket.write(' '), 20);
        socket.on('close', () => clearInterval(drip));
      });
    });
    const started = performance.now();
    const answer = await ask(server.url, binding({ timeoutMs: 250 }));
    expect(answer).toMatchObject({ kind: 'no_answer', reason: 'timeout', maybeSent: true });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('a reused connection that the vendor closes on the next request counts as sent, and is not tried again', async () => {
    let requests = 0;
    const server = await tcpLoopback((socket) => {
      socket.on('data', () => {
        requests++;
        if (requests === 1) socket.write(`${HEADERS}content-length: 2\r\n\r\n{}`);
        else socket.destroy();
      });
    });
    const transport = new VendorTransport({ sandboxUrl: server.url, userAgent: 'test' });
    const http = transport.open(binding());
    expect(await http.request(post())).toMatchObject({ kind: 'answered' });
    expect(await http.request(post())).toMatchObject({ kind: 'no_answer', reason: 'reset', maybeSent: true });
    expect(requests).toBe(2);
    await transport.close();
  });

  it('a preliminary answer is not taken for the answer', async () => {
    const setup = binding();
    const server = await raw('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n', 'end');
    expect(await ask(server.url, setup)).toMatchObject({
      kind: 'no_answer',
      reason: 'reset',
      maybeSent: true,
    });
    expect(setup.records[0]).not.toHaveProperty('status');
  });

  it('an abort cuts it, and the vendor sees the connection close', async () => {
    const setup = binding();
    let closed: () => void = () => undefined;
    const cut = new Promise<void>((resolve) => (closed = resolve));
    const server = await httpLoopback((_, response) => {
      response.on('close', closed);
      setup.controller.abort();
    });
    expect(await ask(server.url, setup)).toMatchObject({
      kind: 'no_answer',
      reason: 'aborted',
      maybeSent: true,
    });
    await cut;
    expect(setup.gate.released).toEqual([{ failed: true }]);
  });
});
