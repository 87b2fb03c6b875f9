import type { SourceShape } from './source-shape.js';

/**
 * Dub Partners. Known, because its source is public: the columns that can be chosen for the export of partners, with dates
 * in ISO 8601 and countries as codes (https://github.com/dubinc/dub: `apps/web/lib/zod/schemas/partners.ts`,
 * `apps/web/lib/api/partners/format-partners-for-export.ts`), those of applications, and the statuses `pending`, `approved`,
 * `rejected`, `invited`, `declined`, `deactivated`, `banned`, `archived`
 * (https://dub.co/docs/api-reference/endpoint/retrieve-a-list-of-partners). Read 2026-11-29. Neither export has a link.
 * Unconfirmed: nothing of this was compared with a real file, and the source moves on.
 */
export const dub: SourceShape = {
  name: 'Dub',
  signs: [
    ...[
      ['enrolled_at', 'payouts_enabled_at'],
      ['enrolled_at', 'status', 'country'],
      ['applied_at', 'country', 'email'],
    ],
  ],
  idPrefix: { column: 'id', prefix: 'pn_' },
  fields: {
    externalId: ['id', 'partner_id'],
    joinedAt: ['enrolled_at', 'applied_at', 'created_at'],
    referralSlug: ['link_key', 'key'],
    slugFromUrl: ['short_link', 'link', 'links'],
  },
  keep: [
    ...['payouts_enabled_at', 'description', 'group', 'net_revenue', 'website', 'youtube', 'twitter', 'x'],
    ...['linkedin', 'instagram', 'tiktok', 'sale_amount', 'total_commissions', 'tenant_id'],
  ],
  statuses: { deactivated: 'rejected', archived: 'rejected', declined: 'rejected', banned: 'rejected' },
  caveat:
    'The columns are those of Dub’s public source. Its export has no column with links: without one of your own, affiliates get no slug, and old links are not known here.',
};
