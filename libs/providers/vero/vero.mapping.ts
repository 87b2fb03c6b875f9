import {
  foundOf,
  type ContactChange,
  type ContactEvent,
  type FieldValue,
  type Refused,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { veroManifest } from './vero.manifest.js';

export type Fields = Readonly<Record<string, FieldValue>>;

const PREFIX = 'rekomi_';
/** `id`, `email` and `event_name` have to be shorter. https://help.getvero.com/api-reference/track/users/identify, 2026-11. */
const TOO_LONG = 255;

/** The profile's id: without the letter case, because the vendor tells ids apart by it and people do not. */
export function idOf(email: string): string {
  return email.trim().toLowerCase();
}

/** What Vero has to hold of a contact, by its own names; what cannot be sent is told in warnings. */
export function wantedFields({ desired }: ContactChange): {
  readonly fields: Fields;
  readonly warnings: readonly Warning[];
} {
  const { firstName, lastName, status, tier, attributes } = desired;
  const fields: Record<string, FieldValue> = {};
  const warnings: Warning[] = [];
  const named = {
    first_name: firstName,
    last_name: lastName,
    [`${PREFIX}status`]: status,
    [`${PREFIX}tier`]: tier,
  };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) fields[name] = value;
  for (const [name, value] of Object.entries(attributes)) {
    const field = `${PREFIX}${name}`;
    const reserved: readonly string[] = veroManifest.reservedAttributes;
    if (reserved.includes(name.toLowerCase())) {
      warnings.push({
        code: 'attribute_reserved',
        field,
        detail: `"${field}" is written by this connection itself.`,
      });
    } else if (typeof value === 'number' && !Number.isFinite(value)) {
      warnings.push({ code: 'field_rejected', field, detail: `"${field}" was left out: it is no number.` });
    } else if (typeof value !== 'object') {
      fields[field] = value;
    }
  }
  return { fields, warnings };
}

/** Only the fields that differ from what we wrote last, all of them when everything is written once more. */
export function fieldsToSend(
  wanted: Fields,
  { previous, rewrite }: Pick<ContactChange, 'previous' | 'rewrite'>,
): Fields {
  if (previous === undefined || rewrite === true) return wanted;
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => previous.fields[name] !== value),
  );
}

export interface TagPlan {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** What the ledger learns once the vendor took both. */
  readonly delta: WrittenDelta;
}

/** Audiences are tags, too. A tag that is both stays as long as it is one of them. */
export function tagPlan(
  wanted: { readonly tags: readonly string[]; readonly audiences: readonly string[] },
  ours: Pick<WrittenContact, 'tags' | 'audiences' | 'tagsFound' | 'audiencesFound'> | undefined,
  rewrite = false,
): TagPlan {
  const { tags = [], audiences = [], tagsFound = [], audiencesFound = [] } = ours ?? {};
  const all = [...new Set([...wanted.tags, ...wanted.audiences])];
  const known = [...new Set([...tags, ...audiences])];
  const missing = (these: readonly string[], those: readonly string[]): readonly string[] =>
    these.filter((one) => !those.includes(one));
  return {
    add: rewrite ? all : missing(all, [...known, ...tagsFound, ...audiencesFound]),
    remove: missing(known, all),
    delta: {
      tagsAdded: rewrite ? wanted.tags : missing(wanted.tags, [...tags, ...tagsFound]),
      tagsRemoved: missing(tags, wanted.tags),
      audiencesJoined: rewrite
        ? wanted.audiences
        : missing(wanted.audiences, [...audiences, ...audiencesFound]),
      audiencesLeft: missing(audiences, wanted.audiences),
    },
  };
}

/**
 * Vero never shows what was there before us. Where everything is to stay that may have been, nothing is claimed as ours.
 */
export function unclaimed({ tagsAdded, audiencesJoined, ...rest }: WrittenDelta): WrittenDelta {
  return { ...rest, ...foundOf(tagsAdded, audiencesJoined) };
}

export function isEmpty({ tagsAdded, tagsRemoved, audiencesJoined, audiencesLeft }: WrittenDelta): boolean {
  return [tagsAdded, tagsRemoved, audiencesJoined, audiencesLeft].every(
    (names) => (names ?? []).length === 0,
  );
}

/**
 * The body of one event, or why it cannot be sent. Its id stands in the data, which keeps two events apart that are equal
 * otherwise, and makes a repeat equal.
 */
export function eventBody({ email, name, dedupeId, occurredAt, data }: ContactEvent): object | Refused {
  const eventName = name.trim();
  if (eventName === '' || eventName.length >= TOO_LONG) {
    return { kind: 'refused', code: 'event_name_invalid', field: 'event_name' };
  }
  const at = new Date(occurredAt);
  if (Number.isNaN(at.getTime())) return { kind: 'refused', code: 'event_time_invalid', field: 'created_at' };
  const id = idOf(email);
  return {
    identity: { id, email: id },
    event_name: eventName,
    data: { ...data, rekomi_event_id: dedupeId },
    extras: { source: 'rekomi', created_at: `${at.toISOString().slice(0, 19)}+0000` },
  };
}

export function tooLong(email: string): boolean {
  return idOf(email).length >= TOO_LONG;
}
