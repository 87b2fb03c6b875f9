import { arrayLiteral } from '../array-literal.js';
import { higherTier, type TierRule } from '../audience-tiers/audience-tiers.js';
import { readTierRules } from '../audience-tiers/tier-rules.js';
import type { EnrolmentStatus } from '../entities/index.js';
import { recordChanges } from '../imports/undo/import-change.js';
import type { Decided } from '../enrolments/decision-fan-out.js';
import { uniteTags } from '../tags/tags.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { IntakeStatus } from './affiliate-input.js';

/** What an intake wants of one affiliate's part in the campaign. */
export interface WantedEnrolment {
  readonly affiliateId: string;
  readonly status: IntakeStatus;
  readonly tier?: string;
  readonly tags: readonly string[];
}

interface StoredEnrolment {
  readonly id: string;
  readonly affiliate_id: string;
  readonly status: EnrolmentStatus;
  /** What counts; `given_tier` is what this and other intakes gave. */
  readonly tier: string | null;
  readonly given_tier: string | null;
  readonly audience_tier: string | null;
  readonly extra_tags: readonly string[];
}

/** How an enrolment that exists takes what comes in. */
export interface EnrolmentRules {
  /** Approving turns round what was rejected or archived before. */
  readonly overturns: boolean;
  /** Only fills gaps: a tier that is there stays. */
  readonly fills: boolean;
}

export interface EnrolmentIntake {
  /** New, or changed in any way. */
  readonly touched: ReadonlySet<string>;
  readonly approved: readonly Decided[];
  /** Waiting for a decision since just now. */
  readonly applied: readonly string[];
  /** Approved before and now with other tags or another tier. */
  readonly changed: readonly string[];
  /** Whose status stays although another one was wanted. */
  readonly kept: ReadonlyMap<string, EnrolmentStatus>;
}

const INSERT_NEW = `
  INSERT INTO enrolment (id, organization_id, campaign_id, affiliate_id, status, tier, given_tier, extra_tags,
                         decided_at, import_id)
  SELECT new_id(), $1, $2, u.affiliate_id, u.status, u.tier, u.tier, u.tags::text[],
         CASE WHEN u.status IN ('approved', 'rejected') THEN now() END, $7
    FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[]) AS u(affiliate_id, status, tier, tags)
   ORDER BY u.affiliate_id
  ON CONFLICT (organization_id, affiliate_id, campaign_id) DO NOTHING
  RETURNING affiliate_id`;

/** One look into the index per affiliate, see the look for people. */
const findExistingWith = (lock: string): string => `
  SELECT found.* FROM unnest($3::uuid[]) AS wanted(affiliate_id) CROSS JOIN LATERAL (
    SELECT e.id, e.affiliate_id, e.status, e.tier, e.given_tier, e.audience_tier, e.extra_tags FROM enrolment e
     WHERE e.organization_id = $1 AND e.campaign_id = $2 AND e.affiliate_id = wanted.affiliate_id LIMIT 1 ${lock}
  ) AS found`;
const FIND_EXISTING = findExistingWith('');
const LOCK_EXISTING = findExistingWith('FOR NO KEY UPDATE');

const UPDATE_CHANGED = `
  UPDATE enrolment e SET status = u.status, tier = u.tier, given_tier = u.given_tier, extra_tags = u.tags::text[],
         decided_at = CASE WHEN u.status = e.status THEN e.decided_at
                           WHEN u.status IN ('approved', 'rejected') THEN now() END,
         decision_reason = CASE WHEN u.status = e.status THEN e.decision_reason END, updated_at = now()
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) AS u(id, status, tier, given_tier, tags)
   WHERE e.organization_id = $1 AND e.id = u.id`;

/**
 * Enrols affiliates in a campaign. Who takes part already keeps status and gets further tags and another tier;
 * `approved` approves also those who were invited, applied or (where the rules say so) were rejected, because the caller
 * says so. An intake never takes an approval back.
 *
 * @param wanted one per affiliate.
 */
export async function enrol(
  work: UnitOfWork,
  campaignId: string,
  wanted: readonly WantedEnrolment[],
  rules: EnrolmentRules,
  importId: string | null,
): Promise<EnrolmentIntake> {
  const { tx, organizationId } = work;
  const rows: { affiliate_id: string }[] = await tx.query(INSERT_NEW, [
    organizationId,
    campaignId,
    wanted.map((one) => one.affiliateId),
    wanted.map((one) => one.status),
    wanted.map((one) => one.tier ?? null),
    wanted.map((one) => arrayLiteral(one.tags)),
    importId,
  ]);
  const isNew = new Set(rows.map((row) => row.affiliate_id));
  const added = wanted.filter((one) => isNew.has(one.affiliateId));
  const known = wanted.filter((one) => !isNew.has(one.affiliateId));
  const changes = await changesOf(work, campaignId, known, rules, { lock: true });
  const real = changes.filter(isChange);
  if (real.length > 0) {
    await tx.query(UPDATE_CHANGED, [
      organizationId,
      real.map(({ after }) => after.id),
      real.map(({ after }) => after.status),
      real.map(({ after }) => after.tier),
      real.map(({ after }) => after.given_tier),
      real.map(({ after }) => arrayLiteral(after.extra_tags)),
    ]);
    if (importId !== null) {
      const changed = real.map(({ before, after }) => ({ affiliateId: before.affiliate_id, before, after }));
      await recordChanges(
        work,
        importId,
        changed.map((change) => ({ what: 'enrolment', ...change })),
      );
    }
  }
  return intakeOf(campaignId, added, changes);
}

/** What {@link enrol} would do for people who are known, without doing it. */
export async function previewEnrolment(
  work: UnitOfWork,
  campaignId: string,
  wanted: readonly WantedEnrolment[],
  rules: EnrolmentRules,
): Promise<EnrolmentIntake> {
  const changes = await changesOf(work, campaignId, wanted, rules, { lock: false });
  const enrolled = new Set(changes.map(({ before }) => before.affiliate_id));
  return intakeOf(
    campaignId,
    wanted.filter((one) => !enrolled.has(one.affiliateId)),
    changes,
  );
}

interface Change {
  readonly before: StoredEnrolment;
  readonly after: StoredEnrolment;
  readonly wanted: IntakeStatus;
}

function intakeOf(
  campaignId: string,
  added: readonly WantedEnrolment[],
  changes: readonly Change[],
): EnrolmentIntake {
  const real = changes.filter(isChange);
  const nowApproved = real.filter(
    ({ before, after }) => before.status !== 'approved' && after.status === 'approved',
  );
  return {
    touched: new Set([
      ...added.map((one) => one.affiliateId),
      ...real.map(({ after }) => after.affiliate_id),
    ]),
    approved: [
      ...added
        .filter((one) => one.status === 'approved')
        .map((one) => ({ affiliateId: one.affiliateId, campaignId, tier: one.tier ?? null })),
      ...nowApproved.map(({ before, after }) => ({
        affiliateId: after.affiliate_id,
        campaignId,
        tier: after.tier,
        was: before.status,
      })),
    ],
    applied: [
      ...added.filter((one) => one.status === 'applied').map((one) => one.affiliateId),
      ...real
        .filter(({ before, after }) => before.status !== 'applied' && after.status === 'applied')
        .map(({ after }) => after.affiliate_id),
    ],
    changed: real
      .filter(({ before, after }) => before.status === 'approved' && after.status === 'approved')
      .map(({ after }) => after.affiliate_id),
    kept: new Map(
      changes
        .filter(({ after, wanted }) => after.status !== wanted)
        .map(({ after }) => [after.affiliate_id, after.status]),
    ),
  };
}

async function changesOf(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  known: readonly WantedEnrolment[],
  rules: EnrolmentRules,
  options: { readonly lock: boolean },
): Promise<readonly Change[]> {
  if (known.length === 0) return [];
  const wanted = new Map(known.map((one) => [one.affiliateId, one]));
  const stored: StoredEnrolment[] = await tx.query(options.lock ? LOCK_EXISTING : FIND_EXISTING, [
    organizationId,
    campaignId,
    [...wanted.keys()].sort(),
  ]);
  // Only where a tier follows from an audience does the order of such tiers matter.
  const ranked = stored.some((one) => one.audience_tier !== null);
  const ranks = ranked ? await readTierRules({ tx, organizationId }, campaignId) : [];
  return stored.flatMap((before) => {
    const wish = wanted.get(before.affiliate_id);
    return wish === undefined
      ? []
      : [{ before, after: merge(before, wish, rules, ranks), wanted: wish.status }];
  });
}

function merge(
  stored: StoredEnrolment,
  wanted: WantedEnrolment,
  rules: EnrolmentRules,
  ranks: readonly TierRule[],
): StoredEnrolment {
  const tags = uniteTags(stored.extra_tags, wanted.tags);
  const given = rules.fills ? (stored.given_tier ?? wanted.tier) : (wanted.tier ?? stored.given_tier);
  return {
    ...stored,
    status: statusAfter(stored.status, wanted.status, rules),
    tier: higherTier(ranks, given ?? null, stored.audience_tier),
    given_tier: given ?? null,
    extra_tags: tags.length === stored.extra_tags.length ? stored.extra_tags : tags,
  };
}

function statusAfter(
  here: EnrolmentStatus,
  wanted: IntakeStatus,
  { overturns }: EnrolmentRules,
): EnrolmentStatus {
  const undecided = here === 'invited' || here === 'applied';
  switch (wanted) {
    case 'approved':
      return undecided || overturns ? 'approved' : here;
    case 'rejected':
      return undecided ? 'rejected' : here;
    case 'applied':
      return here === 'invited' ? 'applied' : here;
    case 'invited':
      return here;
  }
}

function isChange({ before, after }: Change): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}
