import { readAddress } from './address-answer.js';
import { type Answer, type AnswerFault, type GivenConsent, type Reading, fault, read } from './answer.js';
import { readChoice, readChoices, readCountry } from './choice-answers.js';
import { findCountry } from './countries.js';
import { EMAIL_KEY, type FieldTarget, type FormField } from './form.js';
import { readPhone } from './phone-answer.js';
import { readDate, readEmail, readNumber, readText, readUrl } from './text-answers.js';

/** What somebody filled in, read and checked. */
export interface FilledForm {
  readonly email: string;
  readonly person: { readonly [Target in FieldTarget]?: string };
  /** Without questions that were left blank. */
  readonly answers: readonly Answer[];
  readonly consents: readonly GivenConsent[];
}

export type FormReading =
  | { readonly ok: true; readonly value: FilledForm }
  | { readonly ok: false; readonly faults: readonly AnswerFault[] };

/** Values by the keys of their fields, of any type: they come from strangers. */
export type GivenAnswers = Readonly<Record<string, unknown>>;

/** Reads what was filled in on a form. Blank, null and absent are the same; unknown keys are faults. */
export function readAnswers(fields: readonly FormField[], given: GivenAnswers): FormReading {
  const keys = new Set(fields.map(({ key }) => key));
  const faults: AnswerFault[] = Object.keys(given)
    .filter((key) => !keys.has(key))
    .slice(0, 20)
    .map((key) => ({
      path: [key.slice(0, 100)],
      code: 'unknown_field',
      detail: 'The form has no such field.',
    }));
  const country = countryOf(fields, given);
  const answers: Answer[] = [];
  for (const field of fields) {
    const { key, type, label } = field;
    const raw = Object.hasOwn(given, key) ? given[key] : undefined;
    if (type === 'address') {
      const found = readAddressField(field, raw);
      if (found === undefined) continue;
      if (found.ok) answers.push({ key, type, label, value: found.value, text: found.text });
      else faults.push(...found.faults);
      continue;
    }
    const reading = readField(field, raw, country);
    if (reading === undefined) continue;
    if (reading.ok) answers.push({ key, type, label, value: reading.value, text: reading.text });
    else faults.push(...reading.faults.map((one) => ({ path: [key], ...one })));
  }
  if (faults.length > 0) return { ok: false, faults };
  const byKey = new Map(answers.map((answer) => [answer.key, answer]));
  return {
    ok: true,
    value: {
      email: String(byKey.get(EMAIL_KEY)?.value),
      person: personOf(fields, byKey),
      answers,
      consents: fields
        .filter(({ type }) => type === 'consent')
        .map(({ key, label }) => ({ key, wording: label, given: byKey.get(key)?.value === true })),
    },
  };
}

function readAddressField(field: FormField, raw: unknown): ReturnType<typeof readAddress> {
  if (raw === undefined || raw === null || raw === '') return readAddress(field.key, {}, field.required);
  if (typeof raw === 'object' && !Array.isArray(raw)) {
    return readAddress(field.key, raw as Readonly<Record<string, unknown>>, field.required);
  }
  const detail = 'An object with the parts of the address is expected here.';
  return { ok: false, faults: [{ path: [field.key], code: 'wrong_type', detail }] };
}

/** @returns undefined for a question that may be left blank and was. */
function readField(field: FormField, raw: unknown, country: string | undefined): Reading | undefined {
  if (isBlank(raw)) return field.required ? missing(field) : blank(field);
  switch (field.type) {
    case 'consent':
      if (typeof raw !== 'boolean') return fault('wrong_type', 'true or false is expected here.');
      return !raw && field.required ? missing(field) : read(raw, raw ? 'Yes' : 'No');
    case 'checkboxes':
      return isTexts(raw)
        ? readChoices(field, raw)
        : fault('wrong_type', 'A list of texts is expected here.');
    case 'number':
      return typeof raw === 'number' || typeof raw === 'string'
        ? readNumber(field, raw)
        : fault('wrong_type', 'One number is expected here.');
    default:
      return typeof raw === 'string'
        ? readOneText(field, raw, country)
        : fault('wrong_type', 'One text is expected here.');
  }
}

function readOneText(field: FormField, given: string, country: string | undefined): Reading {
  switch (field.type) {
    case 'email':
      return readEmail(given);
    case 'url':
      return readUrl(given);
    case 'date':
      return readDate(field, given);
    case 'phone':
      return readPhone(given, country);
    case 'country':
      return readCountry(given);
    case 'dropdown':
    case 'radio':
      return readChoice(field, given);
    default:
      return readText(field, given);
  }
}

/** Nothing that anybody could see: blanks, line breaks and invisible characters are no answer. */
function isBlank(raw: unknown): boolean {
  if (raw === undefined || raw === null) return true;
  if (typeof raw === 'string') return /^[\s\p{Cc}\p{Cf}]*$/u.test(raw);
  return Array.isArray(raw) && raw.every((one) => one === '');
}

function isTexts(raw: unknown): raw is readonly string[] {
  return Array.isArray(raw) && raw.every((one) => typeof one === 'string');
}

/** A consent that nobody gave is an answer too: it was asked for. */
function blank(field: FormField): Reading | undefined {
  return field.type === 'consent' ? read(false, 'No') : undefined;
}

function missing({ type }: FormField): Reading {
  switch (type) {
    case 'consent':
      return fault('required', 'Tick this box to go on.');
    case 'dropdown':
    case 'radio':
    case 'country':
      return fault('required', 'Choose one of the options.');
    case 'checkboxes':
      return fault('required', 'Choose at least one.');
    default:
      return fault('required', 'Fill this in.');
  }
}

/** The first country that the form tells, for telephone numbers. */
function countryOf(fields: readonly FormField[], given: GivenAnswers): string | undefined {
  for (const { key, type } of fields) {
    const raw = Object.hasOwn(given, key) ? given[key] : undefined;
    const inAddress = type === 'address' && typeof raw === 'object' && raw !== null && 'country' in raw;
    const code = inAddress ? raw.country : type === 'country' ? raw : undefined;
    const country = typeof code === 'string' ? findCountry(code) : undefined;
    if (country !== undefined) return country.code;
  }
  return undefined;
}

function personOf(fields: readonly FormField[], answers: ReadonlyMap<string, Answer>): FilledForm['person'] {
  return Object.fromEntries(
    fields.flatMap(({ key, mapsTo }) => {
      const value = answers.get(key)?.value;
      if (mapsTo === null || value === undefined) return [];
      if (typeof value === 'string') return [[mapsTo, value]];
      const inAddress = typeof value === 'object' && 'country' in value ? value.country : undefined;
      return inAddress === undefined ? [] : [[mapsTo, inAddress]];
    }),
  );
}
