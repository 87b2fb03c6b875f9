import {
  Journey,
  notSent,
  outcomeOf,
  parcels,
  refusedTogether,
  sideBySide,
  unknownAnswer,
  wayFailure,
  within,
  type ContactChange,
  type ContactEvent,
  type Failure,
  type Outcome,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { contactRefusal, type Declined } from './klaviyo.answers.js';
import { ask } from './klaviyo.api.js';
import { boarding, carryOut } from './klaviyo.contacts.js';
import { sendEvent, whose, type Known } from './klaviyo.events.js';
import type { Progress } from './klaviyo.passengers.js';
import { JOB_LIMITS, PROFILE_BYTES } from './klaviyo.manifest.js';
import { isIdle, planProfile, profileBody, writtenProfile, type ProfilePlan } from './klaviyo.mapping.js';
import type { Passenger } from './klaviyo.passengers.js';

/** One profile on its way through an import job, serialised once. */
interface Freight {
  readonly position: number;
  readonly plan: ProfilePlan;
  readonly body: object;
  readonly text: string;
}

const OPENING = '{"data":{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[';
const CLOSING = ']}}}}';
const PARCEL = { ...JOB_LIMITS, frame: OPENING.length + CLOSING.length };

/**
 * An import job answers nothing about consent and shows no tags, so it carries only those who are known at the vendor
 * and whose lists stay the same. All others are written one by one and join together, and so are those whom a job names as
 * bad; its others go again without them.
 */
export async function upsertContacts(
  access: ProviderAccess,
  changes: readonly ContactChange[],
): Promise<readonly Outcome[]> {
  const journey = new Journey<Progress>(access);
  const outcomes: (Outcome | undefined)[] = changes.map(() => undefined);
  const waiting = [...parts(changes)];
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const freight = part;
    const result = journey.stopped === undefined ? await sendJob(access, freight) : notSent(journey.stopped);
    if (result !== 'taken' && result.kind === 'declined') {
      const named = namedIn(result, freight.length);
      if (named.size > 0) {
        const others = freight.filter((_, index) => !named.has(index));
        if (others.length > 0) waiting.unshift(others);
        continue;
      }
      // A job of one is no better than the call for one, which says more.
      if (freight.length === 1) continue;
    } else if (result !== 'taken') journey.stopped ??= wayFailure(result);
    for (const { position, plan, body } of freight) {
      const { warnings, tags } = plan;
      const written = writtenProfile(plan, plan.fields, tags.add);
      const told: Outcome =
        result === 'taken'
          ? { kind: 'accepted', written, warnings }
          : result.kind === 'declined'
            ? refusedTogether(contactRefusal(result))
            : result;
      outcomes[position] = { ...told, slice: { request: body } };
    }
  }
  const aboard: (readonly [position: number, passenger: Passenger])[] = [];
  for (const [position, change] of changes.entries()) {
    if (outcomes[position] !== undefined) continue;
    const plan = planProfile(change);
    const slice = { request: { profile: change.desired.email } };
    if (plan.kind === 'refused') outcomes[position] = { ...plan, slice };
    else if (isIdle(plan)) outcomes[position] = { kind: 'unchanged', warnings: plan.warnings, slice };
    else aboard.push([position, boarding(change, plan)]);
  }
  for (const turn of inTurns(aboard, ([, { plan }]) => plan.email)) {
    await carryOut(
      journey,
      turn.map(([, passenger]) => passenger),
    );
    for (const [position, { plan, progress }] of turn) {
      // Of a call that may go as a job nothing is told as more than taken.
      const outcome = outcomeOf(progress, 'accepted');
      outcomes[position] = {
        ...outcome,
        slice: { request: profileBody(plan.email, plan.fields, plan.tags) },
      };
    }
  }
  return outcomes as readonly Outcome[];
}

/** One by one: of a batch with one bad event, or with one that came before, the vendor takes nothing. */
export async function trackEvents(
  access: ProviderAccess,
  events: readonly ContactEvent[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const people = new Map<string, Known>();
  let stopped: Failure | undefined;
  const turns = inTurns([...events.entries()], ([, { email }]) => email);
  await sideBySide(turns[0] ?? [], async ([, event]) => {
    if (stopped !== undefined) return;
    const known = await whose(access, event);
    people.set(event.email.toLowerCase(), known);
    if (known.kind === 'failed') stopped ??= wayFailure(known.failure);
  });
  for (const turn of turns) {
    await sideBySide(turn, async ([position, event]) => {
      const known = people.get(event.email.toLowerCase());
      const outcome =
        known?.kind === 'failed' || (stopped === undefined && known !== undefined)
          ? await sendEvent(access, event, known)
          : notSent(stopped ?? { kind: 'unavailable', code: 'send_withheld' });
      stopped ??= wayFailure(outcome);
      outcomes[position] = { ...outcome, slice: { request: { event: event.name, profile: event.email } } };
    });
  }
  return outcomes;
}

/** What is about one person goes in turn: the first of everybody, then the second. */
function inTurns<Item>(
  items: readonly Item[],
  addressOf: (item: Item) => string,
): readonly (readonly Item[])[] {
  const turns: Item[][] = [];
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = addressOf(item).trim().toLowerCase();
    const turn = counts.get(key) ?? 0;
    counts.set(key, turn + 1);
    (turns[turn] ??= []).push(item);
  }
  return turns;
}

function parts(changes: readonly ContactChange[]): readonly (readonly Freight[])[] {
  const all = changes.flatMap((change, position): readonly Freight[] => {
    const plan = planProfile(change);
    if (plan.kind === 'refused' || !travelsByJob(change, plan)) return [];
    const body = profileBody(plan.email, plan.fields, plan.tags);
    const text = JSON.stringify(body);
    return Buffer.byteLength(text, 'utf8') >= PROFILE_BYTES ? [] : [{ position, plan, body, text }];
  });
  const texts = all.map(({ text }) => text);
  return parcels(texts, PARCEL).map((positions) => positions.flatMap((position) => all[position] ?? []));
}

function travelsByJob(
  { previous, rewrite }: ContactChange,
  { write, lists, moveFrom }: ProfilePlan,
): boolean {
  const known = previous?.vendorId !== undefined && rewrite !== true && moveFrom === undefined;
  return known && write && lists.add.length + lists.remove.length === 0;
}

async function sendJob(
  access: ProviderAccess,
  part: readonly Freight[],
): Promise<'taken' | Declined | Failure> {
  const reading = await ask(access, {
    family: 'imports',
    method: 'POST',
    path: '/api/profile-bulk-import-jobs',
    jsonText: `${OPENING}${part.map(({ text }) => text).join(',')}${CLOSING}`,
    done: [202],
  });
  if (reading.kind === 'declined') return reading;
  if (reading.kind === 'failed') return reading.failure;
  return typeof within(reading.body, 'data').id === 'string' ? 'taken' : unknownAnswer(reading.status);
}

/** Errors carry the place in the job: `/data/attributes/profiles/data/3/attributes/email`. */
function namedIn({ errors }: Declined, count: number): ReadonlySet<number> {
  const places = errors.flatMap(({ pointer }) => /\/profiles\/data\/(\d+)(?:\/|$)/.exec(pointer)?.[1] ?? []);
  return new Set(places.map(Number).filter((place) => place < count));
}
