import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme, SANDBOX_KEYS } from '../support/programme.js';
import { Shop } from '../support/shop.js';

/**
 * Two regions: one organisation with a workspace in the US and one in the EU. Campaigns route to each, commissions follow
 * the customer's region, and no byte about a European affiliate goes to a host in the US.
 */
let product: Product;

beforeAll(async () => {
  product = await Product.start();
});
afterAll(() => product.stop());

it('two workspaces side by side: each region is found, each affiliate stays in hers, each earns in her currency', async () => {
  const { api } = await product.createOrganization('Acme');
  const programme = new Programme(api);
  const [american, european] = [product.vendor('sandbox-site-us'), product.vendor('sandbox-site-eu')];

  // Both keys are pasted without saying where they belong.
  const us = await programme.connect({ credentials: SANDBOX_KEYS.us });
  const eu = await programme.connect({ credentials: SANDBOX_KEYS.eu });
  expect([us.region, eu.region]).toEqual(['us', 'eu']);

  // One plan for both campaigns: dollars at home, euros for customers in the EU.
  const plan = await api.must<{ id: string }>(
    api.post('commission-plans', {
      name: 'Worldwide',
      currency: 'USD',
      components: [{ percent: 20 }],
      regions: [
        {
          name: 'EU',
          countries: ['DE', 'FR', 'IT'],
          currency: 'EUR',
          components: [{ percent: 15 }, { amount: 500 }],
        },
      ],
    }),
  );
  const americans = await programme.campaign('US partners');
  const europeans = await programme.campaign('EU partners');
  await programme.send(americans, us);
  await programme.send(europeans, eu);
  for (const campaign of [americans, europeans]) {
    await api.must(api.put(`campaigns/${campaign.id}/commission-plan`, { commissionPlanId: plan.id }));
  }

  const since = (await exchangesOf(american)).length;
  const amy = await programme.approved(americans, 'amy@us.example', { name: 'Amy Adams' });
  const eva = await programme.approved(europeans, 'eva@eu.example', { name: 'Eva Ernst' });

  const shop = await Shop.open(api, () => product.url);
  const inDollars = await shop.convert({
    ...{ orderId: 'us-1', email: 'amy@us.example', revenue: 10_000, currency: 'USD', country: 'US' },
  });
  const inEuros = await shop.convert({
    ...{ orderId: 'eu-1', email: 'eva@eu.example', revenue: 10_000, currency: 'EUR', country: 'DE' },
  });
  expect(inDollars.body).toMatchObject({ commission: 2_000, currency: 'USD' });
  expect(inEuros.body).toMatchObject({ commission: 2_000, currency: 'EUR' });
  expect(inEuros.body['reason']).toBe('15 % of 100.00 EUR + 5.00 EUR = 20.00 EUR (plan “Worldwide” for EU)');

  // Each is in the affiliates' segment of her own workspace, with her events, and unknown to the other.
  for (const [email, here, elsewhere] of [
    ['amy@us.example', american, european],
    ['eva@eu.example', european, american],
  ] as const) {
    await eventually(`${email} and her events have arrived`, async () => {
      const profile = await here.profile(email);
      return profile?.events === 3 && profile.segments.includes('Affiliates') ? true : undefined;
    });
    expect((await here.events(email)).map(({ name }) => name)).toEqual([
      'affiliate_approved',
      'conversion_recorded',
      'commission_earned',
    ]);
    expect(await elsewhere.profile(email)).toBeUndefined();
  }

  // Host by host: what was recorded at the vendor, and what the product itself says it sent.
  const about = [
    eva.id,
    'eva@eu.example',
    'eva%40eu.example',
    Buffer.from('eva@eu.example').toString('base64'),
  ];
  const atAmericanHosts = (await exchangesOf(american))
    .slice(since)
    .filter(({ host }) => !host.includes('-eu.'));
  expect(atAmericanHosts.length).toBeGreaterThan(0);
  for (const exchange of atAmericanHosts) {
    const bytes = JSON.stringify(exchange);
    for (const spelling of about) expect(bytes).not.toContain(spelling);
  }
  const hostsOf = async (affiliate: typeof eva): Promise<readonly unknown[]> => {
    const { data } = await programme.timeline(affiliate);
    const exchanges = data.flatMap(({ attemptLog }) => attemptLog).flatMap((attempt) => attempt.exchanges);
    return [...new Set(exchanges.map((exchange) => new URL(String(exchange['url'])).hostname))];
  };
  expect([...(await hostsOf(eva))].sort()).toEqual(['api-eu.customer.io', 'track-eu.customer.io']);
  expect([...(await hostsOf(amy))].sort()).toEqual(['api.customer.io', 'track.customer.io']);
});

/** Everything that came in at the vendor, of all hosts, oldest first. */
async function exchangesOf(vendor: ReturnType<Product['vendor']>) {
  return [...(await vendor.exchanges())];
}
