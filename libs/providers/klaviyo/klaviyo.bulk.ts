import {
  Journey,
  notSent,
  outcomeOf,
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
  readonly text: string;
}

const OPENING = '{"data":{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[';
const CLOSING = ']}}}}';

/**
 * An import job answers nothing about consent and shows no tags, so it carries only those who are known at the vendor
 * and whose lists stay the same. All others are written one by one and join together, and so are all whom a job refuses.
 */
export async function upsertContacts(
  access: ProviderAccess,
  changes: readonly ContactChange[],
): Promise<readonly Outcome[]> {
  const journey = new Journey<Progress>(access);
  const outcomes: (Outcome | undefined)[] = changes.map(() => undefined);
  for (const part of parts(changes)) {
    const result = journey.stopped === undefined ? await sendJob(access, part) : notSent(journey.stopped);
    if (result === 'declined') continue;
    if (result !== 'taken') journey.stopped ??= wayFailure(result);
    for (const { position, plan, text } of part) {
      const { warnings, tags } = plan;
      const written = writtenProfile(plan, plan.fields, tags.add);
      const told: Outcome = result === 'taken' ? { kind: 'accepted', written, warnings } : result;
      outcomes[position] = { ...told, slice: { request: JSON.parse(text) as unknown } };
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
  const all: Freight[][] = [];
  let size = Infinity;
  for (const [position, change] of changes.entries()) {
    const plan = planProfile(change);
    if (plan.kind === 'refused' || !travelsByJob(change, plan)) continue;
    const text = JSON.stringify(profileBody(plan.email, plan.fields, plan.tags));
    const more = Buffer.byteLength(text, 'utf8') + 1;
    if (more > PROFILE_BYTES) continue;
    const last = all.at(-1);
    if (last === undefined || last.length >= JOB_LIMITS.items || size + more > JOB_LIMITS.bytes) {
      all.push([{ position, plan, text }]);
      size = OPENING.length + CLOSING.length + more;
    } else {
      last.push({ position, plan, text });
      size += more;
    }
  }
  return all;
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
): Promise<'taken' | 'declined' | Failure> {
  const reading = await ask(access, {
    family: 'imports',
    method: 'POST',
    path: '/api/profile-bulk-import-jobs',
    jsonText: `${OPENING}${part.map(({ text }) => text).join(',')}${CLOSING}`,
    done: [202],
  });
  if (reading.kind === 'declined') return 'declined';
  if (reading.kind === 'failed') return reading.failure;
  return typeof within(reading.body, 'data').id === 'string' ? 'taken' : unknownAnswer(reading.status);
}
