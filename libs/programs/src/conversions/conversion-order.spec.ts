import fc from 'fast-check';

import { CommissionPlanService } from '../commissions/commission-plan.service.js';
import type { PlanInput } from '../commissions/plan-input.js';
import { ProgramBench } from '../testing/program-bench.js';
import { ConversionEvents } from './conversion-events.js';
import type { ConversionInput } from './conversion-input.js';
import type { ConversionView } from './conversion-view.js';
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

const EMAIL = 'a@example.com';
const BONUS: PlanInput = {
  name: 'Bonus',
  currency: 'USD',
  components: [{ amount: 1_500, on: 'first_of_affiliate' }, { percent: '10' }],
};

/** A campaign that pays by the plan, with one approved affiliate; @returns campaign and affiliate. */
async function paying(plan: PlanInput, name = 'Summer') {
  const campaign = await bench.campaign(name);
  const { id } = await bench.do((unit) => plans.create(unit, plan));
  await bench.do((unit) => plans.assign(unit, campaign, id));
  return { campaign, affiliateId: await bench.affiliate(EMAIL, { campaign, status: 'approved' }) };
}

const orderOf = (input: Partial<ConversionInput>): ConversionInput => ({
  ...{ orderId: 'order-1', email: EMAIL, revenue: 1_000, currency: 'USD' },
  ...input,
});
const book = (input: Partial<ConversionInput> = {}) =>
  bench.do((unit) => conversions.record(unit, orderOf(input)));
const refund = (input: Partial<RefundInput>) =>
  bench.do((unit) => refunds.record(unit, { orderId: 'order-1', refundId: 'refund-1', ...input }));
const decide = (affiliateId: string, decision: 'archived' | 'rejected') =>
  bench.do((unit) => bench.enrolments.decide(unit, { affiliateIds: [affiliateId], decision }));
const all = (): Promise<readonly ConversionView[]> =>
  bench.work.run(bench.organizationId, (unit) => conversions.list(unit, { limit: 200 }));

/** Books on a connection of its own and keeps the transaction open until told how it ends. */
async function bookAndHold(input: Partial<ConversionInput>) {
  let end: (how: 'commit' | 'roll back') => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  let begun: () => void = () => undefined;
  const isBooked = new Promise<void>((resolve) => (begun = resolve));
  const transaction = bench.work.run(bench.organizationId, async (unit) => {
    const result = await conversions.record(unit, orderOf(input));
    begun();
    if ((await ended) === 'roll back') throw new Error('The connection is lost.');
    return result;
  });
  const settled = Promise.allSettled([transaction]);
  await isBooked;
  return { end, settled };
}

describe('two conversions of one affiliate at the same moment, on two connections', () => {
  it('are booked one after the other, and the one that commits first is the first', async () => {
    await paying(BONUS);
    const first = await bookAndHold({ orderId: 'one' });
    const second = book({ orderId: 'two' });
    await bench.untilSomebodyWaits();
    first.end('commit');
    await first.settled;
    expect((await second).conversion.commission).toBe(100);
    expect((await all()).map(({ orderId, commission }) => [orderId, commission]).sort()).toEqual([
      ['one', 1_600],
      ['two', 100],
    ]);
  });

  it('leave the bonus to the second where the first is lost, and the first is nowhere', async () => {
    await paying(BONUS);
    const first = await bookAndHold({ orderId: 'one' });
    const second = book({ orderId: 'two' });
    await bench.untilSomebodyWaits();
    first.end('roll back');
    await first.settled;
    expect((await second).conversion.commission).toBe(1_600);
    expect((await all()).map(({ orderId }) => orderId)).toEqual(['two']);
  });

  it('of the same order are one conversion', async () => {
    await paying(BONUS);
    const first = await bookAndHold({});
    const second = book({});
    await bench.untilSomebodyWaits();
    first.end('commit');
    await first.settled;
    expect(await second).toMatchObject({ created: false, conversion: { commission: 1_600 } });
    expect(await all()).toHaveLength(1);
  });
});

it('many at once, twice each and in any order, pay each order once and the bonus once', async () => {
  const { campaign } = await paying(BONUS);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 6 }),
      async (revenues) => {
        const email = `person${(round += 1)}@example.com`;
        const affiliateId = await bench.affiliate(email, { campaign, status: 'approved' });
        const orders = revenues.map((revenue, index) => ({
          ...{ orderId: `${round}-${index}`, email, revenue },
        }));
        const booked = await Promise.all([...orders, ...[...orders].reverse()].map((order) => book(order)));
        expect(booked.filter(({ created }) => created)).toHaveLength(orders.length);
        const own = (await all()).filter((one) => one.affiliateId === affiliateId);
        // Half a cent is rounded up: a tenth of x is the number before the last digit, one more from 5 on.
        const tenths = revenues.map(
          (revenue) => Number(`0${revenue}`.slice(0, -1)) + (revenue % 10 >= 5 ? 1 : 0),
        );
        const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0);
        expect(sum(own.map(({ commission }) => commission))).toBe(1_500 + sum(tenths));
        expect(
          own.filter(({ lines }) => lines.some(({ amount }) => amount === 1_500 && lines.length === 2)),
        ).toHaveLength(1);
      },
    ),
    { numRuns: 15 },
  );
});

describe('an order that is sent again', () => {
  it('is the same conversion although the affiliate was archived meanwhile', async () => {
    const { affiliateId } = await paying(BONUS);
    const { conversion } = await book();
    await decide(affiliateId, 'archived');
    expect(await book()).toEqual({ conversion, created: false });
  });

  it('is the same conversion although the affiliate was approved in another campaign meanwhile', async () => {
    await paying(BONUS);
    const { conversion } = await book();
    await paying(BONUS, 'Winter');
    expect(await book()).toEqual({ conversion, created: false });
  });

  it.each([
    ['another revenue', { revenue: 1_001 }],
    ['another currency', { currency: 'EUR' }],
    ['another kind', { kind: 'renewal' as const }],
    ['another campaign', { campaign: 'winter' }],
    ['another affiliate', { email: 'b@example.com' }],
  ])('with %s is refused, and nothing is changed', async (_what, other) => {
    await paying(BONUS);
    await paying(BONUS, 'Winter');
    await bench.affiliate('b@example.com', { campaign: 'summer', status: 'approved' });
    const { conversion } = await book({ campaign: 'summer' });
    expect(
      await bench.denied((unit) => conversions.record(unit, orderOf({ campaign: 'summer', ...other }))),
    ).toMatchObject({ reason: 'conflict', errors: [{ pointer: '#/orderId', code: 'order_taken' }] });
    expect(await all()).toEqual([conversion]);
  });
});

describe('renewals and new customers', () => {
  const plan: PlanInput = {
    ...{ name: 'Recurring', currency: 'JPY' },
    components: [{ amount: 700, on: 'first_of_customer' }, { percent: '10' }],
    recurring: { months: 1 },
  };
  const yen = (input: Partial<ConversionInput>) => book({ currency: 'JPY', customerId: 'c-1', ...input });

  it('are told apart by customer, in whole yen', async () => {
    await paying(plan);
    const day = (date: string): string => `2026-03-${date}T00:00:00Z`;
    const earned = [
      await yen({ orderId: '1', occurredAt: day('01') }),
      await yen({ orderId: '2', kind: 'renewal', occurredAt: day('31') }),
      await yen({ orderId: '3', kind: 'renewal', occurredAt: '2026-04-01T00:00:00Z' }),
      await yen({ orderId: '4', customerId: 'c-2', occurredAt: day('02') }),
    ];
    expect(earned.map(({ conversion }) => conversion.commission)).toEqual([800, 100, 0, 800]);
    expect(earned[0]?.conversion.reason).toBe(
      '700 JPY for a new customer + 10 % of 1000 JPY = 800 JPY (plan “Recurring”)',
    );
  });

  it('count from the earliest sale that is known when they are booked, in whatever order they arrive', async () => {
    await paying(plan);
    await yen({ orderId: '1', occurredAt: '2026-03-20T00:00:00Z' });
    const before = await yen({ orderId: '2', kind: 'renewal', occurredAt: '2026-04-10T00:00:00Z' });
    // A sale that arrives late moves the beginning, for what comes after it.
    await yen({ orderId: '3', occurredAt: '2026-03-01T00:00:00Z' });
    const after = await yen({ orderId: '4', kind: 'renewal', occurredAt: '2026-04-10T00:00:00Z' });
    expect([before, after].map(({ conversion }) => conversion.commission)).toEqual([100, 0]);
  });

  it('without a customer are refused with the remedy, and nothing is booked', async () => {
    await paying(plan);
    expect(
      await bench.denied((unit) => conversions.record(unit, orderOf({ currency: 'JPY' }))),
    ).toMatchObject({ reason: 'invalid', errors: [{ pointer: '#/customerId', code: 'customer_needed' }] });
    expect(await all()).toEqual([]);
  });
});

describe('refunds', () => {
  it('at the same moment never take back more than was sold, and exactly what was earned in all', async () => {
    await paying({ ...BONUS, currency: 'KWD' });
    await book({ currency: 'KWD', revenue: 1_001 });
    const asked = Array.from({ length: 12 }, (_, index) => ({ refundId: `r-${index}`, amount: 91 }));
    const answers = await Promise.all(
      asked.map((input) =>
        bench.work.run(bench.organizationId, (unit) =>
          refunds.record(unit, { orderId: 'order-1', ...input }),
        ),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(11);
    expect(answers.flatMap((answer) => (answer.ok ? [] : [answer.problem]))).toMatchObject([
      { errors: [{ code: 'refund_too_large' }] },
    ]);
    const [conversion] = await all();
    expect(conversion).toMatchObject({ refunded: 1_001, commission: 1_600, reversed: 1_600 });
    const single = answers.map((answer) => (answer.ok ? answer.value.refund.reversed : 0));
    expect(single.reduce((sum, one) => sum + one, 0)).toBe(1_600);
  });

  it.each(['archived', 'rejected'] as const)(
    'are booked also for an affiliate who is %s by now',
    async (decision) => {
      const { affiliateId } = await paying(BONUS);
      await book();
      await decide(affiliateId, decision);
      expect(await refund({})).toMatchObject({ created: true, conversion: { reversed: 1_600 } });
    },
  );
});
