import type { SourceShape } from './source-shape.js';

/**
 * Rewardful. Known: the column `token` of its export; the columns of its import templates, in two spellings
 * (https://help.rewardful.com/en/articles/1988486); the fields and states of its REST API
 * (https://developers.rewardful.com/rest-api/affiliates/object). Both read 2026-11-29. Unconfirmed: the header row of the
 * export, and whether `Unknown` as a last name comes from Rewardful itself.
 */
export const rewardful: SourceShape = {
  name: 'Rewardful',
  signs: [
    ['token', 'first_name'],
    ['token', 'paypal_email'],
    ['token', 'wise_email'],
    ['token', 'state'],
  ],
  fields: { referralSlug: ['token', 'link_token'] },
  keep: ['stripe_account_id', 'coupon', 'unpaid_commissions', 'paid_commissions'],
  statuses: { active: 'approved', disabled: 'rejected', suspicious: 'applied' },
  standInLastName: 'unknown',
  caveat: 'Rewardful does not publish the columns of its export; only the column "token" is attested.',
};
