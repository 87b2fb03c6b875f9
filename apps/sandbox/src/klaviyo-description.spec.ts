import { join } from 'node:path';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';
import { type RecordedExchange, VendorDescription } from './testing/vendor-description.js';

const folder = process.env['VENDOR_SPECS'];
const JANE = 'jane+tag@example.com';
const ID = '01KLAV1Y000000000000000001';
const profile = (attributes: object) => ({ data: { type: 'profile', attributes } });
const subscriptions = { email: { marketing: { consent: 'SUBSCRIBED' } } };
const subscriber = { type: 'profile', attributes: { email: JANE, subscriptions } };

/** One call of every kind. */
const CALLS: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  [
    'POST',
    'profile-import?additional-fields[profile]=subscriptions',
    profile({ email: JANE, first_name: 'Jane' }),
  ],
  ['POST', 'profile-import', profile({ email: JANE, properties: { rekomi_tier: 'gold' } })],
  ['GET', 'accounts'],
  ['GET', 'lists?page[size]=1'],
  ['GET', 'lists/A0ffLs'],
  [
    'GET',
    `profiles?filter=${encodeURIComponent(`equals(email,"${JANE}")`)}&additional-fields[profile]=subscriptions`,
  ],
  ['PATCH', `profiles/${ID}`, { data: { type: 'profile', id: ID, attributes: {} } }],
  ['POST', 'lists/A0ffLs/relationships/profiles', { data: [{ type: 'profile', id: ID }] }],
  ['GET', `profiles/${ID}/lists`],
  ['DELETE', 'lists/A0ffLs/relationships/profiles', { data: [{ type: 'profile', id: ID }] }],
  [
    'POST',
    'profile-subscription-bulk-create-jobs',
    {
      data: {
        type: 'profile-subscription-bulk-create-job',
        attributes: { profiles: { data: [subscriber] } },
        relationships: { list: { data: { type: 'list', id: 'A0ffLs' } } },
      },
    },
  ],
  [
    'POST',
    'profile-bulk-import-jobs',
    {
      data: {
        type: 'profile-bulk-import-job',
        attributes: { profiles: { data: [profile({ email: JANE }).data] } },
      },
    },
  ],
  [
    'POST',
    'events',
    {
      data: {
        type: 'event',
        attributes: {
          properties: {},
          metric: { data: { type: 'metric', attributes: { name: 'affiliate_approved' } } },
          profile: { data: { type: 'profile', id: ID, attributes: {} } },
        },
      },
    },
  ],
];

describe('the description of Klaviyo', () => {
  if (folder === undefined) {
    it.skip('is held against the emulator only when VENDOR_SPECS names the folder with klaviyo.json', () => {});
    return;
  }

  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  it('agrees with what the emulator answers', async () => {
    for (const [method, path, body] of CALLS) {
      await fetch(`${sandbox.url}/a.klaviyo.com/api/${path}`, {
        method,
        headers: {
          authorization: 'Klaviyo-API-Key pk_5and0b0xr1vers1de0k1av1y0000000001',
          revision: '2026-07-15',
          'content-type': 'application/vnd.api+json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    }
    const description = new VendorDescription(join(folder, 'klaviyo.json'));
    const { exchanges } = (await control(sandbox, 'GET', 'klaviyo/exchanges')) as unknown as {
      exchanges: RecordedExchange[];
    };
    expect(exchanges.map(({ answer }) => answer.status).filter((status) => status >= 400)).toEqual([]);
    expect(exchanges).toHaveLength(CALLS.length);
    const faults = exchanges.flatMap((exchange) => description.faults(exchange));
    // The samples of the pages show null for the link that is not there; the description has no word for it.
    expect(faults.filter((fault) => !/answer\.links\.(prev|next) is null/.test(fault))).toEqual([]);
  });
});
