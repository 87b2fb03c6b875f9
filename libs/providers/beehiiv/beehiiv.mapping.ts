import {
  hasNoDifference,
  leaveOut,
  sameAddress,
  wantedFields,
  type ContactChange,
  type FieldNames as ContactFieldNames,
  type WantedFields,
  type Warning,
} from '@rekomi/provider-contract';
import { beehiivManifest } from './beehiiv.manifest.js';

/** Values by field name; null takes the value away. */
export type Values = WantedFields;

export interface Wish {
  readonly values: Values;
  readonly warnings: readonly Warning[];
}

const PREFIX = 'rekomi_';
const NAMES: ContactFieldNames = {
  firstName: 'First Name',
  lastName: 'Last Name',
  prefix: PREFIX,
  reserved: beehiivManifest.reservedAttributes,
};

/** The custom fields that a contact should have. beehiiv has no names of its own: they are custom fields, too. */
export function wishOf({ desired, previous }: ContactChange): Wish {
  const { fields, warnings } = wantedFields(desired, NAMES);
  const held = Object.entries(fields).filter(
    ([name, value]) => value !== null || Object.hasOwn(previous?.fields ?? {}, name),
  );
  return { values: Object.fromEntries(held), warnings };
}

/** Whether what we last wrote already is what is wanted, so that the vendor need not be asked. */
export function isUpToDate(change: ContactChange, { values }: Wish): boolean {
  const { desired, previous, rewrite } = change;
  if (previous === undefined || rewrite === true || !sameAddress(previous.email, desired.email.trim()))
    return false;
  return (
    hasNoDifference(change) &&
    Object.entries(values).every(([field, value]) => value !== null && previous.fields[field] === value)
  );
}

/** The fields of a publication: name in lower case → the name as the publication spells it. */
export type FieldNames = Readonly<Record<string, string>>;

/** What of a wish can be written: unknown names would be dropped without a word. */
export function writable(
  values: Values,
  names: FieldNames,
): { readonly values: Values; readonly warnings: readonly Warning[] } {
  const known = Object.entries(values).filter(([field]) => Object.hasOwn(names, field.toLowerCase()));
  const missing = Object.entries(values).filter(
    ([field, value]) => value !== null && !Object.hasOwn(names, field.toLowerCase()),
  );
  const warnings = missing.map(([field]): Warning => ({
    code: 'field_missing',
    field,
    detail: `The publication has no custom field "${field}".`,
  }));
  return { values: Object.fromEntries(known), warnings };
}

/** The vendor's list of custom fields, in the publication's own spelling: whether case matters is not documented. */
export function customFields(values: Values, names: FieldNames): readonly object[] {
  return Object.entries(values).map(([field, value]) => {
    const name = names[field.toLowerCase()] ?? field;
    // The vendor ignores the value beside `delete`. https://developers.beehiiv.com/api-reference (subscriptions), 2026-11.
    return value === null ? { name, value, delete: true } : { name, value };
  });
}

/** Takes out the values that the vendor names in its refusal, or all of them when it names none. */
export function withoutRejected(
  values: Values,
  words = '',
): { readonly values: Values; readonly warnings: readonly Warning[] } {
  const named = Object.keys(values).filter((field) => words.toLowerCase().includes(field.toLowerCase()));
  const rejected = named.length > 0 ? named : Object.keys(values);
  const detail = `beehiiv did not take the value: ${words === '' ? 'it gave no reason' : words}`;
  const { kept, warnings } = leaveOut(values, rejected, detail);
  return { values: kept, warnings };
}

export function isOurs(field: string): boolean {
  return field.toLowerCase().startsWith(PREFIX);
}

/** The ledger keeps one text: `pub_…/sub_…`, one for each publication, with spaces between. */
export function subscriptionIds(vendorId: string | undefined): ReadonlyMap<string, string> {
  const pairs = (vendorId ?? '').split(' ').map((pair) => pair.split('/', 2));
  return new Map(
    pairs.flatMap(([publication, id]) => (publication && id ? [[publication, id] as const] : [])),
  );
}

export function vendorIdOf(ids: ReadonlyMap<string, string>): string {
  return [...ids].map(([publication, id]) => `${publication}/${id}`).join(' ');
}
