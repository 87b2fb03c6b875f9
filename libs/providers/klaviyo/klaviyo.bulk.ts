import type { ContactChange, Failure, Outcome, ProviderAccess } from '@rekomi/provider-contract';
import { unknownAnswer, wayFailure, within } from './klaviyo.answers.js';
import { ask } from './klaviyo.api.js';
import { upsertContact } from './klaviyo.contacts.js';
import { JOB_LIMITS, PROFILE_BYTES } from './klaviyo.manifest.js';
import { planProfile, profileBody, writtenProfile, type ProfilePlan } from './klaviyo.mapping.js';

/** One profile on its way through an import job, serialised once. */
interface Passenger {
  readonly position: number;
  readonly plan: ProfilePlan;
  readonly text: string;
}

const OPENING = '{"data":{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[';
const CLOSING = ']}}}}';
/** People written side by side; the pace of each endpoint is kept all the same. */
const AT_ONCE = 10;

/**
 * An import job answers nothing about consent and shows no tags, so it carries only those who are known at the vendor
 * and join nothing. All others are written one by one, and so is everybody whom a job refuses.
 */
export async function upsertContacts(
  access: ProviderAccess,
  changes: readonly ContactChange[],
): Promise<readonly Outcome[]> {
  const outcomes: (Outcome | undefined)[] = changes.map(() => undefined);
  let stopped: Failure | undefined;
  for (const part of parts(changes)) {
    const result = stopped ?? (await sendJob(access, part));
    if (result === 'declined') continue;
    if (result !== 'taken') stopped ??= result;
    for (const { position, plan, text } of part) {
      const slice = { request: JSON.parse(text) as unknown };
      const { warnings } = plan;
      outcomes[position] =
        result === 'taken'
          ? { kind: 'accepted', written: writtenProfile(plan, plan.fields), warnings, slice }
          : { ...result, slice };
    }
  }
  const waiting = [...changes.entries()].filter(([position]) => outcomes[position] === undefined);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [position, change] = next;
      const outcome = stopped === undefined ? await upsertContact(access, change) : notSent(stopped);
      stopped ??= wayFailure(outcome);
      outcomes[position] = { ...outcome, slice: { request: { profile: change.desired.email } } };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes as readonly Outcome[];
}

function parts(changes: readonly ContactChange[]): readonly (readonly Passenger[])[] {
  const all: Passenger[][] = [];
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
  part: readonly Passenger[],
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

/** For what stood behind a failure: the same answer where it holds for everyone, otherwise "not sent yet". */
function notSent(stopped: Failure): Failure {
  if (stopped.kind === 'throttled' || stopped.kind === 'unauthorised') return stopped;
  const vendorMessage = `After ${stopped.code} nothing more was sent.`;
  return { kind: 'unavailable', code: 'send_withheld', vendorMessage };
}
