import { join } from 'node:path';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { AUTHORIZATION, control } from './testing/vendor-client.js';
import { type RecordedExchange, VendorDescription } from './testing/vendor-description.js';

const folder = process.env['VENDOR_SPECS'];
const APP = 'Bearer sandbox-app-us';
const JANE = 'jane%2Btag%40example.com';
const PERSON = { type: 'person', identifiers: { email: 'jane+tag@example.com' } };

/** One call of every kind, and some that are refused. */
const CALLS: readonly (readonly [string, string, unknown?])[] = [
  ['GET', 'track.customer.io/api/v1/accounts/region'],
  [
    'PUT',
    `track.customer.io/api/v1/customers/${JANE}`,
    { email: 'jane+tag@example.com', created_at: 1712345678 },
  ],
  [
    'POST',
    `track.customer.io/api/v1/customers/${JANE}/events`,
    { name: 'purchase', timestamp: 1712345678, data: {} },
  ],
  ['POST', `track.customer.io/api/v1/customers/${JANE}/events`, {}],
  ['POST', 'track.customer.io/api/v1/events', { name: 'visit', anonymous_id: 'a1' }],
  [
    'POST',
    'track.customer.io/api/v1/segments/2/add_customers?id_type=email',
    { ids: ['jane+tag@example.com'] },
  ],
  ['POST', 'track.customer.io/api/v1/segments/99/add_customers', { ids: ['7'] }],
  ['POST', 'track.customer.io/api/v1/segments/2/remove_customers', { ids: ['7'] }],
  ['POST', 'track.customer.io/api/v1/merge_customers', { primary: { id: '1' }, secondary: { id: '2' } }],
  ['POST', 'track.customer.io/api/v1/merge_customers', { primary: {} }],
  ['POST', 'track.customer.io/api/v1/customers/7/suppress'],
  ['POST', 'track.customer.io/api/v1/customers/7/unsuppress'],
  ['DELETE', 'track.customer.io/api/v1/customers/7'],
  ['POST', 'track.customer.io/api/v2/entity', { ...PERSON, action: 'identify', attributes: { plan: 'pro' } }],
  ['POST', 'track.customer.io/api/v2/entity', { ...PERSON, action: 'wave' }],
  ['POST', 'track.customer.io/api/v2/batch', { batch: [{ ...PERSON, action: 'event', name: 'purchase' }] }],
  [
    'POST',
    'track.customer.io/api/v2/batch',
    { batch: [{ ...PERSON, action: 'delete' }, { type: 'person' }] },
  ],
  ['PUT', `track.customer.io/api/v1/customers/${JANE}`, {}],
  ['GET', 'api.customer.io/v1/segments'],
  ['POST', 'api.customer.io/v1/segments', { segment: { name: 'VIP' } }],
  ['GET', 'api.customer.io/v1/segments/2'],
  ['GET', 'api.customer.io/v1/segments/2/used_by'],
  ['GET', 'api.customer.io/v1/segments/2/customer_count'],
  ['GET', 'api.customer.io/v1/segments/1/membership'],
  ['GET', `api.customer.io/v1/customers?email=${JANE}`],
  ['GET', `api.customer.io/v1/customers/${JANE}/attributes?id_type=email`],
  ['GET', 'api.customer.io/v1/customers/nobody/attributes'],
  ['GET', 'api.customer.io/v1/workspaces'],
  ['DELETE', 'api.customer.io/v1/segments/4'],
];

describe('a description of a vendor', () => {
  if (folder === undefined) {
    it.skip('is held against the emulator only when VENDOR_SPECS names the folder with customer-io-*.json', () => {});
    return;
  }

  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
    await control(sandbox, 'POST', 'customer-io/settings', { delayMs: 0, appPerSecond: 0 });
    for (const [method, path, body] of CALLS) {
      await fetch(`${sandbox.url}/${path}`, {
        method,
        headers: {
          authorization: path.startsWith('api.') ? APP : AUTHORIZATION,
          'content-type': 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    }
  });

  afterAll(() => sandbox.close());

  it.each(['customer-io-track.json', 'customer-io-app.json'])(
    'agrees with what the emulator answers: %s',
    async (file) => {
      const description = new VendorDescription(join(folder, file));
      const { exchanges } = (await control(sandbox, 'GET', 'customer-io/exchanges')) as unknown as {
        exchanges: RecordedExchange[];
      };
      const ours = exchanges.filter((exchange) => description.hosts.includes(exchange.host));
      expect(ours.length).toBe(
        CALLS.filter(([, path]) => description.hosts.includes(path.split('/')[0] ?? '')).length,
      );
      expect(ours.flatMap((exchange) => description.faults(exchange))).toEqual([]);
    },
  );
});
