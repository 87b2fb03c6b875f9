import type { EnrolmentStatus } from '../entities/index.js';
import type { Decided } from '../enrolments/decision-fan-out.js';
import { uniteTags } from '../tags/tags.js';
import type { UnitOfWork } from '../unit-of-work.js';

/** What an intake wants of one affiliate's part in the campaign. */
export interface WantedEnrolment {
  readonly affiliateId: string;
  readonly tier?: string;
  readonly tags: readonly string[];
}

interface StoredEnrolment {
  readonly id: string;
  readonly affiliate_id: string;
  readonly status: EnrolmentStatus;
  readonly tier: string | null;
  readonly extra_tags: readonly string[];
}

export interface EnrolmentIntake {
  /** New, or changed in any way. */
  readonly touched: ReadonlySet<string>;
  readonly approved: readonly Decided[];
  /** Approved before and now with other tags or another tier. */
  readonly changed: readonly string[];
}

const INSERT_NEW = `
  INSERT INTO enrolment (id, organization_id, campaign_id, affiliate_id, status, tier, extra_tags, decided_at)
  SELECT new_id(), $1, $2, u.affiliate_id, $3, u.tier, ARRAY(SELECT jsonb_array_elements_text(u.tags)),
         CASE WHEN $3 = 'approved' THEN now() END
    FROM unnest($4::uuid[], $5::text[], $6::jsonb[]) AS u(affiliate_id, tier, tags)
   ORDER BY u.affiliate_id
  ON CONFLICT (affiliate_id, campaign_id) DO NOTHING
  RETURNING affiliate_id`;

const LOCK_EXISTING = `
  SELECT id, affiliate_id, status, tier, extra_tags FROM enrolment
   WHERE organization_id = $1 AND campaign_id = $2 AND affiliate_id = ANY ($3::uuid[])
   ORDER BY id FOR NO KEY UPDATE`;

const UPDATE_CHANGED = `
  UPDATE enrolment e SET status = u.status, tier = u.tier,
         extra_tags = ARRAY(SELECT jsonb_array_elements_text(u.tags)),
         decided_at = CASE WHEN u.status = e.status THEN e.decided_at ELSE now() END,
         decision_reason = CASE WHEN u.status = e.status THEN e.decision_reason END, updated_at = now()
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::jsonb[]) AS u(id, status, tier, tags)
   WHERE e.organization_id = $1 AND e.id = u.id`;

/**
 * Enrols affiliates in a campaign. Who takes part already keeps status and gets further tags and another tier; `approved`
 * approves also those who only applied or were rejected, because the caller says so. `applied` never takes anything back.
 *
 * @param wanted one per affiliate.
 */
export async function enrol(
  work: UnitOfWork,
  campaignId: string,
  status: 'applied' | 'approved',
  wanted: readonly WantedEnrolment[],
): Promise<EnrolmentIntake> {
  const { tx, organizationId } = work;
  const rows: { affiliate_id: string }[] = await tx.query(INSERT_NEW, [
    organizationId,
    campaignId,
    status,
    wanted.map((one) => one.affiliateId),
    wanted.map((one) => one.tier ?? null),
    wanted.map((one) => JSON.stringify(one.tags)),
  ]);
  const isNew = new Set(rows.map((row) => row.affiliate_id));
  const known = wanted.filter((one) => !isNew.has(one.affiliateId));
  const changes = known.length === 0 ? [] : await change(work, campaignId, status, known);
  const nowApproved = changes.filter(({ before, after }) => before.status !== after.status);
  return {
    touched: new Set([...isNew, ...changes.map(({ after }) => after.affiliate_id)]),
    approved: [
      ...(status === 'approved' ? wanted.filter((one) => isNew.has(one.affiliateId)) : []).map((one) => ({
        affiliateId: one.affiliateId,
        campaignId,
        tier: one.tier ?? null,
      })),
      ...nowApproved.map(({ before, after }) => ({
        affiliateId: after.affiliate_id,
        campaignId,
        tier: after.tier,
        was: before.status,
      })),
    ],
    changed: changes
      .filter(({ before, after }) => before.status === 'approved' && after.status === 'approved')
      .map(({ after }) => after.affiliate_id),
  };
}

interface Change {
  readonly before: StoredEnrolment;
  readonly after: StoredEnrolment;
}

async function change(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  status: 'applied' | 'approved',
  known: readonly WantedEnrolment[],
): Promise<readonly Change[]> {
  const wanted = new Map(known.map((one) => [one.affiliateId, one]));
  const stored: StoredEnrolment[] = await tx.query(LOCK_EXISTING, [
    organizationId,
    campaignId,
    [...wanted.keys()],
  ]);
  const changes = stored
    .map((before) => ({ before, after: merge(before, status, wanted.get(before.affiliate_id)) }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  if (changes.length > 0) {
    await tx.query(UPDATE_CHANGED, [
      organizationId,
      changes.map(({ after }) => after.id),
      changes.map(({ after }) => after.status),
      changes.map(({ after }) => after.tier),
      changes.map(({ after }) => JSON.stringify(after.extra_tags)),
    ]);
  }
  return changes;
}

function merge(
  stored: StoredEnrolment,
  status: 'applied' | 'approved',
  wanted: WantedEnrolment | undefined,
): StoredEnrolment {
  const tags = uniteTags(stored.extra_tags, wanted?.tags ?? []);
  return {
    ...stored,
    status: status === 'approved' ? 'approved' : stored.status,
    tier: wanted?.tier ?? stored.tier,
    extra_tags: tags.length === stored.extra_tags.length ? stored.extra_tags : tags,
  };
}
