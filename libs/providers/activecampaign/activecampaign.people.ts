import {
  idIn,
  isObject,
  objectsIn,
  pathSegment,
  unknownAnswer,
  type Audience,
  type AudiencePage,
  type ContactReading,
  type ContactSnapshot,
  type FieldValue,
  type JsonObject,
  type Outcome,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { failureOf } from './activecampaign.answers.js';
import { ask, isMore, PAGE } from './activecampaign.calls.js';
import { customFields, findContact, statusesIn } from './activecampaign.directory.js';

export async function listLists(access: ProviderAccess, cursor = '0'): Promise<AudiencePage> {
  const reading = await ask(access, {
    method: 'GET',
    path: '/lists',
    query: { limit: String(PAGE), offset: cursor },
  });
  if (reading.kind !== 'ok') return failureOf(reading);
  const { lists } = reading.body;
  if (!Array.isArray(lists)) return unknownAnswer(reading.status);
  const seen = Number(cursor) + lists.length;
  return {
    kind: 'page',
    audiences: objectsIn(lists).flatMap(listOf),
    ...(isMore(reading.body, lists.length, seen) ? { nextCursor: String(seen) } : {}),
  };
}

function listOf({ id, name }: JsonObject): readonly Audience[] {
  const key = idIn(id);
  return key === undefined ? [] : [{ id: key, name: typeof name === 'string' && name !== '' ? name : key }];
}

export async function readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
  const there = await findContact(access, email);
  if (there.kind !== 'found') return there;
  const id = idIn(there.value?.['id']);
  if (id === undefined) return { kind: 'not_found' };
  const reading = await ask(access, { method: 'GET', path: `/contacts/${pathSegment(id)}` });
  if (reading.kind === 'declined' && reading.status === 404) return { kind: 'not_found' };
  if (reading.kind !== 'ok') return failureOf(reading);
  const { contact, contactLists, fieldValues } = reading.body;
  if (!isObject(contact)) return unknownAnswer(reading.status);
  const custom = await customFields(access);
  if (custom.kind !== 'found') return custom;
  const lists = Array.isArray(contactLists) ? statusesIn(objectsIn(contactLists)) : undefined;
  return {
    kind: 'found',
    snapshot: {
      email: typeof contact['email'] === 'string' ? contact['email'] : email,
      vendorId: id,
      fields: fieldsOf(contact, objectsIn(fieldValues), custom.value),
      consent: consentOf(contact, lists),
      ...(lists === undefined
        ? {}
        : { audiences: [...lists].filter(([, status]) => status === '1').map(([list]) => list) }),
      seenAt: new Date(access.now()).toISOString(),
    },
  };
}

function fieldsOf(
  contact: JsonObject,
  values: readonly JsonObject[],
  ids: Readonly<Record<string, string>>,
): Readonly<Record<string, FieldValue>> {
  const names = ['firstName', 'lastName'].map((name) => [name, contact[name]] as const);
  // Under the title by which we write it; a personalisation tag means the same field.
  const custom = Object.entries(ids)
    .filter(([name]) => name.startsWith('rekomi_'))
    .map(([name, id]) => [name, values.find(({ field }) => idIn(field) === id)?.['value']] as const);
  return Object.fromEntries(
    [...names, ...custom].flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' ? [[name, value]] : [],
    ),
  );
}

/** Where lists differ, the lowest is told. Of other statuses than 1 and 2 the meaning is not documented. */
function consentOf(
  contact: JsonObject,
  lists: ReadonlyMap<string, string> | undefined,
): ContactSnapshot['consent'] {
  const statuses = [...(lists?.values() ?? [])];
  if (statuses.includes('2')) return 'unsubscribed';
  if (Number(contact['bounced_hard']) > 0) return 'bounced';
  return statuses.length > 0 && statuses.every((status) => status === '1') ? 'subscribed' : 'unknown';
}

export async function eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
  const there = await findContact(access, email);
  if (there.kind !== 'found') return there;
  const id = idIn(there.value?.['id']);
  if (id === undefined) return { kind: 'unchanged' };
  const reading = await ask(access, {
    method: 'DELETE',
    path: `/contacts/${pathSegment(id)}`,
  });
  // The answer is an empty object, so the status has to be the documented one.
  if (reading.kind === 'ok')
    return reading.status === 200 ? { kind: 'confirmed' } : unknownAnswer(reading.status);
  return reading.kind === 'declined' && reading.status === 404 ? { kind: 'unchanged' } : failureOf(reading);
}
