import {
  audienceDifference,
  audienceMissing,
  endsTheCall,
  foundOf,
  isObject,
  outcomeOf,
  pathSegment,
  sameAddress,
  tagDifference,
  together,
  unknownAnswer,
  type ContactChange,
  type Declined,
  type Failed,
  type Outcome,
  type ProviderAccess,
  type Steps,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { contactRefusal } from './kit.answers.js';
import {
  addTag,
  ask,
  findSubscriber,
  listAll,
  removeTag,
  subscriberOf,
  tagKey,
  tagNamed,
  type Found,
} from './kit.calls.js';
import { addressOf, differing, isOurs, notTaken, withoutRejected, type Values } from './kit.mapping.js';
import { fieldKeys, type Keys } from './kit.fields.js';

/** What the steps so far came to. */
export interface Progress extends Steps {
  /** Some of it is applied later. */
  readonly later?: true;
  /** The subscriber's id, once it is known. */
  readonly id?: string;
  /** Made by this very call: nothing stood there before us. */
  readonly fresh?: true;
  /** The subscriber of the old address could not come along; somebody else stands under the new one. */
  readonly apart?: true;
}

export function settled(progress: Progress): Outcome {
  const success = progress.later === true ? 'accepted' : 'confirmed';
  return outcomeOf(progress, progress.written === undefined ? 'unchanged' : success);
}

/** Writes the person, then the tags. The subscriber has to be there before it can be tagged. */
export async function bring(
  access: ProviderAccess,
  change: ContactChange,
  wished: Values,
): Promise<Progress> {
  const fields = await fieldKeys(access, differing(change, wished), access.settings.createFields === true);
  if (fields.kind === 'failed') return { failure: fields.failure };
  const progress = together({ warnings: fields.warnings }, await arrive(access, change, fields.keys));
  const { id } = progress;
  if (id === undefined || endsTheCall(progress.failure)) return progress;
  return together(progress, await settleTags(access, change, id, progress));
}

/** The call cannot change anybody's state: who unsubscribed stays so, so nobody has to be looked up first. */
async function arrive(access: ProviderAccess, change: ContactChange, keys: Keys): Promise<Progress> {
  const { desired, previous } = change;
  const post = (some: Keys) =>
    ask(access, 'POST', '/subscribers', { json: bodyOf(desired.email, some) }).then(subscriberOf);
  if (previous === undefined || sameAddress(previous.email, desired.email)) return write(change, keys, post);

  const old = await idOf(access, previous);
  if (typeof old === 'object') return { failure: old.failure };
  if (old === undefined) return together<Progress>({ apart: true }, await write(change, keys, post));
  // Consent and tags go along; a new subscriber would be an active one.
  const path = `/subscribers/${pathSegment(old)}`;
  const put = (some: Keys) =>
    ask(access, 'PUT', path, { json: bodyOf(desired.email, some) }).then(subscriberOf);
  const moved = await write(change, keys, put);
  if (moved.failure?.kind !== 'refused') return moved;
  // Only where somebody stands under the new address already: a subscriber made there would be active, whatever the old
  // one was.
  const there = await findSubscriber(access, desired.email);
  if (there.kind !== 'found') return there.kind === 'failed' ? { failure: there.failure } : moved;
  const taken = await takeBack(access, previous, old);
  if (endsTheCall(taken.failure)) return taken;
  const gone: WrittenDelta = { tagsRemoved: previous.tags, audiencesLeft: previous.audiences };
  const left = together<Progress>({ ...taken, written: { ...taken.written, ...gone } }, { apart: true });
  return together(left, await write(change, keys, post));
}

function bodyOf(email: string, keys: Keys): object {
  const { first_name: firstName, ...custom } = keys;
  const fields = Object.values(custom).map(({ key, value }) => [key, value] as const);
  return {
    email_address: addressOf(email),
    ...(firstName === undefined ? {} : { first_name: firstName.value }),
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields) }),
  };
}

async function write(
  change: ContactChange,
  keys: Keys,
  send: (keys: Keys) => Promise<Found | Declined | Failed>,
): Promise<Progress> {
  const first = await send(keys);
  if (first.kind !== 'declined') return arrived(change, keys, first);
  const refusal = contactRefusal(first);
  const values = Object.fromEntries(Object.entries(keys).map(([field, { value }]) => [field, value]));
  const lesser = withoutRejected(values, first.vendorMessage);
  if (refusal.code === 'email_invalid' || lesser.warnings.length === 0) return { failure: refusal };
  const rest = Object.fromEntries(
    Object.entries(keys).filter(([field]) => Object.hasOwn(lesser.values, field)),
  );
  const second = await send(rest);
  if (second.kind === 'declined') return { failure: contactRefusal(second) };
  return together({ warnings: lesser.warnings }, arrived(change, rest, second));
}

/**
 * Whether an unknown field is ignored, reported beside the answer or refused is told differently by different pages of
 * the vendor, so the answer's own copy decides what got in. With 202 fields are written later.
 */
function arrived(change: ContactChange, keys: Keys, reading: Found | Failed): Progress {
  if (reading.kind === 'failed') return { failure: reading.failure };
  const { subscriber, answer } = reading;
  if (!sameAddress(subscriber.email, change.desired.email)) return { failure: unknownAnswer() };
  const later = answer.status === 202;
  const told = Array.isArray(answer.body.warnings) ? answer.body.warnings.join('; ') : '';
  const shown = isObject(answer.body.subscriber) && isObject(answer.body.subscriber.fields);
  const written: Record<string, string | null> = {};
  const warnings: Warning[] = [];
  for (const [field, { key, value }] of Object.entries(keys)) {
    const there = subscriber.fields[key];
    if (later || !shown || String(there ?? '') === value) written[field] = value === '' ? null : value;
    else if (value === '') warnings.push(stays(field, 'the value'));
    else warnings.push(notTaken(field, told));
  }
  const delta = { email: change.desired.email.trim(), vendorId: subscriber.id, fields: written };
  const more = { ...(later ? { later } : {}), ...(answer.status === 201 ? { fresh: true as const } : {}) };
  return { written: delta, warnings, ...more, id: subscriber.id };
}

/** Adds and removes tags one by one. A tag that is somebody's audience as well is one and the same. */
async function settleTags(
  access: ProviderAccess,
  change: ContactChange,
  id: string,
  { apart, fresh }: Pick<Progress, 'apart' | 'fresh'>,
): Promise<Progress> {
  const { desired } = change;
  const previous = apart === true ? undefined : change.previous;
  const here = previous === change.previous ? change : { contactId: change.contactId, desired };
  const tags = tagDifference(here);
  const audiences = audienceDifference(here);
  const adding = { names: tags.add, ids: [...new Set(audiences.add)] };
  const seen = await seenBefore(access, id, adding, previous, fresh === true);
  if (seen.failure !== undefined) return seen;
  let progress: Progress = seen;
  const { tagsFound, audiencesFound, tagsAdded, audiencesJoined } = seen.written ?? {};
  const there = [tagsFound, audiencesFound, tagsAdded, audiencesJoined].flatMap((names) => names ?? []);
  const ours = new Set<string>();
  for (const name of tags.add.filter((one) => !there.includes(one))) {
    const tagged = await tagWith(access, name, { id });
    const twice = tagged.tag !== undefined && ours.has(tagged.tag);
    progress = together(progress, twice ? { written: { tagsAdded: [name] } } : tagged);
    if (tagged.anew === true && tagged.tag !== undefined) ours.add(tagged.tag);
    if (endsTheCall(progress.failure)) return progress;
  }
  for (const audience of adding.ids.filter((one) => !there.includes(one))) {
    const added = await addTag(access, audience, { id });
    if (added.kind === 'found') {
      const joined = added.answer.status === 201 || ours.has(audience);
      const written = joined ? { audiencesJoined: [audience] } : { audiencesFound: [audience] };
      progress = together(progress, { written });
    } else {
      const failure =
        added.kind === 'failed'
          ? added.failure
          : added.status === 404
            ? audienceMissing(added)
            : contactRefusal(added);
      progress = together(progress, { failure });
      if (endsTheCall(failure)) return progress;
    }
  }
  const wanted = { names: desired.tags, ids: desired.audiences };
  return together(
    progress,
    await removeTags(access, id, { names: tags.remove, ids: audiences.remove }, wanted),
  );
}

/**
 * Looks which of the tags to come somebody has who was there before this call, so that the merchant's stay theirs. What
 * is ours by the other name, as tag or as audience, is ours by this one.
 */
async function seenBefore(
  access: ProviderAccess,
  id: string,
  adding: TagSet,
  previous: WrittenContact | undefined,
  fresh: boolean,
): Promise<Progress> {
  if (fresh || adding.names.length + adding.ids.length === 0) return {};
  const held = await listAll(access, `/subscribers/${pathSegment(id)}/tags`, 'tags');
  if (held.kind === 'failed') return { failure: held.failure };
  // Gone since: the next attempt finds out what is there.
  if (held.kind === 'declined') return { failure: unknownAnswer(held.status) };
  const keys = (previous?.tags ?? []).map(tagKey);
  const known = new Map(
    held.items.map((tag) => {
      const key = tagKey(String(tag.name));
      const own = keys.includes(key) || previous?.audiences.includes(String(tag.id)) === true;
      return [String(tag.id), { key, own }] as const;
    }),
  );
  const byKey = new Map([...known.values()].map((tag) => [tag.key, tag]));
  const names = (own: boolean): readonly string[] =>
    adding.names.filter((name) => byKey.get(tagKey(name))?.own === own);
  const ids = (own: boolean): readonly string[] => adding.ids.filter((one) => known.get(one)?.own === own);
  const written: WrittenDelta = {
    ...foundOf(names(false), ids(false)),
    tagsAdded: names(true),
    audiencesJoined: ids(true),
  };
  return names(false).length + ids(false).length + names(true).length + ids(true).length === 0
    ? {}
    : { written };
}

/** Finds or creates the tag and adds it. An id that is remembered may be out of date, so it is looked up once more. */
export async function tagWith(
  access: ProviderAccess,
  name: string,
  who: Parameters<typeof addTag>[2],
): Promise<Progress & { readonly declined?: Declined; readonly anew?: boolean; readonly tag?: string }> {
  for (let attempt = 1; ; attempt += 1) {
    const tag = await tagNamed(access, name);
    if (tag.kind === 'failed') return { failure: tag.failure };
    if (tag.kind === 'declined') {
      const detail = `Not tagged "${name}": ${tag.vendorMessage ?? 'Kit gave no reason'}`;
      return { warnings: [{ code: 'field_rejected', field: 'tags', detail }], declined: tag };
    }
    const added = await addTag(access, tag.id, who);
    if (added.kind === 'found') {
      const anew = added.answer.status === 201;
      return { written: anew ? { tagsAdded: [name] } : { tagsFound: [name] }, anew, tag: tag.id };
    }
    if (added.kind === 'failed') return { failure: added.failure };
    access.memo.forget(tagKey(name));
    if (attempt > 1) return { failure: unknownAnswer(added.status), declined: added };
  }
}

interface TagSet {
  readonly names: readonly string[];
  readonly ids: readonly string[];
}

async function removeTags(
  access: ProviderAccess,
  id: string,
  gone: TagSet,
  wanted: TagSet,
): Promise<Progress> {
  if (gone.names.length + gone.ids.length === 0) return {};
  const held = await listAll(access, `/subscribers/${pathSegment(id)}/tags`, 'tags');
  if (held.kind === 'failed') return { failure: held.failure };
  if (held.kind === 'declined') {
    // The subscriber is gone, and everything of ours with it.
    if (held.status === 404) return { written: { tagsRemoved: gone.names, audiencesLeft: gone.ids } };
    return { failure: unknownAnswer(held.status) };
  }
  const named = new Map(held.items.map((tag) => [tagKey(String(tag.name)), String(tag.id)]));
  const wantedKeys = wanted.names.map(tagKey);
  const wantedIds = [
    ...wanted.ids,
    ...wantedKeys.flatMap((key) => access.memo.get(key) ?? named.get(key) ?? []),
  ];
  let progress: Progress = {};
  for (const name of gone.names) {
    const tag = access.memo.get(tagKey(name)) ?? named.get(tagKey(name));
    // Still wanted as an audience: the tag stays, and from now on it is there for that alone.
    const off = tag === undefined || wantedIds.includes(tag) ? undefined : await removeTag(access, tag, id);
    progress = together(progress, removed(off, { tagsRemoved: [name] }));
    if (endsTheCall(progress.failure)) return progress;
  }
  for (const audience of gone.ids) {
    if (wantedIds.includes(audience)) {
      progress = together(progress, {
        warnings: [stays('tags', `the tag ${audience}, because it is wanted as a tag,`)],
      });
      continue;
    }
    progress = together(
      progress,
      removed(await removeTag(access, audience, id), { audiencesLeft: [audience] }),
    );
    if (endsTheCall(progress.failure)) return progress;
  }
  return progress;
}

function removed(failed: Failed | Declined | undefined, written: WrittenDelta): Progress {
  if (failed === undefined) return { written };
  return { failure: failed.kind === 'failed' ? failed.failure : contactRefusal(failed) };
}

/** Takes our tags, memberships and fields away. The person, the names and the state stay as they are. */
export async function takeBack(
  access: ProviderAccess,
  previous: WrittenContact,
  id: string,
): Promise<Progress> {
  const gone = { names: previous.tags, ids: previous.audiences };
  const tags = await removeTags(access, id, gone, { names: [], ids: [] });
  if (endsTheCall(tags.failure)) return tags;
  const ours = Object.keys(previous.fields).filter(isOurs);
  const fields = await fieldKeys(access, Object.fromEntries(ours.map((field) => [field, ''])), false);
  if (fields.kind === 'failed') return together(tags, { failure: fields.failure });
  if (Object.keys(fields.keys).length === 0) return tags;
  const put = (keys: Keys) =>
    ask(access, 'PUT', `/subscribers/${pathSegment(id)}`, { json: bodyOf(previous.email, keys) });
  const reading = subscriberOf(await put(fields.keys));
  if (reading.kind === 'declined') {
    const there =
      reading.status === 404 ? [] : Object.keys(fields.keys).map((field) => stays(field, 'the value'));
    return together(tags, { warnings: there });
  }
  const desired = { email: previous.email, tags: [], audiences: [], attributes: {} };
  return together(tags, arrived({ contactId: '', desired }, fields.keys, reading));
}

/** The id that the ledger or the memo has, otherwise a look; undefined when nobody is there. */
export async function idOf(
  access: ProviderAccess,
  { vendorId, email }: { readonly vendorId?: string; readonly email: string },
): Promise<string | undefined | Failed> {
  if (vendorId !== undefined) return vendorId;
  const found = await findSubscriber(access, email);
  if (found.kind === 'failed') return found;
  return found.kind === 'found' ? found.subscriber.id : undefined;
}

function stays(field: string, what: string): Warning {
  return { code: 'left_in_place', field, detail: `Kit keeps ${what} of "${field}".` };
}
