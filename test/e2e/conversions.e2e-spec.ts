import { generateSigningSecret } from '@rekomi/webhooks';
import Stripe from 'stripe';

import type { Api } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';
import { Shop } from '../support/shop.js';

const HYBRID = {
  name: 'Hybrid',
  currency: 'USD',
  components: [{ amount: 1500, on: 'first_of_affiliate' }, { percent: 18 }],
};
const STRIPE_SECRET = 'whsec_of_a_stripe_endpoint_in_a_test';

let product: Product;
let api: Api;
let programme: Programme;
let shop: Shop;

beforeAll(async () => {
  product = await Product.start();
});
afterAll(() => product.stop());
beforeEach(async () => {
  api = (await product.createOrganization('Acme')).api;
  programme = new Programme(api);
  shop = await Shop.open(api, () => product.url);
});

/** A campaign with the plan and one approved affiliate of it. */
async function affiliateOf(plan: object, email: string) {
  const campaign = await programme.campaign('Partners');
  const { id } = await api.must<{ id: string }>(api.post('commission-plans', plan));
  await api.must(api.put(`campaigns/${campaign.id}/commission-plan`, { commissionPlanId: id }));
  return { campaign, affiliate: await programme.approved(campaign, email) };
}

const booked = async (): Promise<readonly unknown[]> => api.all('conversions');

describe('a signed conversion', () => {
  const order = { orderId: 'order-1', email: 'mira@example.com', revenue: 9900, currency: 'USD' };

  it('is booked with what it earned, and once although it is sent twice', async () => {
    await affiliateOf(HYBRID, 'mira@example.com');
    const first = await shop.convert(order);
    expect(first).toMatchObject({
      status: 201,
      body: {
        commission: 3282,
        currency: 'USD',
        reason: '15.00 USD once + 18 % of 99.00 USD = 32.82 USD (plan “Hybrid”)',
      },
    });
    expect(await shop.convert(order)).toEqual({ status: 200, body: first.body });
    expect(await booked()).toEqual([first.body]);
  });

  it('is refused when it is stale, forged or changed on its way, and nothing is booked', async () => {
    await affiliateOf(HYBRID, 'mira@example.com');
    const now = Date.now();
    const refused = [
      await shop.send('conversions', order, { at: new Date(now - 310_000) }),
      await shop.send('conversions', order, { at: new Date(now + 310_000) }),
      await shop.send('conversions', order, { secret: generateSigningSecret() }),
      await shop.send('conversions', order, { sentBody: JSON.stringify({ ...order, revenue: 990_000 }) }),
    ];
    expect(refused.map(({ status, body }) => [status, body['code']])).toEqual([
      [401, 'signature_stale'],
      [401, 'signature_stale'],
      [401, 'signature_mismatch'],
      [401, 'signature_mismatch'],
    ]);
    const unsigned = await fetch(`${product.url}/v1/inbound/${shop.sourceId}/conversions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    expect(unsigned.status).toBe(401);
    expect(await unsigned.json()).toMatchObject({ code: 'signature_missing' });
    expect(await booked()).toEqual([]);
  });

  it('says at which field it is wrong, in which currency the plan pays, and who is unknown', async () => {
    await affiliateOf(HYBRID, 'mira@example.com');
    const refused = [
      await shop.convert({ ...order, currency: 'EUR' }),
      await shop.convert({ ...order, revenue: '99.00' }),
      await shop.convert({ ...order, email: 'nobody@example.com' }),
      await shop.convert({ ...order, surprise: true }),
    ];
    expect(
      refused.map(({ status, body }) => {
        const [error] = body['errors'] as { pointer: string; code: string }[];
        return [status, error?.pointer, error?.code];
      }),
    ).toEqual([
      [400, '#/currency', 'currency_unknown'],
      [400, '#/revenue', expect.any(String)],
      [404, '#/email', 'affiliate_not_found'],
      [400, '#/surprise', expect.any(String)],
    ]);
    expect(await booked()).toEqual([]);
  });

  it('of a revoked source, or with its old secret after the overlap, is not accepted', async () => {
    await affiliateOf(HYBRID, 'mira@example.com');
    await api.must(api.post(`inbound-sources/${shop.sourceId}/rotate-secret`, { overlapHours: 0 }));
    expect(await shop.convert(order)).toMatchObject({ status: 401, body: { code: 'signature_mismatch' } });
    await api.must(api.post(`inbound-sources/${shop.sourceId}/revoke`));
    expect(await shop.convert(order)).toMatchObject({ status: 404 });
    expect(await booked()).toEqual([]);
  });

  it('books on the organisation of its source alone', async () => {
    const other = await product.createOrganization('Other');
    const strangers = await Shop.open(other.api, () => product.url);
    await affiliateOf(HYBRID, 'mira@example.com');
    expect(await strangers.convert(order)).toMatchObject({ status: 404 });
    const forged = await shop.send('conversions', order, { secret: strangers.secret });
    expect(forged).toMatchObject({ status: 401 });
    expect(await other.api.all('conversions')).toEqual([]);
  });
});

it('a refund takes back its share, and one that is larger than the sale books nothing', async () => {
  await affiliateOf(HYBRID, 'mira@example.com');
  await shop.convert({ orderId: 'order-1', email: 'mira@example.com', revenue: 9900, currency: 'USD' });
  expect(await shop.refund({ orderId: 'order-1', refundId: 'r-1', amount: 9901 })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '#/amount', code: 'refund_too_large' }] },
  });
  const partly = { orderId: 'order-1', refundId: 'r-1', amount: 3300 };
  expect(await shop.refund(partly)).toMatchObject({
    status: 201,
    body: { refund: { reversed: 1094 }, conversion: { refunded: 3300, reversed: 1094 } },
  });
  expect(await shop.refund(partly)).toMatchObject({ status: 200 });
  expect(await shop.refund({ orderId: 'order-1', refundId: 'r-2' })).toMatchObject({
    status: 201,
    body: { conversion: { refunded: 9900, reversed: 3282, commission: 3282 } },
  });
});

it('conversions and refunds reach the profile as events, in order, each once', async () => {
  const vendor = product.vendor();
  const { campaign } = await affiliateOf(HYBRID, 'lena@example.com');
  const connection = await programme.connect();
  await programme.send(campaign, connection);
  const order = { orderId: 'order-9', email: 'lena@example.com', revenue: 9900, currency: 'USD' };
  await shop.convert(order);
  await shop.convert(order);
  await shop.refund({ orderId: 'order-9', refundId: 'r-1' });
  const events = await eventually('all events are there', async () => {
    const found = await vendor.events('lena@example.com');
    return found.length >= 3 ? found : undefined;
  });
  await programme.quiet(connection);
  expect(events.map(({ name, data }) => [name, data['amount']])).toEqual([
    ['conversion_recorded', 9900],
    ['commission_earned', 3282],
    ['commission_reversed', 3282],
  ]);
});

describe('Stripe', () => {
  const stripe = new Stripe('not_used');
  const tell = async (sourceId: string, event: object, secret = STRIPE_SECRET, timestamp?: number) => {
    const payload = JSON.stringify(event);
    const header = stripe.webhooks.generateTestHeaderString({
      payload,
      secret,
      ...(timestamp === undefined ? {} : { timestamp }),
    });
    const answer = await fetch(`${product.url}/v1/inbound/${sourceId}/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': header },
      body: payload,
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const payout = (type: string, id: string, more: object = {}) => ({
    id: `evt_${id}`,
    object: 'event',
    type,
    account: 'acct_1Mira',
    created: Math.floor(Date.now() / 1000),
    data: { object: { id, object: 'payout', amount: 3282, currency: 'usd', ...more } },
  });

  it('payouts become payout_sent and payout_failed on the profile, each once', async () => {
    const vendor = product.vendor();
    const { campaign, affiliate } = await affiliateOf(HYBRID, 'paid@example.com');
    const connection = await programme.connect();
    await programme.send(campaign, connection);
    await api.must(api.put(`affiliates/${affiliate.id}/stripe-account`, { stripeAccountId: 'acct_1Mira' }));
    const { id } = await api.must<{ id: string }>(
      api.post('inbound-sources', { kind: 'stripe', name: 'Stripe', secret: STRIPE_SECRET }),
    );
    const transfer = {
      ...payout('transfer.created', 'tr_1', { destination: 'acct_1Mira', object: 'transfer' }),
      account: undefined,
    };
    expect(await tell(id, transfer)).toEqual({ status: 200, body: { outcome: 'recorded' } });
    expect(await tell(id, transfer)).toEqual({ status: 200, body: { outcome: 'known_already' } });
    expect((await tell(id, payout('payout.paid', 'po_1'))).body).toEqual({ outcome: 'recorded' });
    const failed = payout('payout.failed', 'po_2', { failure_message: 'The account is closed.' });
    expect((await tell(id, failed)).body).toEqual({ outcome: 'recorded' });
    expect((await tell(id, payout('invoice.paid', 'in_1'))).body).toEqual({ outcome: 'not_a_payout' });

    const events = await eventually('all events are there', async () => {
      const found = await vendor.events('paid@example.com');
      return found.length >= 3 ? found : undefined;
    });
    await programme.quiet(connection);
    expect(events.map(({ name, data }) => [name, data['payout_id'], data['reason']])).toEqual([
      ['payout_sent', 'tr_1', undefined],
      ['payout_sent', 'po_1', undefined],
      ['payout_failed', 'po_2', 'The account is closed.'],
    ]);
    expect(await api.all('payouts')).toHaveLength(3);
  });

  it('is not believed with a wrong or old signature, nor about an account that nobody has', async () => {
    await affiliateOf(HYBRID, 'mira@example.com');
    const { id } = await api.must<{ id: string }>(
      api.post('inbound-sources', { kind: 'stripe', name: 'Stripe', secret: STRIPE_SECRET }),
    );
    const event = payout('payout.paid', 'po_1');
    expect(await tell(id, event, 'whsec_another')).toMatchObject({ body: { code: 'signature_mismatch' } });
    const old = Math.floor(Date.now() / 1000) - 310;
    expect(await tell(id, event, STRIPE_SECRET, old)).toMatchObject({ body: { code: 'signature_stale' } });
    expect(await tell(id, event)).toMatchObject({ status: 404 });
    expect(await tell(shop.sourceId, event)).toMatchObject({ status: 404 });
    expect(await api.all('payouts')).toEqual([]);
  });
});
