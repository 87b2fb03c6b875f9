import { type RecordedExchange, VendorDescription } from '@rekomi/sandbox';
import { APIClient, IdentifierType, TrackClient } from 'customerio-node';
import path from 'node:path';

import type { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme, SANDBOX_KEYS } from '../support/programme.js';

/** Folder with the vendor's published OpenAPI files (`customer-io-*.json`). */
const SPECS = process.env['VENDOR_SPECS'];
const FILES = ['customer-io-track.json', 'customer-io-app.json'];

/** Null takes an attribute away (recorded at the vendor); its description knows only what is there. */
const CLEARING = /^PUT .* request\.rekomi_\w+ fits none of its forms: .*\bis null, described as string/;
/** On the vendor's reference page, and missing in its file. */
const LEFT_OUT = /^GET \/v1\/customers\/[^/]+\/segments is not described$/;

let product: Product;
let vendor: EmulatedVendor;
let exchanges: readonly RecordedExchange[];

beforeAll(async () => {
  product = await Product.start();
  vendor = product.vendor();
  const programme = new Programme((await product.createOrganization('Described')).api);
  const { api } = programme;
  const { connection, campaign } = await programme.open();
  await api.must(api.post(`connections/${connection.id}/audiences`, { name: 'Made here' }));
  await api.must(
    api.post('affiliates/bulk', {
      campaign: campaign.id,
      status: 'approved',
      affiliates: Array.from({ length: 25 }, (_, index) => ({
        email: `many+${index}@example.com`,
        name: `Many ${index}`,
        joinedAt: '2024-01-31',
        tier: 'gold',
      })),
    }),
  );
  await programme.quiet(connection);
  const alone = await programme.approved(campaign, 'cio_alone@example.com', { name: 'O’Neil, “Zoë”' });
  await programme.quiet(connection);
  await programme.event(alone, 'commission_earned', {
    data: { amount: 1250, currency: 'USD', nested: { deep: [1, 'two'] } },
  });
  const single = await programme.approved(campaign, 'single/100%@example.com', { name: 'Solo' });
  await programme.event(single, 'welcome');
  await programme.quiet(connection);
  await api.must(api.patch(`affiliates/${single.id}`, { name: 'Solo Renamed' }));
  await api.must(api.post(`affiliates/${alone.id}/reject`, {}));
  await programme.quiet(connection);
  await eventually(
    'every look was taken',
    async () => (await product.sql('SELECT 1 FROM follow_up')).length === 0,
  );
  await api.must(api.delete(`connections/${connection.id}?takeBack=true`));
  await programme.inState(connection, 'disabled');
  exchanges = await vendor.exchanges();
}, 90_000);

afterAll(() => product.stop());

describe('the requests of a whole life of a connection', () => {
  it('are of every kind that the provider has', () => {
    const kinds = new Set(
      exchanges.map(
        ({ method, path: at }) => `${method} ${at.replace(/(customers|segments)\/[^/]+/, '$1/…')}`,
      ),
    );
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'GET /api/v1/accounts/region',
        'GET /v1/segments',
        'POST /v1/segments',
        'POST /api/v2/batch',
        'PUT /api/v1/customers/…',
        'POST /api/v1/customers/…/events',
        'POST /api/v1/segments/…/add_customers',
        'POST /api/v1/segments/…/remove_customers',
        'GET /v1/customers/…/attributes',
      ]),
    );
  });

  it('carry no empty value, unless one of our own is taken back', () => {
    const written = exchanges.filter(
      ({ method, path: at }) => method === 'PUT' && at.includes('/customers/'),
    );
    expect(written.length).toBeGreaterThan(1);
    for (const { body } of written) {
      for (const [name, value] of Object.entries(JSON.parse(body) as Record<string, unknown>)) {
        expect(value).not.toBe('');
        if (value === null) expect(name).toMatch(/^rekomi_/);
      }
    }
    expect(JSON.stringify(exchanges.map(({ body }) => body))).not.toContain('unsubscribed');
  });

  (SPECS === undefined ? it.skip : it)(
    'and the answers fit the vendor’s own description (held against it when VENDOR_SPECS names its folder)',
    () => {
      const descriptions = FILES.map((file) => new VendorDescription(path.join(SPECS ?? '', file)));
      const faults = exchanges.flatMap((exchange) => {
        const described = descriptions.find(({ hosts }) =>
          hosts.some((host) => host.replace('-eu', '') === exchange.host.replace('-eu', '')),
        );
        return described === undefined ? [`${exchange.host} is not described`] : described.faults(exchange);
      });
      expect(faults.filter((fault) => !CLEARING.test(fault) && !LEFT_OUT.test(fault))).toEqual([]);
    },
  );
});

describe('the vendor’s own SDK', () => {
  it('finds in the workspace what the product wrote there, and can go on from it', async () => {
    const email = 'single/100%@example.com';
    const { siteId, trackApiKey, appApiKey } = SANDBOX_KEYS.eu;
    const app = new APIClient(appApiKey, { url: `${product.sandboxUrl}/api-eu.customer.io/v1` });
    const found = await app.getCustomersByEmail(email);
    expect(found).toMatchObject({ results: [{ email }] });
    const { customer } = (await app.getAttributes(email, IdentifierType.Email)) as {
      customer: { attributes: Record<string, string> };
    };
    expect(customer.attributes).toMatchObject({ email, first_name: 'Solo', last_name: 'Renamed' });

    const track = new TrackClient(siteId, trackApiKey, {
      url: `${product.sandboxUrl}/track-eu.customer.io/api/v1`,
    });
    await track.identify(email, { plan: 'pro' });
    await eventually('one profile has both', async () => {
      const profile = await vendor.profile(email);
      return profile?.attributes['plan'] === 'pro' && profile.attributes['first_name'] === 'Solo';
    });
  });
});
