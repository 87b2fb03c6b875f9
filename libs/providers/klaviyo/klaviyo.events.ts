import {
  told,
  type ContactEvent,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Refused,
  type Warning,
} from '@rekomi/provider-contract';
import { eventRefusal } from './klaviyo.answers.js';
import { ask } from './klaviyo.api.js';
import { klaviyoManifest } from './klaviyo.manifest.js';
import { findProfile } from './klaviyo.people.js';

/** https://developers.klaviyo.com/en/reference/create_event, 2026-11. */
const MAXIMUM = { nameCharacters: 127, properties: 400, bytes: 4_900_000, stringBytes: 100_000 } as const;
/** One page says 1990, another 2000. */
const EARLIEST = Date.UTC(2000, 0, 1);
const AHEAD_MS = 365 * 24 * 60 * 60 * 1000;

/** Whose event it is: the profile's id, that nobody is there, or why that is not known. */
export type Known =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export async function trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
  return refusalOf(event, access.now()) ?? sendEvent(access, event, await whose(access, event));
}

/**
 * An event that names an address creates a profile where there is none, so it names the profile's id: the ledger's,
 * or the one that a look finds.
 */
export async function whose(access: ProviderAccess, { vendorId, email }: ContactEvent): Promise<Known> {
  return vendorId === undefined ? findProfile(access, email) : { kind: 'found', id: vendorId };
}

export async function sendEvent(access: ProviderAccess, event: ContactEvent, known: Known): Promise<Outcome> {
  const refused = refusalOf(event, access.now());
  if (refused !== undefined) return refused;
  if (known.kind === 'failed') return known.failure;
  if (known.kind === 'not_found') {
    const vendorMessage = 'No profile has this address, and an event must not create one.';
    return { kind: 'refused', code: 'event_refused', field: 'profile', vendorMessage };
  }
  const { id } = known;
  const reserved = Object.keys(event.data).filter(isReserved);
  const properties = Object.fromEntries(Object.entries(event.data).filter(([key]) => !isReserved(key)));
  const reading = await ask(access, {
    family: 'events',
    method: 'POST',
    path: '/api/events',
    json: {
      data: {
        type: 'event',
        attributes: {
          properties,
          time: event.occurredAt,
          unique_id: event.dedupeId,
          metric: { data: { type: 'metric', attributes: { name: event.name.trim() } } },
          profile: { data: { type: 'profile', id, attributes: {} } },
        },
      },
    },
    done: [202],
  });
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'declined') return eventRefusal(reading);
  const warnings = reserved.map((field): Warning => {
    const detail = `"${field}" has a meaning of its own at Klaviyo, so it was left out.`;
    return { code: 'event_key_dropped', field, detail };
  });
  return { kind: 'accepted', ...told(warnings) };
}

function refusalOf({ name, occurredAt, data }: ContactEvent, now: number): Refused | undefined {
  const length = [...name.trim()].length;
  if (length === 0 || length > MAXIMUM.nameCharacters) {
    return { kind: 'refused', code: 'event_name_invalid', field: 'name' };
  }
  const at = Date.parse(occurredAt);
  if (!(at >= EARLIEST && at <= now + AHEAD_MS)) {
    return { kind: 'refused', code: 'event_time_invalid', field: 'time' };
  }
  const tooLarge =
    Object.keys(data).length > MAXIMUM.properties ||
    bytesOf(JSON.stringify(data)) > MAXIMUM.bytes ||
    Object.values(data).some((value) => typeof value === 'string' && bytesOf(value) > MAXIMUM.stringBytes);
  return tooLarge ? { kind: 'refused', code: 'event_too_large', field: 'properties' } : undefined;
}

function isReserved(key: string): boolean {
  return (klaviyoManifest.reservedEventKeys as readonly string[]).includes(key.trim().toLowerCase());
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
