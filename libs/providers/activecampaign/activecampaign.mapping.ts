import {
  emptied,
  wantedFields,
  type ContactEvent,
  type DesiredContact,
  type FieldNames,
  type WantedFields,
  type Warning,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { activecampaignManifest } from './activecampaign.manifest.js';

const NAMES: FieldNames = {
  firstName: 'firstName',
  lastName: 'lastName',
  prefix: 'rekomi_',
  reserved: activecampaignManifest.reservedAttributes,
};

/** By the vendor's names for its own fields and our titles for custom ones; null empties one. */
export type Values = WantedFields;

/** Every value is kept as text. */
export function valuesOf(desired: DesiredContact): {
  readonly values: Values;
  readonly warnings: readonly Warning[];
} {
  const { fields, warnings } = wantedFields(desired, NAMES);
  const values = Object.entries(fields).map(([name, value]) => [name, value === null ? null : String(value)]);
  return { values: Object.fromEntries(values) as Values, warnings };
}

export function isCustom(name: string): boolean {
  return name.startsWith(NAMES.prefix);
}

/** Our custom fields as they stand in the ledger, each to be emptied. */
export function ownFields(previous: WrittenContact): Values {
  return emptied(previous, NAMES.prefix);
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
