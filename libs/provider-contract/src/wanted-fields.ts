import {
  audienceDifference,
  tagDifference,
  type ContactChange,
  type DesiredContact,
  type FieldValue,
  type WrittenContact,
} from './contact.js';
import type { Warning } from './outcome.js';

/** Fields by the vendor's names; null empties one, in the way that the vendor has for it. */
export type WantedFields = Readonly<Record<string, FieldValue | null>>;

/** What a vendor calls the fields of a contact. */
export interface FieldNames {
  readonly firstName: string;
  readonly lastName: string;
  /** Stands before the names of all fields that are ours: `rekomi_`. */
  readonly prefix: string;
  /** The manifest's `reservedAttributes`, in lower case. */
  readonly reserved: readonly string[];
}

/**
 * A contact's fields by the vendor's names. What we do not know is absent, blank texts are, too; what a vendor could not
 * hold is left out and told.
 */
export function wantedFields(
  { firstName, lastName, status, tier, attributes }: DesiredContact,
  { prefix, reserved, ...names }: FieldNames,
): { readonly fields: WantedFields; readonly warnings: readonly Warning[] } {
  const fields: Record<string, FieldValue | null> = {};
  const warnings: Warning[] = [];
  const set = (field: string, value: FieldValue | undefined): void => {
    const sent = typeof value === 'string' ? value.trim() : value;
    if (sent === undefined || sent === '') return;
    if (typeof sent === 'number' && !Number.isFinite(sent)) {
      const detail = 'The value is no finite number and was not written.';
      warnings.push({ code: 'field_rejected', field, detail });
    } else fields[field] = sent;
  };
  set(names.firstName, firstName);
  set(names.lastName, lastName);
  set(`${prefix}status`, status);
  set(`${prefix}tier`, tier);
  for (const [name, value] of Object.entries(attributes)) {
    if (reserved.includes(name.trim().toLowerCase())) {
      const detail = `The name "${name}" is reserved and was not written.`;
      warnings.push({ code: 'attribute_reserved', field: name, detail });
    } else if (typeof value === 'object') fields[`${prefix}${name}`] = null;
    else set(`${prefix}${name}`, value);
  }
  return { fields, warnings };
}

/** Those that differ from what was written, and all with `everything`. Only a field that we wrote can be emptied. */
export function changedFields<Value extends FieldValue | null>(
  fields: Readonly<Record<string, Value>>,
  before: WrittenContact['fields'] = {},
  everything = false,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) =>
      value === null ? Object.hasOwn(before, name) : everything || before[name] !== value,
    ),
  );
}

/** The fields of ours that we wrote, each to be emptied. Names are the merchant's and stay. */
export function emptied({ fields }: WrittenContact, prefix: string): Readonly<Record<string, null>> {
  return Object.fromEntries(
    Object.keys(fields)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name, null]),
  );
}

/** The fields without some, and a warning for each of those. */
export function leaveOut<Value>(
  fields: Readonly<Record<string, Value>>,
  names: readonly string[],
  detail: string,
): { readonly kept: Readonly<Record<string, Value>>; readonly warnings: readonly Warning[] } {
  return {
    kept: Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))),
    warnings: names.map((field) => ({ code: 'field_rejected', field, detail })),
  };
}

/** Whether tags and audiences stand as they should, as far as we know. */
export function hasNoDifference(change: ContactChange): boolean {
  return [tagDifference(change), audienceDifference(change)].every(
    ({ add, remove }) => add.length + remove.length === 0,
  );
}
