import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { DeliveredBy } from './invite-statements.js';

/** What an invited person may see, and what accepting needs. */
export interface InvitationRow {
  readonly id: string;
  readonly affiliateId: string;
  readonly campaignId: string;
  readonly state: 'open' | 'accepted' | 'revoked' | 'expired';
  readonly live: boolean;
  readonly status: EnrolmentStatus | null;
  readonly email: string;
  /** The address is still the one that was invited. */
  readonly sameAddress: boolean;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly tier: string | null;
  readonly tags: readonly string[];
  readonly approveOnAccept: boolean;
  readonly deliveredBy: DeliveredBy;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly campaignName: string;
  readonly campaignDescription: string | null;
  readonly campaignArchived: boolean;
  readonly termsUrl: string | null;
  readonly organizationName: string;
}

const READ = `
  SELECT i.id, i.affiliate_id AS "affiliateId", i.campaign_id AS "campaignId", i.state, i.expires_at > now() AS live,
         e.status, a.email, a.email_key = i.email_key AS "sameAddress", a.first_name AS "firstName",
         a.last_name AS "lastName", i.tier, i.tags, i.approve_on_accept AS "approveOnAccept",
         i.delivered_by AS "deliveredBy", i.expires_at AS "expiresAt", i.accepted_at AS "acceptedAt",
         c.name AS "campaignName", c.description AS "campaignDescription", c.archived_at IS NOT NULL AS "campaignArchived",
         c.terms_url AS "termsUrl", o.name AS "organizationName"
    FROM invite i
    JOIN affiliate a ON a.organization_id = i.organization_id AND a.id = i.affiliate_id
    JOIN campaign c ON c.organization_id = i.organization_id AND c.id = i.campaign_id
    JOIN organization o ON o.id = i.organization_id
    LEFT JOIN enrolment e ON e.organization_id = i.organization_id AND e.affiliate_id = i.affiliate_id
                         AND e.campaign_id = i.campaign_id
   WHERE i.organization_id = $1 AND i.id = $2`;

const LOCKS = [
  `SELECT id FROM affiliate WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE`,
  `SELECT id FROM enrolment WHERE organization_id = $1 AND affiliate_id = $2 AND campaign_id = $3 FOR NO KEY UPDATE`,
  `SELECT id FROM invite WHERE organization_id = $1 AND affiliate_id = $2 AND campaign_id = $3 ORDER BY id FOR NO KEY UPDATE`,
];

/** Who was nobody's affiliate until now becomes one now. Who takes part elsewhere keeps the date. */
const JOINED = `
  UPDATE affiliate a SET joined_at = date_trunc('second', now())
    FROM invite i
   WHERE a.organization_id = $1 AND a.id = i.affiliate_id AND i.organization_id = $1 AND i.id = $2 AND i.made_affiliate
     AND NOT EXISTS (SELECT FROM enrolment e
                      WHERE e.organization_id = $1 AND e.affiliate_id = a.id AND e.status <> 'invited')`;

const ACCEPTED = `
  UPDATE invite SET state = 'accepted', accepted_at = now(), updated_at = now()
   WHERE organization_id = $1 AND id = $2 AND state = 'open'`;

export async function readInvitation(
  { tx, organizationId }: UnitOfWork,
  inviteId: string,
): Promise<InvitationRow | undefined> {
  const rows: InvitationRow[] = await tx.query(READ, [organizationId, inviteId]);
  return rows[0];
}

/** Person, part and invite, in the order in which everybody locks them. */
export async function lockInvitation(
  { tx, organizationId }: UnitOfWork,
  { affiliateId, campaignId }: Pick<InvitationRow, 'affiliateId' | 'campaignId'>,
): Promise<void> {
  const [person = '', ...parts] = LOCKS;
  await tx.query(person, [organizationId, affiliateId]);
  for (const lock of parts) await tx.query(lock, [organizationId, affiliateId, campaignId]);
}

/** Before the person takes part. */
export async function noteJoined({ tx, organizationId }: UnitOfWork, inviteId: string): Promise<void> {
  await tx.query(JOINED, [organizationId, inviteId]);
}

export async function noteAccepted({ tx, organizationId }: UnitOfWork, inviteId: string): Promise<void> {
  await tx.query(ACCEPTED, [organizationId, inviteId]);
}
