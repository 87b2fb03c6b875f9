import {
  eventNameFault,
  pathSegment,
  type ContactEvent,
  type Refused,
  type Warning,
} from '@rekomi/provider-contract';
import { bytes, MAXIMUM, refuseAddress, unixSeconds } from './customer-io.limits.js';
import { customerIoManifest } from './customer-io.manifest.js';
import { looksLikeVendorId } from './customer-io.people.js';
import type { Call } from './customer-io.session.js';

export interface EventPlan {
  readonly kind: 'plan';
  readonly email: string;
  readonly name: string;
  readonly id: string;
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** `data` as JSON, made once. */
  readonly dataText: string;
  readonly warnings: readonly Warning[];
}

/** Checks an event against the vendor's published rules, so that what can't arrive is never sent. */
export function planEvent(event: ContactEvent): EventPlan | Refused {
  const email = event.email.trim();
  const refused = refuseAddress(email);
  if (refused !== undefined) return refused;
  const name = event.name.trim();
  if (eventNameFault(customerIoManifest.eventNames, name) !== undefined) {
    return { kind: 'refused', code: 'event_name_invalid', field: 'name' };
  }
  const timestamp = unixSeconds(event.occurredAt);
  if (timestamp === undefined) return { kind: 'refused', code: 'event_time_invalid', field: 'timestamp' };

  const reserved = Object.keys(event.data).filter(isReservedKey);
  const kept = Object.entries(event.data).filter(([key]) => !isReservedKey(key));
  const data = jsonSafe(Object.fromEntries(kept), []) as Record<string, unknown>;
  const dataText = JSON.stringify(data);
  if (bytes(dataText) > MAXIMUM.eventData) return { kind: 'refused', code: 'event_too_large', field: 'data' };
  const warnings = reserved.map((key): Warning => ({
    code: 'event_key_dropped',
    field: key,
    detail: `"${key}" would override the message that the event triggers, so it was left out.`,
  }));
  return { kind: 'plan', email, name, id: event.dedupeId, timestamp, data, dataText, warnings };
}

/** One event as one request. https://docs.customer.io/integrations/api/track/tag/track-events/track/, 2026-08. */
export function eventCall(plan: EventPlan): Call {
  const { email, name, id, timestamp, data } = plan;
  const common = { door: 'track', method: 'POST', declines: [400, 413, 422] } as const;
  if (looksLikeVendorId(email)) return { ...common, path: '/api/v2/entity', json: eventItem(plan) };
  return {
    ...common,
    path: `/api/v1/customers/${pathSegment(email)}/events`,
    json: { name, id, timestamp, data },
  };
}

/** One event as an item of the second write surface, which calls its data `attributes`. */
export function eventItem({ email, name, id, timestamp, data }: EventPlan): object {
  return { type: 'person', identifiers: { email }, action: 'event', name, id, timestamp, attributes: data };
}

/** The same item as JSON, around the data that were written already. */
export function eventItemText({ email, name, id, timestamp, dataText }: EventPlan): string {
  const head = JSON.stringify({
    type: 'person',
    identifiers: { email },
    action: 'event',
    name,
    id,
    timestamp,
  });
  return `${head.slice(0, -1)},"attributes":${dataText}}`;
}

function isReservedKey(key: string): boolean {
  return (customerIoManifest.reservedEventKeys as readonly string[]).includes(key.trim().toLowerCase());
}

/** What JSON can't hold is left out, in place of the null or the exception that `JSON.stringify` would make of it. */
function jsonSafe(value: unknown, above: readonly unknown[]): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (above.includes(value)) return undefined;
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((entry) => jsonSafe(entry, inside) ?? null);
  const entries = Object.entries(value).map(([key, entry]) => [key, jsonSafe(entry, inside)] as const);
  return Object.fromEntries(entries.filter(([key, entry]) => entry !== undefined && key !== 'toJSON'));
}
