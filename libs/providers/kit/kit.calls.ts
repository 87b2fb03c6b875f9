import {
  failed,
  idIn,
  objectsIn,
  pathSegment,
  unknownAnswer,
  within,
  type Declined,
  type Failed,
  type JsonObject,
  type ProviderAccess,
  type Reading,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { readAnswer, subscriberIn, type Subscriber } from './kit.answers.js';
import { HOST } from './kit.manifest.js';
import { addressOf } from './kit.mapping.js';

export type Found = {
  readonly kind: 'found';
  readonly subscriber: Subscriber;
  readonly answer: Extract<Reading, { kind: 'ok' }>;
};
export type Named = { readonly kind: 'named'; readonly id: string; readonly name: string };

export async function ask(
  access: ProviderAccess,
  method: VendorRequest['method'],
  path: string,
  rest: Pick<VendorRequest, 'json' | 'query'> = {},
): Promise<Reading> {
  const answer = await access.http.request({
    ...rest,
    family: 'api',
    method,
    host: HOST,
    path: `/v4${path}`,
    authorization: { kind: 'header', name: 'X-Kit-Api-Key', credential: 'apiKey' },
  });
  return readAnswer(answer, access.now(), method === 'GET');
}

/** One page of a list; `next` is the cursor of the one after it. */
export async function listPage(
  access: ProviderAccess,
  path: string,
  name: string,
  cursor?: string,
): Promise<
  { readonly kind: 'page'; readonly items: readonly JsonObject[]; readonly next?: string } | Declined | Failed
> {
  const query = { per_page: '1000', ...(cursor === undefined ? {} : { after: cursor }) };
  const reading = await ask(access, 'GET', path, { query });
  if (reading.kind !== 'ok') return reading;
  const { [name]: items, pagination } = reading.body;
  if (!Array.isArray(items)) return failed(unknownAnswer());
  const { has_next_page: more, end_cursor: next } = within(pagination);
  return {
    kind: 'page',
    items: objectsIn(items),
    ...(more === true && typeof next === 'string' && next !== cursor ? { next } : {}),
  };
}

/** All pages of a list. */
export async function listAll(
  access: ProviderAccess,
  path: string,
  name: string,
): Promise<{ readonly kind: 'all'; readonly items: readonly JsonObject[] } | Declined | Failed> {
  const items: JsonObject[] = [];
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof listPage>> = await listPage(access, path, name, cursor);
    if (page.kind !== 'page') return page;
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return { kind: 'all', items };
}

/** Finds a tag by its name or creates it, in one call. */
export async function tagNamed(access: ProviderAccess, name: string): Promise<Named | Declined | Failed> {
  const key = tagKey(name);
  const known = access.memo.get(key);
  if (known !== undefined) return { kind: 'named', id: known, name };
  const reading = await ask(access, 'POST', '/tags', { json: { name } });
  if (reading.kind !== 'ok') return reading;
  const { id, name: own } = within(reading.body.tag);
  const tag = idIn(id);
  if (tag === undefined) return failed(unknownAnswer());
  access.memo.set(key, tag);
  return { kind: 'named', id: tag, name: typeof own === 'string' ? own : name };
}

/** Names are compared without regard to case. https://developers.kit.com/api-reference (tags), 2026-11. */
export function tagKey(name: string): string {
  return `tag ${name.trim().toLowerCase()}`;
}

/** Adds a tag to somebody who is there; 201 newly, 200 had it. Never creates a subscriber. */
export async function addTag(
  access: ProviderAccess,
  tag: string,
  who: { readonly id: string } | { readonly email: string },
): Promise<Found | Declined | Failed> {
  const path = `/tags/${pathSegment(tag)}/subscribers`;
  return 'id' in who
    ? subscriberOf(await ask(access, 'POST', `${path}/${pathSegment(who.id)}`, { json: {} }))
    : subscriberOf(await ask(access, 'POST', path, { json: { email_address: addressOf(who.email) } }));
}

/** Undefined when the tag is off; it also is when either of the two is gone. */
export async function removeTag(
  access: ProviderAccess,
  tag: string,
  id: string,
): Promise<Failed | Declined | undefined> {
  const path = `/tags/${pathSegment(tag)}/subscribers/${pathSegment(id)}`;
  const reading = await ask(access, 'DELETE', path);
  if (reading.kind === 'ok') return reading.status === 204 ? undefined : failed(unknownAnswer());
  return reading.kind === 'declined' && reading.status === 404 ? undefined : reading;
}

/**
 * Looks for an address among people of every state; the list shows active ones only unless told. It lags behind writes
 * for up to minutes, so what somebody holds is read by id afterwards.
 */
export async function findSubscriber(
  access: ProviderAccess,
  email: string,
): Promise<Found | { readonly kind: 'absent' } | Failed> {
  const query = { email_address: addressOf(email), status: 'all' };
  const reading = await ask(access, 'GET', '/subscribers', { query });
  if (reading.kind === 'failed') return reading;
  if (reading.kind === 'declined' || !Array.isArray(reading.body.subscribers)) return failed(unknownAnswer());
  const own = (reading.body.subscribers as readonly unknown[])
    .flatMap((one) => subscriberIn(one) ?? [])
    .find((one) => addressOf(one.email) === addressOf(email));
  return own === undefined ? { kind: 'absent' } : { kind: 'found', subscriber: own, answer: reading };
}

export function subscriberOf(reading: Reading): Found | Declined | Failed {
  if (reading.kind !== 'ok') return reading;
  const subscriber = subscriberIn(reading.body.subscriber);
  return subscriber === undefined ? failed(unknownAnswer()) : { kind: 'found', subscriber, answer: reading };
}
