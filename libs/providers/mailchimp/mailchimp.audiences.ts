import {
  audienceMissing,
  isObject,
  objectsIn,
  pathSegment,
  unknownAnswer,
  type Audience,
  type AudiencePage,
  type Failure,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { refusal, type Reading } from './mailchimp.answers.js';
import { ask } from './mailchimp.calls.js';
import type { AudienceProfile } from './mailchimp.mapping.js';

/** Most that one page holds. https://mailchimp.com/developer/marketing/docs/methods-parameters/ (2026-08). */
const PAGE = 1000;

export async function listAudiences(access: ProviderAccess, cursor = '0'): Promise<AudiencePage> {
  const reading = await ask(access, {
    method: 'GET',
    path: '/lists',
    query: {
      count: String(PAGE),
      offset: cursor,
      fields: 'lists.id,lists.name,lists.stats.member_count,total_items',
    },
  });
  if (reading.kind !== 'ok') return failureOf(reading);
  const { lists, total_items: total } = reading.body;
  if (!Array.isArray(lists)) return unknownAnswer(reading.status);
  const seen = Number(cursor) + lists.length;
  const more = lists.length > 0 && typeof total === 'number' && seen < total;
  return {
    kind: 'page',
    audiences: objectsIn(lists).flatMap(audienceOf),
    ...(more ? { nextCursor: String(seen) } : {}),
  };
}

function audienceOf({ id, name, stats }: Readonly<Record<string, unknown>>): readonly Audience[] {
  if (typeof id !== 'string' || id === '') return [];
  const size = isObject(stats) ? stats['member_count'] : undefined;
  return [
    {
      id,
      name: typeof name === 'string' ? name : id,
      ...(typeof size === 'number' ? { size } : {}),
    },
  ];
}

/** What an audience wants of new people and which fields it has; asked once and remembered. */
export async function profileOf(
  access: ProviderAccess,
  audience: string,
): Promise<AudienceProfile | Failure> {
  const key = profileKey(audience);
  const known = access.memo.get(key);
  if (known !== undefined) return JSON.parse(known) as AudienceProfile;
  const path = `/lists/${pathSegment(audience)}`;
  const list = await ask(access, { method: 'GET', path, query: { fields: 'id,double_optin' } });
  if (list.kind !== 'ok') return audienceFailure(list);
  const optIn = list.body['double_optin'];
  // Without a clear word about consent nobody is written.
  if (typeof optIn !== 'boolean') return unknownAnswer(list.status);
  const fields = await ask(access, {
    method: 'GET',
    path: `${path}/merge-fields`,
    query: { count: String(PAGE), fields: 'merge_fields.tag,merge_fields.name' },
  });
  if (fields.kind !== 'ok') return audienceFailure(fields);
  if (!Array.isArray(fields.body['merge_fields'])) return unknownAnswer(fields.status);
  const profile = { doubleOptIn: optIn, tags: tagsIn(fields.body['merge_fields']) };
  access.memo.set(key, JSON.stringify(profile));
  return profile;
}

export function profileKey(audience: string): string {
  return `audience:${audience}`;
}

/** A tag goes before a name that is spelt like it. */
function tagsIn(fields: unknown): Readonly<Record<string, string>> {
  const pairs = objectsIn(fields).flatMap(({ tag, name }) =>
    typeof tag === 'string' ? [{ tag, name: typeof name === 'string' ? name : tag }] : [],
  );
  return Object.fromEntries([
    ...pairs.map(({ tag, name }) => [name.trim().toLowerCase(), tag]),
    ...pairs.map(({ tag }) => [tag.toLowerCase(), tag]),
  ]) as Readonly<Record<string, string>>;
}

export function audienceFailure(reading: Exclude<Reading, { kind: 'ok' }>): Failure {
  return reading.kind === 'declined' && reading.status === 404
    ? audienceMissing(reading)
    : failureOf(reading);
}

export function failureOf(reading: Exclude<Reading, { kind: 'ok' }>): Failure {
  return reading.kind === 'failed' ? reading.failure : refusal(reading);
}
