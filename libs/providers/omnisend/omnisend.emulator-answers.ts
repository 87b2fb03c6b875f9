import { md5Hex, type EmulatedRequest } from '@rekomi/provider-contract';
import type { Reply } from '@rekomi/vendor-emulation';
import { tagsAt, type Brand, type Contact, type Operation } from './omnisend.emulator-model.js';

export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** RFC 9457, as every error of the vendor. */
export function problem(status: number, type: string, title: string, more: object = {}): Reply<Operation> {
  const hex = md5Hex(`${status} ${title}`);
  const instance = `urn:omnisend:request:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: `https://problems.omnisend.com/${type}`, title, status, instance, ...more }),
  };
}

/** All faults of a request at once. */
export function invalid(...errors: readonly FieldError[]): Reply<Operation> {
  return problem(400, 'validation-failed', 'Validation failed', {
    detail: 'The request is not valid',
    errors,
  });
}

export function fault(field: string, message: string, code = 'invalid'): FieldError {
  return { field, code, message };
}

export const NOT_FOUND = problem(404, 'not-found', 'Not found');

/** Parameters that a call does not know are an error. */
export function unknownParameters(
  request: EmulatedRequest,
  known: readonly string[],
): Reply<Operation> | undefined {
  const unknown = [...request.query.keys()].filter((name) => !known.includes(name));
  return unknown.length === 0
    ? undefined
    : invalid(...unknown.map((name) => fault(name, 'Unknown query parameter', 'unknown')));
}

export function contactView(brand: Brand, contact: Contact, now: number): object {
  const { id, email, firstName, lastName, status, statusChangedAt, created } = contact;
  const tags = [...tagsAt(contact, now)];
  const changed = new Date(statusChangedAt).toISOString();
  return {
    id,
    email,
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    status,
    statuses: [{ channel: 'email', status, changedAt: changed }],
    identifiers: [{ type: 'email', id: email, channels: { email: { status, statusChangedAt: changed } } }],
    tags,
    customProperties: Object.fromEntries(contact.properties),
    optIns: [],
    consents: [],
    segments: brand.segments.filter(({ tag }) => tags.includes(tag)).map(({ segmentID }) => segmentID),
    createdAt: new Date(created).toISOString(),
  };
}

/** One page of a list, with the vendor's cursors: here the position. */
export function pageOf<Item>(
  request: EmulatedRequest,
  items: readonly Item[],
  { most, usual }: { readonly most: number; readonly usual: number },
): { readonly items: readonly Item[]; readonly paging: object } | undefined {
  const limit = Number(request.query.get('limit') ?? usual);
  const from = Number(request.query.get('after') ?? '0');
  if (!Number.isInteger(limit) || limit < 1 || limit > most || !Number.isInteger(from)) return undefined;
  const hasMore = from + limit < items.length;
  const cursors = { after: hasMore ? String(from + limit) : null, before: from > 0 ? String(from) : null };
  return { items: items.slice(from, from + limit), paging: { limit, hasMore, cursors } };
}
