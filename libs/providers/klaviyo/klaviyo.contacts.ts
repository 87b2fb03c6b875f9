import {
  Journey,
  outcomeOf,
  unknownAnswer,
  wayFailure,
  within,
  type ContactChange,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Warning,
} from '@rekomi/provider-contract';
import { contactRefusal, type Declined } from './klaviyo.answers.js';
import { ask } from './klaviyo.api.js';
import { joinAll, leaveAll } from './klaviyo.joining.js';
import { isIdle, planProfile, profileBody, TAGS, writtenProfile, type Fields } from './klaviyo.mapping.js';
import { bringOptOut } from './klaviyo.moving.js';
import type { Passenger, Progress } from './klaviyo.passengers.js';
import { forgotten, takeBack } from './klaviyo.removal.js';

export async function upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
  const plan = planProfile(change);
  if (plan.kind === 'refused') return plan;
  if (isIdle(plan)) {
    return outcomeOf(plan, 'unchanged');
  }
  const passenger = boarding(change, plan);
  await carryOut(new Journey<Progress>(access), [passenger]);
  return outcomeOf(passenger.progress, passenger.progress.later === true ? 'accepted' : 'confirmed');
}

export function boarding(change: ContactChange, plan: Passenger['plan']): Passenger {
  const unsure = change.previous === undefined || change.rewrite === true || plan.moveFrom !== undefined;
  return { plan, unsure, progress: { warnings: plan.warnings } };
}

/**
 * What is ours at an address that was left is taken back first, so that the ledger, which knows one address, never
 * forgets about it. The profile is always written: its answer says whether the person may be subscribed.
 */
export async function carryOut(journey: Journey<Progress>, passengers: readonly Passenger[]): Promise<void> {
  const moving = passengers.filter(({ plan }) => plan.moveFrom !== undefined);
  await journey.each(moving, (one) => bringOptOut(journey.access, one));
  const leaving = moving.filter(({ progress }) => progress.failure === undefined);
  await journey.each(leaving, ({ plan }) => leaveAddress(journey.access, plan));
  const ready = passengers.filter(({ progress }) => progress.failure === undefined);
  await journey.each(ready, (passenger) => writeProfile(journey.access, passenger));
  const arrived = ready.filter(
    ({ profile, progress }) => profile !== undefined && progress.failure === undefined,
  );
  await journey.each(
    arrived.filter((passenger) => missingTags(passenger).length > 0),
    (passenger) => appendTags(journey.access, passenger),
  );
  const there = arrived.filter(({ progress }) => progress.failure === undefined);
  await joinAll(journey, there);
  await leaveAll(journey, there);
}

/** A refusal about the old address must not keep the person from arriving under the new one. */
async function leaveAddress(access: ProviderAccess, { moveFrom }: Passenger['plan']): Promise<Progress> {
  if (moveFrom === undefined) return {};
  const taken = await takeBack(access, moveFrom);
  const { failure } = taken;
  if (failure === undefined || wayFailure(failure) !== undefined) {
    return failure === undefined ? forgotten(moveFrom) : taken;
  }
  const detail = `What stands under ${moveFrom.email} could not be taken back: ${failure.vendorMessage ?? failure.code}`;
  return { ...forgotten(moveFrom), warnings: [{ code: failure.code, field: 'email', detail }] };
}

/**
 * Whether an appended value can stand in the list twice is not documented. So where it may be there already, the
 * profile is written without it, and only what the answer does not show is appended afterwards.
 */
async function writeProfile(access: ProviderAccess, passenger: Passenger): Promise<Progress> {
  const { plan, unsure } = passenger;
  const tags = unsure ? { remove: plan.tags.remove } : plan.tags;
  let { fields } = plan;
  let warnings: readonly Warning[] = [];
  let reading = await importProfile(access, profileBody(plan.email, fields, tags));
  if (reading.kind === 'declined') {
    const lesser = withoutRejected(fields, reading);
    if (lesser === undefined) return { failure: contactRefusal(reading) };
    ({ fields, warnings } = lesser);
    reading = await importProfile(access, profileBody(plan.email, fields, tags));
  }
  if (reading.kind !== 'ok') return { failure: failureOf(reading), warnings };
  passenger.profile = reading.profile;
  passenger.fresh = reading.fresh;
  const missing = missingTags(passenger);
  const added = plan.tags.add.filter((tag) => !missing.includes(tag));
  return { written: writtenProfile(plan, fields, added, reading.profile.id), warnings };
}

function missingTags({ plan, unsure, profile }: Passenger): readonly string[] {
  const there = within(profile, 'attributes', 'properties')[TAGS];
  return unsure ? plan.tags.add.filter((tag) => !(Array.isArray(there) && there.includes(tag))) : [];
}

async function appendTags(access: ProviderAccess, passenger: Passenger): Promise<Progress> {
  const missing = missingTags(passenger);
  const reading = await importProfile(access, profileBody(passenger.plan.email, {}, { add: missing }));
  if (reading.kind === 'ok') return { written: { tagsAdded: missing } };
  const failure = failureOf(reading);
  if (failure.kind !== 'refused') return { failure };
  const detail = failure.vendorMessage ?? 'The tags were refused.';
  return { warnings: [{ code: 'field_rejected', field: TAGS, detail }] };
}

type Import =
  | { readonly kind: 'ok'; readonly profile: NonNullable<Passenger['profile']>; readonly fresh: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | Declined;

/** Creates or updates by address, at once; the answer is the profile as it is now. */
async function importProfile(access: ProviderAccess, data: object): Promise<Import> {
  const reading = await ask(access, {
    family: 'profiles',
    method: 'POST',
    path: '/api/profile-import',
    query: { 'additional-fields[profile]': 'subscriptions' },
    json: { data },
    done: [200, 201],
  });
  if (reading.kind !== 'ok') return reading;
  const profile = within(reading.body, 'data');
  const { id } = profile;
  return typeof id === 'string' && id !== ''
    ? { kind: 'ok', profile: { ...profile, id }, fresh: reading.status === 201 }
    : { kind: 'failed', failure: unknownAnswer(reading.status) };
}

function failureOf(reading: Exclude<Import, { kind: 'ok' }>): Failure {
  return reading.kind === 'failed' ? reading.failure : contactRefusal(reading);
}

/** The profile without what the vendor named in its refusal; undefined when it named nothing that can be left out. */
function withoutRejected(
  fields: Fields,
  { errors }: Declined,
): { readonly fields: Fields; readonly warnings: readonly Warning[] } | undefined {
  const named = errors.filter(({ field }) => field !== undefined && Object.hasOwn(fields, field));
  if (named.length === 0) return undefined;
  const names = new Set(named.map(({ field }) => field));
  return {
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name))),
    warnings: named.map(({ field = '', message }) => ({ code: 'field_rejected', field, detail: message })),
  };
}
