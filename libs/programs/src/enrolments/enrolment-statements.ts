import { chunks } from '../chunks.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { DecisionKind } from './decision.js';

export interface EnrolmentKey {
  readonly enrolmentId: string;
  readonly campaignId: string;
}

/** An enrolment that was locked for a decision. `status` is absent when the decision did not move it. */
export interface Settled {
  readonly affiliateId: string;
  readonly campaignId: string;
  readonly tier: string | null;
  readonly was: EnrolmentStatus;
  readonly status: EnrolmentStatus | null;
}

/**
 * The affiliates' rows stay as they are until the end of the transaction: who changes a name waits, and then sees the
 * approval and sends the new name there too.
 */
const FIND = `
  SELECT a.id AS "affiliateId", e.id AS "enrolmentId", e.campaign_id AS "campaignId"
    FROM affiliate a
    LEFT JOIN enrolment e ON e.organization_id = a.organization_id AND e.affiliate_id = a.id
                         AND ($3::uuid IS NULL OR e.campaign_id = $3)
   WHERE a.organization_id = $1 AND a.id = ANY ($2::uuid[])
   ORDER BY a.id FOR SHARE OF a`;

/** Locked in order of id; whoever comes second finds the status already set and changes nothing. */
const SETTLE = `
  WITH locked AS (
    SELECT id, affiliate_id, campaign_id, tier, status AS was, archived_from FROM enrolment
     WHERE organization_id = $1 AND id = ANY ($2::uuid[])
     ORDER BY id FOR NO KEY UPDATE
  ), decided AS (
    UPDATE enrolment e SET
           status = CASE $3 WHEN 'restored' THEN coalesce(l.archived_from, 'applied')
                            WHEN 'unapproved' THEN 'applied' ELSE $3 END,
           archived_from = CASE WHEN $3 = 'archived' THEN l.was END,
           decided_at = now(), decision_reason = $5, skipped = '[]', updated_at = now()
      FROM locked l WHERE e.id = l.id AND l.was = ANY ($4::text[])
    RETURNING e.id, e.status
  )
  SELECT l.affiliate_id AS "affiliateId", l.campaign_id AS "campaignId", l.tier, l.was, d.status
    FROM locked l LEFT JOIN decided d USING (id) ORDER BY l.affiliate_id`;

/** Enrolments by affiliate: an empty list for affiliates without one, no entry for ids that are nobody's. */
export async function findEnrolments(
  { tx, organizationId }: UnitOfWork,
  affiliateIds: readonly string[],
  campaignId: string | undefined,
): Promise<ReadonlyMap<string, readonly EnrolmentKey[]>> {
  const found = new Map<string, EnrolmentKey[]>();
  for (const chunk of chunks(affiliateIds)) {
    const rows: { affiliateId: string; enrolmentId: string | null; campaignId: string | null }[] =
      await tx.query(FIND, [organizationId, chunk, campaignId ?? null]);
    for (const row of rows) {
      const enrolments = found.get(row.affiliateId) ?? [];
      if (row.enrolmentId !== null && row.campaignId !== null)
        enrolments.push({ enrolmentId: row.enrolmentId, campaignId: row.campaignId });
      found.set(row.affiliateId, enrolments);
    }
  }
  return found;
}

/** Decides enrolments that are in one of the states `from`, and tells of all of them what they are. */
export function settle(
  { tx, organizationId }: UnitOfWork,
  enrolmentIds: readonly string[],
  decision: {
    readonly kind: DecisionKind;
    readonly from: readonly EnrolmentStatus[];
    readonly reason: string | null;
  },
): Promise<readonly Settled[]> {
  return tx.query(SETTLE, [organizationId, enrolmentIds, decision.kind, decision.from, decision.reason]);
}
