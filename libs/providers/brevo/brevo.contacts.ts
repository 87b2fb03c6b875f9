import {
  audienceMissing,
  isObject,
  leftBehind,
  Progress,
  sameAddress,
  unknownAnswer,
  type ContactChange,
  type Failure,
  type Outcome,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { contactRefusal, failureOf, isAboutAddress, type Reading } from './brevo.answers.js';
import { fit, type Values } from './brevo.attributes.js';
import type { BrevoCalls, Person } from './brevo.calls.js';
import { attributesDelta, planContact, takenBack, type ContactPlan } from './brevo.mapping.js';

export async function upsertContact(calls: BrevoCalls, change: ContactChange): Promise<Outcome> {
  const progress = new Progress();
  if ((await attempt(calls, change, progress)) === 'gone') {
    // Somebody deleted the contact: it is made again, whole, and nothing of what we took for granted is there.
    const { previous, ...anew } = change;
    progress.add({ tagsRemoved: previous?.tags ?? [], audiencesLeft: previous?.audiences ?? [] });
    await attempt(calls, anew, progress);
  }
  return progress.outcome();
}

interface Work {
  readonly plan: ContactPlan;
  readonly values: Values;
  readonly progress: Progress;
  /**
   * Blocklisted under the address that was left, or gone from one of the lists to join. Whoever is made under the new one begins
   * blocklisted: a list that was left is nothing that the API can note of somebody.
   */
  readonly optedOut: boolean;
}

type Step = 'done' | 'gone' | 'stopped';

async function attempt(calls: BrevoCalls, change: ContactChange, progress: Progress): Promise<Step> {
  const moved = await move(calls, change, progress);
  if (moved === 'stopped') return moved;
  const plan = planContact(moved.change, calls.access.settings);
  const { values, warnings, failure } = await fit(calls, plan.wishes);
  if (failure !== undefined) return stop(progress, failure);
  const work = { plan, values, progress, optedOut: moved.optedOut };
  const step = plan.isNew ? await bring(calls, work) : await changeWritten(calls, work);
  if (step !== 'gone') progress.warn(...plan.warnings, ...warnings);
  return step;
}

/** Makes the contact; only when it is there already, it is looked at and changed. */
async function bring(calls: BrevoCalls, work: Work): Promise<Step> {
  const { plan, progress, optedOut } = work;
  const join = optedOut ? [] : plan.join;
  const made = await create(calls, work, join);
  if (made === 'stopped') return made;
  if (made !== 'there') {
    if (optedOut) respected(progress, 'The person opted out under the old address', plan.join);
    for (const list of made.remaining) if (!(await add(calls, list, work))) return 'stopped';
    return 'done';
  }
  const look = await calls.look(plan.email);
  if (look.kind === 'failed') return stop(progress, look.failure);
  // Taken for a double, and none can be seen: it may have gone this moment.
  const step = look.kind === 'found' ? await changeKnown(calls, work, look.person) : 'gone';
  return step === 'gone' ? stop(progress, unknownAnswer(404)) : step;
}

/** Changes a contact that we wrote before. A look is needed only where it joins a list. */
async function changeWritten(calls: BrevoCalls, work: Work): Promise<Step> {
  const { plan, progress } = work;
  if (plan.join.length === 0) {
    const step = await writeValues(calls, work);
    return step === 'done' ? leaveLists(calls, plan, progress) : step;
  }
  const look = await calls.look(plan.email);
  if (look.kind === 'failed') return stop(progress, look.failure);
  return look.kind === 'found' ? changeKnown(calls, work, look.person) : 'gone';
}

async function changeKnown(calls: BrevoCalls, work: Work, person: Person): Promise<Step> {
  const { plan, progress } = work;
  const { join } = plan;
  const there = join.filter((list) => person.lists.includes(list));
  progress.find([], there);
  const step = await writeValues(calls, work);
  if (step !== 'done') return step;
  progress.add({ email: plan.email, vendorId: person.id });
  const wanted = join.filter((list) => !there.includes(list));
  // Whether adding to a list lifts a block or an unsubscription is not documented, so it is not tried.
  const left = person.blacklisted ? wanted : wanted.filter((list) => person.leftLists.includes(list));
  respected(
    progress,
    `The person ${person.blacklisted ? 'is blocklisted in Brevo' : 'unsubscribed from the list'}`,
    left,
  );
  for (const list of wanted.filter((id) => !left.includes(id)))
    if (!(await add(calls, list, work))) return 'stopped';
  return leaveLists(calls, plan, progress);
}

/**
 * One call for everything; when the vendor says no, once more without lists, then without attributes, because it does not
 * say reliably which of them is at fault.
 */
async function create(
  calls: BrevoCalls,
  { plan, values, progress, optedOut }: Work,
  join: readonly string[],
): Promise<'there' | 'stopped' | { readonly remaining: readonly string[] }> {
  const numbers = join.every(isListId) ? join.map(Number) : [];
  const tries: readonly (readonly [Values, readonly number[]])[] = [
    [values, numbers],
    ...(numbers.length > 0 ? [[values, []] as const] : []),
    ...(Object.keys(values).length > 0 ? [[{}, []] as const] : []),
  ];
  let refusal: Failure = unknownAnswer();
  for (const [some, lists] of tries) {
    const reading = await calls.create(plan.email, some, lists, optedOut);
    if (reading.kind === 'declined' && reading.code === 'duplicate_parameter') return 'there';
    if (reading.kind === 'declined' && !isAboutAddress(reading.vendorMessage)) {
      refusal = contactRefusal(reading);
      continue;
    }
    const { id } = reading.kind === 'ok' ? reading.body : {};
    if (reading.kind !== 'ok' || reading.status !== 201 || typeof id !== 'number') {
      progress.fail(failureOf(reading));
      return 'stopped';
    }
    const joined = lists.map(String);
    progress.add(attributesDelta(plan, some));
    progress.add({ vendorId: String(id), audiencesJoined: joined });
    if (some !== values) leftOut(progress, Object.keys(values), refusal.vendorMessage);
    return { remaining: join.filter((list) => !joined.includes(list)) };
  }
  progress.fail(refusal);
  return 'stopped';
}

async function writeValues(calls: BrevoCalls, { plan, values, progress }: Work): Promise<Step> {
  if (Object.keys(values).length === 0) return 'done';
  const reading = await calls.update(plan.email, { attributes: values });
  if (isDone(reading)) {
    progress.add(attributesDelta(plan, values));
    return 'done';
  }
  if (reading.kind !== 'declined') return stop(progress, failureOf(reading));
  if (reading.status === 404) return 'gone';
  leftOut(progress, Object.keys(values), reading.vendorMessage);
  return 'done';
}

function leftOut(progress: Progress, fields: readonly string[], vendorMessage = 'it gave no reason'): void {
  const detail = `Brevo did not take the attributes and does not say which is at fault: ${vendorMessage}`;
  progress.warn(...fields.map((field) => ({ code: 'field_rejected', field, detail }) as const));
}

/** @returns whether it makes sense to go on. */
async function add(calls: BrevoCalls, list: string, { plan, progress }: Work): Promise<boolean> {
  if (!isListId(list)) return goesOn(progress, audienceMissing({}, list));
  const reading = await calls.addToList(list, plan.email);
  if (reading.kind === 'failed') return goesOn(progress, reading.failure);
  if (reading.kind === 'ok' && namesOf(reading, 'success').some((name) => sameAddress(name, plan.email))) {
    progress.add({ audiencesJoined: [list] });
    return true;
  }
  if (reading.kind === 'declined' && reading.status === 404)
    return goesOn(progress, audienceMissing(reading, list));
  const undecided = reading.kind === 'declined' || namesOf(reading, 'failure').length > 0;
  if (!undecided) return goesOn(progress, failureOf(reading));
  // "Already in the list and/or does not exist": what is there decides.
  const look = await calls.look(plan.email);
  if (look.kind === 'failed') return goesOn(progress, look.failure);
  if (look.kind === 'found' && look.person.lists.includes(list)) {
    progress.find([], [list]);
    return true;
  }
  const seen = await calls.list(list);
  if (seen.kind === 'declined') return goesOn(progress, audienceMissing(seen, list));
  return goesOn(
    progress,
    reading.kind === 'declined' ? contactRefusal(reading) : { kind: 'refused', code: 'contact_refused' },
  );
}

async function leaveLists(calls: BrevoCalls, plan: ContactPlan, progress: Progress): Promise<Step> {
  for (const list of plan.leave) if (!(await leave(calls, list, plan.email, progress))) return 'stopped';
  return 'done';
}

/** Takes out of a list without unsubscribing from it. Out of a list or a contact that is gone is out. */
async function leave(calls: BrevoCalls, list: string, email: string, progress: Progress): Promise<boolean> {
  const reading = isListId(list) ? await calls.update(email, { unlinkListIds: [Number(list)] }) : undefined;
  if (reading !== undefined && !isDone(reading) && !isGone(reading)) {
    const seen: Reading = reading.kind === 'declined' ? await calls.list(list) : reading;
    if (!isGone(seen)) {
      progress.fail(failureOf(seen.kind === 'failed' ? seen : reading));
      return false;
    }
  }
  progress.add({ audiencesLeft: [list] });
  return true;
}

/**
 * Gives the contact its new address, which keeps block, lists and the lists that were left. Where the new address is
 * another contact's, our part is taken back at the old one, and that contact's own state decides.
 *
 * @returns what is to be brought about from here on: of a contact that came along `previous` stands under the new address.
 */
async function move(
  calls: BrevoCalls,
  change: ContactChange,
  progress: Progress,
): Promise<'stopped' | { readonly change: ContactChange; readonly optedOut: boolean }> {
  const { previous, ...anew } = change;
  const email = change.desired.email.trim();
  if (previous === undefined || sameAddress(previous.email, email)) return { change, optedOut: false };
  const old = await calls.look(previous.email);
  if (old.kind === 'failed') return stop(progress, old.failure);
  if (old.kind === 'found') {
    // A block is sent along, so that it holds whatever the vendor makes of it.
    const block = old.person.blacklisted ? { emailBlacklisted: true } : {};
    const renamed = await calls.update(previous.email, { attributes: { EMAIL: email }, ...block });
    if (isDone(renamed)) return cameAlong(change, previous, progress);
    if (renamed.kind !== 'declined') return stop(progress, failureOf(renamed));
    if (renamed.code !== 'duplicate_parameter' && isAboutAddress(renamed.vendorMessage))
      return stop(progress, contactRefusal(renamed));
    if (!(await takeBack(calls, previous, progress))) return 'stopped';
  } else if (previous.vendorId !== undefined) {
    // An earlier attempt may have come this far, and its answer was lost.
    const there = await calls.look(email);
    if (there.kind === 'failed') return stop(progress, there.failure);
    if (there.kind === 'found' && there.person.id === previous.vendorId)
      return cameAlong(change, previous, progress);
  }
  // The ledger knows one address: from here on it is the new one's, with nothing of ours yet.
  progress.add(leftBehind(previous));
  const optedOut = old.kind === 'found' && hasOptedOut(old.person, change.desired.audiences);
  return { change: anew, optedOut };
}

function hasOptedOut({ blacklisted, leftLists }: Person, wanted: readonly string[]): boolean {
  return blacklisted || wanted.some((list) => leftLists.includes(list));
}

function cameAlong(
  change: ContactChange,
  previous: WrittenContact,
  progress: Progress,
): { readonly change: ContactChange; readonly optedOut: false } {
  const email = change.desired.email.trim();
  progress.add({ email });
  return { change: { ...change, previous: { ...previous, email } }, optedOut: false };
}

async function takeBack(calls: BrevoCalls, previous: WrittenContact, progress: Progress): Promise<boolean> {
  for (const list of previous.audiences) {
    if (!(await leave(calls, list, previous.email, progress))) return false;
  }
  const { attributes, warnings } = takenBack(previous);
  progress.warn(...warnings);
  const names = Object.keys(attributes);
  if (names.length === 0) return true;
  const reading = await calls.update(previous.email, { attributes });
  // Where nobody is there is nothing to take back; an attribute that is gone is ignored anyway.
  if (!isDone(reading) && !isGone(reading)) {
    progress.fail(failureOf(reading));
    return false;
  }
  const fields = names
    .filter((name) => Object.hasOwn(previous.fields, name))
    .map((name): readonly [string, null] => [name, null]);
  progress.add({ fields: Object.fromEntries(fields), tagsRemoved: previous.tags });
  return true;
}

/** Our texts and memberships. Nobody is deleted, and nobody is unsubscribed: updating never makes a contact. */
export async function removeContact(calls: BrevoCalls, previous: WrittenContact): Promise<Outcome> {
  const progress = new Progress();
  await takeBack(calls, previous, progress);
  return progress.outcome();
}

function stop(progress: Progress, failure: Failure): 'stopped' {
  progress.fail(failure);
  return 'stopped';
}

function respected(progress: Progress, why: string, lists: readonly string[]): void {
  if (lists.length === 0) return;
  progress.warn({ code: 'consent_not_raised', detail: `${why} and was not put into ${lists.join(', ')}.` });
}

/** An update answers with this status and no body. */
function isDone(reading: Reading): boolean {
  return reading.kind === 'ok' && reading.status === 204;
}

function isGone(reading: Reading): boolean {
  return reading.kind === 'declined' && reading.status === 404;
}

/** `{"contacts":{"success":[…],"failure":[…]}}`; one example of the pages has both at the top. */
function namesOf(reading: Reading, part: 'success' | 'failure'): readonly string[] {
  if (reading.kind !== 'ok' || reading.status !== 201) return [];
  const { contacts } = reading.body;
  const names = (isObject(contacts) ? contacts : reading.body)[part];
  return Array.isArray(names) ? names.map(String) : [];
}

/** @returns whether going on makes sense: another list may be there. */
function goesOn(progress: Progress, failure: Failure): boolean {
  progress.fail(failure);
  return failure.kind === 'misconfigured';
}

function isListId(list: string): boolean {
  return /^\d{1,15}$/.test(list);
}
