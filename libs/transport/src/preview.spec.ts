import { binding, post, SECRETS } from '../test/binding.js';
import { closeLoopbacks, httpLoopback } from '../test/loopback.js';
import type { Loopback } from '../test/loopback.js';
import type { ExchangeRecord } from './exchange-record.js';
import { VendorTransport } from './vendor-transport.js';

describe('a preview', () => {
  let server: Loopback;
  let transport: VendorTransport;

  beforeEach(async () => {
    server = await httpLoopback((_, response) => response.end('{"found":true}'));
    transport = new VendorTransport({ sandboxUrl: server.url, userAgent: 'test', connectionsPerOrigin: 1 });
  });
  afterEach(async () => {
    await transport.close();
    await closeLoopbacks();
  });

  const previewing = (makes: 'reads' | 'nothing') => {
    const shown: ExchangeRecord[] = [];
    const setup = binding({ preview: { makes, shown: (request) => shown.push(request) } });
    return { setup, shown, http: transport.open(setup) };
  };

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('shows a %s and does not make it', async (method) => {
    const { setup, shown, http } = previewing('reads');
    expect(await http.request(post({ method }))).toMatchObject({ kind: 'withheld', reason: 'preview' });
    expect(server.seen).toHaveLength(0);
    expect(setup.records).toEqual([]);
    // It takes no room in the vendor's limits either.
    expect(setup.gate.acquired).toBe(0);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({
      method,
      url: 'https://api.vendor.example/v1/people',
      requestHeaders: { 'content-type': 'application/json', 'user-agent': 'test' },
      requestBody: '{"email":"a@example.com"}',
    });
    expect(JSON.stringify(shown)).not.toContain(SECRETS.apiKey);
    expect(shown[0]?.requestHeaders['authorization']).toContain('[masked');
    expect(shown[0]).not.toHaveProperty('status');
  });

  it('makes what only reads, whatever its method', async () => {
    const { setup, shown, http } = previewing('reads');
    const { jsonText, ...asking } = post({ method: 'GET' });
    expect(jsonText).toBeDefined();
    expect(await http.request(asking)).toMatchObject({ kind: 'answered', body: { found: true } });
    expect(await http.request(post({ onlyReads: true }))).toMatchObject({ kind: 'answered' });
    expect(server.seen).toHaveLength(2);
    expect(setup.records).toHaveLength(2);
    expect(shown).toEqual([]);
  });

  it('that is to make nothing makes nothing', async () => {
    const { shown, http } = previewing('nothing');
    expect(await http.request(post({ method: 'GET', onlyReads: true }))).toMatchObject({ reason: 'preview' });
    expect(server.seen).toHaveLength(0);
    expect(shown).toHaveLength(1);
  });
});
