import {
  objectsIn,
  pathSegment,
  unknownAnswer,
  within,
  type AudienceCreation,
  type AudiencePage,
  type Failure,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { audienceFailure, contactRefusal } from './klaviyo.answers.js';
import { ask } from './klaviyo.api.js';

/** Addresses in the filter of one look. https://developers.klaviyo.com/en/reference/get_profile_ids_for_list, 2026-11. */
export const MEMBERS_PER_LOOK = 50;

/** Ten lists a page, which is the vendor's maximum. Segments are no lists and never among them. */
export async function listLists(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
  const reading = await ask(access, {
    family: 'lists',
    method: 'GET',
    path: '/api/lists',
    query: {
      'fields[list]': 'name',
      'page[size]': '10',
      ...(cursor === undefined ? {} : { 'page[cursor]': cursor }),
    },
    done: [200],
  });
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'declined')
    return { ...contactRefusal(reading), kind: 'unavailable', code: 'answer_unknown' };
  const { data } = reading.body;
  const next = nextCursor(within(reading.body, 'links').next);
  if (!Array.isArray(data) || next === 'unreadable' || (next !== undefined && next.cursor === cursor)) {
    return unknownAnswer(reading.status);
  }
  const audiences = objectsIn(data).flatMap((list) => {
    if (typeof list.id !== 'string' || list.id === '') return [];
    const { name } = within(list, 'attributes');
    return [{ id: list.id, name: typeof name === 'string' && name !== '' ? name : list.id }];
  });
  return { kind: 'page', audiences, ...(next === undefined ? {} : { nextCursor: next.cursor }) };
}

/** The vendor gives a whole address; only its cursor is used, never its host. */
function nextCursor(link: unknown): { readonly cursor: string } | undefined | 'unreadable' {
  if (link === undefined || link === null || link === '') return undefined;
  const cursor =
    typeof link === 'string' && URL.canParse(link) ? new URL(link).searchParams.get('page[cursor]') : null;
  return cursor === null || cursor === '' ? 'unreadable' : { cursor };
}

/** With the opt-in process that the account has as its default. */
export async function createList(access: ProviderAccess, name: string): Promise<AudienceCreation> {
  const trimmed = name.trim();
  if (trimmed === '') return { kind: 'refused', code: 'field_rejected', field: 'name' };
  const reading = await ask(access, {
    family: 'creations',
    method: 'POST',
    path: '/api/lists',
    json: { data: { type: 'list', attributes: { name: trimmed } } },
    done: [201],
  });
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'declined') return { ...contactRefusal(reading), code: 'field_rejected' };
  const { id } = within(reading.body, 'data');
  if (typeof id !== 'string' || id === '') return { ...unknownAnswer(reading.status), kind: 'ambiguous' };
  const told = within(reading.body, 'data', 'attributes').name;
  return { kind: 'created', audience: { id, name: typeof told === 'string' ? told : trimmed } };
}

type OptIn =
  | { readonly kind: 'known'; readonly double: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Whether the list asks people to confirm, which is also a look whether it is there at all. */
export async function optInOf(access: ProviderAccess, list: string): Promise<OptIn> {
  const key = `opt-in:${list}`;
  const remembered = access.memo.get(key);
  if (remembered !== undefined) return { kind: 'known', double: remembered === 'double_opt_in' };
  const reading = await ask(access, {
    family: 'lists',
    method: 'GET',
    path: `/api/lists/${pathSegment(list)}`,
    query: { 'fields[list]': 'name,opt_in_process' },
    done: [200],
  });
  if (reading.kind === 'declined') return { kind: 'failed', failure: audienceFailure(reading) };
  if (reading.kind === 'failed') {
    // A key that may not read lists can still fill them; what the list asks for stays unknown.
    return reading.failure.code === 'right_missing' ? { kind: 'known', double: false } : reading;
  }
  if (within(reading.body, 'data').id !== list) {
    return { kind: 'failed', failure: unknownAnswer(reading.status) };
  }
  const optIn = String(within(reading.body, 'data', 'attributes').opt_in_process);
  access.memo.set(key, optIn);
  return { kind: 'known', double: optIn === 'double_opt_in' };
}

/** Puts profiles into a list or takes them out; consent stays as it is. Undefined when the vendor did it. */
export async function changeMembership(
  access: ProviderAccess,
  method: 'POST' | 'DELETE',
  list: string,
  ids: readonly string[],
): Promise<Failure | undefined> {
  const reading = await ask(access, {
    family: 'members',
    method,
    path: `/api/lists/${pathSegment(list)}/relationships/profiles`,
    json: { data: ids.map((id) => ({ type: 'profile', id })) },
    done: [204],
  });
  if (reading.kind === 'ok') return undefined;
  if (reading.kind === 'failed') return reading.failure;
  // Out of a list that is gone is out.
  return method === 'DELETE' && reading.status === 404
    ? undefined
    : forgotten(access, list, audienceFailure(reading));
}

type Members =
  | { readonly kind: 'members'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Which of some people are in a list: at most `MEMBERS_PER_LOOK`, so that one page holds them all. */
export async function membersAmong(
  access: ProviderAccess,
  list: string,
  emails: readonly string[],
): Promise<Members> {
  const reading = await ask(access, {
    family: 'reads',
    method: 'GET',
    path: `/api/lists/${pathSegment(list)}/relationships/profiles`,
    query: { filter: `any(email,${JSON.stringify(emails)})`, 'page[size]': String(2 * MEMBERS_PER_LOOK) },
    done: [200],
  });
  if (reading.kind === 'failed') {
    // A key that may not look can still fill lists: then whoever joins counts as put there by us.
    return reading.failure.code === 'right_missing' ? { kind: 'members', ids: new Set() } : reading;
  }
  if (reading.kind === 'declined')
    return { kind: 'failed', failure: forgotten(access, list, audienceFailure(reading)) };
  const { data } = reading.body;
  return Array.isArray(data)
    ? { kind: 'members', ids: new Set(objectsIn(data).map(({ id }) => String(id))) }
    : { kind: 'failed', failure: unknownAnswer(reading.status) };
}

/** Subscribes people who never decided, and puts them into the list (after a confirmation, if it asks for one). */
export async function subscribe(
  access: ProviderAccess,
  list: string,
  people: readonly { readonly id: string; readonly email: string }[],
): Promise<Failure | undefined> {
  const subscriptions = { email: { marketing: { consent: 'SUBSCRIBED' } } };
  const data = people.map(({ id, email }) => ({ type: 'profile', id, attributes: { email, subscriptions } }));
  const reading = await ask(access, {
    family: 'subscriptions',
    method: 'POST',
    path: '/api/profile-subscription-bulk-create-jobs',
    json: {
      data: {
        type: 'profile-subscription-bulk-create-job',
        attributes: { custom_source: 'Rekomi', profiles: { data } },
        relationships: { list: { data: { type: 'list', id: list } } },
      },
    },
    done: [202],
  });
  if (reading.kind === 'ok') return undefined;
  return reading.kind === 'failed' ? reading.failure : forgotten(access, list, audienceFailure(reading));
}

/** Unsubscribes an address that nobody has yet: the vendor makes the profile for it. Undefined when it was taken. */
export async function beginUnsubscribed(access: ProviderAccess, email: string): Promise<Failure | undefined> {
  const subscriptions = { email: { marketing: { consent: 'UNSUBSCRIBED' } } };
  const profiles = { data: [{ type: 'profile', attributes: { email, subscriptions } }] };
  const reading = await ask(access, {
    family: 'subscriptions',
    method: 'POST',
    path: '/api/profile-subscription-bulk-delete-jobs',
    json: { data: { type: 'profile-subscription-bulk-delete-job', attributes: { profiles } } },
    done: [202],
  });
  if (reading.kind === 'ok') return undefined;
  return reading.kind === 'failed' ? reading.failure : contactRefusal(reading);
}

function forgotten(access: ProviderAccess, list: string, failure: Failure): Failure {
  if (failure.code === 'audience_missing') access.memo.forget(`opt-in:${list}`);
  return failure;
}
