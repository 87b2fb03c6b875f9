import type { Campaign, Totals } from '../support/answers.js';
import type { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme, SANDBOX_KEYS } from '../support/programme.js';
import { Shop } from '../support/shop.js';

/**
 * Event-driven onboarding: approval, first click and conversions reach the affiliate's profile in Customer.io as they
 * happen, and the campaign that the merchant built there sends the right mail to each.
 */
let product: Product;

// One for each: two weeks pass at the vendor, whose campaigns pass over events older than three days.
beforeEach(async () => {
  product = await Product.start();
});
afterEach(() => product.stop());

/** What the merchant built in Customer.io: a first mail, a wait for the first click, a branch on conversions. */
const ONBOARDING = {
  name: 'Affiliate onboarding',
  trigger: { event: 'affiliate_approved' },
  steps: [
    { mail: 'Welcome' },
    { waitFor: 'first_click', atMost: { days: 14 }, otherwise: [{ mail: 'How to share your link' }] },
    { waitFor: 'conversion_recorded', times: 2, atMost: { days: 7 } },
    {
      branch: { event: 'conversion_recorded', atLeast: 2, withinDays: 7 },
      then: [{ mail: 'You are off to a great start' }],
      otherwise: [{ mail: 'Three ideas for your next sale' }],
    },
  ],
};

/** 15 dollars for the first conversion, and 18 per cent of every one. */
const HYBRID = {
  name: 'Hybrid',
  currency: 'USD',
  components: [{ amount: 1_500, on: 'first_of_affiliate' }, { percent: 18 }],
};

/** How events get from here to Customer.io. */
interface Way {
  readonly vendor: EmulatedVendor;
  /** What is told arrives in the order in which it happened. */
  readonly inOrder: boolean;
  /** Sends the events of a campaign that way. */
  readonly lead: (programme: Programme, campaign: Campaign) => Promise<unknown>;
}

/** @returns with what the merchant can look into afterwards. */
async function onboard({ vendor, inOrder, lead }: Way) {
  await vendor.addCampaign(ONBOARDING);
  const { api } = await product.createOrganization('Acme');
  const programme = new Programme(api);
  const campaign = await programme.campaign('Launch partners');
  await lead(programme, campaign);
  const plan = await api.must<{ id: string }>(api.post('commission-plans', HYBRID));
  await api.must(api.put(`campaigns/${campaign.id}/commission-plan`, { commissionPlanId: plan.id }));
  const shop = await Shop.open(api, () => product.url);

  // Approved: the event is on the right profile, and the first mail is out.
  const [mia, tom, una] = [
    await programme.approved(campaign, 'mia+launch@example.com', { name: 'Mia Moss' }),
    await programme.approved(campaign, 'tom@example.com', { name: 'Tom Tye' }),
    await programme.approved(campaign, 'una@example.com', { name: 'Una Urs' }),
  ];
  for (const { email } of [mia, tom, una]) {
    await eventually(`${email} has got the first mail`, async () => {
      return (await vendor.mails(email)).length === 1 ? true : undefined;
    });
    expect(await vendor.mails(email)).toEqual(['Welcome']);
    expect((await vendor.events(email))[0]).toMatchObject({
      name: 'affiliate_approved',
      data: { campaign: campaign.slug },
    });
  }

  // The first click, of two of them.
  for (const affiliate of [mia, tom]) await programme.event(affiliate, 'first_click');

  // Mia sells twice within the week, Tom once. Every cent is in the answer, and on the profile.
  const sold = await Promise.all([
    shop.convert({ orderId: 'mia-1', affiliateId: mia.id, revenue: 9_999, currency: 'USD' }),
    shop.convert({ orderId: 'tom-1', affiliateId: tom.id, revenue: 4_900, currency: 'USD' }),
  ]);
  sold.push(await shop.convert({ orderId: 'mia-2', affiliateId: mia.id, revenue: 5_005, currency: 'USD' }));
  expect(sold.map(({ body }) => [body['orderId'], body['commission'], body['reason']])).toEqual([
    ['mia-1', 3_300, '15.00 USD once + 18 % of 99.99 USD = 33.00 USD (plan “Hybrid”)'],
    ['tom-1', 2_382, '15.00 USD once + 18 % of 49.00 USD = 23.82 USD (plan “Hybrid”)'],
    ['mia-2', 901, '18 % of 50.05 USD = 9.01 USD (plan “Hybrid”)'],
  ]);

  // Two conversions: the one branch, at once.
  await eventually('Mia has got her mail', async () => {
    return (await vendor.mails(mia.email)).length === 2 ? true : undefined;
  });
  expect(await vendor.mails(mia.email)).toEqual(['Welcome', 'You are off to a great start']);
  await eventually('everything has arrived', async () => {
    const counts = await Promise.all(
      [mia, tom, una].map(async ({ email }) => (await vendor.events(email)).length),
    );
    return counts.join() === '6,4,1' ? true : undefined;
  });
  const told = (await vendor.events(mia.email)).map(({ name, data }) =>
    name === 'commission_earned' ? `${name} ${String(data['amount'])} ${String(data['currency'])}` : name,
  );
  const happened = [
    ...['affiliate_approved', 'first_click'],
    ...['conversion_recorded', 'commission_earned 3300 USD'],
    ...['conversion_recorded', 'commission_earned 901 USD'],
  ];
  expect(inOrder ? told : told.sort()).toEqual(inOrder ? happened : happened.sort());

  // A week later: one conversion takes the other branch. Two weeks later: who never shared the link is shown how.
  expect(await vendor.mails(tom.email)).toEqual(['Welcome']);
  await vendor.passDays(7);
  expect(await vendor.mails(tom.email)).toEqual(['Welcome', 'Three ideas for your next sale']);
  expect(await vendor.mails(una.email)).toEqual(['Welcome']);
  await vendor.passDays(7);
  expect(await vendor.mails(una.email)).toEqual(['Welcome', 'How to share your link']);
  expect(await vendor.journeys(mia.email)).toMatchObject([
    {
      state: 'finished',
      path: [
        ...['mail Welcome', 'first_click came', 'conversion_recorded came', '2 × conversion_recorded'],
        'mail You are off to a great start',
      ],
    },
  ]);
  return { programme, people: [mia, tom, una] };
}

it('by the connected tool: each affiliate gets the mail that fits, and every cent is right', async () => {
  await onboard({
    vendor: product.vendor('sandbox-site-us'),
    inOrder: true,
    lead: async (programme, campaign) => {
      await programme.send(campaign, await programme.connect({ credentials: SANDBOX_KEYS.us }));
    },
  });
});

it('by the webhook preset: the connection brings the people and says nothing, the endpoint tells what they do', async () => {
  const vendor = product.vendor('sandbox-site-eu');
  const { siteId, trackApiKey } = SANDBOX_KEYS.eu;
  const targets: string[] = [];
  const { programme, people } = await onboard({
    vendor,
    // Each message goes out on its own, so that one that fails holds up no other.
    inOrder: false,
    lead: async (acme, campaign) => {
      const connection = await acme.connect();
      // The two ways carry different ids, so that Customer.io would count twice what came by both.
      const nothing = { mode: 'chosen', chosen: [] };
      await acme.api.must(acme.api.put(`connections/${connection.id}/event-rules`, nothing));
      await acme.send(campaign, connection);
      const endpoint = await acme.api.must<{ id: string }>(
        acme.api.post('webhook-endpoints', {
          preset: { name: 'customer-io-track', region: 'eu', credentials: { siteId, trackApiKey } },
          environment: 'sandbox',
          description: 'Customer.io',
        }),
      );
      targets.push(`connections/${connection.id}`, `webhook-endpoints/${endpoint.id}`);
    },
  });

  // Nothing was told twice: the people went one way, and all that they did the other.
  const [byConnection, byEndpoint] = await Promise.all(
    targets.map(async (target) => {
      const totals = () => programme.api.must(programme.api.get<Totals>(`${target}/totals`));
      await eventually(`${target} is done`, async () => (await totals()).conservation.open === 0, {
        state: totals,
      });
      return (await totals()).settled;
    }),
  );
  expect(byEndpoint).toEqual([{ kind: 'event', state: 'delivered', deliveries: 11 }]);
  expect(byConnection!.map(({ kind }) => kind)).toContain('contact');
  expect(byConnection!.map(({ kind }) => kind)).not.toContain('event');
  // Whichever of the two came first: one profile each, with what the connection knows of them.
  await vendor.settled();
  const profiles = await vendor.profiles();
  for (const { email } of people) {
    expect(profiles.filter((profile) => profile.email === email)).toMatchObject([
      { segments: ['Affiliates'], attributes: { rekomi_status: 'approved' } },
    ]);
  }
});
