import type { CommissionLine } from '../commissions/commission.js';

/** A conversion with what it earned. Money in minor units of `currency`. */
export interface ConversionView {
  readonly id: string;
  readonly orderId: string;
  readonly affiliateId: string;
  readonly campaignId: string;
  readonly kind: 'sale' | 'renewal';
  readonly customerId: string | null;
  readonly country: string | null;
  readonly currency: string;
  readonly revenue: number;
  readonly refunded: number;
  readonly commission: number;
  /** Taken back by refunds. */
  readonly reversed: number;
  /** In words: `18 % of 99.00 USD = 17.82 USD (plan “Standard”)`. */
  readonly reason: string;
  readonly lines: readonly CommissionLine[];
  readonly tier: string | null;
  readonly occurredAt: string;
  readonly createdAt: string;
}

export interface ConversionRow extends Omit<
  ConversionView,
  'revenue' | 'refunded' | 'commission' | 'reversed' | 'occurredAt' | 'createdAt'
> {
  readonly revenue: string;
  readonly refunded: string;
  readonly commission: string;
  readonly reversed: string;
  readonly occurredAt: Date;
  readonly createdAt: Date;
}

export const CONVERSION_COLUMNS = `id, order_id AS "orderId", affiliate_id AS "affiliateId", campaign_id AS "campaignId", kind,
  customer_id AS "customerId", country, currency, revenue, refunded, commission, reversed, reason, lines, tier,
  occurred_at AS "occurredAt", created_at AS "createdAt"`;

/** Amounts come from the driver as text, because a bigint may be larger than a number can hold; ours never are. */
export function conversionView(row: ConversionRow): ConversionView {
  return {
    ...row,
    revenue: Number(row.revenue),
    refunded: Number(row.refunded),
    commission: Number(row.commission),
    reversed: Number(row.reversed),
    occurredAt: row.occurredAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}
