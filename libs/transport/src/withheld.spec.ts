import { binding, credentials, post } from '../test/binding.js';
import { closeLoopbacks, httpLoopback } from '../test/loopback.js';
import type { Loopback } from '../test/loopback.js';
import type { PaceAnswer } from './pace-gate.js';
import { VendorTransport } from './vendor-transport.js';

describe('a request that is not sent', () => {
  let server: Loopback;
  let transport: VendorTransport;

  beforeEach(async () => {
    server = await httpLoopback((_, response) => response.end('{}'));
    transport = new VendorTransport({ sandboxUrl: server.url, userAgent: 'test', connectionsPerOrigin: 1 });
  });
  afterEach(async () => {
    await transport.close();
    expect(server.seen).toHaveLength(0);
    await closeLoopbacks();
  });

  it.each([
    'evil.example',
    'api.vendor.example.evil.example',
    'API.vendor.example',
    'api.vendor.example:8443',
    'api.vendor.example@evil.example',
    '',
  ])('because %p is not one of the vendor’s hosts', async (host) => {
    const setup = binding();
    expect(await transport.open(setup).request(post({ host }))).toMatchObject({
      kind: 'withheld',
      reason: 'host_not_allowed',
    });
    expect(setup.gate.acquired).toBe(0);
  });

  it('because the pace leaves no room yet, says until when', async () => {
    const until = new Date('2026-03-01T00:00:00Z');
    const released: unknown[] = [];
    const setup = binding({
      pace: {
        acquire: () => Promise.resolve({ kind: 'wait', until }),
        release: (...told) => released.push(told),
      },
    });
    expect(await transport.open(setup).request(post())).toMatchObject({
      kind: 'withheld',
      reason: 'paced',
      until,
    });
    expect(released).toEqual([]);
    expect(setup.records).toEqual([]);
  });

  it('because everything was over before it began', async () => {
    const setup = binding();
    setup.controller.abort();
    expect(await transport.open(setup).request(post())).toMatchObject({
      kind: 'withheld',
      reason: 'aborted',
    });
    expect(setup.gate.acquired).toBe(0);
  });

  it('because it was over while it waited for the pace, gives the room back', async () => {
    let go: (answer: PaceAnswer) => void = () => undefined;
    const released: unknown[] = [];
    const setup = binding({
      pace: {
        acquire: () => new Promise((resolve) => (go = resolve)),
        release: (family, result) => released.push([family, result]),
      },
    });
    const answer = transport.open(setup).request(post());
    setup.controller.abort();
    go({ kind: 'go' });
    expect(await answer).toMatchObject({ kind: 'withheld', reason: 'aborted' });
    expect(released).toEqual([['write', { failed: false }]]);
  });

  it('because the gate gave up when it was aborted', async () => {
    const setup = binding({
      pace: {
        acquire: (_, signal) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new Error('stop'))),
          ),
        release: () => undefined,
      },
    });
    const answer = transport.open(setup).request(post());
    setup.controller.abort();
    expect(await answer).toMatchObject({ kind: 'withheld', reason: 'aborted' });
  });

  it('because the lease says no at the last moment', async () => {
    const setup = binding({ mayStillSend: () => false });
    expect(await transport.open(setup).request(post())).toMatchObject({
      kind: 'withheld',
      reason: 'aborted',
    });
    expect(setup.gate.released).toEqual([{ failed: false }]);
    expect(setup.records).toEqual([]);
  });

  it('because the transport is closed', async () => {
    const http = transport.open(binding());
    await transport.close();
    expect(await http.request(post())).toMatchObject({ kind: 'withheld', reason: 'aborted' });
  });

  it.each([
    ['an unknown family', { family: 'nope' }],
    ['a path without its slash', { path: 'v1' }],
    ['a path that is not encoded', { path: '/v1/müller' }],
    ['a path with a line break', { path: '/v1\r\nhost: evil' }],
    ['a fragment in the path', { path: '/v1#x' }],
    ['two bodies', { json: {} }],
    ['a host header of its own', { headers: { Host: 'evil.example' } }],
    ['a header name with a line break', { headers: { 'x\r\ny': '1' } }],
    ['a credential that is not there', { authorization: { kind: 'bearer', credential: 'missing' } }],
  ] as const)('because the provider has a bug (%s) throws, without values', async (_, change) => {
    const http = transport.open(binding({ credentials: credentials() }));
    const failure = await http.request(post(change)).then(() => '', String);
    expect(failure).toMatch(/^(Type)?Error: /);
    expect(failure).not.toContain('evil');
  });
});

describe('a request that waits for a connection', () => {
  afterEach(closeLoopbacks);

  it('asks the lease when its turn comes, not when it queued', async () => {
    let leaseHolds = true;
    const server = await httpLoopback((_, response) => {
      leaseHolds = false;
      response.end('{}');
    });
    const transport = new VendorTransport({
      sandboxUrl: server.url,
      userAgent: 'test',
      connectionsPerOrigin: 1,
    });
    const http = transport.open(binding({ mayStillSend: () => leaseHolds }));
    const [first, second] = await Promise.all([http.request(post()), http.request(post())]);
    expect(first).toMatchObject({ kind: 'answered' });
    expect(second).toMatchObject({ kind: 'withheld', reason: 'aborted' });
    expect(server.seen).toHaveLength(1);
    await transport.close();
  });

  it('is withheld when everything ends while it queues', async () => {
    const setup = binding();
    const server = await httpLoopback(() => setup.controller.abort());
    const transport = new VendorTransport({
      sandboxUrl: server.url,
      userAgent: 'test',
      connectionsPerOrigin: 1,
    });
    const http = transport.open(setup);
    const [first, second] = await Promise.all([http.request(post()), http.request(post())]);
    expect(first).toMatchObject({ kind: 'no_answer', reason: 'aborted', maybeSent: true });
    expect(second).toMatchObject({ kind: 'withheld', reason: 'aborted' });
    await transport.close();
    expect(server.seen).toHaveLength(1);
  });
});
