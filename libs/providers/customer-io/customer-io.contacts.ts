import {
  joinDeltas,
  type ContactChange,
  type ContactRemoval,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { contactRefusal, wayFailure, type Declined } from './customer-io.answers.js';
import { leftKey, NOBODY_ASKED, seenBefore, unseenStays } from './customer-io.before.js';
import { bytes } from './customer-io.limits.js';
import { BATCH_LIMITS } from './customer-io.manifest.js';
import {
  ownAttributes,
  planContact,
  sharedAttributes,
  type Attributes,
  type ContactPlan,
  type CreatedAtPolicy,
  type MappingOptions,
} from './customer-io.mapping.js';
import { beginsWith, SUBSCRIBED } from './customer-io.moving.js';
import { identifyCall, identifyItem, looksLikeVendorId } from './customer-io.people.js';
import { changeMembership } from './customer-io.segments.js';
import type { CustomerIoSession } from './customer-io.session.js';

/** What became of the steps so far of one contact. */
export interface Progress {
  readonly written?: WrittenDelta;
  readonly warnings?: readonly Warning[];
  readonly failure?: Failure;
}

export function mappingOptions(access: ProviderAccess): MappingOptions {
  return { createdAt: access.settings.createdAt as CreatedAtPolicy, canLook: access.has('appApiKey') };
}

export async function upsertContact(session: CustomerIoSession, change: ContactChange): Promise<Outcome> {
  const plan = planContact(change, mappingOptions(session.access));
  if (plan.kind === 'refused') return plan;
  const seen = plan.unknown.length === 0 ? NOBODY_ASKED : await seenBefore(session, plan);
  if (seen.kind === 'failed') return settle(session, plan, seen);
  const { found } = seen;
  return settle(session, plan, together(foundBefore(found), await carryOut(session, { ...plan, found })));
}

/** What the ledger learns of segments that the person was in before us. */
export function foundBefore(segments: readonly string[]): Progress {
  return segments.length === 0 ? {} : { written: { audiencesFound: segments } };
}

/**
 * What the ledger learns of a segment that was joined. Who was found in it joins all the same, because a look lags behind:
 * somebody may just have been taken out, and joining twice does nothing. It is not ours, though.
 */
export function joinedNow({ found }: ContactPlan, segment: string): Progress {
  return found.includes(segment) ? {} : { written: { audiencesJoined: [segment] } };
}

export async function removeContact(session: CustomerIoSession, removal: ContactRemoval): Promise<Outcome> {
  const { previous } = removal;
  const taken = together(staying(session, previous), await takeBack(session, previous));
  const idle = taken.failure === undefined && taken.written === undefined;
  return outcomeOf(session, taken, idle ? 'unchanged' : 'accepted');
}

/** Where nobody could see whether a membership was there before us, and the connection says that it stays then. */
function staying({ access }: CustomerIoSession, { audiencesFound = [] }: WrittenContact): Progress {
  if (audiencesFound.length === 0 || access.has('appApiKey') || !unseenStays(access)) return {};
  const detail = `The person stays in ${audiencesFound.join(', ')}: without an App API key it cannot be seen who was there before us.`;
  return { warnings: [{ code: 'left_in_place', detail }] };
}

/** Turns progress into the contact's outcome. Without `previous` there is always a write, so never `unchanged`. */
export function settle(session: CustomerIoSession, plan: ContactPlan, progress: Progress): Outcome {
  const warnings = [...plan.warnings, ...(progress.warnings ?? [])];
  const idle = !plan.write && plan.join.length === 0 && plan.leave.length === 0;
  const outcome = outcomeOf(session, { ...progress, warnings }, idle ? 'unchanged' : 'accepted');
  if (progress.failure !== undefined || plan.deferred.length === 0) return outcome;
  return { ...outcome, deferred: plan.deferred } as Outcome;
}

function outcomeOf(
  session: CustomerIoSession,
  { written, warnings = [], failure }: Progress,
  success: 'accepted' | 'unchanged' = 'accepted',
): Outcome {
  return {
    ...(failure ?? { kind: success }),
    ...(written === undefined ? {} : { written }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...session.movedTo,
  };
}

/**
 * Order matters after a change of address: what is ours at the old address is taken back first, so that the ledger,
 * which knows one address, never forgets about it.
 */
async function carryOut(session: CustomerIoSession, plan: ContactPlan): Promise<Progress> {
  let before: Progress = {};
  const begins = plan.moveFrom === undefined ? SUBSCRIBED : await beginsWith(session, plan);
  if (begins.kind === 'failed') return begins;
  if (plan.moveFrom !== undefined) {
    const taken = await takeBack(session, plan.moveFrom);
    if (wayFailure(taken.failure) !== undefined) return taken;
    const warnings = [...leftBehind(plan.moveFrom, taken.failure), ...begins.warnings];
    before = { written: takenBack(plan.moveFrom), warnings };
  }
  const arrived = plan.write ? await identify(session, plan, begins.unsubscribed) : {};
  const progress = together(before, arrived);
  if (progress.failure !== undefined || plan.join.length + plan.leave.length === 0) return progress;
  return together(progress, await changeMemberships(session, plan));
}

/** What the ledger forgets once the old address is done with. */
function takenBack(previous: WrittenContact): WrittenDelta {
  return { fields: ownAttributes(previous), tagsRemoved: previous.tags, audiencesLeft: previous.audiences };
}

/** A refusal about the old address must not keep the person from arriving under the new one. */
function leftBehind(previous: WrittenContact, failure: Failure | undefined): readonly Warning[] {
  if (failure === undefined) return [];
  const detail = `What stands under ${previous.email} could not be taken back: ${failure.vendorMessage ?? failure.code}`;
  return [{ code: failure.code, field: 'email', detail }];
}

async function identify(
  session: CustomerIoSession,
  plan: ContactPlan,
  unsubscribed: boolean,
): Promise<Progress> {
  const first = await write(session, plan, plan.attributes, unsubscribed);
  if (first.kind !== 'declined') return first.progress;
  const lesser = withoutRejected(plan.attributes, first.declined);
  if (lesser === undefined) return { failure: contactRefusal(first.declined) };
  const second = await write(session, plan, lesser.attributes, unsubscribed);
  if (second.kind === 'declined') return { failure: contactRefusal(second.declined) };
  return together({ warnings: lesser.warnings }, second.progress);
}

async function write(
  session: CustomerIoSession,
  plan: ContactPlan,
  attributes: Attributes,
  unsubscribed: boolean,
): Promise<{ kind: 'declined'; declined: Declined } | { kind: 'done'; progress: Progress }> {
  // An opt-out is the person's and none of ours, so the ledger does not learn of it.
  const sent = unsubscribed ? { ...attributes, unsubscribed } : attributes;
  if (looksLikeVendorId(plan.email)) {
    const item = identifyItem(plan.email, sent, plan.onlyIfThere);
    if (isTooLargeText(JSON.stringify(item)))
      return { kind: 'done', progress: { failure: { kind: 'refused', code: 'contact_refused' } } };
  }
  const reading = await session.ask(identifyCall(plan.email, sent, plan.onlyIfThere));
  if (reading.kind === 'declined') return { kind: 'declined', declined: reading };
  if (reading.kind === 'failed') return { kind: 'done', progress: { failure: reading.failure } };
  return { kind: 'done', progress: { written: identified(plan, attributes) } };
}

/** What the ledger learns from a successful write of these attributes. */
export function identified(plan: ContactPlan, attributes: Attributes): WrittenDelta {
  const left = plan.moveFrom === undefined ? {} : sharedAttributes(plan.moveFrom);
  const tags = Object.hasOwn(attributes, 'rekomi_tags') ? plan.delta : {};
  return { email: plan.email, fields: { ...left, ...attributes }, ...tags };
}

/** The person without the attributes that the vendor named in its refusal; undefined when it named none of them. */
export function withoutRejected(
  attributes: Attributes,
  declined: Declined,
): { readonly attributes: Attributes; readonly warnings: readonly Warning[] } | undefined {
  const named = declined.errors.filter(
    ({ field }) => field !== undefined && Object.hasOwn(attributes, field),
  );
  if (named.length === 0) return undefined;
  const fields = new Set(named.map(({ field }) => field));
  return {
    attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => !fields.has(name))),
    warnings: named.map(({ field, message }) => ({
      code: 'field_rejected',
      field: String(field),
      detail: message,
    })),
  };
}

async function changeMemberships(session: CustomerIoSession, plan: ContactPlan): Promise<Progress> {
  let progress: Progress = {};
  for (const segment of plan.join) {
    const failure = await changeMembership(session, 'add_customers', segment, [plan.email]);
    progress = together(progress, failure === undefined ? joinedNow(plan, segment) : { failure });
    if (wayFailure(failure) !== undefined) return progress;
  }
  return together(progress, await leave(session, plan.email, plan.leave));
}

async function leave(
  session: CustomerIoSession,
  email: string,
  segments: readonly string[],
): Promise<Progress> {
  let progress: Progress = {};
  for (const segment of segments) {
    const failure = await changeMembership(session, 'remove_customers', segment, [email]);
    if (failure === undefined) session.access.memo.set(leftKey(email, segment), 'left');
    progress = together(
      progress,
      failure === undefined ? { written: { audiencesLeft: [segment] } } : { failure },
    );
    if (wayFailure(failure) !== undefined) return progress;
  }
  return progress;
}

/** Takes away our attributes and memberships under the address they were written to. Never creates a profile. */
async function takeBack(session: CustomerIoSession, previous: WrittenContact): Promise<Progress> {
  const attributes = ownAttributes(previous);
  let progress: Progress = {};
  if (Object.keys(attributes).length > 0) {
    const reading = await session.ask(identifyCall(previous.email, attributes, true));
    if (reading.kind === 'failed') return { failure: reading.failure };
    if (reading.kind === 'declined') return { failure: contactRefusal(reading) };
    progress = { written: { fields: attributes, tagsRemoved: previous.tags } };
  }
  return together(progress, await leave(session, previous.email, previous.audiences));
}

/** Adds a later step; the first failure is the one that is told. */
export function together(first: Progress, second: Progress): Progress {
  if (isNothing(first)) return second;
  if (isNothing(second)) return first;
  const failure = first.failure ?? second.failure;
  const [delta, ...more] = [first.written, second.written].filter((written) => written !== undefined);
  return {
    ...(delta === undefined ? {} : { written: more.length === 0 ? delta : joinDeltas(delta, ...more) }),
    warnings: [...(first.warnings ?? []), ...(second.warnings ?? [])],
    ...(failure === undefined ? {} : { failure }),
  };
}

function isNothing({ written, warnings, failure }: Progress): boolean {
  return written === undefined && warnings === undefined && failure === undefined;
}

/** Of an item as JSON: whether it may not be in a batch. */
export function isTooLargeText(item: string): boolean {
  return bytes(item) > BATCH_LIMITS.itemBytes;
}
