import {
  changedFields,
  hasNoDifference,
  leaveOut,
  md5Hex,
  sameAddress,
  wantedFields,
  type ContactChange,
  type FieldNames,
  type FieldValue,
  type Warning,
} from '@rekomi/provider-contract';
import { omnisendManifest } from './omnisend.manifest.js';

/** Values by field: `firstName` and `lastName` are the vendor's own, the others custom properties. */
export type Values = Readonly<Record<string, FieldValue>>;

export interface Wish {
  readonly values: Values;
  readonly warnings: readonly Warning[];
}

const PREFIX = 'rekomi_';
const NAMES: FieldNames = {
  firstName: 'firstName',
  lastName: 'lastName',
  prefix: PREFIX,
  reserved: omnisendManifest.reservedAttributes,
};
const OWN: readonly string[] = ['firstName', 'lastName'];

export function wishOf({ desired, previous }: ContactChange): Wish {
  const { fields, warnings } = wantedFields(desired, NAMES);
  const values: Record<string, FieldValue> = {};
  const staying: Warning[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) values[name] = value;
    else if (previous !== undefined && Object.hasOwn(previous.fields, name)) staying.push(stays(name));
  }
  return { values, warnings: [...warnings, ...staying] };
}

/** What an empty value does to a property is not documented, so none is sent. */
export function stays(field: string): Warning {
  return {
    code: 'left_in_place',
    field,
    detail: `Omnisend’s API is not known to empty a property, so "${field}" stays.`,
  };
}

/** Whether what we last wrote already is what is wanted, so that the vendor need not be asked. */
export function isUpToDate(change: ContactChange, values: Values): boolean {
  const { desired, previous, rewrite } = change;
  if (previous === undefined || rewrite === true || !sameAddress(previous.email, desired.email)) return false;
  return Object.keys(changedFields(values, previous.fields)).length === 0 && hasNoDifference(change);
}

/** The vendor's shape of these values. `kept`: properties that are there, in case a new set replaces the old one. */
export function contactFields(values: Values, kept: Readonly<Record<string, unknown>> = {}): object {
  const custom = Object.entries(values).filter(([field]) => !OWN.includes(field));
  return {
    ...Object.fromEntries(Object.entries(values).filter(([field]) => OWN.includes(field))),
    ...(custom.length === 0 ? {} : { customProperties: { ...kept, ...Object.fromEntries(custom) } }),
  };
}

/** Takes out the values that the vendor names in its refusal, or all properties when it names none. */
export function withoutRejected(values: Values, fields: readonly string[], words = ''): Wish {
  const names = Object.keys(values);
  const named = names.filter((field) =>
    fields.some((path) => path === field || path === `customProperties.${field}`),
  );
  const rejected = named.length > 0 ? named : names.filter((field) => !OWN.includes(field));
  const detail = `Omnisend did not take the value: ${words === '' ? 'it gave no reason' : words}`;
  const { kept, warnings } = leaveOut(values, rejected, detail);
  return { values: kept, warnings };
}

/** Data without what would be an empty value at the vendor, however deep. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty).filter((one) => one !== undefined);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const);
    return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The dedupe id as a UUID. A ULID begins with milliseconds as a UUID of version 7 does, so its bytes are kept but for
 * the six bits that say which version it is. The same on every retry.
 */
export function uuidOf(dedupeId: string): string {
  const isUlid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(dedupeId);
  const bits = [...dedupeId].reduce(
    (sum, digit) => sum * 32n + BigInt(Math.max(0, CROCKFORD.indexOf(digit))),
    0n,
  );
  const hex = isUlid ? bits.toString(16).padStart(32, '0') : md5Hex(dedupeId);
  const variant = ((parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `7${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

export function isOurs(field: string): boolean {
  return field.startsWith(PREFIX);
}
