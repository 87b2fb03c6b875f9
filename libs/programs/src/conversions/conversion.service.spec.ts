import fc from 'fast-check';

import type { PlanInput } from '../commissions/plan-input.js';
import { CommissionPlanService } from '../commissions/commission-plan.service.js';
import { ProgramBench } from '../testing/program-bench.js';
import { ConversionEvents } from './conversion-events.js';
import type { ConversionInput } from './conversion-input.js';
import { ConversionService } from './conversion.service.js';
import { RefundService, type RefundInput } from './refund.service.js';

let bench: ProgramBench;
let conversions: ConversionService;
let refunds: RefundService;
const plans = new CommissionPlanService();

beforeAll(async () => {
  bench = await ProgramBench.open();
  const events = new ConversionEvents(bench.events);
  conversions = new ConversionService(events);
  refunds = new RefundService(events);
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const HYBRID: PlanInput = {
  name: 'Hybrid',
  currency: 'USD',
  components: [{ amount: 1_500, on: 'first_of_affiliate' }, { percent: '18' }],
  tiers: [{ tier: 'gold', components: [{ percent: '30' }] }],
};

const campaignWith = async (plan: PlanInput, name = 'Summer'): Promise<string> => {
  const campaign = await bench.campaign(name, await bench.connection({ label: name }));
  const { id } = await bench.do((unit) => plans.create(unit, plan));
  await bench.do((unit) => plans.assign(unit, campaign, id));
  return campaign;
};
const book = (input: Partial<ConversionInput>) =>
  bench.do((unit) =>
    conversions.record(unit, {
      orderId: 'order-1',
      email: 'a@example.com',
      revenue: 9_900,
      currency: 'USD',
      ...input,
    }),
  );
const refusal = (input: Partial<ConversionInput>) =>
  bench.denied((unit) =>
    conversions.record(unit, {
      orderId: 'order-1',
      email: 'a@example.com',
      revenue: 9_900,
      currency: 'USD',
      ...input,
    }),
  );
const refund = (input: Partial<RefundInput>) =>
  bench.do((unit) => refunds.record(unit, { orderId: 'order-1', refundId: 'refund-1', ...input }));

describe('a conversion', () => {
  it('is booked with its commission and sent as two events, in that order, after the contact', async () => {
    const campaign = await campaignWith(HYBRID);
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();

    const { conversion, created } = await book({ customerId: 'c-1', country: 'us' });
    expect(created).toBe(true);
    expect(conversion).toMatchObject({
      commission: 3_282,
      country: 'US',
      reason: '15.00 USD once + 18 % of 99.00 USD = 32.82 USD (plan “Hybrid”)',
    });
    const pending = await bench.pending();
    expect(pending.map(({ event_name }) => event_name)).toEqual(['conversion_recorded', 'commission_earned']);
    expect(pending[0]?.payload).toMatchObject({ order_id: 'order-1', amount: 9_900, currency: 'USD' });
    expect(pending[1]?.payload).toMatchObject({ order_id: 'order-1', amount: 3_282, currency: 'USD' });
  });

  it('that comes twice is booked once, and other figures under its order id are refused', async () => {
    const campaign = await campaignWith(HYBRID);
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    const first = await book({});
    expect(await book({})).toEqual({ conversion: first.conversion, created: false });
    expect(await refusal({ revenue: 9_901 })).toMatchObject({
      reason: 'conflict',
      errors: [{ pointer: '#/orderId', code: 'order_taken' }],
    });
    expect(await bench.count('conversion')).toBe(1);
  });

  it('pays the first-conversion bonus once, though ten arrive at the same moment', async () => {
    const campaign = await campaignWith(HYBRID);
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    const booked = await Promise.all(
      Array.from({ length: 10 }, (_, index) => book({ orderId: `order-${index}`, revenue: 1_000 })),
    );
    const commissions = booked.map(({ conversion }) => conversion.commission).sort((a, b) => a - b);
    expect(commissions).toEqual([...Array.from({ length: 9 }, () => 180), 1_680]);
  });

  it('earns at the rate of the tier that the affiliate has in this campaign', async () => {
    const campaign = await campaignWith(HYBRID);
    await bench.affiliate('a@example.com', { campaign, status: 'approved', tier: 'gold' });
    expect((await book({})).conversion).toMatchObject({ commission: 2_970, tier: 'gold' });
  });

  it('of a campaign without a plan earns nothing and says so', async () => {
    const campaign = await bench.campaign('Winter');
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    expect((await book({})).conversion).toMatchObject({
      commission: 0,
      reason: 'The campaign has no commission plan, so nothing is earned.',
    });
  });

  it('keeps what it earned when the plan changes later', async () => {
    const campaign = await campaignWith(HYBRID);
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    const { conversion } = await book({});
    const [plan] = await bench.work.run(bench.organizationId, (unit) => plans.list(unit, { limit: 1 }));
    await bench.do((unit) =>
      plans.replace(unit, plan!.id, { ...HYBRID, components: [{ percent: '1' }], tiers: [] }),
    );
    expect(await bench.do((unit) => conversions.get(unit, conversion.id))).toEqual(conversion);
    expect((await book({ orderId: 'order-2' })).conversion.commission).toBe(99);
  });

  it.each([
    ['an unknown affiliate', { email: 'nobody@example.com' }, { what: 'affiliate', pointer: '#/email' }],
    [
      'a currency that the plan does not know',
      { currency: 'EUR' },
      { errors: [{ code: 'currency_unknown' }] },
    ],
    ['a currency that nobody knows', { currency: 'XXQ' }, { errors: [{ pointer: '#/currency' }] }],
    ['revenue with a fraction', { revenue: 99.5 }, { errors: [{ pointer: '#/revenue' }] }],
    ['revenue of nothing', { revenue: 0 }, { errors: [{ pointer: '#/revenue' }] }],
    ['two names of the affiliate', { affiliateId: 'x' }, { errors: [{ code: 'one_of' }] }],
    ['an unknown campaign', { campaign: 'nowhere' }, { what: 'campaign', pointer: '#/campaign' }],
    ['a blank order id', { orderId: '  ' }, { errors: [{ pointer: '#/orderId' }] }],
  ])('with %s books nothing and says why', async (_what, input, expected) => {
    const campaign = await campaignWith(HYBRID);
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    expect(await refusal(input)).toMatchObject(expected);
    expect(await bench.count('conversion')).toBe(0);
    expect(await bench.pending()).toEqual([]);
  });

  it('of somebody who is not approved, or approved in several campaigns, is refused with the remedy', async () => {
    const [summer, winter] = [await campaignWith(HYBRID), await campaignWith(HYBRID, 'Winter')];
    await bench.affiliate('a@example.com', { campaign: summer });
    expect(await refusal({})).toMatchObject({ errors: [{ code: 'affiliate_not_approved' }] });
    await bench.affiliate('a@example.com', { campaign: summer, status: 'approved' });
    await bench.affiliate('a@example.com', { campaign: winter, status: 'approved' });
    expect(await refusal({})).toMatchObject({ errors: [{ pointer: '#/campaign', code: 'campaign_needed' }] });
    expect((await book({ campaign: winter })).created).toBe(true);
  });

  it('cannot be booked on another organisation’s affiliate', async () => {
    const campaign = await campaignWith(HYBRID);
    const affiliateId = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    expect(
      await bench.denied(
        (unit) => conversions.record(unit, { orderId: 'order-1', affiliateId, revenue: 1, currency: 'USD' }),
        bench.otherOrganizationId,
      ),
    ).toMatchObject({ reason: 'not_found', what: 'affiliate' });
  });
});

describe('a refund', () => {
  const converted = async (): Promise<void> => {
    const campaign = await campaignWith(HYBRID);
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await book({});
    await bench.workOff();
  };

  it('takes back its share of the commission and tells of it', async () => {
    await converted();
    const { refund: booked, conversion } = await refund({ amount: 3_300 });
    expect(booked).toMatchObject({ amount: 3_300, reversed: 1_094 });
    expect(conversion).toMatchObject({ refunded: 3_300, reversed: 1_094, commission: 3_282 });
    const [event] = await bench.pending();
    expect(event).toMatchObject({
      event_name: 'commission_reversed',
      payload: { order_id: 'order-1', refund_id: 'refund-1', amount: 1_094, currency: 'USD' },
    });
  });

  it('of everything that is left takes back everything that is left', async () => {
    await converted();
    await refund({ refundId: 'one', amount: 1 });
    const { conversion } = await refund({ refundId: 'two' });
    expect(conversion).toMatchObject({ refunded: 9_900, reversed: 3_282 });
  });

  it('that comes twice is booked once, also at the same moment', async () => {
    await converted();
    const both = await Promise.all([refund({ amount: 100 }), refund({ amount: 100 })]);
    expect(both.map(({ created }) => created).sort()).toEqual([false, true]);
    expect(await bench.count('refund')).toBe(1);
    expect(await bench.pending()).toHaveLength(1);
  });

  it.each([
    ['larger than the sale', { amount: 9_901 }, { errors: [{ code: 'refund_too_large' }] }],
    ['of nothing', { amount: 0 }, { errors: [{ pointer: '#/amount' }] }],
    ['of an unknown order', { orderId: 'other' }, { what: 'conversion', pointer: '#/orderId' }],
  ])('%s books nothing and says why', async (_what, input, expected) => {
    await converted();
    const denied = await bench.denied((unit) =>
      refunds.record(unit, { orderId: 'order-1', refundId: 'refund-1', ...input }),
    );
    expect(denied).toMatchObject(expected);
    expect(await bench.count('refund')).toBe(0);
    expect(await bench.pending()).toEqual([]);
  });

  it('never leaves more or less than the sale left is worth, in whatever pieces it comes', async () => {
    const campaign = await campaignWith(HYBRID);
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100_000 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 5 }),
        async (revenue, pieces) => {
          const orderId = `order-${(number += 1)}`;
          const { conversion } = await book({ orderId, revenue });
          let left = revenue;
          for (const [index, piece] of pieces.entries()) {
            const input = { orderId, refundId: `${orderId}-${index}`, amount: piece };
            if (piece > left) {
              expect(await bench.denied((unit) => refunds.record(unit, input))).toMatchObject({
                errors: [{ code: 'refund_too_large' }],
              });
            } else {
              await bench.do((unit) => refunds.record(unit, input));
              left -= piece;
            }
          }
          const after = await bench.do((unit) => conversions.get(unit, conversion.id));
          expect(after.revenue - after.refunded).toBe(left);
          const expected = (after.commission * after.refunded) / revenue;
          expect(Math.abs(after.reversed - expected)).toBeLessThanOrEqual(0.5);
          if (left === 0) expect(after.reversed).toBe(after.commission);
        },
      ),
      { numRuns: 30 },
    );
  });
});
