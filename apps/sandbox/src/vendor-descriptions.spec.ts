import { join } from 'node:path';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';
import { type RecordedExchange, VendorDescription } from './testing/vendor-description.js';

const folder = process.env['VENDOR_SPECS'];
const EMAIL = 'jane+tag@example.com';
const JANE = encodeURIComponent(EMAIL);

interface Vendor {
  readonly slug: string;
  /** Host and the part of the path that the description calls the server. */
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  /** One call of every kind, and some that are refused. `{id}` stands for the id in the answer before. */
  readonly calls: readonly (readonly [string, string, unknown?])[];
  /** Where the description contradicts what is known otherwise. */
  readonly excused?: RegExp;
}

const PUBLICATION = '/publications/pub_0d1f2a3b-0001-4c4d-8e5f-6a7b8c9d0e01';

const VENDORS: readonly Vendor[] = [
  {
    slug: 'activecampaign',
    server: 'acme-partners.api-us1.com/api/3',
    headers: { 'api-token': 'ac0ffee0ac0ffee0ac0ffee0ac0ffee0ac0ffee0ac0ffee0ac0ffee0ac0ffee0' },
    calls: [
      ['GET', '/users/me'],
      ['GET', '/lists?limit=100&offset=0'],
      ['POST', '/contact/sync', { contact: { email: EMAIL, firstName: 'Jane' } }],
      ['GET', '/contacts/{id}/contactLists'],
      ['GET', '/fields?limit=100'],
      ['POST', '/tags', { tag: { tag: 'Rekomi affiliate', tagType: 'contact', description: '' } }],
      ['GET', '/tags?search=Rekomi'],
      ['GET', `/contacts?email=${JANE}`],
    ],
  },
  {
    slug: 'brevo',
    // Attributes that offer a choice are of a type of their own.
    excused: /attributes\[\d\]\.type is none of/,
    server: 'api.brevo.com/v3',
    headers: { 'api-key': 'xkeysib-5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c-acme000000000001' },
    calls: [
      ['GET', '/account'],
      ['GET', '/contacts/lists?limit=50&offset=0'],
      ['GET', '/contacts/attributes'],
      ['POST', '/contacts', { email: EMAIL, attributes: { FIRSTNAME: 'Jane' }, updateEnabled: false }],
      ['GET', `/contacts/${JANE}`],
      ['PUT', `/contacts/${JANE}`, { attributes: { LASTNAME: 'Roe' } }],
      ['POST', '/contacts', { email: 'nonsense' }],
    ],
  },
  {
    slug: 'beehiiv',
    // The official SDK has a number, and the pages name tags among what can be expanded.
    excused: /answer\.status is integer, described as string$|query\.expand\[\]\[0\] is none of/,
    server: 'api.beehiiv.com/v2',
    headers: { authorization: 'Bearer sandboxBeehiivAcmeLettersKey0001' },
    calls: [
      ['GET', '/publications?limit=1'],
      ['GET', PUBLICATION],
      ['GET', '/workspaces/identify'],
      ['GET', `${PUBLICATION}/custom_fields`],
      ['GET', `${PUBLICATION}/subscriptions/by_email/${JANE}`],
      [
        'POST',
        `${PUBLICATION}/subscriptions`,
        { email: EMAIL, send_welcome_email: false, custom_fields: [{ name: 'First Name', value: 'Jane' }] },
      ],
      ['POST', `${PUBLICATION}/subscriptions/{id}/tags`, { tags: ['Rekomi affiliate'] }],
      ['PUT', `${PUBLICATION}/subscriptions/{id}`, { custom_fields: [{ name: 'First Name', delete: true }] }],
      ['GET', `${PUBLICATION}/subscriptions/by_email/${JANE}?expand%5B%5D=tags`],
      ['POST', `${PUBLICATION}/subscriptions`, { email: 'nonsense' }],
    ],
  },
  {
    slug: 'kit',
    // A field without a value is shown as null.
    excused: /answer\.subscriber\.fields\.\w+ is null/,
    server: 'api.kit.com',
    headers: { 'x-kit-api-key': 'kit_sandbox0acme0creators01' },
    calls: [
      ['GET', '/v4/account'],
      ['GET', '/v4/tags'],
      ['GET', '/v4/custom_fields'],
      ['POST', '/v4/custom_fields', { label: 'Rekomi tier' }],
      ['POST', '/v4/tags', { name: 'Affiliates' }],
      ['POST', '/v4/subscribers', { email_address: EMAIL, first_name: 'Jane', fields: { last_name: 'Roe' } }],
      ['POST', '/v4/tags/5/subscribers/{id}', {}],
      ['GET', '/v4/subscribers/{id}/tags'],
      ['DELETE', '/v4/tags/5/subscribers/{id}'],
      ['PUT', '/v4/subscribers/{id}', { first_name: 'Jane' }],
      ['GET', `/v4/subscribers?email_address=${JANE}&status=all`],
      ['POST', '/v4/subscribers', { email_address: 'nonsense' }],
      ['POST', '/v4/bulk/subscribers', { subscribers: [] }],
    ],
  },
  {
    slug: 'omnisend',
    server: 'api.omnisend.com/api',
    headers: {
      authorization: 'Omnisend-API-Key sandbox-omnisend-acme-shop-0001',
      'omnisend-version': '2026-03-15',
    },
    calls: [
      ['GET', '/brands/current'],
      ['GET', '/segments'],
      ['GET', `/contacts?email=${JANE}`],
      [
        'POST',
        '/contacts',
        { identifiers: [{ type: 'email', id: EMAIL, sendWelcomeMessage: false }], tags: ['vip'] },
      ],
      ['PATCH', '/contacts/{id}', { firstName: 'Jane', customProperties: { rekomi_tier: 'gold' } }],
      ['GET', '/contacts/{id}'],
      ['POST', '/contacts/tags', { tags: ['vip'], contactIDs: ['0'] }],
      ['DELETE', '/contacts/tags', { tags: ['vip'], contactIDs: ['0'] }],
      ['POST', '/events', { eventName: 'affiliate approved', contact: { email: EMAIL }, properties: {} }],
      ['POST', '/contacts', { identifiers: [] }],
    ],
  },
];

describe('the description of a vendor', () => {
  if (folder === undefined) {
    it.skip('is held against the emulators only when VENDOR_SPECS names the folder with their files', () => {});
    return;
  }

  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(() => sandbox.close());

  it.each(VENDORS)(
    'agrees with what the emulator of $slug answers',
    async ({ slug, server, headers, calls, excused }) => {
      let id = '';
      for (const [method, path, body] of calls) {
        const answer = await fetch(`${sandbox.url}/${server}${path.replace('{id}', id)}`, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        id = idIn(await answer.text()) ?? id;
      }
      const description = new VendorDescription(join(folder, `${slug}.json`));
      const { exchanges } = (await control(sandbox, 'GET', `${slug}/exchanges`)) as unknown as {
        exchanges: RecordedExchange[];
      };
      expect(exchanges).toHaveLength(calls.length);
      const base = server.slice(server.split('/')[0]?.length);
      const described = exchanges.map((exchange) => ({
        ...exchange,
        path: exchange.path.slice(base.length),
      }));
      const faults = described.flatMap((exchange) => description.faults(exchange));
      expect(faults.filter((fault) => excused?.test(fault) !== true)).toEqual([]);
    },
  );
});

/** The id of the contact that an answer shows. */
function idIn(text: string): string | undefined {
  if (!text.includes(EMAIL)) return undefined;
  return /"id":"?([\w-]+)/.exec(text)?.[1];
}
