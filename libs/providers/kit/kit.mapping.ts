import {
  changedFields,
  hasNoDifference,
  leaveOut,
  sameAddress,
  type ContactChange,
  type Warning,
} from '@rekomi/provider-contract';
import { kitManifest } from './kit.manifest.js';

/** Texts by field; an empty one takes the value away. `first_name` is the vendor's own, the others custom fields. */
export type Values = Readonly<Record<string, string>>;

export interface Wish {
  readonly values: Values;
  readonly warnings: readonly Warning[];
}

const PREFIX = 'rekomi_';

/** What the subscriber should have. Kit keeps texts only. */
export function wishOf({ desired, previous }: ContactChange): Wish {
  const values: Record<string, string> = {};
  const warnings: Warning[] = [];
  const set = (field: string, value: string | number | boolean | undefined): void => {
    if (value === undefined || String(value).trim() === '') return;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      warnings.push({
        code: 'field_rejected',
        field,
        detail: 'The value is no finite number and was not written.',
      });
    } else values[field] = String(value).trim();
  };
  set('first_name', desired.firstName);
  set('last_name', desired.lastName);
  set('rekomi_status', desired.status);
  set('rekomi_tier', desired.tier);
  for (const [name, value] of Object.entries(desired.attributes)) {
    const field = keyOf(`${PREFIX}${name}`);
    const reserved: readonly string[] = kitManifest.reservedAttributes;
    if (reserved.includes(field.slice(PREFIX.length))) {
      const detail = `The name "${name}" is reserved and was not written.`;
      warnings.push({ code: 'attribute_reserved', field: name, detail });
    } else if (field === PREFIX) {
      const detail = `Kit makes no key of the name "${name}", so it was not written.`;
      warnings.push({ code: 'field_rejected', field: name, detail });
    } else if (typeof value !== 'object') set(field, value);
    else if (previous !== undefined && Object.hasOwn(previous.fields, field)) values[field] = '';
  }
  return { values, warnings };
}

/**
 * The key that Kit makes of a label: ASCII, lower case, underscores.
 * https://developers.kit.com/api-reference (custom fields), 2026-11.
 */
export function keyOf(label: string): string {
  const ascii = label.normalize('NFKD').replace(/[^\x20-\x7e]/g, '');
  return ascii
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
}

/** The label under which a missing field is created. */
export function labelOf(field: string): string {
  return field === 'last_name' ? 'Last name' : field;
}

/** Values that differ from what we last wrote; all of them for somebody new, moved, or written once more. */
export function differing({ desired, previous, rewrite }: ContactChange, values: Values): Values {
  if (previous === undefined || rewrite === true || !sameAddress(previous.email, desired.email))
    return values;
  return changedFields(values, previous.fields);
}

/** Whether what we last wrote already is what is wanted. */
export function isUpToDate(change: ContactChange, values: Values): boolean {
  const { desired, previous, rewrite } = change;
  if (previous === undefined || rewrite === true || !sameAddress(previous.email, desired.email)) return false;
  return Object.keys(differing(change, values)).length === 0 && hasNoDifference(change);
}

/** Takes out the custom fields that the vendor names, or all of them when it names none. */
export function withoutRejected(values: Values, words = ''): Wish {
  const custom = Object.keys(values).filter((field) => field !== 'first_name');
  const named = custom.filter((field) => words.toLowerCase().includes(field));
  const rejected = named.length > 0 ? named : custom;
  const { kept, warnings } = leaveOut(values, rejected, notTaken('', words).detail);
  return { values: kept, warnings };
}

export function notTaken(field: string, words = ''): Warning {
  return {
    code: 'field_rejected',
    field,
    detail: `Kit did not take the value: ${words === '' ? 'it gave no reason' : words}`,
  };
}

export function isOurs(field: string): boolean {
  return field.startsWith(PREFIX);
}

/** Whether Kit minds letter case is not documented, so every address goes out in lower case. */
export function addressOf(email: string): string {
  return email.trim().toLowerCase();
}
