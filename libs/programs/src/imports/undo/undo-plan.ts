import type { StoredAffiliate } from '../../affiliates/affiliate-statements.js';
import type { EnrolmentStatus } from '../../entities/index.js';
import type { ChangedEnrolment } from './import-change.js';

/** Why something of an import is left as it is. */
export const LEFT_ALONE = ['decided_since', 'changed_since', 'person_gone'] as const;

export interface LeftAlone {
  /** `status`, `tier`, `tags`, or a field of the person. */
  readonly what: string;
  readonly why: (typeof LEFT_ALONE)[number];
}

/** What is known of one person who was in the file. */
export interface UndoFacts {
  readonly affiliateId: string;
  /** Undefined for somebody who is not there any more. */
  readonly now: (StoredAffiliate & { readonly email: string }) | undefined;
  /** The part in the campaign that the import made. */
  readonly made?: CurrentEnrolment;
  readonly changedPerson?: { readonly before: StoredAffiliate; readonly after: StoredAffiliate };
  readonly changedEnrolment?: {
    readonly before: ChangedEnrolment;
    readonly after: ChangedEnrolment;
    /** Now; undefined when it is gone. */
    readonly now: CurrentEnrolment | undefined;
    readonly changedAt: Date;
  };
}

export interface CurrentEnrolment extends ChangedEnrolment {
  readonly campaignId: string;
  readonly tier: string | null;
  readonly audienceTier: string | null;
  readonly appliedAt: Date;
  readonly decidedAt: Date | null;
}

type Field = Exclude<keyof StoredAffiliate, 'id'>;
const FIELDS: readonly Field[] = [
  ...(['full_name', 'first_name', 'last_name', 'external_id', 'country', 'email_confirmed_at'] as const),
  ...(['referral_slug', 'link_aliases', 'paypal_email', 'wise_email', 'source_data'] as const),
];

/** What undoing means for one person, at this moment. */
export interface UndoPlan {
  readonly affiliateId: string;
  readonly email: string | null;
  /** The part in the campaign is archived: the import made it. */
  readonly archive?: CurrentEnrolment;
  /** The part in the campaign goes back to what it was. Absent parts stay. */
  readonly enrolment?: {
    readonly now: CurrentEnrolment;
    readonly status?: EnrolmentStatus;
    readonly givenTier?: { readonly to: string | null };
    readonly tagsRemoved: readonly string[];
  };
  /** Fields of the person that go back, with what they go back to. */
  readonly fields: Partial<Pick<StoredAffiliate, Field>>;
  readonly leftAlone: readonly LeftAlone[];
}

/**
 * Takes back what the import did and nothing that anybody did since: a part in a campaign that nobody has decided on, a
 * value that is still the import's, a tag that the import added.
 */
export function undoPlan(facts: UndoFacts): UndoPlan {
  const { affiliateId, now, made } = facts;
  if (now === undefined)
    return { affiliateId, email: null, fields: {}, leftAlone: [{ what: 'person', why: 'person_gone' }] };
  const leftAlone: LeftAlone[] = [];
  const untouched = made !== undefined && asMade(made);
  if (made !== undefined && !untouched) leftAlone.push({ what: 'status', why: 'decided_since' });
  const enrolment = enrolmentPlan(facts, leftAlone);
  const fields = fieldsPlan(facts, now, leftAlone);
  return {
    affiliateId,
    email: now.email,
    ...(untouched ? { archive: made } : {}),
    ...(enrolment === undefined ? {} : { enrolment }),
    fields,
    leftAlone,
  };
}

export function hasWork({ archive, enrolment, fields }: UndoPlan): boolean {
  return archive !== undefined || enrolment !== undefined || Object.keys(fields).length > 0;
}

/** Decided, if at all, in the transaction that made it: by the file, or by rules that applied to it at once. */
function asMade({ status, appliedAt, decidedAt }: CurrentEnrolment): boolean {
  return status !== 'archived' && (decidedAt === null || decidedAt.getTime() === appliedAt.getTime());
}

function enrolmentPlan({ changedEnrolment }: UndoFacts, leftAlone: LeftAlone[]): UndoPlan['enrolment'] {
  if (changedEnrolment === undefined) return undefined;
  const { before, after, now, changedAt } = changedEnrolment;
  if (now === undefined) return undefined;
  const statusChanged = before.status !== after.status;
  const undecided = now.decidedAt === null || now.decidedAt.getTime() === changedAt.getTime();
  const statusIsOurs = statusChanged && now.status === after.status && undecided;
  if (statusChanged && !statusIsOurs) leftAlone.push({ what: 'status', why: 'decided_since' });
  const tierChanged = before.given_tier !== after.given_tier;
  const tierIsOurs = tierChanged && now.given_tier === after.given_tier;
  if (tierChanged && !tierIsOurs) leftAlone.push({ what: 'tier', why: 'changed_since' });
  const added = after.extra_tags.filter((tag) => !before.extra_tags.includes(tag));
  const tagsRemoved = added.filter((tag) => now.extra_tags.includes(tag));
  if (!statusIsOurs && !tierIsOurs && tagsRemoved.length === 0) return undefined;
  return {
    now,
    ...(statusIsOurs ? { status: before.status } : {}),
    ...(tierIsOurs ? { givenTier: { to: before.given_tier } } : {}),
    tagsRemoved,
  };
}

function fieldsPlan(
  { changedPerson }: UndoFacts,
  now: StoredAffiliate,
  leftAlone: LeftAlone[],
): UndoPlan['fields'] {
  if (changedPerson === undefined) return {};
  const { before, after } = changedPerson;
  const restored: Record<string, unknown> = {};
  for (const field of FIELDS) {
    if (same(before[field], after[field])) continue;
    if (same(now[field], after[field])) restored[field] = before[field];
    else leftAlone.push({ what: field, why: 'changed_since' });
  }
  return restored;
}

/** By value; a moment in either of its spellings. */
function same(one: unknown, other: unknown): boolean {
  if (typeof one === 'string' && typeof other === 'string' && one !== other) {
    const [a, b] = [one, other].map((text) => (/^\d{4}-\d\d-\d\d[T ]/.test(text) ? Date.parse(text) : NaN));
    return a === b;
  }
  return JSON.stringify(one) === JSON.stringify(other);
}
