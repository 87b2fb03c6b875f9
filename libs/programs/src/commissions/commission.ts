import { type Money, moneyText } from './money.js';
import type { CommissionPlan, Component, Recurrence, Terms } from './plan.js';
import { percentText, share, WHOLE } from './rate.js';

/** A sale or a renewal, as far as the commission depends on it. */
export interface Conversion {
  readonly kind: 'sale' | 'renewal';
  /** Above zero. */
  readonly revenue: Money;
  /** ISO 3166-1 alpha-2 of the customer. */
  readonly country?: string;
  /** Needed where the plan distinguishes a customer's conversions. */
  readonly customerId?: string;
  readonly occurredAt: Date;
}

/** What was booked before this conversion, in the order of booking. */
export interface Standing {
  readonly tier?: string;
  /** Name of the audience that the tier follows from; absent for one that was given. */
  readonly tierAudience?: string;
  /** Conversions of this affiliate in this campaign. */
  readonly affiliateConversions: number;
  /** Of these, those of this customer. */
  readonly customerConversions: number;
  /** Renewals of this customer that earned already. */
  readonly paidRenewals: number;
  readonly firstOfCustomerAt?: Date;
}

export interface CommissionLine {
  readonly component: Component;
  readonly amount: number;
  /** In words: `18 % of 99.00 USD`. */
  readonly reason: string;
}

export type Commission =
  | {
      readonly ok: true;
      /** The sum of the lines; zero when nothing is due, which `reason` explains. */
      readonly earned: Money;
      readonly lines: readonly CommissionLine[];
      readonly reason: string;
    }
  | {
      readonly ok: false;
      readonly code: 'currency_unknown' | 'customer_needed' | 'commission_too_large';
      /** Of the conversion, what cannot be as it is. */
      readonly field: 'currency' | 'customerId' | 'revenue';
      readonly detail: string;
    };

/**
 * What a conversion earns. Depends on nothing but its arguments: no clock, no rounding but the one of each line, so
 * the sum of the lines is the commission to the cent.
 */
export function commissionOf(plan: CommissionPlan, conversion: Conversion, standing: Standing): Commission {
  const region = plan.regions.find(({ countries }) => countries.includes(conversion.country ?? ''));
  const terms = region?.terms ?? plan.terms;
  const { revenue } = conversion;
  const where = region === undefined ? '' : ` for ${region.name}`;
  if (revenue.currency !== terms.currency) {
    return {
      ok: false,
      code: 'currency_unknown',
      field: 'currency',
      detail: `The plan “${plan.name}” pays in ${terms.currency}${where}; this conversion is in ${revenue.currency}.`,
    };
  }
  const nothing = (reason: string): Commission => ({
    ok: true,
    earned: { amount: 0, currency: terms.currency },
    lines: [],
    reason,
  });
  const tier = standing.tier === undefined ? undefined : ownTier(terms, standing.tier);
  const components = tier ?? terms.components;
  if (conversion.customerId === undefined && distinguishesCustomers(terms, components, conversion)) {
    const detail =
      'What the plan pays depends on the customer’s earlier conversions, so this one has to say whose it is. Send customerId with it.';
    return { ok: false, code: 'customer_needed', field: 'customerId', detail };
  }
  if (conversion.kind === 'renewal') {
    const over = renewalsOver(terms.recurring, conversion, standing);
    if (over !== undefined) return nothing(over);
  }
  const lines = components
    .filter((component) => isDue(component, standing))
    .map((component) => lineOf(component, revenue));
  if (lines.length === 0) return nothing('No part of the plan pays for this conversion.');
  const earned = { amount: lines.reduce((sum, line) => sum + line.amount, 0), currency: terms.currency };
  if (!Number.isSafeInteger(earned.amount)) {
    const detail = 'The commission would be larger than an amount can be. Check revenue and plan.';
    return { ok: false, code: 'commission_too_large', field: 'revenue', detail };
  }
  const because = standing.tierAudience === undefined ? '' : ` by the audience “${standing.tierAudience}”`;
  const by = tier === undefined ? '' : `, tier ${standing.tier ?? ''}${because}`;
  return {
    ok: true,
    earned,
    lines,
    reason: `${lines.map((line) => line.reason).join(' + ')} = ${moneyText(earned)} (plan “${plan.name}”${where}${by})`,
  };
}

/** Whether what is due depends on earlier conversions of the same customer. */
function distinguishesCustomers(
  { recurring }: Terms,
  components: readonly Component[],
  { kind }: Conversion,
): boolean {
  if (kind === 'renewal' && recurring === null) return false;
  const ends = recurring?.months !== undefined || recurring?.payments !== undefined;
  return (kind === 'renewal' && ends) || components.some(({ on }) => on === 'first_of_customer');
}

function ownTier(terms: Terms, tier: string): readonly Component[] | undefined {
  return Object.hasOwn(terms.tiers, tier) ? terms.tiers[tier] : undefined;
}

function isDue({ on }: Component, standing: Standing): boolean {
  switch (on) {
    case 'every':
      return true;
    case 'first_of_affiliate':
      return standing.affiliateConversions === 0;
    case 'first_of_customer':
      return standing.customerConversions === 0;
  }
}

function lineOf(component: Component, revenue: Money): CommissionLine {
  const occasion = { every: '', first_of_affiliate: ' once', first_of_customer: ' for a new customer' }[
    component.on
  ];
  if (component.kind === 'fixed') {
    const amount = { amount: component.amount, currency: revenue.currency };
    return { component, amount: component.amount, reason: `${moneyText(amount)}${occasion}` };
  }
  return {
    component,
    amount: share(revenue.amount, component.rate, WHOLE),
    reason: `${percentText(component.rate)} % of ${moneyText(revenue)}${occasion}`,
  };
}

function renewalsOver(
  recurring: Recurrence | null,
  conversion: Conversion,
  standing: Standing,
): string | undefined {
  if (recurring === null) return 'The plan pays nothing for renewals.';
  if (recurring.payments !== undefined && standing.paidRenewals >= recurring.payments) {
    return `The plan pays for ${recurring.payments} renewals of a customer; these are over.`;
  }
  const { firstOfCustomerAt } = standing;
  if (recurring.months !== undefined && firstOfCustomerAt !== undefined) {
    const end = addMonths(firstOfCustomerAt, recurring.months);
    if (conversion.occurredAt >= end) {
      return `The plan pays for renewals until ${recurring.months} months after a customer’s first conversion; that was ${end.toISOString().slice(0, 10)}.`;
    }
  }
  return undefined;
}

/** The same day that many months later, in UTC; the month's last day where it has no such day. */
function addMonths(from: Date, months: number): Date {
  const end = new Date(from);
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return end;
}
