import type { UnitOfWork } from '../unit-of-work.js';
import type { DeliveredBy } from './invite-statements.js';

/** `closed`: not used, and the person was approved, rejected or archived in another way. */
export const INVITE_STATES = ['open', 'accepted', 'revoked', 'expired', 'closed'] as const;
export type InviteState = (typeof INVITE_STATES)[number];

export interface InviteView {
  readonly id: string;
  readonly campaign: { readonly id: string; readonly slug: string; readonly name: string };
  readonly affiliateId: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly state: InviteState;
  readonly tier: string | null;
  readonly tags: readonly string[];
  readonly approveOnAccept: boolean;
  readonly deliveredBy: DeliveredBy;
  readonly source: string;
  readonly mails: number;
  readonly mailedAt: string | null;
  readonly expiresAt: string;
  readonly acceptedAt: string | null;
  readonly revokedAt: string | null;
  readonly createdAt: string;
}

export interface InviteFilter {
  /** Id of the campaign. */
  readonly campaignId?: string;
  readonly state?: InviteState;
  readonly affiliateId?: string;
  /** The whole address, in any letter case. */
  readonly email?: string;
  readonly id?: string;
}

interface InviteRow extends Omit<
  InviteView,
  'campaign' | 'mailedAt' | 'expiresAt' | 'acceptedAt' | 'revokedAt' | 'createdAt'
> {
  readonly campaignId: string;
  readonly campaignSlug: string;
  readonly campaignName: string;
  readonly mailedAt: Date | null;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
}

const READ = `
  SELECT * FROM (
    SELECT i.id, i.campaign_id AS "campaignId", c.slug AS "campaignSlug", c.name AS "campaignName",
           i.affiliate_id AS "affiliateId", a.email, a.first_name AS "firstName", a.last_name AS "lastName",
           CASE WHEN i.state <> 'open' THEN i.state
                WHEN e.status IN ('approved', 'rejected', 'archived') THEN 'closed'
                WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END AS state,
           i.tier, i.tags, i.approve_on_accept AS "approveOnAccept", i.delivered_by AS "deliveredBy", i.source, i.mails,
           i.mailed_at AS "mailedAt", i.expires_at AS "expiresAt", i.accepted_at AS "acceptedAt",
           i.revoked_at AS "revokedAt", i.created_at AS "createdAt"
      FROM invite i
      JOIN campaign c ON c.organization_id = i.organization_id AND c.id = i.campaign_id
      JOIN affiliate a ON a.organization_id = i.organization_id AND a.id = i.affiliate_id
      LEFT JOIN enrolment e ON e.organization_id = i.organization_id AND e.affiliate_id = i.affiliate_id
                           AND e.campaign_id = i.campaign_id
     WHERE i.organization_id = $1 AND ($2::uuid IS NULL OR i.id < $2) AND ($3::uuid IS NULL OR i.campaign_id = $3)
       AND ($4::uuid IS NULL OR i.affiliate_id = $4) AND ($5::text IS NULL OR i.email_key = lower($5))
       AND ($6::uuid IS NULL OR i.id = $6)) AS found
   WHERE $7::text IS NULL OR state = $7
   ORDER BY id DESC LIMIT $8`;

/** Newest first. */
export async function readInvites(
  { tx, organizationId }: UnitOfWork,
  filter: InviteFilter,
  page: { readonly limit: number; readonly after?: string },
): Promise<readonly InviteView[]> {
  const rows: InviteRow[] = await tx.query(READ, [
    organizationId,
    page.after ?? null,
    filter.campaignId ?? null,
    filter.affiliateId ?? null,
    filter.email ?? null,
    filter.id ?? null,
    filter.state ?? null,
    page.limit,
  ]);
  return rows.map(viewOf);
}

function viewOf({ campaignId, campaignSlug, campaignName, ...row }: InviteRow): InviteView {
  return {
    ...row,
    campaign: { id: campaignId, slug: campaignSlug, name: campaignName },
    mailedAt: row.mailedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
    acceptedAt: row.acceptedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
