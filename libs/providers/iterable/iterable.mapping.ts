import {
  audienceDifference,
  changedFields,
  leaveOut,
  tagDifference,
  wantedFields,
  type ContactChange,
  type ContactEvent,
  type DesiredContact,
  type FieldNames,
  type FieldValue,
  type Refused,
  type WantedFields,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { iterableManifest } from './iterable.manifest.js';

/** Fields as they are sent; null empties one. */
export type Fields = Readonly<Record<string, FieldValue | readonly string[] | null>>;

export interface ContactPlan {
  readonly email: string;
  /** Whether the profile has to be written, if only to bring it into being. */
  readonly write: boolean;
  readonly fields: Fields;
  readonly tags: WrittenDelta;
  readonly join: readonly string[];
  readonly leave: readonly string[];
  readonly warnings: readonly Warning[];
}

const PREFIX = 'rekomi_';
const NAMES: FieldNames = {
  firstName: 'firstName',
  lastName: 'lastName',
  prefix: PREFIX,
  reserved: iterableManifest.reservedAttributes,
};
export const TAGS = 'rekomi_tags';
/** https://support.iterable.com/hc/en-us/articles/217744303 names about 32,000 characters a field, 2026-11. */
const LONGEST_TEXT = 32_000;

/** What has to be sent so that the vendor's copy becomes the desired one. */
export function planContact(change: ContactChange): ContactPlan {
  const { desired, previous, rewrite } = change;
  const { fields: wanted, warnings } = fittingFields(desired);
  const fields: Record<string, FieldValue | readonly string[] | null> = {
    ...changedFields(wanted, previous?.fields, rewrite),
  };
  // The field is ours alone and is written whole, because the vendor replaces lists.
  const tags = tagDifference(change);
  if (tags.add.length + tags.remove.length > 0) fields[TAGS] = desired.tags.length > 0 ? desired.tags : null;
  const audiences = audienceDifference(change);
  return {
    email: previous?.email ?? desired.email.trim(),
    write: previous === undefined || rewrite === true || Object.keys(fields).length > 0,
    fields,
    tags: { tagsAdded: tags.add, tagsRemoved: tags.remove },
    join: [...new Set(audiences.add)],
    leave: audiences.remove,
    warnings,
  };
}

function fittingFields(desired: DesiredContact): {
  readonly fields: WantedFields;
  readonly warnings: readonly Warning[];
} {
  const { fields, warnings } = wantedFields(desired, NAMES);
  const long = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' && value.length > LONGEST_TEXT ? [name] : [],
  );
  const lesser = leaveOut(fields, long, `It is longer than ${LONGEST_TEXT} characters and was not written.`);
  return { fields: lesser.kept, warnings: [...warnings, ...lesser.warnings] };
}

/** What the ledger learns once these fields were taken. */
export function fieldsDelta(plan: ContactPlan, taken: Fields): WrittenDelta {
  const { [TAGS]: tags, ...plain } = taken as Readonly<Record<string, FieldValue | null>>;
  return { email: plan.email, fields: plain, ...(tags === undefined ? {} : plan.tags) };
}

/** Emptying what is ours; names are the merchant's. */
export function ownFields(previous: WrittenContact): Fields {
  const ours = Object.keys(previous.fields).filter((name) => name.startsWith(PREFIX));
  return Object.fromEntries(
    [...ours, ...(previous.tags.length > 0 ? [TAGS] : [])].map((name) => [name, null]),
  );
}

/** The body of one event, or why it cannot be sent. Times are whole Unix seconds, the plain reading of the reference. */
export function planEvent(event: ContactEvent):
  | {
      readonly kind: 'plan';
      readonly body: Readonly<Record<string, unknown>>;
      readonly data: object;
      readonly warnings: readonly Warning[];
    }
  | Refused {
  const eventName = event.name.trim();
  if (eventName === '') return { kind: 'refused', code: 'event_name_invalid', field: 'eventName' };
  const at = Date.parse(event.occurredAt);
  if (!Number.isFinite(at)) return { kind: 'refused', code: 'event_time_invalid', field: 'createdAt' };
  const reserved: readonly string[] = iterableManifest.reservedEventKeys;
  const dropped = Object.keys(event.data).filter((key) => reserved.includes(key.toLowerCase()));
  const data = Object.fromEntries(Object.entries(event.data).filter(([key]) => !dropped.includes(key)));
  const body = { email: event.email.trim(), eventName, id: event.dedupeId, createdAt: Math.floor(at / 1000) };
  const detail = 'Iterable keeps this key for itself, so it was left out.';
  return {
    kind: 'plan',
    body,
    data,
    warnings: dropped.map((field) => ({ code: 'event_key_dropped', field, detail })),
  };
}
