import {
  pathSegment,
  type ContactReading,
  type ContactSnapshot,
  type FieldValue,
} from '@rekomi/provider-contract';
import { isObject, type JsonObject } from './customer-io.answers.js';
import type { Attributes } from './customer-io.mapping.js';
import type { Call, CustomerIoSession } from './customer-io.session.js';

/**
 * Such an address would be taken for the vendor's own id on the v1 path, and the call silently dropped; v2 names the
 * kind of identifier. https://docs.customer.io/integrations/api/track/, 2026-08.
 */
export function looksLikeVendorId(email: string): boolean {
  return /^cio_/i.test(email);
}

/** Writes attributes of one person. `onlyIfThere` never creates, and leaves the address alone. */
export function identifyCall(email: string, attributes: Attributes, onlyIfThere: boolean): Call {
  const common = { door: 'track', declines: [400, 413, 422] } as const;
  if (looksLikeVendorId(email)) {
    return {
      ...common,
      method: 'POST',
      path: '/api/v2/entity',
      json: identifyItem(email, attributes, onlyIfThere),
    };
  }
  return {
    ...common,
    method: 'PUT',
    path: `/api/v1/customers/${pathSegment(email)}`,
    json: { ...(onlyIfThere ? { _update: true } : { email }), ...attributes },
  };
}

/** The same as an item of the second write surface. The address stands only among the identifiers there. */
export function identifyItem(email: string, attributes: Attributes, onlyIfThere: boolean): object {
  return {
    type: 'person',
    identifiers: { email },
    action: 'identify',
    attributes: { ...(onlyIfThere ? { _update: true } : {}), ...attributes },
  };
}

/** Looks a person up by address: attributes and consent, then the segments, whose absence is no failure. */
export async function readPerson(session: CustomerIoSession, email: string): Promise<ContactReading> {
  const person = `/v1/customers/${pathSegment(email)}`;
  const query = { id_type: 'email' };
  const reading = await session.ask({
    door: 'app',
    method: 'GET',
    path: `${person}/attributes`,
    query,
    declines: [400, 404, 422],
  });
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'declined') {
    if (reading.status === 404) return { kind: 'not_found' };
    // 400 also stands for a workspace in which an e-mail address is no identifier.
    const { status, message } = reading;
    return {
      kind: 'refused',
      code: 'contact_refused',
      status,
      ...(message === '' ? {} : { vendorMessage: message }),
    };
  }
  const { customer } = reading.body;
  if (!isObject(customer)) return { kind: 'unavailable', code: 'answer_unknown', status: reading.status };

  const segments = await session.ask({
    door: 'app',
    method: 'GET',
    path: `${person}/segments`,
    query,
    declines: [400, 404, 422],
  });
  const list = segments.kind === 'ok' ? segments.body.segments : undefined;
  const audiences = Array.isArray(list) || list === null ? segmentIds(list ?? []) : undefined;
  return { kind: 'found', snapshot: snapshotOf(customer, email, audiences, session.access.now()) };
}

function snapshotOf(
  customer: JsonObject,
  asked: string,
  audiences: readonly string[] | undefined,
  now: number,
): ContactSnapshot {
  const attributes = isObject(customer.attributes) ? customer.attributes : {};
  const identifiers = isObject(customer.identifiers) ? customer.identifiers : {};
  const email = [attributes.email, identifiers.email].find(
    (value) => typeof value === 'string' && value !== '',
  );
  const vendorId = identifiers.cio_id ?? attributes.cio_id;
  return {
    email: typeof email === 'string' ? email : asked,
    ...(typeof vendorId === 'string' && vendorId !== '' ? { vendorId } : {}),
    fields: Object.fromEntries(
      Object.entries(attributes).filter((entry): entry is [string, FieldValue] => isFieldValue(entry[1])),
    ),
    consent: consentOf(customer.unsubscribed ?? attributes.unsubscribed),
    ...(audiences === undefined ? {} : { audiences }),
    seenAt: new Date(now).toISOString(),
  };
}

/** Only true, in any spelling the vendor takes for it, means unsubscribed; no flag at all means nothing. */
export function consentOf(flag: unknown): ContactSnapshot['consent'] {
  if (flag === undefined || flag === null) return 'unknown';
  return /^(true|1)$/i.test(String(flag)) ? 'unsubscribed' : 'subscribed';
}

export function segmentIds(list: readonly unknown[]): readonly string[] {
  return list
    .filter(isObject)
    .map(({ id }) => String(id))
    .filter((id) => id !== 'undefined');
}

function isFieldValue(value: unknown): value is FieldValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
