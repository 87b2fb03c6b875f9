import { cleanText } from '../names/clean-text.js';
import type { AnswerFault, AddressValue } from './answer.js';
import { findCountry } from './countries.js';
import { ADDRESS_PARTS, type AddressPart, NEEDED_ADDRESS_PARTS } from './form.js';

const LONGEST = 200;

export const ADDRESS_LABELS: Readonly<Record<AddressPart, string>> = {
  line1: 'Address line 1',
  line2: 'Address line 2',
  city: 'Town or city',
  region: 'State, province or region',
  postalCode: 'Postal code',
  country: 'Country',
};

export type AddressReading =
  | { readonly ok: true; readonly value: AddressValue; readonly text: string }
  | { readonly ok: false; readonly faults: readonly AnswerFault[] };

/** @param key of the field, for the places of faults. @returns undefined when every part is blank. */
export function readAddress(
  key: string,
  given: Readonly<Record<string, unknown>>,
  required: boolean,
): AddressReading | undefined {
  const faults: AnswerFault[] = [];
  const value: Partial<Record<AddressPart, string>> = {};
  const wrong = (part: string, code: string, detail: string): void => {
    faults.push({ path: [key, part], code, detail });
  };
  for (const part of Object.keys(given)) {
    if (!(ADDRESS_PARTS as readonly string[]).includes(part)) {
      wrong(part.slice(0, 100), 'unknown_field', `An address has the parts ${ADDRESS_PARTS.join(', ')}.`);
    }
  }
  for (const part of ADDRESS_PARTS) {
    const raw = Object.hasOwn(given, part) ? given[part] : undefined;
    if (raw === undefined || raw === null) continue;
    if (typeof raw !== 'string') {
      wrong(part, 'wrong_type', 'One text is expected here.');
      continue;
    }
    const text = cleanText(raw);
    if (text === '') continue;
    if ([...text].length > LONGEST)
      wrong(part, 'too_long', `Shorten this to ${LONGEST} characters or fewer.`);
    value[part] = text;
  }
  const country = value.country === undefined ? undefined : findCountry(value.country);
  if (value.country !== undefined && country === undefined) {
    wrong('country', 'unknown_country', 'Choose a country from the list.');
  }
  if (country !== undefined) value.country = country.code;
  if (Object.keys(value).length === 0 && faults.length === 0 && !required) return undefined;
  for (const part of NEEDED_ADDRESS_PARTS) {
    const told = faults.some(({ path }) => path[1] === part);
    if (value[part] === undefined && !told) {
      wrong(part, 'required', part === 'country' ? 'Choose a country.' : 'Fill this in.');
    }
  }
  if (faults.length > 0) return { ok: false, faults };
  const text = ADDRESS_PARTS.map((part) => (part === 'country' ? country?.name : value[part]))
    .filter((part) => part !== undefined)
    .join(', ');
  return { ok: true, value, text };
}
