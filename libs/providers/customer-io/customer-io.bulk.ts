import { refusedTogether, type ContactChange, type Failure, type Outcome } from '@rekomi/provider-contract';
import { contactRefusal, wayFailure } from './customer-io.answers.js';
import { notSent, sendBatch, type ItemResult } from './customer-io.batch.js';
import { leftKey, seenBeforeOfAll } from './customer-io.before.js';
import {
  foundBefore,
  identified,
  isTooLargeText,
  mappingOptions,
  settle,
  together,
  upsertContact,
  joinedNow,
  withoutRejected,
  type Progress,
} from './customer-io.contacts.js';
import { planContact, type Attributes, type ContactPlan } from './customer-io.mapping.js';
import { identifyItem } from './customer-io.people.js';
import { changeMembership, MEMBERS_PER_CALL } from './customer-io.segments.js';
import type { CustomerIoSession } from './customer-io.session.js';

/** One contact on its way through the bulk calls. */
interface Passenger {
  plan: ContactPlan;
  attributes: Attributes;
  /** The item as JSON, made once. */
  text: string;
  progress: Progress;
  answer?: ItemResult;
}

type Riding = Pick<Passenger, 'plan' | 'attributes'>;

/**
 * Attributes through the batch call, then one membership call per segment. Contacts that don't fit (a change of
 * address, an item above the batch's size) go by themselves, so that how they travel never decides whether they arrive.
 */
export async function upsertContacts(
  session: CustomerIoSession,
  changes: readonly ContactChange[],
): Promise<readonly Outcome[]> {
  const options = mappingOptions(session.access);
  const planned = changes.map((change) => {
    const plan = planContact(change, options);
    return { change, plan, passenger: plan.kind === 'plan' ? passengerOf(plan) : undefined };
  });
  const aboard = planned.flatMap(({ passenger }) => passenger ?? []);
  const going = await lookAtAll(session, aboard);
  await identifyAll(
    session,
    going.filter(({ plan }) => plan.write),
  );
  await changeMembershipsOfAll(session, going);

  let stopped = aboard
    .map(({ progress }) => wayFailure(progress.failure))
    .find((failure) => failure !== undefined);
  const outcomes: Outcome[] = [];
  for (const { change, plan, passenger } of planned) {
    if (plan.kind === 'refused') outcomes.push(plan);
    else if (passenger !== undefined) {
      outcomes.push({ ...settle(session, plan, passenger.progress), slice: sliceOf(plan, passenger) });
    } else if (stopped !== undefined) outcomes.push(notSent(stopped));
    else {
      const outcome = await upsertContact(session, change);
      stopped = wayFailure(outcome);
      outcomes.push({ ...outcome, slice: sliceOf(plan, { plan, attributes: plan.attributes }) });
    }
  }
  return outcomes;
}

/** @returns those who go on: what the others were in before us cannot be told at the moment. */
async function lookAtAll(
  session: CustomerIoSession,
  passengers: readonly Passenger[],
): Promise<readonly Passenger[]> {
  const seen = await seenBeforeOfAll(
    session,
    passengers.map(({ plan }) => plan),
  );
  for (const [index, passenger] of passengers.entries()) {
    const one = seen[index];
    if (one?.kind === 'failed') passenger.progress = { failure: one.failure };
    else if (one !== undefined) {
      passenger.progress = foundBefore(one.found);
      passenger.plan = { ...passenger.plan, found: one.found };
    }
  }
  return passengers.filter(({ progress }) => progress.failure === undefined);
}

async function identifyAll(session: CustomerIoSession, passengers: readonly Passenger[]): Promise<void> {
  await identifyRound(session, passengers);
  const again = passengers.filter((passenger) => {
    if (passenger.answer?.kind !== 'declined') return false;
    const lesser = withoutRejected(passenger.attributes, passenger.answer);
    if (lesser === undefined) return false;
    passenger.attributes = lesser.attributes;
    passenger.text = JSON.stringify(itemOf(passenger));
    passenger.progress = together(passenger.progress, { warnings: lesser.warnings });
    return true;
  });
  await identifyRound(session, again);
  for (const passenger of passengers) {
    passenger.progress = together(passenger.progress, progressOf(passenger));
  }
}

async function identifyRound(session: CustomerIoSession, passengers: readonly Passenger[]): Promise<void> {
  const results = await sendBatch(
    session,
    passengers.map(({ text }) => text),
  );
  passengers.forEach((passenger, index) => {
    const answer = results[index];
    if (answer !== undefined) passenger.answer = answer;
  });
}

function progressOf({ plan, attributes, answer }: Passenger): Progress {
  if (answer?.kind === 'ok') return { written: identified(plan, attributes) };
  if (answer?.kind === 'declined') return { failure: contactRefusal(answer) };
  if (answer?.kind === 'declined_together') {
    return { failure: refusedTogether(contactRefusal({ ...answer, kind: 'declined' })) };
  }
  return answer === undefined ? {} : { failure: answer.failure };
}

async function changeMembershipsOfAll(
  session: CustomerIoSession,
  passengers: readonly Passenger[],
): Promise<void> {
  const arrived = passengers.filter(({ progress }) => progress.failure === undefined);
  let stopped: Failure | undefined;
  for (const action of ['add_customers', 'remove_customers'] as const) {
    for (const [segment, group] of bySegment(arrived, action)) {
      for (let start = 0; start < group.length; start += MEMBERS_PER_CALL) {
        const part = group.slice(start, start + MEMBERS_PER_CALL);
        const emails = part.map(({ plan }) => plan.email);
        const failure: Failure | undefined =
          stopped === undefined ? await changeMembership(session, action, segment, emails) : notSent(stopped);
        if (wayFailure(failure) !== undefined) stopped ??= failure;
        for (const passenger of part) {
          const done =
            action === 'add_customers'
              ? joinedNow(passenger.plan, segment)
              : { written: { audiencesLeft: [segment] } };
          if (failure === undefined && action === 'remove_customers')
            session.access.memo.set(leftKey(passenger.plan.email, segment), 'left');
          passenger.progress = together(passenger.progress, failure === undefined ? done : { failure });
        }
      }
    }
  }
}

function bySegment(
  passengers: readonly Passenger[],
  action: 'add_customers' | 'remove_customers',
): ReadonlyMap<string, readonly Passenger[]> {
  const groups = new Map<string, Passenger[]>();
  for (const passenger of passengers) {
    for (const segment of action === 'add_customers' ? passenger.plan.join : passenger.plan.leave) {
      const group = groups.get(segment);
      if (group === undefined) groups.set(segment, [passenger]);
      else group.push(passenger);
    }
  }
  return groups;
}

/** This contact's own part of the calls, and what was answered about it. */
function sliceOf(
  plan: ContactPlan,
  passenger: Riding & Pick<Passenger, 'answer'>,
): NonNullable<Outcome['slice']> {
  const { answer } = passenger;
  const request = {
    ...(plan.write ? { entity: itemOf(passenger) } : {}),
    ...(plan.join.length > 0 ? { add_customers: plan.join } : {}),
    ...(plan.leave.length > 0 ? { remove_customers: plan.leave } : {}),
  };
  if (answer === undefined || answer.kind === 'failed') return { request };
  const errors = answer.kind === 'ok' ? {} : { errors: answer.errors };
  return { request, answer: { status: answer.status, ...errors } };
}

/** Undefined: it does not fit into the batch. */
function passengerOf(plan: ContactPlan): Passenger | undefined {
  if (plan.moveFrom !== undefined) return undefined;
  const { attributes } = plan;
  const text = plan.write ? JSON.stringify(itemOf({ plan, attributes })) : '';
  return isTooLargeText(text) ? undefined : { plan, attributes, text, progress: {} };
}

function itemOf({ plan, attributes }: Riding): object {
  return identifyItem(plan.email, attributes, plan.onlyIfThere);
}
