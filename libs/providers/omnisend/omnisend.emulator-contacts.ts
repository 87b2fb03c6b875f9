import { md5Hex, type EmulatedRequest } from '@rekomi/provider-contract';
import { emptyAnswer, jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import {
  contactView,
  fault,
  invalid,
  NOT_FOUND,
  pageOf,
  unknownParameters,
} from './omnisend.emulator-answers.js';
import { applyToBrand } from './omnisend.emulator-apply.js';
import {
  keyOf,
  TAG_DELAY_MS,
  tagsAt,
  type Brand,
  type Contact,
  type Operation,
} from './omnisend.emulator-model.js';

export interface Call {
  readonly brand: Brand;
  readonly request: EmulatedRequest;
  readonly now: number;
}

type Body = Readonly<Record<string, unknown>>;
type Update = Extract<Operation, { readonly k: 'update' }>;

const STATUSES: readonly unknown[] = ['subscribed', 'nonSubscribed', 'unsubscribed'];
const FILTERS: readonly string[] = [
  'email',
  'phone',
  'status',
  'tag',
  'segmentID',
  'updatedAtFrom',
  'limit',
  'after',
  'before',
];

export function answerContacts(call: Call, path: readonly string[]): Reply<Operation> {
  const { brand, request } = call;
  const { method, query } = request;
  const [id, rest] = path;
  if (rest !== undefined) return NOT_FOUND;
  if (id === 'tags') return tagMany(call);
  if (id === undefined && method === 'POST') return upsert(call);
  if (id === undefined && method === 'GET') return list(call);
  const contact = brand.contacts.get(id ?? brand.byEmail.get(keyOf(query.get('email') ?? '')) ?? '');
  if (contact === undefined) return NOT_FOUND;
  if (method === 'GET') return jsonAnswer(200, contactView(brand, contact, call.now));
  return method === 'PATCH' ? change(call, contact) : NOT_FOUND;
}

function list(call: Call): Reply<Operation> {
  const { brand, request, now } = call;
  const unknown = unknownParameters(request, FILTERS);
  if (unknown !== undefined) return unknown;
  const { query } = request;
  const [email, status, tag] = [query.get('email'), query.get('status'), query.get('tag')];
  if (status !== null && tag !== null) return invalid(fault('tag', 'tag and status exclude each other'));
  const found = [...brand.contacts.values()].filter(
    (one) =>
      (email === null || keyOf(one.email) === keyOf(email)) &&
      (status === null || one.status === status) &&
      (tag === null || tagsAt(one, now).has(tag)),
  );
  const page = pageOf(request, found, { most: 250, usual: 100 });
  if (page === undefined) return invalid(fault('limit', 'limit must be between 1 and 250'));
  return jsonAnswer(200, {
    contacts: page.items.map((one) => contactView(brand, one, now)),
    paging: page.paging,
  });
}

/**
 * Creates or updates by address. What the pages leave open is played as the worse of the two: tags replace those that are
 * there, and a status that is not older than the stored one wins.
 */
function upsert(call: Call): Reply<Operation> {
  const { brand, request, now } = call;
  const body = jsonObject(request);
  const identifiers = Array.isArray(body?.['identifiers']) ? (body['identifiers'] as readonly Body[]) : [];
  const index = identifiers.findIndex((one) => one['type'] === 'email');
  const identifier = identifiers[index];
  const email = identifier?.['id'];
  const at = `identifiers[${Math.max(0, index)}]`;
  if (body === undefined || typeof email !== 'string' || !isAddress(email))
    return invalid(fault(`${at}.id`, 'must be a valid email address'));
  const channel = (identifier?.['channels'] as { email?: Body } | undefined)?.email;
  const { status, statusChangedAt } = channel ?? {};
  const changed = statusChangedAt === undefined ? now : Date.parse(String(statusChangedAt));
  if (status !== undefined && !STATUSES.includes(status))
    return invalid(fault(`${at}.channels.email.status`, 'is not one of the statuses'));
  if (!Number.isFinite(changed))
    return invalid(fault(`${at}.channels.email.statusChangedAt`, 'must be a date by RFC 3339'));
  const known = brand.byEmail.get(keyOf(email));
  const present = known === undefined ? undefined : brand.contacts.get(known);
  const id = present?.id ?? md5Hex(`${brand.id} ${keyOf(email)}`).slice(0, 24);
  const read = readFields(call, id, body);
  if (!('update' in read)) return read;
  const wins = status !== undefined && (present === undefined || changed >= present.statusChangedAt);
  const update: Update = {
    ...read.update,
    ...(wins ? { status: String(status), statusChangedAt: changed } : {}),
    // The version of 2026-03-15 sends a welcome message unless told.
    ...(present === undefined && identifier?.['sendWelcomeMessage'] !== false ? { welcomed: true } : {}),
  };
  const operations: Operation[] = [
    ...(present === undefined
      ? [{ k: 'contact', b: brand.id, id, email: email.trim(), at: now } as const]
      : []),
    update,
  ];
  return { ...jsonAnswer(present === undefined ? 201 : 200, after(call, operations, id)), operations };
}

/** Only what is sent changes. */
function change(call: Call, contact: Contact): Reply<Operation> {
  const body = jsonObject(call.request);
  if (body === undefined) return invalid(fault('body', 'must be a JSON object'));
  const read = readFields(call, contact.id, body);
  if (!('update' in read)) return read;
  const operations = [read.update];
  return { ...jsonAnswer(200, after(call, operations, contact.id)), operations };
}

function readFields({ brand }: Call, id: string, body: Body): { readonly update: Update } | Reply<Operation> {
  const { firstName, lastName, customProperties, tags } = body;
  const faults = [
    ...Object.entries({ firstName, lastName })
      .filter(([, value]) => value !== undefined && typeof value !== 'string')
      .map(([name]) => fault(name, 'must be a string')),
    ...(tags !== undefined &&
    (!Array.isArray(tags) || tags.length > 100 || tags.some((one) => typeof one !== 'string' || one === ''))
      ? [fault('tags', 'must be at most 100 strings')]
      : []),
    ...(customProperties !== undefined && (typeof customProperties !== 'object' || customProperties === null)
      ? [fault('customProperties', 'must be an object')]
      : []),
    ...Object.entries((customProperties ?? {}) as Body)
      .filter(([, value]) => typeof value === 'string' && value.length > 2048)
      .map(([name]) => fault(`customProperties.${name}`, 'must not be longer than 2048', 'too_long')),
  ];
  if (faults.length > 0) return invalid(...faults);
  const update: Update = {
    ...{ k: 'update', b: brand.id, id },
    ...(typeof firstName === 'string' ? { firstName } : {}),
    ...(typeof lastName === 'string' ? { lastName } : {}),
    ...(customProperties === undefined ? {} : { properties: customProperties as Body }),
    ...(tags === undefined ? {} : { tags: tags as readonly string[] }),
  };
  return { update };
}

/** Taken at once, applied later; whoever is not there is passed over without a word. */
function tagMany({ brand, request, now }: Call): Reply<Operation> {
  if (request.method !== 'POST' && request.method !== 'DELETE') return NOT_FOUND;
  const { tags, emails, contactIDs, segmentID } = jsonObject(request) ?? {};
  if (
    !Array.isArray(tags) ||
    tags.length < 1 ||
    tags.length > 100 ||
    tags.some((one) => typeof one !== 'string' || one.trim() === '')
  )
    return invalid(fault('tags', 'must be 1 to 100 strings'));
  const targets = [emails, contactIDs].filter((one) => one !== undefined);
  const [listed] = targets;
  if (
    targets.length !== 1 ||
    segmentID !== undefined ||
    !Array.isArray(listed) ||
    listed.length < 1 ||
    listed.length > 250
  )
    return invalid(fault('emails', 'exactly one of emails, contactIDs, phones, segmentID is needed'));
  const names = listed as readonly string[];
  const ids = names
    .map((one) => (contactIDs === undefined ? brand.byEmail.get(keyOf(one)) : one))
    .filter((one): one is string => one !== undefined && brand.contacts.has(one));
  const change = { at: now + TAG_DELAY_MS, add: request.method === 'POST', tags: tags as readonly string[] };
  const operations: Operation[] = ids.length === 0 ? [] : [{ k: 'tags', b: brand.id, ids, change }];
  return { ...emptyAnswer(202), operations };
}

/** The contact as it is once these operations are done. */
function after({ brand, now }: Call, operations: readonly Operation[], id: string): object {
  const present = brand.contacts.get(id);
  const copy: Brand = {
    ...brand,
    tags: new Set(brand.tags),
    byEmail: new Map(brand.byEmail),
    contacts: new Map(present === undefined ? [] : [[id, copyOf(present)]]),
  };
  for (const operation of operations) if ('b' in operation) applyToBrand(copy, operation);
  return contactView(copy, copy.contacts.get(id) as Contact, now);
}

function copyOf(contact: Contact): Contact {
  const { properties, tags, waiting, events } = contact;
  return {
    ...contact,
    properties: new Map(properties),
    tags: new Set(tags),
    waiting: [...waiting],
    events: [...events],
  };
}

export function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
}
