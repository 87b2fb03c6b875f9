import {
  leftBehind,
  Progress,
  sameAddress,
  type ContactChange,
  type ErrorCode,
  type Failure,
  type Outcome,
  type Warning,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { isNotThere, type Reading } from './iterable.answers.js';
import { failureOf, isTaken, type IterableCalls, type Profile } from './iterable.calls.js';
import { fieldsDelta, ownFields, planContact, type ContactPlan, type Fields } from './iterable.mapping.js';

export async function upsertContact(calls: IterableCalls, change: ContactChange): Promise<Outcome> {
  const progress = new Progress('accepted');
  const moved = await move(calls, change, progress);
  if (moved === 'stopped') return progress.outcome();
  const plan = planContact(moved.change);
  progress.warn(...plan.warnings);
  let mayJoin = !moved.optedOut;
  let join = plan.join;
  if (plan.join.length > 0 && mayJoin) {
    // Whether joining a list lifts an opt-out is not documented, so whoever opted out is left out of lists.
    const look = await calls.look(plan.email);
    const optedOut =
      look.kind === 'found' ? await calls.hasOptedOut(look.profile) : look.kind === 'failed' && look.failure;
    if (typeof optedOut === 'object') return stopped(progress, optedOut);
    mayJoin = !optedOut;
    if (look.kind === 'found') join = beside(moved.change, plan, look.profile, progress);
  }
  if (plan.join.length > 0 && !mayJoin) progress.warn(OPTED_OUT);
  await carryOut(calls, plan, mayJoin ? join : [], progress);
  const outcome = progress.outcome();
  if (outcome.written?.email !== undefined) calls.access.memo.set(takenKey(plan.email), 'taken');
  return outcome;
}

/** The lists that are left to join. Those that the user was in before us are told, and not joined. */
function beside(
  { previous }: ContactChange,
  plan: ContactPlan,
  { dataFields }: Profile,
  progress: Progress,
): readonly string[] {
  const { emailListIds } = dataFields;
  const lists = Array.isArray(emailListIds) ? emailListIds.map(String) : [];
  const found = plan.join.filter((list) => lists.includes(list) && !previous?.audiences.includes(list));
  progress.find([], found);
  return plan.join.filter((list) => !found.includes(list));
}

const OPTED_OUT: Warning = {
  code: 'consent_not_raised',
  detail: 'The person opted out of an e-mail channel in Iterable and was not put into the list.',
};

/** Remembers that the vendor has just taken a person, whom it may not show yet. */
export function takenKey(email: string): string {
  return `taken:${email.toLowerCase()}`;
}

/** The first list takes the profile along, and says which fields the project dropped; without a list it goes alone. */
async function carryOut(
  calls: IterableCalls,
  plan: ContactPlan,
  join: readonly string[],
  progress: Progress,
): Promise<void> {
  let write = plan.write;
  for (const list of join) {
    const takesAlong = write && !Object.values(plan.fields).includes(null);
    const reading = await calls.subscribe(list, plan.email, takesAlong ? plan.fields : undefined);
    if (reading.kind === 'ok') {
      progress.add({ email: plan.email, audiencesJoined: [list] });
      if (takesAlong) keepTaken(plan, reading, progress);
      write &&= !takesAlong;
    } else if (reading.kind === 'declined' && reading.badFields !== undefined && takesAlong) {
      // The list call does not say which value is at fault; the call for profiles does.
      if (!(await writeProfile(calls, plan, progress))) return;
      write = false;
      const alone = await calls.subscribe(list, plan.email);
      if (alone.kind === 'ok') progress.add({ audiencesJoined: [list] });
      else if (ends(progress, alone.failure)) return;
    } else if (ends(progress, reading.failure)) return;
  }
  if (write && !(await writeProfile(calls, plan, progress))) return;
  for (const list of plan.leave) if (!(await leave(calls, list, plan.email, progress))) return;
}

function keepTaken(plan: ContactPlan, reading: Reading & { readonly kind: 'ok' }, progress: Progress): void {
  const { filteredOutFields } = reading.body;
  const dropped = Array.isArray(filteredOutFields) ? filteredOutFields.map(String) : [];
  const kept = Object.entries(plan.fields).filter(([name]) => !dropped.includes(name));
  progress.add(fieldsDelta(plan, Object.fromEntries(kept)));
  for (const field of dropped.filter((name) => Object.hasOwn(plan.fields, name))) {
    const detail = `The project drops unknown fields, and it has no "${field}".`;
    progress.warn({ code: 'field_missing', field, detail });
  }
}

/** Writes the profile, once more without the values that do not fit. @returns whether it makes sense to go on. */
async function writeProfile(calls: IterableCalls, plan: ContactPlan, progress: Progress): Promise<boolean> {
  let fields: Fields = plan.fields;
  let reading = await calls.updateProfile(plan.email, fields);
  if (reading.kind === 'declined' && reading.badFields !== undefined) {
    const named = reading.badFields.filter((name) => Object.hasOwn(fields, name));
    const bad = named.length > 0 ? named : Object.keys(fields);
    fields = Object.fromEntries(Object.entries(fields).filter(([name]) => !bad.includes(name)));
    const words = reading.failure.vendorMessage ?? 'Iterable gave no reason';
    for (const field of bad) {
      progress.warn({ code: 'field_rejected', field, detail: `"${field}" was left out: ${words}` });
    }
    reading = await calls.updateProfile(plan.email, fields);
  }
  if (!isTaken(reading)) return !ends(progress, failureOf(reading));
  progress.add(fieldsDelta(plan, fields));
  return true;
}

async function leave(
  calls: IterableCalls,
  list: string,
  email: string,
  progress: Progress,
): Promise<boolean> {
  const reading = await calls.unsubscribe(list, email);
  // Out of a list that is gone, or of one in which the vendor knows nobody of this address, is out.
  if (reading.kind !== 'ok' && !(reading.kind === 'declined' && isNotThere(reading))) {
    progress.fail(reading.failure);
    return false;
  }
  progress.add({ audiencesLeft: [list] });
  return true;
}

/**
 * Gives the user the new address, with which opt-outs, lists and all that is known go along. Where Iterable will not, what
 * is ours is taken back at the old one: a user who is at the new address has a state of their own, and who opted out is
 * not made anew.
 *
 * @returns what is to be brought about from here on: of a user who came along `previous` stands under the new address.
 */
async function move(
  calls: IterableCalls,
  change: ContactChange,
  progress: Progress,
): Promise<'stopped' | { readonly change: ContactChange; readonly optedOut: boolean }> {
  const { previous, ...anew } = change;
  const email = change.desired.email.trim();
  if (previous === undefined || sameAddress(previous.email, email)) return { change, optedOut: false };
  const old = await calls.look(previous.email);
  if (old.kind === 'failed') return stop(progress, old.failure);
  if (old.kind === 'found') {
    const optedOut = await calls.hasOptedOut(old.profile);
    if (typeof optedOut === 'object') return stop(progress, optedOut);
    const renamed = await calls.rename(previous.email, email);
    if (isTaken(renamed)) {
      progress.add({ email });
      // The user may not show under the new address yet.
      return { change: { ...change, previous: { ...previous, email } }, optedOut };
    }
    if (renamed.kind !== 'declined' || ABOUT_ADDRESS.includes(renamed.failure.code))
      return stop(progress, failureOf(renamed));
    const there = optedOut ? await calls.look(email) : undefined;
    if (there?.kind === 'failed') return stop(progress, there.failure);
    if (there?.kind === 'not_found') {
      const detail = `${previous.email} opted out in Iterable and could not be moved to the new address, so the user stays.`;
      progress.warn({ code: 'consent_not_raised', detail });
      return 'stopped';
    }
    if (!(await takeBack(calls, previous, progress))) return 'stopped';
  } else {
    const erased = await wasErased(calls, previous);
    if (erased !== undefined) return stop(progress, erased);
  }
  // The ledger knows one address: from here on it is the new one's, with nothing of ours yet.
  progress.add(leftBehind(previous));
  return { change: anew, optedOut: false };
}

/**
 * Whether Iterable shows nobody at an address because they were erased there on request: it is the list calls that tell, and
 * taking somebody out of a list makes nobody. Whoever was erased is not made anew under another address.
 */
async function wasErased(
  calls: IterableCalls,
  { email, audiences }: WrittenContact,
): Promise<Failure | undefined> {
  const [list] = audiences;
  if (list === undefined) return undefined;
  const { kind, ...reading } = await calls.unsubscribe(list, email);
  const failure = 'failure' in reading ? reading.failure : undefined;
  return kind === 'failed' || failure?.code === 'contact_suppressed' ? failure : undefined;
}

/** Nobody can be brought to such an address in any way. */
const ABOUT_ADDRESS: readonly ErrorCode[] = ['email_invalid', 'contact_suppressed'];

/** Our fields, tags and memberships. Nobody is deleted, and nobody is opted out. */
async function takeBack(
  calls: IterableCalls,
  previous: WrittenContact,
  progress: Progress,
): Promise<boolean> {
  for (const list of previous.audiences) {
    if (!(await leave(calls, list, previous.email, progress))) return false;
  }
  const fields = ownFields(previous);
  if (Object.keys(fields).length === 0) return true;
  const reading = await calls.updateProfile(previous.email, fields);
  if (!isTaken(reading)) return !ends(progress, failureOf(reading));
  progress.add({
    fields: Object.fromEntries(
      Object.keys(previous.fields).flatMap((name) => (name in fields ? [[name, null]] : [])),
    ),
    tagsRemoved: previous.tags,
  });
  return true;
}

export async function removeContact(calls: IterableCalls, previous: WrittenContact): Promise<Outcome> {
  const progress = new Progress('accepted');
  // Writing would bring back somebody whom the merchant deleted.
  const look = await calls.look(previous.email);
  if (look.kind === 'failed') return stopped(progress, look.failure);
  if (look.kind === 'found') await takeBack(calls, previous, progress);
  else progress.add({ tagsRemoved: previous.tags, audiencesLeft: previous.audiences });
  return progress.outcome();
}

function stop(progress: Progress, failure: Failure): 'stopped' {
  progress.fail(failure);
  return 'stopped';
}

function stopped(progress: Progress, failure: Failure): Outcome {
  progress.fail(failure);
  return progress.outcome();
}

/** @returns whether the next request would meet the same: only another list may be there. */
function ends(progress: Progress, failure: Failure): boolean {
  progress.fail(failure);
  return failure.kind !== 'misconfigured';
}
