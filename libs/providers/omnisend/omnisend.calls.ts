import {
  failed,
  isObject,
  objectsIn,
  pathSegment,
  plainFields,
  sameAddress,
  unknownAnswer,
  within,
  type AudiencePage,
  type Failed,
  type FieldValue,
  type JsonObject,
  type ProviderAccess,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { readAnswer, type Declined, type Family, type Reading } from './omnisend.answers.js';
import { HOST, VERSION } from './omnisend.manifest.js';

/** A contact as the vendor shows it. */
export interface Contact {
  readonly id: string;
  readonly email: string;
  /** Status of the e-mail channel; absent when the vendor did not say. */
  readonly status?: string;
  readonly tags: readonly string[];
  readonly segments: readonly string[];
  /** Names and custom properties that hold a plain value. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Custom properties as they are, without empty ones. */
  readonly properties: Readonly<Record<string, unknown>>;
}
export interface Found {
  readonly kind: 'found';
  readonly contact: Contact;
}

export async function ask(
  access: ProviderAccess,
  method: VendorRequest['method'],
  path: string,
  rest: Pick<VendorRequest, 'json' | 'query'> & { readonly family?: Family } = {},
): Promise<Reading> {
  const { family = 'api', ...request } = rest;
  const answer = await access.http.request({
    ...request,
    family,
    method,
    host: HOST,
    path: `/api${path}`,
    headers: { 'Omnisend-Version': VERSION },
    authorization: {
      kind: 'header',
      name: 'Authorization',
      credential: 'apiKey',
      prefix: 'Omnisend-API-Key ',
    },
  });
  return readAnswer(answer, { family, now: access.now(), harmless: method === 'GET' });
}

/** Looks a contact up by address. */
export async function look(
  access: ProviderAccess,
  email: string,
): Promise<Found | { readonly kind: 'absent' } | Failed> {
  const reading = await ask(access, 'GET', '/contacts', { query: { email: email.trim() } });
  if (reading.kind === 'failed') return reading;
  if (reading.kind === 'declined') return failed(unknownAnswer(reading.status));
  if (!Array.isArray(reading.body.contacts)) return failed(unknownAnswer());
  const contacts = reading.body.contacts as readonly unknown[];
  const own = contacts.flatMap((one) => contactIn(one) ?? []).find((one) => sameAddress(one.email, email));
  return own === undefined ? { kind: 'absent' } : { kind: 'found', contact: own };
}

export function create(access: ProviderAccess, json: object): Promise<Found | Declined | Failed> {
  return ask(access, 'POST', '/contacts', { json }).then(contactOf);
}

/** Changes only what is sent; needs no identifiers, so it cannot touch anybody's consent. */
export function change(access: ProviderAccess, id: string, json: object): Promise<Found | Declined | Failed> {
  return ask(access, 'PATCH', `/contacts/${pathSegment(id)}`, { json }).then(contactOf);
}

/** Adds or removes tags later; taken with 202, also for somebody who is not there. Undefined when it was taken. */
export async function changeTags(
  access: ProviderAccess,
  method: 'POST' | 'DELETE',
  id: string,
  tags: readonly string[],
): Promise<Declined | Failed | undefined> {
  const reading = await ask(access, method, '/contacts/tags', {
    json: { tags, contactIDs: [id] },
    family: 'tags',
  });
  if (reading.kind !== 'ok') return reading;
  return reading.status === 202 ? undefined : failed(unknownAnswer(reading.status));
}

/** Segments are filled by rules. Without the right to see them there are none to tell. The cursor is the vendor's. */
export async function listSegments(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
  const query = {
    limit: '50',
    sort: 'name',
    direction: 'asc',
    ...(cursor === undefined ? {} : { after: cursor }),
  };
  const reading = await ask(access, 'GET', '/segments', { query });
  if (reading.kind === 'failed' && reading.failure.code === 'right_missing')
    return { kind: 'page', audiences: [] };
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'declined' || !Array.isArray(reading.body.segments)) return unknownAnswer();
  const listed = objectsIn(reading.body.segments);
  const { hasMore, cursors } = within(reading.body.paging);
  const next = within(cursors).after;
  return {
    kind: 'page',
    audiences: [],
    ruleBased: listed.flatMap(({ segmentID: id }) => (typeof id === 'string' ? [id] : [])),
    ...(hasMore === true && typeof next === 'string' ? { nextCursor: next } : {}),
  };
}

function contactOf(reading: Reading): Found | Declined | Failed {
  if (reading.kind !== 'ok') return reading;
  const contact = contactIn(reading.body);
  return contact === undefined ? failed(unknownAnswer(reading.status)) : { kind: 'found', contact };
}

export function contactIn(value: unknown): Contact | undefined {
  if (!isObject(value)) return undefined;
  const { id, firstName, lastName, customProperties } = value;
  const identifier = objectsIn(value.identifiers).find(({ type }) => type === 'email');
  const email = [value.email, identifier?.id].find((one) => typeof one === 'string' && one !== '');
  if (typeof id !== 'string' || id === '' || typeof email !== 'string') return undefined;
  const properties = Object.fromEntries(
    Object.entries(within(customProperties)).filter(([, one]) => one !== null && one !== ''),
  );
  const status = statusIn(identifier) ?? (typeof value.status === 'string' ? value.status : undefined);
  return {
    id,
    email,
    ...(status === undefined ? {} : { status }),
    tags: texts(value.tags),
    segments: texts(value.segments),
    fields: plainFields({ firstName, lastName, ...properties }),
    properties,
  };
}

function statusIn(identifier: JsonObject | undefined): string | undefined {
  const { status } = within(identifier, 'channels', 'email');
  return typeof status === 'string' ? status : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
