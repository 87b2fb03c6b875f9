import {
  failed,
  isObject,
  unknownAnswer,
  type Failed,
  type ProviderAccess,
  type Warning,
} from '@rekomi/provider-contract';
import { ask, listAll } from './kit.calls.js';
import { keyOf, labelOf, type Values } from './kit.mapping.js';

/** Values with the keys under which the account knows them, by our name of the field. */
export type Keys = Readonly<Record<string, { readonly key: string; readonly value: string }>>;

export interface Resolved {
  readonly kind: 'resolved';
  readonly keys: Keys;
  readonly warnings: readonly Warning[];
}

const MEMO = 'custom fields';

/** Looks custom fields up, and creates those that are missing if the connection says so; empty values need none. */
export async function fieldKeys(
  access: ProviderAccess,
  values: Values,
  create: boolean,
): Promise<Resolved | Failed> {
  const keys: Record<string, { key: string; value: string }> = {};
  const warnings: Warning[] = [];
  for (const [field, value] of Object.entries(values)) {
    if (field === 'first_name') {
      keys[field] = { key: field, value };
      continue;
    }
    const known = await knownFields(access);
    if (known.kind === 'failed') return known;
    let key = known.fields[field];
    if (key === undefined && create && value !== '') {
      const made = await createField(access, field);
      if (typeof made === 'object') return made;
      key = made;
      if (key !== undefined) access.memo.set(MEMO, JSON.stringify({ ...known.fields, [field]: key }));
    }
    if (key !== undefined) keys[field] = { key, value };
    else if (value !== '')
      warnings.push({ code: 'field_missing', field, detail: `Kit has no custom field "${field}".` });
  }
  return { kind: 'resolved', keys, warnings };
}

/** By key, and by the key that a field's label would get. Remembered for a while. */
async function knownFields(
  access: ProviderAccess,
): Promise<{ readonly kind: 'known'; readonly fields: Readonly<Record<string, string>> } | Failed> {
  const remembered = access.memo.get(MEMO);
  if (remembered !== undefined)
    return { kind: 'known', fields: JSON.parse(remembered) as Record<string, string> };
  const list = await listAll(access, '/custom_fields', 'custom_fields');
  if (list.kind === 'failed') return list;
  if (list.kind === 'declined') return failed(unknownAnswer(list.status));
  const fields: Record<string, string> = {};
  for (const { key, label } of list.items) {
    if (typeof key !== 'string') continue;
    if (typeof label === 'string') fields[keyOf(label)] ??= key;
    fields[key] = key;
  }
  access.memo.set(MEMO, JSON.stringify(fields));
  return { kind: 'known', fields };
}

/** The key of the new field; undefined when the vendor does not take it. */
async function createField(access: ProviderAccess, field: string): Promise<string | undefined | Failed> {
  const reading = await ask(access, 'POST', '/custom_fields', { json: { label: labelOf(field) } });
  if (reading.kind === 'failed') return reading;
  if (reading.kind === 'declined') return undefined;
  const { key } = isObject(reading.body.custom_field) ? reading.body.custom_field : {};
  return typeof key === 'string' ? key : failed(unknownAnswer());
}
