import {
  failed,
  objectsIn,
  plainFields,
  unknownAnswer,
  within,
  type ContactReading,
  type ContactSnapshot,
  type Failure,
  type JsonObject,
  type Outcome,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { contactRefusal } from './braze.answers.js';
import { ask } from './braze.api.js';

export type Finding =
  | { readonly kind: 'users'; readonly users: readonly JsonObject[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Users with this address; several may have it. Only an answer with an empty list means that nobody has it. */
export async function exportUsers(
  access: ProviderAccess,
  email: string,
  fields: readonly string[],
): Promise<Finding> {
  const reading = await ask(access, {
    family: 'exports',
    method: 'POST',
    path: '/users/export/ids',
    onlyReads: true,
    json: { email_address: email, fields_to_export: fields },
    harmless: true,
  });
  if (reading.kind === 'failed') return reading;
  if (reading.kind === 'declined') {
    return failed(contactRefusal(reading.message, reading.status));
  }
  const { users } = reading.body;
  return Array.isArray(users)
    ? { kind: 'users', users: objectsIn(users) }
    : failed(unknownAnswer(reading.status));
}

/** Attributes, consent and subscription groups; the groups' absence is no failure. */
export async function readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
  const shown = ['email', 'first_name', 'last_name', 'email_subscribe', 'custom_attributes', 'braze_id'];
  const finding = await exportUsers(access, email, shown);
  if (finding.kind === 'failed') return finding.failure;
  const [user] = finding.users;
  if (user === undefined) return { kind: 'not_found' };
  const { email: address, braze_id: id, custom_attributes: custom, email_subscribe: _, ...standard } = user;
  const audiences = await groupsOfUser(access, email);
  return {
    kind: 'found',
    snapshot: {
      email: typeof address === 'string' && address !== '' ? address : email,
      ...(typeof id === 'string' && id !== '' ? { vendorId: id } : {}),
      fields: { ...plainFields(within(custom)), ...plainFields(standard) },
      consent: consentOf(finding.users),
      ...(audiences === undefined ? {} : { audiences }),
      seenAt: new Date(access.now()).toISOString(),
    },
  };
}

/** All users with one address share its state; one that is missing says nothing. */
function consentOf(users: readonly JsonObject[]): ContactSnapshot['consent'] {
  const states = users.map(({ email_subscribe: state }) => String(state ?? '').toLowerCase());
  if (states.includes('unsubscribed')) return 'unsubscribed';
  return states.every((state) => ['subscribed', 'opted_in'].includes(state)) ? 'subscribed' : 'unknown';
}

async function groupsOfUser(access: ProviderAccess, email: string): Promise<readonly string[] | undefined> {
  const reading = await ask(access, {
    family: 'others',
    method: 'GET',
    path: '/subscription/user/status',
    query: { email },
    harmless: true,
  });
  if (reading.kind !== 'ok' || !Array.isArray(reading.body.users)) return undefined;
  const groups = objectsIn(reading.body.users).flatMap(({ subscription_groups: list }) => objectsIn(list));
  const joined = groups.filter(({ status }) => String(status).toLowerCase() === 'subscribed');
  return [...new Set(joined.map(({ id }) => String(id)))];
}

/** Every user with this address, for good. */
export async function eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
  const finding = await exportUsers(access, email, ['braze_id']);
  if (finding.kind === 'failed') return asRefusal(finding.failure);
  const ids = finding.users.map(({ braze_id: id }) => id).filter((id) => typeof id === 'string');
  if (finding.users.length === 0) return { kind: 'unchanged' };
  if (ids.length < finding.users.length) return unknownAnswer(200);
  const reading = await ask(access, {
    family: 'others',
    method: 'POST',
    path: '/users/delete',
    json: { braze_ids: ids },
    harmless: false,
  });
  if (reading.kind === 'failed') return asRefusal(reading.failure);
  if (reading.kind === 'declined') return contactRefusal(reading.message, reading.status);
  return reading.errors.length === 0 ? { kind: 'accepted' } : unknownAnswer(reading.status);
}

/** The permission for it is one of its own; without it everything else goes on. */
function asRefusal(failure: Failure): Failure {
  return failure.code === 'right_missing' ? { ...failure, kind: 'refused' } : failure;
}
