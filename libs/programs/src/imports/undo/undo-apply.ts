import { updateAffiliates, type StoredAffiliate } from '../../affiliates/affiliate-statements.js';
import { isOfInterest } from '../../affiliates/merge-affiliate.js';
import { arrayLiteral } from '../../array-literal.js';
import { higherTier } from '../../audience-tiers/audience-tiers.js';
import { readTierRules } from '../../audience-tiers/tier-rules.js';
import type { ContactFanOut } from '../../enrolments/contact-fan-out.js';
import { DECIDED_FROM } from '../../enrolments/decision.js';
import type { DecisionEffects } from '../../enrolments/decision-effects.js';
import type { DecisionFanOut } from '../../enrolments/decision-fan-out.js';
import { settle } from '../../enrolments/enrolment-statements.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import type { UndoFacts, UndoPlan } from './undo-plan.js';

export interface UndoEffects {
  readonly decisions: DecisionEffects;
  readonly contacts: ContactFanOut;
  readonly fanOut: DecisionFanOut;
}

const RESTORE = `
  UPDATE enrolment e SET status = u.status, tier = u.tier, given_tier = u.given_tier, extra_tags = u.tags::text[],
         decided_at = CASE WHEN u.status = e.status THEN e.decided_at END,
         decision_reason = CASE WHEN u.status = e.status THEN e.decision_reason END, updated_at = now()
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) AS u(id, status, tier, given_tier, tags)
   WHERE e.organization_id = $1 AND e.id = u.id`;

/** Carries plans out, in one transaction with the locks under which they were made. */
export async function applyUndo(
  work: UnitOfWork,
  plans: readonly { readonly facts: UndoFacts; readonly plan: UndoPlan }[],
  effects: UndoEffects,
  reason: string,
): Promise<void> {
  await archive(work, plans, effects, reason);
  const restored = await restoreEnrolments(work, plans, effects);
  const renamed = await restoreFields(work, plans);
  await effects.fanOut.changed(work, [...new Set([...restored, ...renamed])]);
}

/** What was written for the sake of these parts is taken back by the rules of every archiving. */
async function archive(
  work: UnitOfWork,
  plans: readonly { readonly plan: UndoPlan }[],
  { decisions }: UndoEffects,
  reason: string,
): Promise<void> {
  const ids = plans.flatMap(({ plan }) => (plan.archive === undefined ? [] : [plan.archive.id]));
  if (ids.length === 0) return;
  const settled = await settle(work, ids, { kind: 'archived', from: DECIDED_FROM.archived, reason });
  await decisions.follow(
    work,
    'archived',
    settled.filter(({ status }) => status !== null),
  );
}

/** @returns people whose part is approved still and says something else now. */
async function restoreEnrolments(
  work: UnitOfWork,
  plans: readonly { readonly plan: UndoPlan }[],
  { contacts }: UndoEffects,
): Promise<readonly string[]> {
  const parts = plans.flatMap(({ plan }) =>
    plan.enrolment === undefined ? [] : [{ affiliateId: plan.affiliateId, ...plan.enrolment }],
  );
  if (parts.length === 0) return [];
  const campaignId = parts[0]?.now.campaignId ?? '';
  const ranked = parts.some(({ now }) => now.audienceTier !== null);
  const ranks = ranked ? await readTierRules(work, campaignId) : [];
  const rows = parts.map(({ now, status, givenTier, tagsRemoved }) => {
    const given = givenTier === undefined ? now.given_tier : givenTier.to;
    return {
      id: now.id,
      status: status ?? now.status,
      given,
      tier: higherTier(ranks, given, now.audienceTier),
      tags: now.extra_tags.filter((tag) => !tagsRemoved.includes(tag)),
    };
  });
  await work.tx.query(RESTORE, [
    work.organizationId,
    rows.map(({ id }) => id),
    rows.map(({ status }) => status),
    rows.map(({ tier }) => tier),
    rows.map(({ given }) => given),
    rows.map(({ tags }) => arrayLiteral(tags)),
  ]);
  const left = parts.filter(({ status }) => status !== undefined);
  await contacts.send(
    work,
    left.map(({ affiliateId, now }) => ({ affiliateId, campaignId: now.campaignId, state: now.status })),
    'import_undone',
  );
  return parts.filter(({ status }) => status === undefined).map(({ affiliateId }) => affiliateId);
}

/** @returns people of whom a CRM may have to hear. */
async function restoreFields(
  work: UnitOfWork,
  plans: readonly { readonly facts: UndoFacts; readonly plan: UndoPlan }[],
): Promise<readonly string[]> {
  const changed = plans.flatMap(({ facts: { now }, plan: { fields } }) => {
    if (now === undefined || Object.keys(fields).length === 0) return [];
    const { email: _, ...before } = now;
    const after: StoredAffiliate = { ...before, ...fields };
    return [{ before, after }];
  });
  if (changed.length > 0)
    await updateAffiliates(
      work,
      changed.map(({ after }) => after),
    );
  return changed.filter(({ before, after }) => isOfInterest(before, after)).map(({ after }) => after.id);
}
