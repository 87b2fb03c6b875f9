import {
  Journey,
  outcomeOf,
  refusedTogether,
  wayFailure,
  type ContactChange,
  type ContactRemoval,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Steps,
  type Warning,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { contactRefusal, fieldIn } from './braze.answers.js';
import { track, type ObjectResult } from './braze.api.js';
import { groupsOf, joinAll, leftInPlace, lookAtAll, lookAtLeft } from './braze.groups.js';
import {
  isIdle,
  ownFields,
  planUser,
  strippedObject,
  TAGS,
  userObjects,
  writtenUser,
  type Fields,
} from './braze.mapping.js';
import { carriedBy, type Passenger } from './braze.passengers.js';

export async function upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
  const [outcome] = await upsertContacts(access, [change]);
  const { slice: _, ...told } = outcome ?? { kind: 'unavailable', code: 'provider_fault' };
  return told;
}

export async function upsertContacts(
  access: ProviderAccess,
  changes: readonly ContactChange[],
): Promise<readonly Outcome[]> {
  const journey = new Journey(access);
  const plans = changes.map(planUser);
  const passengers = plans.map((plan): Passenger | undefined =>
    plan.kind === 'refused' || isIdle(plan)
      ? undefined
      : { plan, progress: { warnings: plan.warnings }, joinings: new Map() },
  );
  await carryOut(
    journey,
    passengers.flatMap((passenger) => passenger ?? []),
  );
  return plans.map((plan, index): Outcome => {
    const passenger = passengers[index];
    if (plan.kind === 'refused')
      return { ...plan, slice: { request: { email: changes[index]?.desired.email } } };
    if (passenger === undefined)
      return { kind: 'unchanged', warnings: plan.warnings, slice: { request: {} } };
    const request = objectsOf(passenger, plan.fields);
    return { ...outcomeOf(passenger.progress, 'accepted'), slice: { request } };
  });
}

function objectsOf(one: Passenger, fields: Fields): readonly object[] {
  return userObjects(one.plan, fields, groupsOf(one, 'new'), carriedBy(one));
}

/** What is ours at an address that was left goes first; whoever is to join a group is looked at before being written. */
async function carryOut(journey: Journey, passengers: readonly Passenger[]): Promise<void> {
  const moving = passengers.filter(({ plan }) => plan.moveFrom !== undefined);
  await lookAtLeft(journey, moving);
  await journey.each(moving.filter(isUnderway), ({ plan }) => leaveAddress(journey.access, plan.moveFrom));
  await lookAtAll(journey, passengers.filter(isUnderway));
  // A group that is gone does not keep the person from arriving, a look that failed on the way does.
  const ready = passengers.filter(({ progress }) => wayFailure(progress.failure) === undefined);
  await writeAll(journey, ready);
  await joinAll(
    journey,
    ready.filter(({ progress }) => progress.written?.email !== undefined),
  );
}

function isUnderway({ progress }: Passenger): boolean {
  return progress.failure === undefined;
}

async function writeAll(journey: Journey, passengers: readonly Passenger[]): Promise<void> {
  const idle = passengers.filter((one) => !one.plan.write && groupsOf(one, 'new').length === 0);
  for (const one of idle) journey.add(one, { written: { email: one.plan.email } });
  const again = await writeRound(
    journey,
    passengers
      .filter((one) => !idle.includes(one))
      .map((one) => ({ one, fields: one.plan.fields, last: false })),
  );
  await writeRound(journey, again);
}

interface Writing {
  readonly one: Passenger;
  readonly fields: Fields;
  /** Nothing more can be left out. */
  readonly last: boolean;
}

/** @returns those to be written once more without the attribute that the vendor named. */
async function writeRound(journey: Journey, writings: readonly Writing[]): Promise<readonly Writing[]> {
  const sent = writings.map(({ one, fields }) => objectsOf(one, fields));
  const texts = sent.flat().map((object) => JSON.stringify(object));
  const results = [...(await track(journey.access, 'attributes', texts))];
  const again: Writing[] = [];
  for (const [index, { one, fields, last }] of writings.entries()) {
    const [first, second] = results.splice(0, sent[index]?.length ?? 0);
    const ownWords = first?.kind === 'declined' && first.together !== true;
    const field = ownWords ? fieldIn(first.message) : undefined;
    if (!last && first?.kind === 'declined' && field !== undefined && Object.hasOwn(fields, field)) {
      const { [field]: _, ...lesser } = fields;
      journey.add(one, { warnings: [{ code: 'field_rejected', field, detail: first.message }] });
      again.push({ one, fields: lesser, last: true });
    } else journey.add(one, progressOf(one, fields, first, second));
  }
  return again;
}

function progressOf(
  one: Passenger,
  fields: Fields,
  first: ObjectResult | undefined,
  second: ObjectResult | undefined,
): Steps {
  if (first?.kind === 'declined') return { failure: refusalOf(first) };
  if (first?.kind !== 'ok') {
    return { failure: first?.failure ?? { kind: 'unavailable', code: 'provider_fault' } };
  }
  const { tagsRemoved = [], ...written } = writtenUser(one.plan, fields);
  if (second === undefined || second.kind === 'ok') {
    return { written: tagsRemoved.length === 0 ? written : { ...written, tagsRemoved } };
  }
  if (second.kind === 'failed') return { written, failure: second.failure };
  const refusal = refusalOf(second);
  // What is said of the address is said of the person, in whichever object it stood.
  if (refusal.code === 'email_invalid') return { failure: refusal };
  if (second.together === true) return { written, failure: refusal };
  const warning: Warning = { code: 'field_rejected', field: TAGS, detail: second.message };
  return { written, warnings: [warning] };
}

function refusalOf({ message, status, together }: Extract<ObjectResult, { kind: 'declined' }>): Failure {
  const refusal = contactRefusal(message, status);
  return together === true ? refusedTogether(refusal) : refusal;
}

/** A refusal about the old address must not keep the person from arriving under the new one. */
async function leaveAddress(access: ProviderAccess, left: WrittenContact | undefined): Promise<Steps> {
  if (left === undefined) return {};
  const { failure, warnings = [] } = await takeBack(access, left);
  if (wayFailure(failure) !== undefined && failure !== undefined) return { failure };
  const written = { fields: ownFields(left), tagsRemoved: left.tags, audiencesLeft: left.audiences };
  if (failure === undefined) return { written, warnings };
  const detail = `What stands under ${left.email} could not be taken back: ${failure.vendorMessage ?? failure.code}`;
  return { written, warnings: [...warnings, { code: failure.code, field: 'email', detail }] };
}

export async function removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
  const taken = await takeBack(access, previous);
  return outcomeOf(taken, taken.written === undefined ? 'unchanged' : 'accepted');
}

/** Takes away our attributes and tags under the address they were written to. Never creates a user. */
async function takeBack(access: ProviderAccess, previous: WrittenContact): Promise<Steps> {
  const fields = ownFields(previous);
  const warnings = leftInPlace(previous.audiences);
  if (Object.keys(fields).length + previous.tags.length === 0) return { warnings };
  const [result] = await track(access, 'attributes', [JSON.stringify(strippedObject(previous))]);
  if (result?.kind === 'declined')
    return { failure: contactRefusal(result.message, result.status), warnings };
  if (result?.kind !== 'ok') {
    return { failure: result?.failure ?? { kind: 'unavailable', code: 'provider_fault' } };
  }
  const tags = previous.tags.length === 0 ? {} : { tagsRemoved: previous.tags };
  return { written: { fields, ...tags }, warnings };
}
