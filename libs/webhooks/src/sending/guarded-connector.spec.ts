import { createServer } from 'node:https';
import type { LookupAddress } from 'node:dns';
import tls from 'node:tls';
import { promisify } from 'node:util';

import { jest } from '@jest/globals';
import { closeLoopbacks, listen, selfSignedCertificate } from '@rekomi/transport/testing';

import { GuardedSender } from './guarded-sender.js';

type Lookup = (
  host: string,
  options: { all: true },
  done: (err: Error | null, found: LookupAddress[]) => void,
) => void;

const PUBLIC = '93.184.216.34';
const realConnect = tls.connect;
const certificate = selfSignedCertificate();
let asked: LookupAddress[][] = [];
let given: tls.ConnectionOptions[] = [];
let sender: GuardedSender;

/**
 * Stands for the network: whatever address a socket is given, it ends at a server on loopback and says of itself that it
 * is at `remoteAddress`. No test may reach the internet, and this is the only way to follow the road to it.
 */
async function network(remoteAddress: string): Promise<{ port: number; requests: () => number }> {
  let requests = 0;
  const server = createServer(certificate, (_, response) => {
    requests += 1;
    response.end('taken');
  });
  const { port } = await listen(server, []);
  jest.spyOn(tls, 'connect').mockImplementation(((options: tls.ConnectionOptions & { lookup: Lookup }) => {
    given.push(options);
    void promisify(options.lookup)('hooks.example.com', { all: true }).then((found) => asked.push(found));
    const { lookup: _, ...rest } = options;
    const socket = realConnect({ ...rest, host: '127.0.0.1', port, checkServerIdentity: () => undefined });
    Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
    return socket;
  }) as typeof tls.connect);
  return { port, requests: () => requests };
}

const post = (): ReturnType<GuardedSender['send']> =>
  sender.send({ url: 'https://hooks.example.com/x', headers: {}, body: '{}', timeoutMs: 15_000 });

beforeEach(() => {
  [asked, given] = [[], []];
  sender = new GuardedSender({
    userAgent: 'test',
    resolve: () => Promise.resolve([PUBLIC, '2606:2800:220:1::1']),
    certificateAuthorities: certificate.cert,
  });
});
afterEach(async () => {
  await sender.close();
  jest.restoreAllMocks();
  await closeLoopbacks();
});

it('A host on the internet is connected to by the addresses that were judged, under its own name', async () => {
  const { requests } = await network(PUBLIC);
  expect(await post()).toMatchObject({ kind: 'answered', body: 'taken' });
  expect(requests()).toBe(1);
  expect(asked).toEqual([
    [
      { address: PUBLIC, family: 4 },
      { address: '2606:2800:220:1::1', family: 6 },
    ],
  ]);
  // Without it, NODE_TLS_REJECT_UNAUTHORIZED=0 would decide; Jest hides the real environment from this test.
  expect(given).toMatchObject([{ servername: 'hooks.example.com', rejectUnauthorized: true }]);
});

it('Nothing is sent over a socket that ended up inside all the same', async () => {
  const { requests } = await network('10.0.0.5');
  expect(await post()).toMatchObject({ kind: 'not_allowed' });
  expect(requests()).toBe(0);
});
