import {
  audienceDifference,
  tagDifference,
  type ContactChange,
  type ContactEvent,
  type FieldValue,
  type Refused,
  type SettingValue,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { brevoManifest } from './brevo.manifest.js';

export const OURS = 'REKOMI_';
export const TAGS = 'REKOMI_TAGS';
/** What an emptied text of ours holds: whether an empty text empties an attribute is not documented. */
export const NOTHING_LEFT = '-';
const LARGEST_EVENT = 50_000;

/** A value, and the attributes that may take it, in the order of preference. */
export interface Wish {
  readonly candidates: readonly string[];
  readonly value: FieldValue;
}

export interface ContactPlan {
  readonly email: string;
  /** Whether the contact has to be looked for or made, because it was never written under this address. */
  readonly isNew: boolean;
  readonly wishes: readonly Wish[];
  readonly tags: WrittenDelta;
  readonly join: readonly string[];
  readonly leave: readonly string[];
  readonly warnings: readonly Warning[];
}

type Settings = Readonly<Record<string, SettingValue>>;

export function planContact(change: ContactChange, settings: Settings): ContactPlan {
  const { desired, previous, rewrite } = change;
  const { wishes, warnings } = wishesOf(change, settings);
  const known = previous?.fields ?? {};
  const holds = ({ candidates, value }: Wish): boolean =>
    rewrite !== true &&
    candidates.some((name) => Object.hasOwn(known, name) && String(known[name]) === String(value));
  const tags = tagDifference(change);
  const tagsDiffer = tags.add.length + tags.remove.length > 0;
  const audiences = audienceDifference(change);
  return {
    email: previous?.email ?? desired.email.trim(),
    isNew: previous === undefined,
    wishes: [
      ...wishes.filter((wish) => !holds(wish)),
      ...(tagsDiffer ? [{ candidates: [TAGS], value: tagText(desired.tags) }] : []),
    ],
    tags: { tagsAdded: tags.add, tagsRemoved: tags.remove },
    join: [...new Set(audiences.add)],
    leave: audiences.remove,
    warnings,
  };
}

function wishesOf(
  { desired }: ContactChange,
  settings: Settings,
): { readonly wishes: readonly Wish[]; readonly warnings: readonly Warning[] } {
  const { firstName, lastName, status, tier, attributes } = desired;
  const wishes: Wish[] = [];
  const warnings: Warning[] = [];
  const add = (candidates: readonly string[], value: FieldValue | undefined): void => {
    if (value !== undefined && candidates.length > 0) wishes.push({ candidates, value });
  };
  add(namesIn(settings.firstNameAttributes), firstName);
  add(namesIn(settings.lastNameAttributes), lastName);
  add([`${OURS}STATUS`], status);
  add([`${OURS}TIER`], tier);
  for (const [name, value] of Object.entries(attributes)) {
    // Names of attributes are capitals, digits and underscores.
    const field = `${OURS}${name.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`;
    const reserved: readonly string[] = brevoManifest.reservedAttributes;
    if (reserved.includes(name.toLowerCase())) {
      warnings.push({
        code: 'attribute_reserved',
        field,
        detail: `${field} is written by this connection itself.`,
      });
    } else if (typeof value === 'number' && !Number.isFinite(value)) {
      warnings.push({ code: 'field_rejected', field, detail: `${field} was left out: it is no number.` });
    } else if (typeof value !== 'object') {
      add([field], value);
    }
  }
  return { wishes, warnings };
}

/** A comma would make two tags of one. */
function tagText(tags: readonly string[]): string {
  return tags.length === 0 ? NOTHING_LEFT : tags.map((tag) => tag.replaceAll(',', ' ')).join(',');
}

function namesIn(list: SettingValue | undefined): readonly string[] {
  return String(list ?? '')
    .split(',')
    .map((name) => name.trim().toUpperCase())
    .filter((name) => name !== '');
}

/** What the ledger learns once these attributes were taken. */
export function attributesDelta(
  plan: ContactPlan,
  taken: Readonly<Record<string, FieldValue>>,
): WrittenDelta {
  const { [TAGS]: tags, ...fields } = taken;
  return { email: plan.email, fields, ...(tags === undefined ? {} : plan.tags) };
}

/** Our texts say that nothing is left; what is no text stays, and is told. Names are the merchant's. */
export function takenBack(previous: WrittenContact): {
  readonly attributes: Readonly<Record<string, string>>;
  readonly warnings: readonly Warning[];
} {
  const ours = Object.entries(previous.fields).filter(([name]) => name.startsWith(OURS));
  const texts = ours.filter(([, value]) => typeof value === 'string').map(([name]) => name);
  const others = ours.filter(([, value]) => typeof value !== 'string').map(([name]) => name);
  const detail = `Brevo documents no way to empty an attribute, so these keep their values: ${others.join(', ')}.`;
  return {
    attributes: Object.fromEntries(
      [...texts, ...(previous.tags.length > 0 ? [TAGS] : [])].map((name) => [name, NOTHING_LEFT]),
    ),
    warnings: others.length === 0 ? [] : [{ code: 'left_in_place', field: others[0] ?? '', detail }],
  };
}

/** https://developers.brevo.com/reference/create-event, 2026-11: names and keys are letters, digits, `-` and `_`. */
const WORD = /^[A-Za-z0-9_-]{1,255}$/;

export interface EventPlan {
  readonly kind: 'plan';
  readonly name: string;
  readonly date: string;
  readonly properties: object;
  readonly warnings: readonly Warning[];
}

export function planEvent({ name, occurredAt, dedupeId, data }: ContactEvent): EventPlan | Refused {
  const trimmed = name.trim();
  if (!WORD.test(trimmed)) return { kind: 'refused', code: 'event_name_invalid', field: 'event_name' };
  const at = new Date(occurredAt);
  if (Number.isNaN(at.getTime())) return { kind: 'refused', code: 'event_time_invalid', field: 'event_date' };
  const dropped: string[] = [];
  const properties = { ...(takenValue(data, dropped) as object), rekomi_event_id: dedupeId };
  if (Buffer.byteLength(JSON.stringify(properties)) > LARGEST_EVENT) {
    return { kind: 'refused', code: 'event_too_large', field: 'event_properties' };
  }
  const warnings = dropped.map((field): Warning => {
    const detail = `"${field}" was left out: Brevo takes letters, digits, - and _ in the names of properties.`;
    return { code: 'event_key_dropped', field, detail };
  });
  return { kind: 'plan', name: trimmed, date: at.toISOString(), properties, warnings };
}

/** What the vendor takes of a value: no nulls, no names that it does not know how to spell. */
function takenValue(value: unknown, dropped: string[]): unknown {
  if (Array.isArray(value))
    return value.map((one) => takenValue(one, dropped)).filter((one) => one !== undefined);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const taken = takenValue(inner, dropped);
    if (WORD.test(key)) kept[key] = taken;
    else dropped.push(key);
  }
  return kept;
}
