import type { SourceShape } from './source-shape.js';

/**
 * FirstPromoter. Known: an affiliate's word is in `cust_ref` or `ref_id` of the export, by version; fields and states of
 * its APIs, v1 `approved`, `pending`, `denied` with `cust_id`, `ref_id` and `default_ref_id`
 * (https://docs.firstpromoter.com/api-reference-v1/promoters-api/create) and v2 `accepted`, `pending`, `rejected`,
 * `blocked`, `inactive` with `ref_token`, per campaign (https://docs.firstpromoter.com/webhooks/promoter-accepted). All read
 * 2026-11-29. A referral id may have underscores there, which a slug here may not. Unconfirmed: the header row, whether a
 * promoter of several campaigns has several rows, and the format of dates.
 */
export const firstPromoter: SourceShape = {
  name: 'FirstPromoter',
  signs: [
    ...[['cust_ref'], ['ref_id'], ['default_ref_id'], ['ref_token'], ['fpr'], ['promoter_email']],
    ...[
      ['promoter_id', 'email'],
      ['cust_id', 'email'],
    ],
  ],
  fields: {
    email: ['email', 'promoter_email'],
    // The merchant's own id of this person; the other one is FirstPromoter's.
    externalId: ['cust_id', 'id', 'promoter_id'],
    referralSlug: ['cust_ref', 'ref_id', 'default_ref_id', 'ref_token', 'referral_id'],
    slugFromUrl: ['ref_link', 'referral_link', 'default_ref_link', 'link', 'url'],
    status: ['state', 'status', 'promoter_status'],
    joinedAt: ['joined_at', 'created_at', 'signed_up_at'],
  },
  keep: [
    ...['promo_code', 'coupon', 'customers_count', 'referrals_count', 'clicks_count', 'sales_count'],
    ...['revenue_amount', 'current_balance', 'paid_balance', 'earnings_balance', 'company_name', 'website'],
  ],
  statuses: { denied: 'rejected', blocked: 'rejected', inactive: 'applied', archived: 'rejected' },
  caveat:
    'FirstPromoter does not publish the columns of its export; the word of a link is attested in "cust_ref" and "ref_id".',
};
