import type { SourceShape } from './source-shape.js';

/**
 * Tapfiliate. Known: the word of a link is in `referral_code`, which is what follows `?ref=`, and lists are split into
 * affiliates, pending and archived ones, the last being those who were disapproved
 * (https://support.tapfiliate.com/en/articles/4176525); `firstname`, `lastname`, `email`, `meta_data`, `referral_link` and
 * `created_at` are names of its REST API. Read 2026-11-29. Unconfirmed: every other column of the file that it sends by
 * e-mail, how a status is written, and whether `approved` is one of them.
 */
export const tapfiliate: SourceShape = {
  name: 'Tapfiliate',
  signs: [
    ...[['referral_code'], ['affiliate_group'], ['affiliate_group_id']],
    ...[
      ['firstname', 'lastname', 'meta_data'],
      ['firstname', 'lastname', 'referral_link'],
    ],
  ],
  fields: {
    externalId: ['id', 'affiliate_id'],
    referralSlug: ['referral_code'],
    slugFromUrl: ['referral_link', 'referral_url', 'referral_links'],
    status: ['status', 'state', 'approved'],
    country: ['country', 'country_code', 'address_country', 'address_country_code'],
    joinedAt: ['created_at', 'signed_up_at', 'date_joined', 'created'],
  },
  keep: [
    ...['coupon', 'coupons', 'source_id', 'affiliate_group', 'affiliate_group_id', 'group', 'programs'],
    ...['company', 'company_name', 'meta_data', 'parent_id', 'balance', 'balances'],
  ],
  statuses: {
    ...{ true: 'approved', yes: 'approved', '1': 'approved' },
    // "Not approved" may be a refusal or a decision that is not made yet.
    ...{ false: 'applied', no: 'applied', '0': 'applied', null: 'applied' },
    ...{ disapproved: 'rejected', archived: 'rejected' },
  },
  caveat:
    'Tapfiliate does not publish the columns of its export; the word of a link is attested in "referral_code".',
};
