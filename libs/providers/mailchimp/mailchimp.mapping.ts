import {
  emptied,
  md5Hex,
  wantedFields,
  type DesiredContact,
  type FieldNames,
  type WantedFields,
  type Warning,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { mailchimpManifest } from './mailchimp.manifest.js';

const NAMES: FieldNames = {
  firstName: 'FNAME',
  lastName: 'LNAME',
  prefix: 'rekomi_',
  reserved: mailchimpManifest.reservedAttributes,
};

/** By our names for the vendor's fields (`FNAME`, `rekomi_tier`); null empties one. */
export type Values = WantedFields;

/** What has to be known of an audience before people are written to it. */
export interface AudienceProfile {
  readonly doubleOptIn: boolean;
  /** Name of a field in lower case, and its merge tag in capitals, each → merge tag. */
  readonly tags: Readonly<Record<string, string>>;
}

/** How the vendor names a member: https://mailchimp.com/developer/marketing/docs/methods-parameters/ (2026-08). */
export function subscriberHash(email: string): string {
  return md5Hex(email.trim().toLowerCase());
}

/** Merge fields hold text and numbers. */
export function valuesOf(desired: DesiredContact): {
  readonly values: Values;
  readonly warnings: readonly Warning[];
} {
  const { fields, warnings } = wantedFields(desired, NAMES);
  const values = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'boolean' ? String(value) : value,
  ]);
  return { values: Object.fromEntries(values) as Values, warnings };
}

/** Our fields as they stand in the ledger, each to be emptied. */
export function ownFields(previous: WrittenContact): Values {
  return emptied(previous, NAMES.prefix);
}

export function mergeTag({ tags }: AudienceProfile, name: string): string | undefined {
  return Object.hasOwn(tags, name.toLowerCase()) ? tags[name.toLowerCase()] : undefined;
}

/**
 * Audiences in which we wrote a person. The ledger keeps them as the vendor's id of the contact, because that is what
 * names a contact here: a person is one member in each audience, and fields and tags are the member's.
 */
export interface Standing {
  readonly id: string;
  /** Not everything that the ledger holds is written there yet; marked with `!`. */
  readonly behind: boolean;
}

export function standingOf(previous: Pick<WrittenContact, 'vendorId' | 'audiences'>): readonly Standing[] {
  const { vendorId, audiences } = previous;
  if (vendorId === undefined) return audiences.map((id) => ({ id, behind: false }));
  return vendorId
    .split(',')
    .filter((part) => part !== '')
    .map((part) => ({ id: part.replace(/!$/, ''), behind: part.endsWith('!') }));
}

export function vendorIdOf(standing: ReadonlyMap<string, boolean>): string {
  return [...standing]
    .map(([id, behind]) => (behind ? `${id}!` : id))
    .sort()
    .join(',');
}

/**
 * Tags are the member's, so a tag can be the merchant's in one audience and ours in another. What an audience had before us
 * stands in the ledger among the fields, under a name that no field of the vendor's has.
 */
const FOUND = 'tags found in ';

export function foundIn({ fields }: Pick<WrittenContact, 'fields'>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(fields).flatMap(([name, tags]): readonly (readonly [string, readonly string[]])[] =>
      name.startsWith(FOUND) ? [[name.slice(FOUND.length), String(tags).split('\n')]] : [],
    ),
  );
}

export function foundField(
  audience: string,
  tags: readonly string[],
): Readonly<Record<string, string | null>> {
  return { [`${FOUND}${audience}`]: tags.length === 0 ? null : tags.join('\n') };
}

/** Names of tags are compared without regard to case. */
export function hasTag(tags: readonly string[], name: string): boolean {
  return tags.some((one) => one.toLowerCase() === name.trim().toLowerCase());
}

/** Event names hold 2 to 30 characters and no white space. */
export function eventName(name: string): string | undefined {
  const plain = name.trim().replace(/\s+/g, '_');
  const { length } = [...plain];
  return length >= 2 && length <= 30 ? plain : undefined;
}

/** Property values are texts; what is empty stays away. */
export function eventProperties(data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => {
      if (value === undefined || value === null || value === '') return [];
      return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
    }),
  );
}

/** `2026-02-03T04:05:06+00:00`; undefined for what is no moment. */
export function occurredAt(time: string): string | undefined {
  const at = Date.parse(time);
  return Number.isFinite(at) ? new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00') : undefined;
}
