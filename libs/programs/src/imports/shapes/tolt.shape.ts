import type { SourceShape } from './source-shape.js';

/**
 * Tolt. Known: its API calls a partner's fields `id` (beginning with `part_`), `first_name`, `last_name`, `company_name`,
 * `email`, `country_code`, `status` (`active`, `suspended`, `rejected`), `payout_method`, `payout_details`, `created_at` in
 * ISO 8601 (https://docs.tolt.com/partners/create, https://docs.tolt.com/partners/update), and a link's `param` and
 * `value`. Read 2026-11-29. Unconfirmed: whether the dashboard exports partners at all, and every column of such a file.
 */
export const tolt: SourceShape = {
  name: 'Tolt',
  signs: [
    ...[
      ['payout_method', 'payout_details'],
      ['payout_method', 'company_name'],
      ['completed_onboarding', 'email'],
      ['suspension_reason', 'email'],
      ['param', 'value', 'email'],
    ],
  ],
  idPrefix: { column: 'id', prefix: 'part_' },
  fields: {
    externalId: ['id', 'partner_id'],
    referralSlug: ['value', 'link_value', 'referral_code', 'slug'],
    slugFromUrl: ['referral_link', 'link', 'link_url', 'url'],
    country: ['country_code', 'country'],
    joinedAt: ['created_at', 'joined_at', 'created'],
  },
  keep: [
    ...['program_id', 'group_id', 'organization_id', 'company_name', 'payout_method', 'rejection_note'],
    ...['internal_note', 'suspension_reason', 'param'],
  ],
  statuses: { suspended: 'rejected' },
  caveat: 'Tolt does not publish the columns of an export; the names are those of its API.',
};
