import type { EnrolmentStatus } from '../entities/index.js';
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

interface InviteRow {
  readonly id: string;
  readonly campaign_id: string;
  readonly affiliate_id: string;
  readonly state: Exclude<InviteState, 'closed'>;
  readonly live: boolean;
  readonly tier: string | null;
  readonly tags: readonly string[];
  readonly approve_on_accept: boolean;
  readonly delivered_by: DeliveredBy;
  readonly source: string;
  readonly mails: number;
  readonly mailed_at: Date | null;
  readonly expires_at: Date;
  readonly accepted_at: Date | null;
  readonly revoked_at: Date | null;
  readonly created_at: Date;
}

interface PersonRow {
  readonly id: string;
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
}

const CLOSED = `
  EXISTS (SELECT FROM enrolment e
           WHERE e.organization_id = i.organization_id AND e.affiliate_id = i.affiliate_id
             AND e.campaign_id = i.campaign_id AND e.status IN ('approved', 'rejected', 'archived'))`;

const IN_STATE: Readonly<Record<InviteState, string>> = {
  open: `i.state = 'open' AND i.expires_at > now() AND NOT ${CLOSED}`,
  accepted: `i.state = 'accepted'`,
  revoked: `i.state = 'revoked'`,
  expired: `(i.state = 'expired' OR (i.state = 'open' AND i.expires_at <= now() AND NOT ${CLOSED}))`,
  closed: `i.state = 'open' AND ${CLOSED}`,
};

/**
 * One table after the other: right after thousands of invites the planner knows nothing of the tables yet, and a join of
 * them then takes seconds a page.
 */
const page = (state: InviteState | undefined): string => `
  SELECT i.*, i.expires_at > now() AS live FROM invite i
   WHERE i.organization_id = $1 AND ($2::uuid IS NULL OR i.id < $2) AND ($3::uuid IS NULL OR i.campaign_id = $3)
     AND ($4::uuid IS NULL OR i.affiliate_id = $4) AND ($5::text IS NULL OR i.email_key = lower($5))
     AND ($6::uuid IS NULL OR i.id = $6) ${state === undefined ? '' : `AND ${IN_STATE[state]}`}
   ORDER BY i.id DESC LIMIT $7`;

const CAMPAIGNS = `SELECT id, slug, name FROM campaign WHERE organization_id = $1 AND id = ANY ($2::uuid[])`;

const PEOPLE = `
  SELECT id, email, first_name, last_name FROM affiliate WHERE organization_id = $1 AND id = ANY ($2::uuid[])`;

const PARTS = `
  SELECT affiliate_id, campaign_id, status FROM enrolment WHERE organization_id = $1 AND affiliate_id = ANY ($2::uuid[])`;

/** Newest first. */
export async function readInvites(
  { tx, organizationId }: UnitOfWork,
  filter: InviteFilter,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<readonly InviteView[]> {
  const { campaignId, affiliateId, email, id, state } = filter;
  const optional = [after, campaignId, affiliateId, email, id].map((value) => value ?? null);
  const rows: InviteRow[] = await tx.query(page(state), [organizationId, ...optional, limit]);
  if (rows.length === 0) return [];
  const affiliateIds = [...new Set(rows.map((row) => row.affiliate_id))];
  const campaigns: InviteView['campaign'][] = await tx.query(CAMPAIGNS, [
    organizationId,
    [...new Set(rows.map((row) => row.campaign_id))],
  ]);
  const people: PersonRow[] = await tx.query(PEOPLE, [organizationId, affiliateIds]);
  const parts: { affiliate_id: string; campaign_id: string; status: EnrolmentStatus }[] = await tx.query(
    PARTS,
    [organizationId, affiliateIds],
  );
  const campaignOf = new Map(campaigns.map((one) => [one.id, one]));
  const personOf = new Map(people.map((one) => [one.id, one]));
  const statusOf = new Map(parts.map((one) => [`${one.affiliate_id} ${one.campaign_id}`, one.status]));
  return rows.flatMap((row) => {
    const [campaign, person] = [campaignOf.get(row.campaign_id), personOf.get(row.affiliate_id)];
    const status = statusOf.get(`${row.affiliate_id} ${row.campaign_id}`);
    return campaign === undefined || person === undefined ? [] : [viewOf(row, campaign, person, status)];
  });
}

function viewOf(
  row: InviteRow,
  campaign: InviteView['campaign'],
  person: PersonRow,
  status: EnrolmentStatus | undefined,
): InviteView {
  return {
    id: row.id,
    campaign,
    affiliateId: person.id,
    email: person.email,
    firstName: person.first_name,
    lastName: person.last_name,
    state: stateOf(row, status),
    tier: row.tier,
    tags: row.tags,
    approveOnAccept: row.approve_on_accept,
    deliveredBy: row.delivered_by,
    source: row.source,
    mails: row.mails,
    mailedAt: row.mailed_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
    acceptedAt: row.accepted_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

function stateOf({ state, live }: InviteRow, status: EnrolmentStatus | undefined): InviteState {
  if (state !== 'open') return state;
  if (status === 'approved' || status === 'rejected' || status === 'archived') return 'closed';
  return live ? 'open' : 'expired';
}
