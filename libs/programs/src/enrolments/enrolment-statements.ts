import { chunks } from '../chunks.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { Decided } from './decision-fan-out.js';

export interface EnrolmentKey {
  readonly enrolmentId: string;
  readonly campaignId: string;
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
const SET_STATUS = `
  WITH due AS (
    SELECT id, status AS was FROM enrolment
     WHERE organization_id = $1 AND id = ANY ($2::uuid[]) AND status <> $3
     ORDER BY id FOR NO KEY UPDATE
  ), decided AS (
    UPDATE enrolment e SET status = $3, decided_at = now(), decision_reason = $4, updated_at = now()
      FROM due WHERE e.id = due.id
    RETURNING e.affiliate_id, e.campaign_id, e.tier, due.was
  )
  SELECT affiliate_id AS "affiliateId", campaign_id AS "campaignId", tier, was FROM decided ORDER BY affiliate_id`;

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

/** @returns the enrolments that had another status before. */
export function setStatus(
  { tx, organizationId }: UnitOfWork,
  enrolmentIds: readonly string[],
  status: 'approved' | 'rejected',
  reason: string | null,
): Promise<readonly Decided[]> {
  return tx.query(SET_STATUS, [organizationId, enrolmentIds, status, reason]);
}
