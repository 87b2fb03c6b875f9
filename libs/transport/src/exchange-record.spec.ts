import fc from 'fast-check';
import { HOST, SECRETS, binding, credentials, manifest, post } from '../test/binding.js';
import { closeLoopbacks, httpLoopback } from '../test/loopback.js';
import type { Seen } from '../test/loopback.js';
import type { ServerResponse } from 'node:http';
import type { ExchangeRecord } from './exchange-record.js';
import { VendorTransport } from './vendor-transport.js';
import type { Answered, VendorAnswer, VendorRequest } from '@rekomi/provider-contract';

afterEach(closeLoopbacks);

async function exchange(
  answer: (seen: Seen, response: ServerResponse) => void,
  change: Partial<VendorRequest> = {},
  values: Readonly<Record<string, string>> = SECRETS,
): Promise<{ answer: VendorAnswer; record: ExchangeRecord }> {
  const server = await httpLoopback(answer);
  const transport = new VendorTransport({ sandboxUrl: server.url, userAgent: 'test' });
  const setup = binding({ manifest: manifest(5_000), credentials: credentials(values) });
  const result = await transport.open(setup).request(post(change));
  await transport.close();
  const [record] = setup.records;
  if (record === undefined) throw new Error('nothing was recorded');
  return { answer: result, record };
}

describe('the record of an exchange', () => {
  it('says what was asked and answered, with the vendor’s own address', async () => {
    const { record } = await exchange((_, response) =>
      response.writeHead(201, { 'x-request-id': 'r1' }).end('{"id":1}'),
    );
    expect(record).toMatchObject({
      family: 'write',
      method: 'POST',
      url: `https://${HOST}/v1/people`,
      requestHeaders: {
        authorization: 'Basic [masked:accountId:apiKey]',
        'content-type': 'application/json',
      },
      requestBody: '{"email":"a@example.com"}',
      status: 201,
      responseHeaders: { 'x-request-id': 'r1' },
      responseBody: '{"id":1}',
    });
    expect(record.durationMs).toBeGreaterThanOrEqual(0);
    expect(record).not.toHaveProperty('failure');
  });

  it('shows no secret when the vendor echoes headers, address and body', async () => {
    const { record, answer } = await exchange(
      (seen, response) => {
        response.writeHead(400, { 'x-echo': seen.headers.authorization ?? '', 'set-cookie': 'sid=1' });
        response.end(JSON.stringify({ seen: seen.headers, url: seen.url, key: SECRETS.apiKey }));
      },
      { query: { key: SECRETS.apiKey }, headers: { cookie: 'a=b', 'x-account': SECRETS.accountId } },
    );
    const written = JSON.stringify(record);
    const pair = Buffer.from(`${SECRETS.accountId}:${SECRETS.apiKey}`).toString('base64');
    for (const form of [SECRETS.accountId, '7f3a9c51e2', encodeURIComponent(SECRETS.apiKey), pair]) {
      expect(written).not.toContain(form);
    }
    expect(record.requestHeaders).toMatchObject({ cookie: '[masked]', 'x-account': '[masked:accountId]' });
    expect(record.responseHeaders).toMatchObject({
      'set-cookie': '[masked]',
      'x-echo': expect.stringContaining('[masked:') as string,
    });
    expect(record.url).toBe(`https://${HOST}/v1/people?key=[masked:apiKey]`);
    expect((answer as Answered).body).toMatchObject({ key: '[masked:apiKey]' });
    expect(JSON.stringify(answer)).not.toContain('7f3a9c51e2');
  });

  it('keeps a short value in bodies and hides it in headers', async () => {
    const { record } = await exchange(
      (_, response) => response.writeHead(200, { 'x-account': 'abc' }).end('{"abc":1}'),
      {},
      {
        ...SECRETS,
        accountId: 'abc',
      },
    );
    expect(record.responseHeaders).toMatchObject({ 'x-account': '[masked:accountId]' });
    expect(record.responseBody).toBe('{"abc":1}');
  });

  it('keeps the beginning of a long body, says how much was cut, and cuts no secret in half', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 16_384 - 30, max: 16_384 + 5 }), async (before) => {
        const body = `${'x'.repeat(before)}${SECRETS.accountId}${'y'.repeat(100)}`;
        const { record } = await exchange((_, response) => response.end(body));
        expect(record.responseBody).toContain(`${body.length - 16_384} more characters]`);
        expect(record.responseBody).not.toContain('acct');
        expect(record.responseBody?.length).toBeLessThan(16_384 + 60);
      }),
      { numRuns: 36 },
    );
  });

  it('never holds half a character or a NUL', async () => {
    const { record } = await exchange((_, response) => response.end(`\0${'x'.repeat(16_382)}😀😀`));
    expect(record.responseBody).toMatch(/^\uFFFDx+… \[4 more characters\]$/u);
  });
});
