import type {
  ContactEvent,
  DesiredContact,
  FieldValue,
  Warning,
  WrittenContact,
} from '@rekomi/provider-contract';
import { activecampaignManifest } from './activecampaign.manifest.js';

const PREFIX = 'rekomi_';

/** By the vendor's names for its own fields and our titles for custom ones; null empties one. */
export type Values = Readonly<Record<string, FieldValue | null>>;

export function sameAddress(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

export function valuesOf(desired: DesiredContact): {
  readonly values: Values;
  readonly warnings: readonly Warning[];
} {
  const values: Record<string, FieldValue | null> = {};
  const warnings: Warning[] = [];
  const reserved: readonly string[] = activecampaignManifest.reservedAttributes;
  const { firstName, lastName, status, tier, attributes } = desired;
  const known = { firstName, lastName, rekomi_status: status, rekomi_tier: tier };
  for (const [name, value] of Object.entries(known)) assign(values, name, value);
  for (const [name, value] of Object.entries(attributes)) {
    if (reserved.includes(name.trim().toLowerCase())) {
      const detail = `The name "${name}" is reserved and was not written.`;
      warnings.push({ code: 'attribute_reserved', field: name, detail });
    } else if (typeof value === 'object') values[`${PREFIX}${name}`] = null;
    else assign(values, `${PREFIX}${name}`, value);
  }
  return { values, warnings };
}

function assign(
  values: Record<string, FieldValue | null>,
  name: string,
  value: FieldValue | undefined,
): void {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return;
  // Every value is kept as text.
  const text = String(value).trim();
  if (text !== '') values[name] = text;
}

/** Those that differ from what was written, and all with `everything`. Only a field of ours can be emptied. */
export function changedValues(values: Values, before: WrittenContact['fields'], everything: boolean): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) =>
      value === null ? Object.hasOwn(before, name) : everything || before[name] !== value,
    ),
  );
}

export function isCustom(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** Our custom fields as they stand in the ledger, each to be emptied. */
export function ownFields({ fields }: WrittenContact): Values {
  return Object.fromEntries(
    Object.keys(fields)
      .filter(isCustom)
      .map((name) => [name, null]),
  );
}

/** The tracker takes names of 32 characters at most. */
export function eventNameFits(name: string): boolean {
  const { length } = [...name.trim()];
  return length > 0 && length <= 32;
}

/** https://developers.activecampaign.com/reference/track-event (2026-08). Key and actid join the form on the way. */
export function eventForm({ name, email, data }: ContactEvent): Readonly<Record<string, string>> {
  const given = Object.entries(data).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return {
    event: name.trim(),
    ...(given.length === 0 ? {} : { eventdata: JSON.stringify(Object.fromEntries(given)) }),
    visit: JSON.stringify({ email: email.trim() }),
  };
}
