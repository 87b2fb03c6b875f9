import {
  audienceMissing,
  contactRefused,
  failed,
  sameAddress,
  tagDifference,
  together,
  unknownAnswer,
  wordsOf,
  type ContactChange,
  type Declined,
  type Failure,
  type Steps,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { isTagLimit, standingOf } from './beehiiv.answers.js';
import {
  customFields,
  isOurs,
  withoutRejected,
  writable,
  type FieldNames,
  type Values,
} from './beehiiv.mapping.js';
import type { Publication, Subscription } from './beehiiv.publication.js';

/** What the steps so far came to. */
export interface Progress extends Steps {
  readonly sent?: true;
  /** The subscription, once it is known. */
  readonly subscription?: Subscription;
}

/** Brings the contact's copy in one publication to what is wanted. */
export async function bring(
  publication: Publication,
  change: ContactChange,
  wish: Values,
  mayReactivate: boolean,
): Promise<Progress> {
  const fields = await publication.fieldNames();
  if (fields.kind === 'failed') return { failure: fields.failure };
  const { values, warnings } = writable(wish, fields.names);
  const context = { publication, change, values, names: fields.names, mayReactivate };
  let progress = together({ warnings }, await arrive(context));
  const { subscription } = progress;
  if (subscription === undefined) return progress;
  progress = together(progress, await writeValues(context, subscription));
  if (progress.failure === undefined) progress = together(progress, await addTags(context, subscription));
  return together(progress, membership(publication, subscription));
}

interface Context {
  readonly publication: Publication;
  readonly change: ContactChange;
  readonly values: Values;
  readonly names: FieldNames;
  readonly mayReactivate: boolean;
}

/** Finds the subscription, or makes one. Whoever is there already is looked at first: creating could raise consent. */
async function arrive(context: Context): Promise<Progress> {
  const { publication, change, mayReactivate } = context;
  const email = change.desired.email.trim();
  const look = await publication.look(email);
  if (look.kind === 'failed') return { failure: look.failure };
  if (look.kind === 'declined') {
    const { previous } = change;
    const moved = previous !== undefined && !sameAddress(previous.email, email);
    return moved ? move(context, previous.email) : create(context);
  }
  const { subscription } = look;
  const joinedBefore = change.previous?.audiences.includes(publication.id) === true;
  if (!mayReactivate || subscription.status !== 'inactive' || joinedBefore) return { subscription };
  const raised = await publication.create(email, [], true);
  if (raised.kind === 'failed') return { failure: raised.failure };
  if (raised.kind === 'declined') return { subscription };
  // The answer shows neither fields nor tags; those we saw still stand.
  return { sent: true, subscription: { ...subscription, status: raised.subscription.status } };
}

async function create(context: Context): Promise<Progress> {
  const { publication, change, values, names } = context;
  const email = change.desired.email.trim();
  const post = async (some: Values) => {
    const made = await publication.create(email, customFields(some, names), false);
    // An answer about somebody else says nothing of this person.
    return made.kind === 'found' && !sameAddress(made.subscription.email, email)
      ? failed(unknownAnswer())
      : made;
  };
  const first = await post(values);
  if (first.kind === 'failed') return { failure: first.failure };
  if (first.kind === 'found') return created(first.subscription, values, []);
  if (first.status === 404) return { failure: audienceMissing(first) };
  // Some accounts answer 400 for an address that is there by now, without a code of its own.
  const again = await publication.look(email);
  if (again.kind === 'failed') return { failure: again.failure };
  if (again.kind === 'found') return { subscription: again.subscription };
  const refusal = contactRefused(first, 'email');
  const lesser = withoutRejected(values, first.vendorMessage);
  if (refusal.code === 'email_invalid' || lesser.warnings.length === 0) return { failure: refusal };
  const second = await post(lesser.values);
  if (second.kind === 'failed') return { failure: second.failure };
  return second.kind === 'found'
    ? created(second.subscription, lesser.values, lesser.warnings)
    : { failure: contactRefused(second, 'email') };
}

function created(subscription: Subscription, values: Values, warnings: readonly Warning[]): Progress {
  const fields = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
  const tags = subscription.tags ?? [];
  return { sent: true, warnings, subscription: { ...subscription, fields, tags, isNew: true } };
}

/** Takes the subscription along to a new address: consent, tags and all. Somebody who opted out stays opted out. */
async function move(context: Context, from: string): Promise<Progress> {
  const { publication, change } = context;
  const old = await publication.look(from);
  if (old.kind === 'failed') return { failure: old.failure };
  if (old.kind === 'declined') return create(context);
  const { subscription } = old;
  const renamed = await publication.update(subscription.id, { email: change.desired.email.trim() });
  if (renamed.kind === 'failed') return { failure: renamed.failure };
  if (renamed.kind === 'found') {
    const { email, status } = renamed.subscription;
    return { sent: true, subscription: { ...subscription, email, status } };
  }
  const { status } = subscription;
  if (standingOf(status) === 'out') return { warnings: [respected(`${from} is "${status}" there`)] };
  const detail = `The subscription of ${from} could not be moved to the new address and stays: ${renamed.vendorMessage ?? ''}`;
  return together({ warnings: [{ code: 'left_in_place', field: 'email', detail }] }, await create(context));
}

async function writeValues(
  { publication, change, values, names }: Context,
  subscription: Subscription,
): Promise<Progress> {
  const observed = new Map(
    Object.entries(subscription.fields).map(([name, value]) => [name.toLowerCase(), String(value)] as const),
  );
  const differs = ([field, value]: readonly [string, unknown]): boolean => {
    const there = observed.get(field.toLowerCase());
    return value === null ? there !== undefined : change.rewrite === true || there !== String(value);
  };
  const email = change.desired.email.trim();
  if (subscription.isNew === true) return { written: { email, fields: subscription.fields } };
  const differing = Object.fromEntries(Object.entries(values).filter(differs));
  const standing = Object.fromEntries(
    Object.entries(values).filter(([field]) => !Object.hasOwn(differing, field)),
  );
  const found: WrittenDelta = { email, fields: standing };
  const put = await putValues(publication, subscription.id, differing, names);
  return together({ written: found }, put);
}

/** Writes custom fields; what the vendor does not take is left out once. */
async function putValues(
  publication: Publication,
  id: string,
  values: Values,
  names: FieldNames,
): Promise<Progress> {
  let rest = values;
  let warnings: readonly Warning[] = [];
  for (let attempt = 1; Object.keys(rest).length > 0; attempt += 1) {
    const put = await publication.update(id, { custom_fields: customFields(rest, names) });
    if (put.kind === 'failed') return { sent: true, warnings, failure: put.failure };
    if (put.kind === 'found') return { sent: true, warnings, written: { fields: rest } };
    if (put.status === 404) return { sent: true, warnings, failure: await whatIsGone(publication) };
    const lesser = withoutRejected(rest, attempt === 1 ? put.vendorMessage : '');
    rest = lesser.values;
    warnings = [...warnings, ...lesser.warnings];
  }
  return warnings.length > 0 ? { sent: true, warnings } : {};
}

/** The publication, or only a subscription that we saw a moment ago: then the next attempt finds out what is there. */
async function whatIsGone(publication: Publication): Promise<Failure> {
  return (await publication.missing()) ?? unknownAnswer();
}

async function addTags({ publication, change }: Context, subscription: Subscription): Promise<Progress> {
  const { desired, previous, rewrite } = change;
  const unseen =
    previous?.audiences.includes(publication.id) === true ? tagDifference(change).add : desired.tags;
  const missing =
    rewrite === true || subscription.tags === undefined
      ? unseen
      : desired.tags.filter((tag) => subscription.tags?.includes(tag) !== true);
  const there = desired.tags.filter((tag) => !missing.includes(tag));
  const progress: Progress = { written: { tagsAdded: there } };
  if (missing.length === 0) return progress;
  const all = await tag(publication, subscription, missing);
  if (all.declined === undefined || missing.length === 1) return together(progress, all.progress);
  let each = progress;
  for (const one of missing) {
    each = together(each, (await tag(publication, subscription, [one])).progress);
    if (each.failure !== undefined) break;
  }
  return each;
}

/** Adds tags; none is replaced. https://developers.beehiiv.com/api-reference (subscription tags), 2026-11. */
async function tag(
  publication: Publication,
  { id, status }: Subscription,
  tags: readonly string[],
): Promise<{ readonly progress: Progress; readonly declined?: Declined }> {
  const reading = await publication.tag(id, tags);
  if (reading.kind === 'failed') return { progress: { sent: true, failure: reading.failure } };
  if (reading.kind === 'found') return { progress: { sent: true, written: { tagsAdded: tags } } };
  const limit = isTagLimit(reading);
  const { vendorMessage } = reading;
  // Whether a subscription can be tagged while its address is being checked is not documented: later it can.
  if (!limit && (reading.status === 404 || status === 'validating')) {
    const gone = reading.status === 404 ? await whatIsGone(publication) : unknownAnswer();
    return { progress: { sent: true, failure: { ...gone, ...wordsOf(reading) } } };
  }
  const detail = `Not tagged "${tags.join('", "')}": ${vendorMessage ?? 'beehiiv gave no reason'}`;
  const warning: Warning = { code: limit ? 'tag_limit_reached' : 'field_rejected', field: 'tags', detail };
  return { progress: { sent: true, warnings: [warning] }, declined: reading };
}

function membership({ id }: Publication, { status }: Subscription): Progress {
  switch (standingOf(status)) {
    case 'in':
      return { written: { audiencesJoined: [id] } };
    case 'confirming': {
      const detail = 'The publication asks subscribers to confirm by mail first.';
      return { warnings: [{ code: 'confirmation_pending', detail }] };
    }
    case 'out':
      return { warnings: [respected(`the subscription is "${status}"`)] };
  }
}

function respected(why: string): Warning {
  return { code: 'consent_not_raised', detail: `Not subscribed in beehiiv: ${why}.` };
}

/** Takes our custom fields away in a publication. Nobody is unsubscribed, and tags cannot be taken away at all. */
export async function takeBack(publication: Publication, previous: WrittenContact): Promise<Progress> {
  const look = await publication.look(previous.email);
  if (look.kind === 'failed') return { failure: look.failure };
  if (look.kind === 'declined') return {};
  const { subscription } = look;
  const ours = Object.keys(previous.fields).map((name) => name.toLowerCase());
  const names = Object.keys(subscription.fields).filter(
    (name) => isOurs(name) && ours.includes(name.toLowerCase()),
  );
  const values = Object.fromEntries(names.map((name) => [name, null]));
  return together(await putValues(publication, subscription.id, values, {}), { subscription });
}
