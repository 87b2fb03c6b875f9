import fc from 'fast-check';

import { commissionOf, type Conversion, type Standing } from './commission.js';
import { moneyText, readCurrency } from './money.js';
import type { CommissionPlan, Component, Terms } from './plan.js';
import { percentText, readPercent, share, WHOLE } from './rate.js';
import { reversalOf } from './reversal.js';

const terms = (components: readonly Component[], more: Partial<Terms> = {}): Terms => ({
  currency: 'USD',
  components,
  tiers: {},
  recurring: null,
  ...more,
});
const plan = (own: Terms, regions: CommissionPlan['regions'] = []): CommissionPlan => ({
  name: 'Standard',
  terms: own,
  regions,
});
const percent = (text: string, on: Component['on'] = 'every'): Component => ({
  kind: 'percentage',
  rate: readPercent(text)!,
  on,
});
const fixed = (amount: number, on: Component['on'] = 'every'): Component => ({ kind: 'fixed', amount, on });
const sale = (amount: number, more: Partial<Conversion> = {}): Conversion => ({
  kind: 'sale',
  revenue: { amount, currency: 'USD' },
  customerId: 'c-1',
  occurredAt: new Date('2026-11-10T12:00:00Z'),
  ...more,
});
const nobody: Standing = { affiliateConversions: 0, customerConversions: 0, paidRenewals: 0 };
const earned = (...given: Parameters<typeof commissionOf>): number => {
  const commission = commissionOf(...given);
  if (!commission.ok) throw new Error(commission.detail);
  return commission.earned.amount;
};

describe('a hybrid plan of 15 dollars on the first conversion plus 18 per cent', () => {
  const hybrid = plan(terms([fixed(1_500, 'first_of_affiliate'), percent('18')]));

  it('pays both for the first and only the share for the second', () => {
    const first = commissionOf(hybrid, sale(9_900), nobody);
    expect(first).toMatchObject({
      ok: true,
      earned: { amount: 3_282, currency: 'USD' },
      reason: '15.00 USD once + 18 % of 99.00 USD = 32.82 USD (plan “Standard”)',
    });
    expect(earned(hybrid, sale(9_900), { ...nobody, affiliateConversions: 1 })).toBe(1_782);
  });

  it('pays the bonus exactly once, in whatever order conversions arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 20 }), (amounts) => {
        const total = amounts.reduce(
          (sum, amount, index) =>
            sum + earned(hybrid, sale(amount), { ...nobody, affiliateConversions: index }),
          0,
        );
        const shares = amounts.reduce((sum, amount) => sum + share(amount, 180_000, WHOLE), 0);
        expect(total).toBe(1_500 + shares);
      }),
    );
  });
});

describe('a plan with tiers', () => {
  const tiered = plan(terms([percent('10')], { tiers: { gold: [percent('25')] } }));

  it('pays the rate of the affiliate’s tier, and the usual one for a tier it does not name', () => {
    expect(earned(tiered, sale(1_000), { ...nobody, tier: 'gold' })).toBe(250);
    expect(earned(tiered, sale(1_000), { ...nobody, tier: 'silver' })).toBe(100);
    expect(earned(tiered, sale(1_000), { ...nobody, tier: 'constructor' })).toBe(100);
  });
});

describe('a plan with regions', () => {
  const eu = { name: 'EU', countries: ['DE', 'FR'], terms: terms([fixed(1_000)], { currency: 'EUR' }) };
  const both = plan(terms([percent('20')]), [eu]);

  it('pays a German customer’s conversion in euros by the region’s terms', () => {
    const conversion = sale(5_000, { country: 'DE', revenue: { amount: 5_000, currency: 'EUR' } });
    expect(commissionOf(both, conversion, nobody)).toMatchObject({
      earned: { amount: 1_000, currency: 'EUR' },
      reason: '10.00 EUR = 10.00 EUR (plan “Standard” for EU)',
    });
  });

  it('refuses a currency that it does not know, and says which one it pays in', () => {
    expect(commissionOf(both, sale(5_000, { country: 'DE' }), nobody)).toEqual({
      ok: false,
      code: 'currency_unknown',
      field: 'currency',
      detail: 'The plan “Standard” pays in EUR for EU; this conversion is in USD.',
    });
  });
});

describe('renewals', () => {
  const renewal = (occurredAt: string): Conversion =>
    sale(1_000, { kind: 'renewal', occurredAt: new Date(occurredAt) });
  const customer: Standing = {
    affiliateConversions: 3,
    customerConversions: 1,
    paidRenewals: 0,
    firstOfCustomerAt: new Date('2026-01-31T08:00:00Z'),
  };
  const recurring = (recurrence: Terms['recurring']): CommissionPlan =>
    plan(terms([percent('30')], { recurring: recurrence }));

  it('earn nothing unless the plan says so', () => {
    expect(commissionOf(recurring(null), renewal('2026-02-28T08:00:00Z'), customer)).toMatchObject({
      earned: { amount: 0, currency: 'USD' },
      reason: 'The plan pays nothing for renewals.',
    });
  });

  it('earn until the end of the last month, also from the 31st of a month', () => {
    const oneMonth = recurring({ months: 1 });
    expect(earned(oneMonth, renewal('2026-02-28T07:59:59Z'), customer)).toBe(300);
    expect(earned(oneMonth, renewal('2026-02-28T08:00:00Z'), customer)).toBe(0);
  });

  it('earn for as many payments as the plan names', () => {
    const two = recurring({ payments: 2 });
    const at = '2026-03-01T00:00:00Z';
    expect([0, 1, 2].map((paidRenewals) => earned(two, renewal(at), { ...customer, paidRenewals }))).toEqual([
      300, 300, 0,
    ]);
  });

  it('earn for ever where no end is named', () => {
    expect(earned(recurring({}), renewal('2046-01-01T00:00:00Z'), { ...customer, paidRenewals: 240 })).toBe(
      300,
    );
  });
});

describe('rounding', () => {
  it('is half away from zero', () => {
    expect(share(5, 500_000, WHOLE)).toBe(3);
    expect(share(-5, 500_000, WHOLE)).toBe(-3);
    expect(share(1, 499_999, WHOLE)).toBe(0);
  });

  it('is never off by more than half a unit, for any safe amount', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: WHOLE }), (amount, rate) => {
        const exact = BigInt(amount) * BigInt(rate);
        const error = BigInt(share(amount, rate, WHOLE)) * BigInt(WHOLE) - exact;
        expect((error < 0n ? -error : error) * 2n <= BigInt(WHOLE)).toBe(true);
      }),
    );
  });

  it('reads back the rate that it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: WHOLE }), (rate) => {
        expect(readPercent(percentText(rate))).toBe(rate);
      }),
    );
    expect(['100.0001', '-1', '18 %', '1e1', '', '12.34567'].map(readPercent)).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
  });
});

describe('refunds', () => {
  it('take back in proportion, and all of it when all is refunded', () => {
    expect(reversalOf({ revenue: 9_900, commission: 3_282, refunded: 0 }, 3_300)).toEqual({
      ok: true,
      amount: -1_094,
    });
    expect(reversalOf({ revenue: 9_900, commission: 3_282, refunded: 3_300 }, 6_600)).toEqual({
      ok: true,
      amount: -2_188,
    });
  });

  it('larger than what is left of the sale are refused', () => {
    expect(reversalOf({ revenue: 9_900, commission: 3_282, refunded: 3_300 }, 6_601)).toEqual({
      ok: false,
      code: 'refund_too_large',
      left: 6_600,
    });
  });

  it('add up to the same in whatever pieces and order', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 0, max: 1e7 }), fc.nat(), (refunds, commission, kept) => {
        const whole = refunds.reduce((sum, one) => sum + one, 0);
        const revenue = whole + kept;
        const total = (order: readonly number[]): number => {
          let refunded = 0;
          return order.reduce((sum, refund) => {
            const reversal = reversalOf({ revenue, commission, refunded }, refund);
            if (!reversal.ok) throw new Error('A refund that fits was refused.');
            expect(reversal.amount).toBeLessThanOrEqual(0);
            refunded += refund;
            return sum + reversal.amount;
          }, 0);
        };
        expect(total(refunds)).toBe(total([...refunds].reverse()));
        expect(total(refunds)).toBe(-share(commission, whole, revenue) + 0);
        if (kept === 0) expect(total(refunds)).toBe(-commission + 0);
      }),
    );
  });
});

describe('amounts in words', () => {
  it('have as many decimals as the currency', () => {
    expect(
      [
        { amount: 1_500, currency: 'USD' },
        { amount: -5, currency: 'EUR' },
        { amount: 1_500, currency: 'JPY' },
        { amount: 1_500, currency: 'KWD' },
        { amount: -7, currency: 'BHD' },
        { amount: 1_500, currency: 'CLF' },
        // Shown without decimals in shops, and yet counted in hundredths and thousandths.
        { amount: 1_500, currency: 'HUF' },
        { amount: 1_500, currency: 'IQD' },
        { amount: Number.MAX_SAFE_INTEGER, currency: 'USD' },
        { amount: Number.MAX_SAFE_INTEGER, currency: 'KWD' },
      ].map(moneyText),
    ).toEqual([
      ...['15.00 USD', '-0.05 EUR', '1500 JPY', '1.500 KWD', '-0.007 BHD', '0.1500 CLF', '15.00 HUF'],
      ...['1.500 IQD', '90071992547409.91 USD', '9007199254740.991 KWD'],
    ]);
  });

  it('know the currencies of ISO 4217 in any case, and no others', () => {
    expect(['usd', ' EUR ', 'XYZ', '', 'DOLLAR'].map(readCurrency)).toEqual([
      'USD',
      'EUR',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
