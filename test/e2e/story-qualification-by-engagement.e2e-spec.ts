import type { Affiliate, Campaign, Problem } from '../support/answers.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme, SANDBOX_KEYS } from '../support/programme.js';
import { Shop } from '../support/shop.js';

/**
 * Qualification by engagement: a segment in Customer.io finds the people who use the product most, a campaign there
 * invites each of them, they accept, and they earn by the tier of the invite, or of the segment they have grown into.
 */
let product: Product;

beforeAll(async () => {
  product = await Product.start();
});
afterAll(() => product.stop());

interface Part {
  readonly campaign: { readonly id: string };
  readonly status: string;
  readonly tier: string | null;
  readonly tierOrigin: { readonly readAt: string | null; readonly reason: string | null };
}

/** The step "Send and receive data" as the guide says to set it up. */
function inviteStep(url: string, apiKey: string, campaign: Campaign): object {
  return {
    webhook: {
      url: `${url}/v1/invites`,
      headers: { Authorization: `Bearer ${apiKey}`, 'Idempotency-Key': '{{delivery_id}}' },
      body: `{
        "campaign": "${campaign.slug}",
        "email": {{ customer.email | json }},
        "firstName": {{ customer.first_name | default: "" | json }},
        "lastName": {{ customer.last_name | default: "" | json }},
        "tier": "gold",
        "deliveredBy": "crm"
      }`,
      save: { invite_url: 'invite_url', outcome: 'outcome' },
      sending: 'automatically',
    },
  };
}

it('who passes the threshold is invited, accepts, earns by the tier, and rises with the segment', async () => {
  const { api, apiKey } = await product.createOrganization('Acme');
  const programme = new Programme(api);
  const vendor = product.vendor('sandbox-site-us');
  const uses = (email: string, api_calls: number): Promise<unknown> =>
    vendor.seed({ email, attributes: { first_name: 'Pia', api_calls } });

  // Here: a campaign whose affiliates go to Customer.io, and a plan with a rate for each tier.
  const connection = await programme.connect({ credentials: SANDBOX_KEYS.us });
  const campaign = await programme.campaign('Power partners');
  await programme.send(campaign, connection);
  const tier = (name: string, percent: number): object => ({ tier: name, components: [{ percent }] });
  const plan = await api.must<{ id: string }>(
    api.post('commission-plans', {
      ...{ name: 'Standard', currency: 'USD', components: [{ percent: 10 }] },
      tiers: [tier('gold', 25), tier('platinum', 30)],
    }),
  );
  await api.must(api.put(`campaigns/${campaign.id}/commission-plan`, { commissionPlanId: plan.id }));
  const shop = await Shop.open(api, () => product.url);

  // There: a segment by usage, and a campaign that calls this server once per person and then sends the link.
  const threshold = (value: number): object => ({ kind: 'at_least', attribute: 'api_calls', value });
  const segment = await vendor.addSegment('Power users', threshold(1_000));
  await vendor.addCampaign({
    name: 'Invite power users',
    trigger: { segment },
    steps: [inviteStep(product.url, apiKey, campaign), { mail: 'Your invitation' }],
  });

  // Usage grows. Whoever passes the threshold is invited, once; the others are not.
  await uses('pia+power@example.com', 400);
  await uses('cas@example.com', 999);
  await uses('pia+power@example.com', 1_000);
  await uses('pia+power@example.com', 1_600);
  const link = await eventually('the invitation is out', async () => {
    const sent = await vendor.mails('pia+power@example.com');
    return sent.length === 0
      ? undefined
      : (await vendor.profile('pia+power@example.com'))?.attributes['invite_url'];
  });
  expect(await vendor.webhooks()).toEqual([
    expect.objectContaining({ email: 'pia+power@example.com', state: 'sent', attempts: 1, status: 201 }),
  ]);
  expect(await vendor.mails('cas@example.com')).toEqual([]);

  // The person opens the link of the mail and accepts.
  const page = `${product.url}/invites/${link.split('/').at(-1) ?? ''}`;
  expect(await (await fetch(page)).text()).toContain('Power partners');
  const accepted = await fetch(page, { method: 'POST', body: new URLSearchParams({ agreed: 'yes' }) });
  expect(accepted.status).toBe(200);

  // From now on an affiliate, in the affiliates' segment, with the tier of the invite and its rate.
  const [pia] = await api.all<Affiliate>(`affiliates?email=${encodeURIComponent('pia+power@example.com')}`);
  if (pia === undefined) throw new Error('Nobody has this address.');
  const part = async (): Promise<Part> => {
    const { enrolments } = await api.must<{ enrolments: Part[] }>(api.get(`affiliates/${pia.id}`));
    return enrolments.find((one) => one.campaign.id === campaign.id)!;
  };
  expect(await part()).toMatchObject({
    status: 'approved',
    tier: 'gold',
    tierOrigin: { reason: '“gold” was given to this affiliate.' },
  });
  await eventually('she is in the segment of the affiliates', async () => {
    const profile = await vendor.profile(pia.email);
    return profile?.segments.includes('Affiliates') === true && profile.events > 0 ? true : undefined;
  });
  let orders = 0;
  const sale = async (): Promise<unknown> => {
    orders += 1;
    const order = { orderId: `order-${orders}`, affiliateId: pia.id, revenue: 9_900, currency: 'USD' };
    const { body } = await shop.convert(order);
    return [body['commission'], body['reason']];
  };
  expect(await sale()).toEqual([2_475, '25 % of 99.00 USD = 24.75 USD (plan “Standard”, tier gold)']);

  // The heaviest users are to earn more: the tier follows from a segment that Customer.io fills by rules.
  const heavy = String(await vendor.addSegment('Heavy users', threshold(10_000)));
  const address = `campaigns/${campaign.id}/audience-tiers`;
  const setting = { connectionId: connection.id, tiers: [{ audience: { id: heavy }, tier: 'platinum' }] };
  expect(
    (await api.get<{ data: object[] }>(`connections/${connection.id}/audiences?include=rule_based`)).body
      .data,
  ).toContainEqual({ id: heavy, name: 'Heavy users', ruleBased: true });
  expect((await api.put(address, setting)).body).toMatchObject({
    tiers: [{ audience: { id: heavy, name: 'Heavy users' }, tier: 'platinum' }],
    people: { watched: 1 },
    warnings: [],
  });
  const read = (): Promise<Part> =>
    eventually('the segments were read', async () => {
      const now = await part();
      return now.tierOrigin.readAt === null ? undefined : now;
    });
  expect(await read()).toMatchObject({ tier: 'gold' });

  await uses(pia.email, 12_000);
  await api.must(api.put(address, setting));
  const risen = await eventually('she has risen', async () => {
    const now = await part();
    return now.tier === 'platinum' ? now : undefined;
  });
  expect(risen.tierOrigin.reason).toBe(
    '“platinum” follows from the audience “Heavy users”. It is higher than “gold”, which was given to this affiliate.',
  );
  expect(await sale()).toEqual([
    2_970,
    '30 % of 99.00 USD = 29.70 USD (plan “Standard”, tier platinum by the audience “Heavy users”)',
  ]);

  // Usage falls: the tier of the invite is what was promised, and stays.
  await uses(pia.email, 100);
  await api.must(api.put(address, setting));
  await eventually('she is back at what was promised', async () =>
    (await part()).tier === 'gold' ? true : undefined,
  );
  expect(await sale()).toEqual([2_475, '25 % of 99.00 USD = 24.75 USD (plan “Standard”, tier gold)']);

  // What cannot be is refused with cause and fix.
  const missing = { ...setting, tiers: [{ audience: { id: '4711' }, tier: 'gold' }] };
  expect(await api.put<Problem>(address, missing)).toMatchObject({
    status: 422,
    body: { code: 'audience_missing', errors: [{ pointer: '#/tiers/0/audience/id' }] },
  });
  const { appApiKey: _, ...withoutAppKey } = SANDBOX_KEYS.eu;
  const blind = await programme.connect({ credentials: withoutAppKey });
  expect(await api.put<Problem>(address, { ...setting, connectionId: blind.id })).toMatchObject({
    status: 422,
    body: { code: 'credential_missing' },
  });
  expect((await api.delete(address)).status).toBe(204);
  expect((await api.get(address)).body).toEqual({ audienceTiers: null });
});
