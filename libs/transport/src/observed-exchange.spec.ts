import type { ProviderManifest } from '@rekomi/provider-contract';

import { binding, manifest, post } from '../test/binding.js';
import { closedPort, closeLoopbacks, httpLoopback } from '../test/loopback.js';
import { type ObservedExchange, serverOf } from './observed-exchange.js';
import { VendorTransport } from './vendor-transport.js';

afterEach(closeLoopbacks);

async function observed(sandboxUrl: string): Promise<readonly ObservedExchange[]> {
  const seen: ObservedExchange[] = [];
  const transport = new VendorTransport({
    ...{ userAgent: 'test', sandboxUrl },
    onExchange: (exchange) => seen.push(exchange),
  });
  await transport.open(binding()).request(post());
  await transport.close();
  return seen;
}

describe('an observer', () => {
  it('is told of an exchange once, with its status', async () => {
    const { url } = await httpLoopback((_, response) => response.writeHead(429).end('{}'));
    expect(await observed(url)).toEqual([
      { server: 'sandbox', status: 429, durationMs: expect.any(Number) as number },
    ]);
  });

  it('is told of one without an answer as well', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    expect(await observed(url)).toEqual([{ server: 'sandbox', durationMs: expect.any(Number) as number }]);
  });

  it('never learns whose account it was', () => {
    const acme = {
      ...manifest(1_000, ['api.acme.example']),
      accountHosts: [{ suffix: '.api.acme.example', label: '[a-z0-9-]+' }],
    } as ProviderManifest;
    expect(serverOf(acme, 'live', 'api.acme.example')).toBe('api.acme.example');
    expect(serverOf(acme, 'live', 'jane-doe.api.acme.example')).toBe('*.api.acme.example');
    expect(serverOf(acme, 'live', 'elsewhere.example')).toBe('unknown');
    expect(serverOf(acme, 'sandbox', 'jane-doe.api.acme.example')).toBe('sandbox');
  });
});
