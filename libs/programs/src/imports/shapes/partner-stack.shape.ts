import type { SourceShape } from './source-shape.js';

/**
 * PartnerStack. Known: its import template has `Partner_first`, `Partner_last`, `Partner_email`, `partner_key` (which
 * ends a partner's first link), `Partner_group`, `Partner_joined_date`
 * (https://support.partnerstack.com/hc/en-us/articles/360009012554); the table whose rows "Export all records" exports shows
 * Partner, Owner, Group, Signups, Paid customers, Revenue, Last active, Signed up
 * (https://support.partnerstack.com/hc/en-us/articles/360058412814); its API calls a partner's names `first_name` and
 * `last_name` and gives a country by code or by name. Read 2026-11-29. Unconfirmed: the header row of the export, how it
 * writes dates and statuses, and whether it has a link.
 */
export const partnerStack: SourceShape = {
  name: 'PartnerStack',
  signs: [
    ...[['partner_key'], ['partnership_key']],
    ...[
      ['partner_first', 'partner_last'],
      ['partner_email', 'partner_group'],
      ['paid_customers', 'signed_up'],
      ['paid_customers', 'last_active'],
    ],
  ],
  fields: {
    email: ['partner_email', 'email', 'owner_email', 'partner_owner_email'],
    firstName: ['partner_first', 'partner_first_name', 'first_name'],
    lastName: ['partner_last', 'partner_last_name', 'last_name'],
    fullName: ['partner_name', 'name', 'partner', 'owner', 'partner_owner'],
    referralSlug: ['partner_key'],
    externalId: ['partnership_key', 'key', 'id', 'partner_id'],
    slugFromUrl: ['partner_link', 'default_link', 'referral_link', 'link'],
    status: ['partnership_status', 'partner_status', 'approved_status', 'status'],
    joinedAt: ['partner_joined_date', 'joined_at', 'signed_up', 'date_joined', 'created_at'],
    country: ['country', 'partner_country', 'address_country'],
  },
  keep: [
    ...['partner_group', 'group', 'group_name', 'group_slug', 'manager', 'team', 'signups', 'paid_customers'],
    ...['revenue', 'last_active', 'company', 'company_name'],
  ],
  statuses: { archived: 'rejected', removed: 'rejected', 'on hold': 'applied' },
  caveat:
    'PartnerStack does not publish the columns of its export; "partner_key" is attested in its import template and as the end of a partner’s first link.',
};
