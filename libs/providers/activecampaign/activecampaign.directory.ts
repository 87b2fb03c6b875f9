import {
  idIn,
  isObject,
  objectsIn,
  pathSegment,
  unknownAnswer,
  type Failure,
  type JsonObject,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { failureOf } from './activecampaign.answers.js';
import { ask, askAll, isList, isMore, PAGE } from './activecampaign.calls.js';

export type Found<Value> = { readonly kind: 'found'; readonly value: Value } | Failure;

function found<Value>(value: Value): Found<Value> {
  return { kind: 'found', value };
}

/** Ids of custom fields by title and by personalisation tag, in lower case. */
export async function customFields(access: ProviderAccess): Promise<Found<Readonly<Record<string, string>>>> {
  const known = access.memo.get('fields');
  if (known !== undefined) return found(JSON.parse(known) as Readonly<Record<string, string>>);
  const fields = await askAll(access, '/fields', 'fields');
  if (!isList(fields)) return failureOf(fields);
  const ids = Object.fromEntries(
    fields.flatMap(({ id, title, perstag }) =>
      [perstag, title].flatMap((name) => {
        const key = idIn(id);
        return typeof name === 'string' && key !== undefined
          ? [[name.trim().toLowerCase(), key] as const]
          : [];
      }),
    ),
  );
  access.memo.set('fields', JSON.stringify(ids));
  return found(ids);
}

/** The id of a tag; undefined when there is none of this name. */
export async function findTag(access: ProviderAccess, name: string): Promise<Found<string | undefined>> {
  const known = access.memo.get(tagKey(name));
  if (known !== undefined) return found(known);
  // Whether the exact filter works everywhere is not certain, so names are compared here.
  const exact = await searchTag(access, name, { 'filters[search][eq]': name });
  if (exact.kind !== 'found' || exact.value !== undefined) return exact;
  return searchTag(access, name, { search: name });
}

async function searchTag(
  access: ProviderAccess,
  name: string,
  query: Readonly<Record<string, string>>,
): Promise<Found<string | undefined>> {
  const tags = await askAll(access, '/tags', 'tags', query);
  if (!isList(tags)) return failureOf(tags);
  // Template tags stand in the same listing, and names are the same whatever their case.
  const same = tags.find(
    ({ tag, tagType }) =>
      typeof tag === 'string' && tagType === 'contact' && tag.toLowerCase() === name.toLowerCase(),
  );
  const id = idIn(same?.['id']);
  if (id !== undefined) access.memo.set(tagKey(name), id);
  return found(id);
}

/** The id of a tag, which is made when it is missing. */
export async function tagId(access: ProviderAccess, name: string): Promise<Found<string>> {
  const there = await findTag(access, name);
  if (there.kind !== 'found') return there;
  if (there.value !== undefined) return found(there.value);
  const json = { tag: { tag: name, tagType: 'contact', description: '' } };
  const made = await ask(access, { method: 'POST', path: '/tags', json });
  if (made.kind === 'failed') return made.failure;
  if (made.kind === 'ok') {
    const tag = made.body['tag'];
    const id = isObject(tag) ? idIn(tag['id']) : undefined;
    if (id === undefined) return unknownAnswer(made.status);
    access.memo.set(tagKey(name), id);
    return found(id);
  }
  // Somebody else may have made it in the same moment.
  const again = await searchTag(access, name, { search: name });
  if (again.kind !== 'found') return again;
  return again.value === undefined ? failureOf(made) : found(again.value);
}

export function tagKey(name: string): string {
  return `tag:${name.toLowerCase()}`;
}

/**
 * Who has a tag, by address in lower case: read once for a while, in pages. Undefined where these would be more than
 * `pages`. https://developers.activecampaign.com/reference/list-all-contacts (2026-08).
 */
export async function holdersOf(
  access: ProviderAccess,
  name: string,
  pages: number,
): Promise<Found<ReadonlySet<string> | undefined>> {
  const key = `holders:${name.toLowerCase()}`;
  const known = access.memo.get(key);
  if (known !== undefined) return found(new Set(JSON.parse(known) as readonly string[]));
  const tag = await findTag(access, name);
  if (tag.kind !== 'found') return tag;
  const emails = new Set<string>();
  for (let seen = 0, more = tag.value !== undefined; more;) {
    if (seen >= pages * PAGE) return found(undefined);
    const query = { tagid: tag.value ?? '', limit: String(PAGE), offset: String(seen) };
    const reading = await ask(access, { method: 'GET', path: '/contacts', query });
    if (reading.kind !== 'ok') return failureOf(reading);
    const { contacts } = reading.body;
    if (!Array.isArray(contacts)) return unknownAnswer(reading.status);
    for (const { email } of objectsIn(contacts)) emails.add(String(email).toLowerCase());
    seen += contacts.length;
    more = isMore(reading.body, contacts.length, seen);
  }
  access.memo.set(key, JSON.stringify([...emails]));
  return found(emails);
}

/** The contact of this address; undefined when there is none. */
export async function findContact(
  access: ProviderAccess,
  email: string,
): Promise<Found<JsonObject | undefined>> {
  const address = email.trim();
  const reading = await ask(access, { method: 'GET', path: '/contacts', query: { email: address } });
  if (reading.kind !== 'ok') return failureOf(reading);
  const { contacts } = reading.body;
  if (!Array.isArray(contacts)) return unknownAnswer(reading.status);
  return found(
    objectsIn(contacts).find(
      (contact) =>
        idIn(contact['id']) !== undefined && String(contact['email']).toLowerCase() === address.toLowerCase(),
    ),
  );
}

/** List → status as text (`1` subscribed, `2` unsubscribed); undefined when the contact is gone. */
export async function listStatuses(
  access: ProviderAccess,
  contactId: string,
): Promise<Found<ReadonlyMap<string, string> | undefined>> {
  const entries = await askAll(access, `/contacts/${pathSegment(contactId)}/contactLists`, 'contactLists');
  if (isList(entries)) return found(statusesIn(entries));
  return entries.kind === 'declined' && entries.status === 404 ? found(undefined) : failureOf(entries);
}

export function statusesIn(entries: readonly JsonObject[]): ReadonlyMap<string, string> {
  return new Map(
    entries.flatMap(({ list, status }) => {
      const id = idIn(list);
      return id === undefined ? [] : [[id, String(status)] as const];
    }),
  );
}

/** Whether a list is there. Undefined when that could not be told, for want of a right for instance. */
export async function listExists(access: ProviderAccess, list: string): Promise<boolean | undefined> {
  const reading = await ask(access, { method: 'GET', path: `/lists/${pathSegment(list)}` });
  if (reading.kind === 'ok') return isObject(reading.body['list']) ? true : undefined;
  return reading.kind === 'declined' && reading.status === 404 ? false : undefined;
}
