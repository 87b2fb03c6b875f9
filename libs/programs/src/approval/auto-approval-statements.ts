import type { EnrolmentStatus } from '../entities/index.js';
import type { Decided } from '../enrolments/decision-fan-out.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { ApprovalReason } from './approval-reasons.js';
import { confirmedForCampaign } from './own-confirmation.js';

/** An enrolment with what the rules look at. */
export interface ApplicantRow {
  readonly id: string;
  readonly affiliate_id: string;
  readonly status: EnrolmentStatus;
  readonly decided_at: Date | null;
  readonly skipped: readonly ApprovalReason[];
  readonly email: string;
  readonly country: string | null;
  readonly address_confirmed: boolean;
  readonly same_mailbox: string | null;
  readonly same_external_id: string | null;
}

/**
 * Two applications of the same person under two addresses must not pass each other by unseen, so approvals that look for
 * duplicates go one after the other within an organisation, until the transaction ends.
 */
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(hashtextextended('auto-approval ' || $1, 0))`;

/** People first, then enrolments: the order in which everybody locks them. */
const LOCK_PEOPLE = `
  SELECT id FROM affiliate WHERE organization_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR SHARE`;

const LOCK_ENROLMENTS = `
  SELECT id FROM enrolment
   WHERE organization_id = $1 AND campaign_id = $2 AND affiliate_id = ANY ($3::uuid[])
   ORDER BY id FOR NO KEY UPDATE`;

/** Of two who seem to be one, the later is the duplicate, unless it is the earlier who still waits. */
const other = (same: string): string => `
  (SELECT o.id FROM affiliate o
    WHERE o.organization_id = a.organization_id AND o.id <> a.id AND ${same}
      AND (o.id < a.id OR EXISTS (
        SELECT FROM enrolment oe WHERE oe.organization_id = o.organization_id AND oe.affiliate_id = o.id AND oe.status = 'approved'))
    ORDER BY o.id LIMIT 1)`;

const READ = `
  SELECT e.id, e.affiliate_id, e.status, e.decided_at, e.skipped, a.email, a.country,
         ${confirmedForCampaign('e', 'a')} AS address_confirmed,
         CASE WHEN $4 THEN ${other('o.person_key = a.person_key')} END AS same_mailbox,
         CASE WHEN $4 AND a.external_id IS NOT NULL THEN ${other('o.external_id = a.external_id')} END AS same_external_id
    FROM enrolment e
    JOIN affiliate a ON a.organization_id = e.organization_id AND a.id = e.affiliate_id
   WHERE e.organization_id = $1 AND e.campaign_id = $2 AND e.affiliate_id = ANY ($3::uuid[])`;

const APPROVE = `
  UPDATE enrolment SET status = 'approved', decided_at = now(), decision_reason = NULL, skipped = '[]', updated_at = now()
   WHERE organization_id = $1 AND id = ANY ($2::uuid[])
  RETURNING affiliate_id AS "affiliateId", campaign_id AS "campaignId", tier`;

const STORE_REASONS = `
  UPDATE enrolment e SET skipped = u.skipped, updated_at = now()
    FROM unnest($2::uuid[], $3::jsonb[]) AS u(id, skipped)
   WHERE e.organization_id = $1 AND e.id = u.id`;

const PENDING = `
  SELECT id, affiliate_id FROM enrolment
   WHERE organization_id = $1 AND campaign_id = $2 AND status = 'applied' AND ($3::uuid IS NULL OR id > $3)
   ORDER BY id LIMIT $4`;

/** Locks the people and their enrolments, then reads what they are at that moment. */
export async function readApplicants(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  affiliateIds: readonly string[],
  options: { readonly duplicates: boolean; readonly lock: boolean },
): Promise<readonly ApplicantRow[]> {
  if (options.lock) {
    if (options.duplicates) await tx.query(ONE_AT_A_TIME, [organizationId]);
    await tx.query(LOCK_PEOPLE, [organizationId, affiliateIds]);
    await tx.query(LOCK_ENROLMENTS, [organizationId, campaignId, affiliateIds]);
  }
  return tx.query(READ, [organizationId, campaignId, affiliateIds, options.duplicates]);
}

/** Of rows that are locked and pending. */
export async function approveApplicants(
  { tx, organizationId }: UnitOfWork,
  enrolmentIds: readonly string[],
): Promise<readonly Decided[]> {
  const rows: readonly [readonly Omit<Decided, 'was'>[], number] = await tx.query(APPROVE, [
    organizationId,
    enrolmentIds,
  ]);
  return rows[0].map((row) => ({ ...row, was: 'applied' }));
}

export async function storeReasons(
  { tx, organizationId }: UnitOfWork,
  rows: readonly { readonly id: string; readonly reasons: readonly ApprovalReason[] }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(STORE_REASONS, [
    organizationId,
    rows.map((row) => row.id),
    rows.map((row) => JSON.stringify(row.reasons)),
  ]);
}

/** Affiliates who wait for a decision, page by page in order of their enrolments. */
export async function* pendingAffiliates(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  size: number,
): AsyncGenerator<readonly string[]> {
  for (let after: string | null = null; ;) {
    const rows: { id: string; affiliate_id: string }[] = await tx.query(PENDING, [
      organizationId,
      campaignId,
      after,
      size,
    ]);
    if (rows.length > 0) yield rows.map((row) => row.affiliate_id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last.id;
  }
}
