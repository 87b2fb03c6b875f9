import { md5Hex } from '@rekomi/provider-contract';
import { emptyAnswer, jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import { errorAnswer, statusAt, subscriptionView } from './beehiiv.emulator-answers.js';
import {
  keyOf,
  MAXIMUM_TAGS,
  type FieldValue,
  type Operation,
  type Subscription,
} from './beehiiv.emulator-model.js';
import type { PublicationCall } from './beehiiv.emulator-publications.js';

const NOT_FOUND = errorAnswer(404, 'Not Found', 'Subscription not found');

export function answerSubscriptions(call: PublicationCall, path: readonly string[]): Reply<Operation> {
  const { publication, request } = call;
  const { method } = request;
  const [first, second, third] = path;
  if (first === undefined) {
    if (method === 'POST') return create(call);
    return method === 'GET' ? list(call) : errorAnswer(404, 'Not Found', 'Not found');
  }
  const byEmail = first === 'by_email';
  const subscription = byEmail
    ? publication.subscriptions.get(keyOf(second ?? ''))
    : [...publication.subscriptions.values()].find(({ id }) => id === first);
  if (subscription === undefined) return NOT_FOUND;
  const action = byEmail ? third : second;
  if (action === 'tags' && !byEmail && method === 'POST') return tag(call, subscription);
  if (action !== undefined) return errorAnswer(404, 'Not Found', 'Not found');
  switch (method) {
    case 'GET':
      return shown(call, subscription);
    case 'PUT':
    case 'PATCH':
      return update(call, subscription);
    case 'DELETE': {
      if (byEmail) return errorAnswer(404, 'Not Found', 'Not found');
      return { ...emptyAnswer(204), operations: [{ ...place(call), k: 'delete', id: subscription.id }] };
    }
    default:
      return errorAnswer(404, 'Not Found', 'Not found');
  }
}

/**
 * An address that is there already gets its subscription back, unchanged; sources differ, and some see a 400. Only
 * `reactivate_existing` brings an unsubscribed one back.
 */
function create(call: PublicationCall): Reply<Operation> {
  const { publication, request, now } = call;
  const body = jsonObject(request);
  const email = body?.['email'];
  if (typeof email !== 'string' || !isAddress(email))
    return errorAnswer(400, 'Bad Request', 'Email is invalid');
  const present = publication.subscriptions.get(keyOf(email));
  if (present !== undefined) {
    if (present.status !== 'inactive' || body?.['reactivate_existing'] !== true) return shown(call, present);
    const back: Operation = { ...place(call), k: 'update', id: present.id, status: 'active' };
    return { ...jsonAnswer(200, { data: view(call, { ...present, status: 'active' }) }), operations: [back] };
  }
  const read = readFields(call, body?.['custom_fields']);
  if (typeof read === 'string') return errorAnswer(400, 'Bad Request', read);
  const confirming = body?.['double_opt_override'] === 'on';
  const id = subscriptionId(`${publication.id} ${keyOf(email)} ${now}`);
  const status = confirming ? 'pending' : 'validating';
  const utmSource = typeof body?.['utm_source'] === 'string' ? body['utm_source'] : '';
  const fresh = { id, email: email.trim(), status, at: now, utmSource };
  const operations: Operation[] = [{ ...place(call), k: 'subscribe', ...fresh }];
  if (Object.keys(read).length > 0) operations.push({ ...place(call), k: 'update', id, fields: read });
  const made: Subscription = {
    ...fresh,
    created: Math.floor(now / 1000),
    fields: new Map(),
    tags: new Set(),
  };
  return { ...jsonAnswer(201, { data: view(call, made) }), operations };
}

/** `unsubscribe: false` answers 200 and changes nothing (https://github.com/PostHog/posthog/pull/101541). */
function update(call: PublicationCall, subscription: Subscription): Reply<Operation> {
  const body = jsonObject(call.request);
  if (body === undefined) return errorAnswer(400, 'Bad Request', 'The body is no JSON object');
  const read = readFields(call, body['custom_fields']);
  if (typeof read === 'string') return errorAnswer(400, 'Bad Request', read);
  const { email } = body;
  if (email !== undefined) {
    if (typeof email !== 'string' || !isAddress(email))
      return errorAnswer(400, 'Bad Request', 'Email is invalid');
    const other = call.publication.subscriptions.get(keyOf(email));
    if (other !== undefined && other !== subscription)
      return errorAnswer(400, 'Bad Request', 'Email has already been taken');
  }
  const change = {
    ...(typeof email === 'string' ? { email: email.trim() } : {}),
    ...(body['unsubscribe'] === true ? { status: 'inactive' } : {}),
    ...(Object.keys(read).length > 0 ? { fields: read } : {}),
  };
  const shape = view(call, { ...subscription, ...change, fields: subscription.fields });
  const operations: Operation[] =
    Object.keys(change).length === 0 ? [] : [{ ...place(call), k: 'update', id: subscription.id, ...change }];
  return { ...jsonAnswer(200, { data: shape }), operations };
}

function tag(call: PublicationCall, subscription: Subscription): Reply<Operation> {
  const tags = jsonObject(call.request)?.['tags'];
  if (
    !Array.isArray(tags) ||
    tags.length === 0 ||
    tags.some((one) => typeof one !== 'string' || one.trim() === '')
  )
    return errorAnswer(400, 'Bad Request', 'tags must be a list of names');
  const names = tags as readonly string[];
  if (new Set([...call.publication.tags, ...names]).size > MAXIMUM_TAGS)
    return errorAnswer(400, 'Bad Request', `A publication can have at most ${MAXIMUM_TAGS} tags`);
  const added = names.some((one) => !subscription.tags.has(one));
  const operations: Operation[] = added
    ? [{ ...place(call), k: 'tag', id: subscription.id, tags: names }]
    : [];
  return { ...jsonAnswer(200, { data: view(call, subscription) }), operations };
}

/** Newest listing: by cursor, the position within the publication. */
function list(call: PublicationCall): Reply<Operation> {
  const { publication, request } = call;
  const limit = Number(request.query.get('limit') ?? '10');
  const from = Number(request.query.get('cursor') ?? '0');
  const email = request.query.get('email');
  const all = [...publication.subscriptions.values()].filter(
    (one) => email === null || keyOf(one.email) === keyOf(email),
  );
  const shownHere = all.slice(from, from + limit);
  const more = from + limit < all.length;
  return jsonAnswer(200, {
    data: shownHere.map((one) => view(call, one)),
    limit,
    has_more: more,
    next_cursor: more ? String(from + limit) : null,
    total_results: all.length,
  });
}

/** Fields that the publication does not have are dropped without a word. */
function readFields(
  call: PublicationCall,
  value: unknown,
): Readonly<Record<string, FieldValue | null>> | string {
  if (value === undefined) return {};
  if (!Array.isArray(value)) return 'custom_fields must be a list';
  const read: Record<string, FieldValue | null> = {};
  for (const entry of value as readonly { name?: unknown; value?: unknown; delete?: unknown }[]) {
    const field = call.publication.fields.find(({ display }) => display === entry.name);
    if (field === undefined) continue;
    if (entry.delete === true) read[field.display] = null;
    else if (
      typeof entry.value !== 'string' &&
      typeof entry.value !== 'number' &&
      typeof entry.value !== 'boolean'
    )
      return `${field.display} has no valid value`;
    else if (field.kind === 'integer' && !/^-?\d+$/.test(String(entry.value)))
      return `${field.display} is not a valid integer`;
    else read[field.display] = entry.value;
  }
  return read;
}

function shown(call: PublicationCall, subscription: Subscription): Reply<Operation> {
  return jsonAnswer(200, { data: view(call, subscription) });
}

function view({ publication, request, now }: PublicationCall, subscription: Subscription): object {
  const at = { ...subscription, status: statusAt(subscription, now) };
  return subscriptionView(publication, at, now, request.query.getAll('expand[]'));
}

function place({ workspace, publication }: PublicationCall): { readonly w: string; readonly p: string } {
  return { w: workspace.id, p: publication.id };
}

export function subscriptionId(seed: string): string {
  const hex = md5Hex(seed);
  return `sub_${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
}
