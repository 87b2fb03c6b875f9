import fc from 'fast-check';

import { commissionOf, type Conversion, type Standing } from './commission.js';
import { minorDigits, moneyText } from './money.js';
import { type PlanInput, readPlan } from './plan-input.js';
import type { CommissionPlan } from './plan.js';
import { reversalOf } from './reversal.js';

/*
 * The same money reckoned twice: by the product, and here from what people write ("12.5 per cent"), in fractions of big
 * integers and by searching for the nearest whole number in place of dividing. Nothing of the product's arithmetic is used.
 */

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** The whole number that is nearest; of two that are equally near, the one further from zero. Not below zero. */
function nearest({ over, under }: Fraction): bigint {
  let low = 0n;
  let high = over + 1n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * under <= over) low = middle;
    else high = middle;
  }
  const missing = (low + 1n) * under - over;
  const surplus = over - low * under;
  return missing <= surplus ? low + 1n : low;
}

/** Per cent as a decimal number in text: `12.5` is 125/1000. */
function fractionOf(percent: string): Fraction {
  const [whole = '', decimals = ''] = percent.split('.');
  return { over: BigInt(whole + decimals), under: 100n * 10n ** BigInt(decimals.length) };
}

interface Sale {
  readonly kind: 'sale' | 'renewal';
  readonly amount: number;
  readonly customer: number;
  readonly country: 'DE' | 'FR' | 'US';
  /** Days since the first of January 2026. */
  readonly day: number;
}

const START = Date.UTC(2026, 0, 1, 12);
const DAY = 86_400_000;
const CURRENCIES = ['USD', 'JPY', 'KWD'] as const;

/** What every sale earns when they are booked in this order, from the plan as it was written. */
function expected(plan: PlanInput, sales: readonly Sale[], tier: string | undefined): readonly bigint[] {
  const paid: {
    readonly customer: number;
    readonly renewal: boolean;
    readonly day: number;
    earned: bigint;
  }[] = [];
  return sales.map((sale) => {
    const region = plan.regions?.find(({ countries }) => countries.includes(sale.country));
    const terms = region ?? plan;
    const parts = terms.tiers?.find((one) => one.tier === tier)?.components ?? terms.components;
    const earlier = paid.filter(({ customer }) => customer === sale.customer);
    const isOver = (): boolean => {
      if (sale.kind === 'sale') return false;
      if (terms.recurring == null) return true;
      const { months, payments } = terms.recurring;
      const renewals = earlier.filter(({ renewal, earned }) => renewal && earned > 0n).length;
      if (payments !== undefined && renewals >= payments) return true;
      if (months === undefined || earlier.length === 0) return false;
      const first = new Date(START + Math.min(...earlier.map(({ day }) => day)) * DAY);
      // All days of this test are at most the 28th, so that no month is too short.
      const end = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, first.getUTCDate(), 12);
      return START + sale.day * DAY >= end;
    };
    const earned = isOver()
      ? 0n
      : parts
          .filter(
            ({ on }) =>
              on === undefined ||
              on === 'every' ||
              (on === 'first_of_affiliate' && paid.length === 0) ||
              (on === 'first_of_customer' && earlier.length === 0),
          )
          .map(({ amount, percent }) => {
            if (amount !== undefined) return BigInt(amount);
            const { over, under } = fractionOf(String(percent));
            return nearest({ over: over * BigInt(sale.amount), under });
          })
          .reduce((sum, one) => sum + one, 0n);
    paid.push({ customer: sale.customer, renewal: sale.kind === 'renewal', day: sale.day, earned });
    return earned;
  });
}

/** What the product says to the same, with the standing counted from what it said before. */
function reckoned(
  plan: CommissionPlan,
  sales: readonly Sale[],
  currency: string,
  tier: string | undefined,
): readonly bigint[] {
  const booked: { readonly sale: Sale; readonly earned: number }[] = [];
  return sales.map((sale) => {
    const ofCustomer = booked.filter((one) => one.sale.customer === sale.customer);
    const days = ofCustomer.map((one) => one.sale.day);
    const standing: Standing = {
      ...(tier === undefined ? {} : { tier }),
      affiliateConversions: booked.length,
      customerConversions: ofCustomer.length,
      paidRenewals: ofCustomer.filter((one) => one.sale.kind === 'renewal' && one.earned > 0).length,
      ...(days.length === 0 ? {} : { firstOfCustomerAt: new Date(START + Math.min(...days) * DAY) }),
    };
    const conversion: Conversion = {
      ...{ kind: sale.kind, country: sale.country, customerId: String(sale.customer) },
      revenue: { amount: sale.amount, currency },
      occurredAt: new Date(START + sale.day * DAY),
    };
    const commission = commissionOf(plan, conversion, standing);
    if (!commission.ok) throw new Error(commission.detail);
    const lines = commission.lines.reduce((sum, line) => sum + BigInt(line.amount), 0n);
    expect(lines).toBe(BigInt(commission.earned.amount));
    booked.push({ sale, earned: commission.earned.amount });
    return BigInt(commission.earned.amount);
  });
}

const percents = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 9_999 }))
  .map(([whole, rest]) =>
    whole === 100 || rest === 0 ? `${whole}` : `${whole}.${String(rest).padStart(4, '0')}`,
  );
const on = fc.constantFrom('every' as const, 'first_of_affiliate' as const, 'first_of_customer' as const);
const component = fc.oneof(
  fc.record({ percent: percents, on }),
  fc.record({ amount: fc.integer({ min: 0, max: 1e7 }), on }),
);
const components = fc.array(component, { minLength: 1, maxLength: 4 });
const recurring = fc.oneof(
  fc.constant(null),
  fc.constant({}),
  fc.record({ months: fc.integer({ min: 1, max: 14 }) }),
  fc.record({ payments: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ months: fc.integer({ min: 1, max: 3 }), payments: fc.integer({ min: 1, max: 3 }) }),
);
const tiers = fc.array(fc.record({ tier: fc.constant('gold'), components }), { maxLength: 1 });
const plans: fc.Arbitrary<PlanInput> = fc
  .record({ currency: fc.constantFrom(...CURRENCIES), components, tiers, recurring, regional: components })
  .chain(({ regional, ...own }) =>
    fc.record({ tiers, recurring }).map((more) => ({
      ...own,
      name: 'Standard',
      regions: [
        { name: 'Elsewhere', countries: ['DE'], currency: own.currency, components: regional, ...more },
      ],
    })),
  );
const sales = fc.array(
  fc.record({
    kind: fc.constantFrom('sale' as const, 'renewal' as const),
    amount: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 1e13 })),
    customer: fc.integer({ min: 1, max: 3 }),
    country: fc.constantFrom('DE' as const, 'FR' as const, 'US' as const),
    // The 1st to the 28th of a month of one year or the next.
    day: fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 28 }))
      .map(([month, date]) => Math.round((Date.UTC(2026, month, date, 12) - START) / DAY)),
  }),
  { minLength: 1, maxLength: 12 },
);

function read(input: PlanInput): CommissionPlan {
  const plan = readPlan(input);
  if (!plan.ok) throw new Error(JSON.stringify(plan.problem));
  return plan.value;
}

describe('commissions reckoned a second time in another way', () => {
  it('are the same for every plan, tier, region, currency and course of sales and renewals', () => {
    fc.assert(
      fc.property(plans, sales, fc.constantFrom(undefined, 'gold'), (input, course, tier) => {
        expect(reckoned(read(input), course, input.currency, tier)).toEqual(expected(input, course, tier));
      }),
      { numRuns: 1_000 },
    );
  });

  it('do not depend on the order of arrival where no part pays for a first conversion only', () => {
    const everyTime = fc.array(
      component.map((one) => ({ ...one, on: 'every' as const })),
      { minLength: 1, maxLength: 4 },
    );
    const shuffled = sales
      .map((course) => course.map((sale) => ({ ...sale, kind: 'sale' as const })))
      .chain((course) =>
        fc.tuple(
          fc.constant(course),
          fc.shuffledSubarray(course, { minLength: course.length, maxLength: course.length }),
        ),
      );
    fc.assert(
      fc.property(everyTime, shuffled, (own, [course, other]) => {
        const plan = read({ name: 'Standard', currency: 'USD', components: own });
        const total = (order: readonly Sale[]): bigint =>
          reckoned(plan, order, 'USD', undefined).reduce((sum, one) => sum + one, 0n);
        expect(total(other)).toBe(total(course));
      }),
    );
  });

  it('with a fixed bonus for a first conversion add up to the same in every order, whoever comes first', () => {
    const bonus = read({
      ...{ name: 'Standard', currency: 'KWD' },
      components: [
        { amount: 1_500, on: 'first_of_affiliate' },
        { amount: 250, on: 'first_of_customer' },
        { percent: '12.3456' },
      ],
    });
    fc.assert(
      fc.property(sales, (course) => {
        const all = course.map((sale) => ({ ...sale, kind: 'sale' as const }));
        const total = (order: readonly Sale[]): bigint =>
          reckoned(bonus, order, 'KWD', undefined).reduce((sum, one) => sum + one, 0n);
        expect(total([...all].reverse())).toBe(total(all));
      }),
    );
  });

  it('are refused, not rounded, where they are larger than a number can hold exactly', () => {
    const twice = read({ name: 'Twice', currency: 'USD', components: [{ percent: 100 }, { percent: 100 }] });
    const sale = (amount: number) =>
      commissionOf(
        twice,
        { kind: 'sale', revenue: { amount, currency: 'USD' }, occurredAt: new Date(START) },
        { affiliateConversions: 0, customerConversions: 0, paidRenewals: 0 },
      );
    expect(sale(Math.floor(Number.MAX_SAFE_INTEGER / 2))).toMatchObject({ ok: true });
    expect(sale(Number.MAX_SAFE_INTEGER)).toMatchObject({ ok: false, code: 'commission_too_large' });
  });
});

describe('conversions that do not say whose they are', () => {
  const nobody: Standing = { affiliateConversions: 0, customerConversions: 0, paidRenewals: 0 };
  const of = (kind: 'sale' | 'renewal', input: Partial<PlanInput>) =>
    commissionOf(
      read({ name: 'Standard', currency: 'USD', components: [{ percent: 10 }], ...input }),
      { kind, revenue: { amount: 1_000, currency: 'USD' }, occurredAt: new Date(START) },
      nobody,
    );
  const needed = { ok: false, code: 'customer_needed', field: 'customerId' };

  it('are refused where each would pass for a new customer’s, or a renewal would never end', () => {
    expect(of('sale', { components: [{ amount: 5, on: 'first_of_customer' }] })).toMatchObject(needed);
    expect(of('renewal', { recurring: { months: 12 } })).toMatchObject(needed);
    expect(of('renewal', { recurring: { payments: 3 } })).toMatchObject(needed);
  });

  it('are booked where the customer makes no difference', () => {
    expect(of('sale', { recurring: { months: 12 } })).toMatchObject({ ok: true, earned: { amount: 100 } });
    expect(of('renewal', { recurring: {} })).toMatchObject({ ok: true, earned: { amount: 100 } });
    expect(of('renewal', { recurring: null })).toMatchObject({ ok: true, earned: { amount: 0 } });
  });
});

describe('reversals reckoned a second time in another way', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 1e12 }), { minLength: 1, maxLength: 10 });

  it('are at every moment the share of what is refunded so far, and never more than was earned', () => {
    fc.assert(
      fc.property(
        parts,
        fc.nat(1e12),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (refunds, kept, factor) => {
          const revenue = refunds.reduce((sum, one) => sum + one, kept);
          // A commission may be larger than the sale: a bonus on a small order.
          const commission = Math.floor(revenue * factor);
          let refunded = 0;
          let reversed = 0n;
          for (const refund of refunds) {
            const reversal = reversalOf({ revenue, commission, refunded }, refund);
            if (!reversal.ok) throw new Error('A refund that fits was refused.');
            refunded += refund;
            reversed -= BigInt(reversal.amount);
            const exact = { over: BigInt(commission) * BigInt(refunded), under: BigInt(revenue) };
            expect(reversed).toBe(nearest(exact));
            expect(reversed <= BigInt(commission)).toBe(true);
          }
          if (kept === 0) expect(reversed).toBe(BigInt(commission));
          expect(reversalOf({ revenue, commission, refunded }, kept + 1)).toMatchObject({
            ok: false,
            left: kept,
          });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('in any order and in any pieces sum to exactly the reversal of the whole', () => {
    fc.assert(
      fc.property(
        parts.chain((refunds) =>
          fc.tuple(
            fc.constant(refunds),
            fc.shuffledSubarray(refunds, { minLength: refunds.length, maxLength: refunds.length }),
          ),
        ),
        fc.nat(1e12),
        fc.nat(1e13),
        ([refunds, other], kept, commission) => {
          const whole = refunds.reduce((sum, one) => sum + one, 0);
          const sum = (pieces: readonly number[]): bigint => {
            let refunded = 0;
            return pieces.reduce((total, piece) => {
              const reversal = reversalOf({ revenue: whole + kept, commission, refunded }, piece);
              if (!reversal.ok) throw new Error('A refund that fits was refused.');
              refunded += piece;
              return total + BigInt(reversal.amount);
            }, 0n);
          };
          expect(sum(refunds)).toBe(sum([whole]));
          expect(sum(other)).toBe(sum([whole]));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('amounts in words', () => {
  it('are the amount again, read as a decimal number, in currencies with 0, 2, 3 and 4 decimals', () => {
    const currency = fc.constantFrom('JPY', 'KRW', 'USD', 'HUF', 'KWD', 'IQD', 'TND', 'CLF');
    fc.assert(
      fc.property(fc.maxSafeInteger(), currency, (amount, code) => {
        const match = /^(-?)(\d+)(?:\.(\d+))? ([A-Z]{3})$/.exec(moneyText({ amount, currency: code }));
        const [, sign, whole = '', decimals = '', written] = match ?? [];
        expect(written).toBe(code);
        expect(decimals).toHaveLength(minorDigits(code));
        expect(BigInt(`${whole}${decimals}`) * (sign === '-' ? -1n : 1n)).toBe(BigInt(amount));
        expect(/^(?:0|[1-9]\d*)$/.test(whole)).toBe(true);
      }),
    );
  });
});
