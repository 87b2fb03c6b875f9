import {
  joinDeltas,
  pathSegment,
  type ContactChange,
  type ContactRemoval,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { contactRefusal, unknownAnswer, wayFailure, within, type JsonObject } from './klaviyo.answers.js';
import { ask } from './klaviyo.api.js';
import { changeMembership, optInOf, subscribe } from './klaviyo.lists.js';
import {
  joiningOf,
  marketingOf,
  ownFields,
  planProfile,
  profileBody,
  TAGS,
  writtenProfile,
  type Fields,
  type ProfilePlan,
} from './klaviyo.mapping.js';
import { findProfile } from './klaviyo.people.js';

/** What became of the steps so far of one contact. */
interface Progress {
  readonly written?: WrittenDelta;
  readonly warnings?: readonly Warning[];
  readonly failure?: Failure;
  /** Something was only taken and is done later. */
  readonly later?: true;
}

export async function upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
  const plan = planProfile(change);
  if (plan.kind === 'refused') return plan;
  if (!plan.write && plan.lists.add.length + plan.lists.remove.length === 0) {
    return { kind: 'unchanged', ...(plan.warnings.length === 0 ? {} : { warnings: plan.warnings }) };
  }
  return outcomeOf(await carryOut(access, plan, change.previous === undefined || change.rewrite === true));
}

/**
 * What is ours at an address that was left is taken back first, so that the ledger, which knows one address, never
 * forgets about it. The profile is always written: its answer says whether the person may be subscribed.
 */
async function carryOut(access: ProviderAccess, plan: ProfilePlan, unsure: boolean): Promise<Progress> {
  let progress: Progress = { warnings: plan.warnings };
  if (plan.moveFrom !== undefined) {
    const taken = await takeBack(access, plan.moveFrom);
    if (wayFailure(taken.failure) !== undefined) return together(progress, taken);
    progress = together(progress, forgotten(plan.moveFrom, taken.failure));
  }
  const arrival = await writeProfile(access, plan, unsure || plan.moveFrom !== undefined);
  progress = together(progress, arrival.progress);
  if (arrival.profile === undefined) return progress;
  const { id } = arrival;
  for (const list of plan.lists.add) {
    progress = together(progress, await join(access, arrival, plan.email, list));
    if (wayFailure(progress.failure) !== undefined) return progress;
  }
  return together(progress, await leave(access, id, plan.lists.remove));
}

/** A refusal about the old address must not keep the person from arriving under the new one. */
function forgotten(left: WrittenContact, failure: Failure | undefined): Progress {
  const written = { fields: ownFields(left), tagsRemoved: left.tags, audiencesLeft: left.audiences };
  if (failure === undefined) return { written };
  const detail = `What stands under ${left.email} could not be taken back: ${failure.vendorMessage ?? failure.code}`;
  return { written, warnings: [{ code: failure.code, field: 'email', detail }] };
}

type Arrival =
  | { readonly progress: Progress; readonly id: string; readonly profile: JsonObject }
  | { readonly progress: Progress; readonly profile?: undefined };

/**
 * Whether an appended value can stand in the list twice is not documented. So where it may be there already, the
 * profile is written without it, and only what the answer does not show is appended.
 */
async function writeProfile(access: ProviderAccess, plan: ProfilePlan, unsure: boolean): Promise<Arrival> {
  const blind = unsure ? [] : plan.tags.add;
  let { fields } = plan;
  let warnings: readonly Warning[] = [];
  let first = await importProfile(access, profileBody(plan.email, fields, { ...plan.tags, add: blind }));
  if (first.kind === 'declined') {
    const lesser = withoutRejected(fields, first);
    if (lesser === undefined) return { progress: { failure: contactRefusal(first) } };
    ({ fields, warnings } = lesser);
    first = await importProfile(access, profileBody(plan.email, fields, { ...plan.tags, add: blind }));
  }
  if (first.kind !== 'ok') return { progress: { failure: failureOf(first), warnings } };

  const { id, profile } = first;
  const there = within(profile, 'attributes', 'properties')[TAGS];
  const missing = plan.tags.add.filter(
    (tag) => !blind.includes(tag) && !(Array.isArray(there) && there.includes(tag)),
  );
  const known = {
    ...plan,
    tags: { ...plan.tags, add: plan.tags.add.filter((tag) => !missing.includes(tag)) },
  };
  const arrived: Progress = { written: writtenProfile(known, fields, id), warnings };
  if (missing.length === 0) return { progress: arrived, id, profile };
  const second = await importProfile(access, profileBody(plan.email, {}, { add: missing }));
  if (second.kind !== 'ok') {
    const failure = failureOf(second);
    const lost = {
      code: 'field_rejected' as const,
      field: TAGS,
      detail: failure.vendorMessage ?? failure.code,
    };
    return failure.kind === 'refused'
      ? { progress: together(arrived, { warnings: [lost] }), id, profile }
      : { progress: together(arrived, { failure }) };
  }
  return { progress: together(arrived, { written: { tagsAdded: missing } }), id, profile: second.profile };
}

type Import =
  | { readonly kind: 'ok'; readonly id: string; readonly profile: JsonObject }
  | Exclude<Awaited<ReturnType<typeof ask>>, { kind: 'ok' }>;

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
  return typeof profile.id === 'string' && profile.id !== ''
    ? { kind: 'ok', id: profile.id, profile }
    : { kind: 'failed', failure: unknownAnswer(reading.status) };
}

function failureOf(reading: Exclude<Import, { kind: 'ok' }>): Failure {
  return reading.kind === 'failed' ? reading.failure : contactRefusal(reading);
}

/** The profile without what the vendor named in its refusal; undefined when it named nothing that can be left out. */
function withoutRejected(
  fields: Fields,
  { errors }: Extract<Import, { kind: 'declined' }>,
): { readonly fields: Fields; readonly warnings: readonly Warning[] } | undefined {
  const named = errors.filter(({ field }) => field !== undefined && Object.hasOwn(fields, field));
  if (named.length === 0) return undefined;
  const names = new Set(named.map(({ field }) => field));
  return {
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name))),
    warnings: named.map(({ field = '', message }) => ({ code: 'field_rejected', field, detail: message })),
  };
}

async function join(
  access: ProviderAccess,
  { id, profile }: { readonly id: string; readonly profile: JsonObject },
  email: string,
  list: string,
): Promise<Progress> {
  const marketing = marketingOf(profile);
  const joining = joiningOf(marketing, list, access.settings);
  const warn = (code: Warning['code'], detail: string): Progress => ({ warnings: [{ code, detail }] });
  if (joining === 'skip') {
    return warn('consent_not_raised', 'The person opted out at Klaviyo and was left out of the list.');
  }
  if (joining !== 'subscribe') {
    const failure = await changeMembership(access, 'POST', list, id);
    if (failure !== undefined) return { failure };
    const joined: Progress = { written: { audiencesJoined: [list] } };
    if (joining === 'add') return joined;
    const why =
      marketing.consent === undefined
        ? 'Klaviyo did not say what the person decided, so they were put into the list without being subscribed.'
        : 'The person opted out at Klaviyo: they were put into the list and stay opted out.';
    return together(joined, warn('consent_not_raised', why));
  }
  const optIn = await optInOf(access, list);
  if (optIn.kind === 'failed') return { failure: optIn.failure };
  const failure = await subscribe(access, list, id, email);
  if (failure !== undefined) return { failure };
  // Remembered as done even before the person confirms: asking again would send another mail.
  const asked: Progress = { written: { audiencesJoined: [list] }, later: true };
  return optIn.double
    ? together(
        asked,
        warn('confirmation_pending', 'Klaviyo asks the person by mail; they join when they confirm.'),
      )
    : asked;
}

async function leave(access: ProviderAccess, id: string, lists: readonly string[]): Promise<Progress> {
  let progress: Progress = {};
  for (const list of lists) {
    const failure = await changeMembership(access, 'DELETE', list, id);
    progress = together(
      progress,
      failure === undefined ? { written: { audiencesLeft: [list] } } : { failure },
    );
    if (wayFailure(failure) !== undefined) return progress;
  }
  return progress;
}

export async function removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
  const taken = await takeBack(access, previous);
  return taken.failure === undefined && taken.written === undefined
    ? { kind: 'unchanged' }
    : outcomeOf(taken);
}

/** Takes away our properties, tags and memberships under the address they were written to. Never creates a profile. */
async function takeBack(access: ProviderAccess, previous: WrittenContact): Promise<Progress> {
  const gone = forgotten(previous, undefined);
  const { fields = {} } = gone.written ?? {};
  if (Object.keys(fields).length + previous.tags.length + previous.audiences.length === 0) return {};

  const known = previous.vendorId;
  const taken = known === undefined ? undefined : await strip(access, known, previous);
  if (taken !== undefined) return taken;
  // No id, or not any more: the profile may have been merged into another one, and the address leads to it.
  const finding = await findProfile(access, previous.email);
  if (finding.kind === 'failed') return { failure: finding.failure };
  if (finding.kind === 'not_found' || finding.id === known) return gone;
  return (await strip(access, finding.id, previous)) ?? gone;
}

/** Undefined when there is no profile with this id. */
async function strip(
  access: ProviderAccess,
  id: string,
  previous: WrittenContact,
): Promise<Progress | undefined> {
  const fields = ownFields(previous);
  const { tags, audiences } = previous;
  let progress: Progress = {};
  if (Object.keys(fields).length + tags.length > 0) {
    const reading = await ask(access, {
      family: 'reads',
      method: 'PATCH',
      path: `/api/profiles/${pathSegment(id)}`,
      json: { data: profileBody('', fields, { remove: tags }, id) },
      done: [200],
    });
    if (reading.kind === 'failed') return { failure: reading.failure };
    if (reading.kind === 'declined') {
      return reading.status === 404 ? undefined : { failure: contactRefusal(reading) };
    }
    if (within(reading.body, 'data').id !== id) return { failure: unknownAnswer(reading.status) };
    progress = { written: { fields, ...(tags.length === 0 ? {} : { tagsRemoved: tags }) } };
  }
  return together(progress, await leave(access, id, audiences));
}

function outcomeOf({ written, warnings = [], failure, later }: Progress): Outcome {
  return {
    ...(failure ?? { kind: later === true ? 'accepted' : 'confirmed' }),
    ...(written === undefined ? {} : { written }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** Adds a later step; the first failure is the one that is told. */
function together(first: Progress, second: Progress): Progress {
  const failure = first.failure ?? second.failure;
  const [delta, ...more] = [first.written, second.written].filter((written) => written !== undefined);
  return {
    ...(delta === undefined ? {} : { written: more.length === 0 ? delta : joinDeltas(delta, ...more) }),
    warnings: [...(first.warnings ?? []), ...(second.warnings ?? [])],
    ...(failure === undefined ? {} : { failure }),
    ...(first.later === true || second.later === true ? { later: true as const } : {}),
  };
}
