import { cleanText } from '../names/clean-text.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { cleanLongText } from './clean-long-text.js';
import { readBounds } from './field-bounds.js';
import { readOptions } from './field-options.js';
import {
  type ApplicationForm,
  EMAIL_KEY,
  type FieldTarget,
  type FieldType,
  type FormField,
  type FormTexts,
} from './form.js';

export interface FieldInput {
  readonly key: string;
  readonly type: FieldType;
  readonly label: string;
  readonly hint?: string | null;
  readonly required?: boolean;
  readonly options?: readonly { readonly value: string; readonly label?: string | null }[] | null;
  readonly min?: number | string | null;
  readonly max?: number | string | null;
  readonly mapsTo?: FieldTarget | null;
}

/** A whole form: what is absent has its default. */
export interface FormInput {
  readonly enabled?: boolean;
  readonly fields: readonly FieldInput[];
  readonly texts?: { readonly [Name in keyof FormTexts]?: string | null } | null;
}

export const MOST_FIELDS = 50;
const MOST_CONSENTS = 5;
const KEY = /^[a-z][a-zA-Z0-9_]{0,39}$/;
const LONGEST_LABEL = 300;
const LONGEST_CONSENT = 1_900;
const LONGEST_HINT = 500;
const LONGEST_TEXT = { intro: 5_000, submitLabel: 60, thanksTitle: 200, thanksText: 5_000 } as const;

const TYPES_OF_TARGET: Readonly<Record<FieldTarget, readonly FieldType[]>> = {
  firstName: ['text'],
  lastName: ['text'],
  fullName: ['text'],
  country: ['country', 'address'],
};

type Wrong = (place: string, code: string, detail: string) => void;

/** Reads the definition of a form; every fault is named with the pointer of its place. */
export function readForm(input: FormInput): ProgramResult<Omit<ApplicationForm, 'isDefault' | 'updatedAt'>> {
  const errors: InputProblem[] = [];
  const wrong: Wrong = (place, code, detail) => errors.push({ pointer: `#/${place}`, code, detail });
  if (input.fields.length > MOST_FIELDS) wrong('fields', 'too_many', `At most ${MOST_FIELDS} fields.`);
  const fields = input.fields
    .slice(0, MOST_FIELDS)
    .map((field, index) =>
      readField(field, (place, code, detail) => wrong(`fields/${index}${place}`, code, detail)),
    );
  checkTogether(fields, wrong);
  const texts = readTexts(input.texts ?? {}, wrong);
  if (errors.length > 0) return denied({ reason: 'invalid', errors });
  return granted({ enabled: input.enabled ?? true, fields, texts });
}

function readField(input: FieldInput, wrong: Wrong): FormField {
  const { key, type } = input;
  if (!KEY.test(key)) {
    wrong('/key', 'invalid_value', 'A key has 1 to 40 letters a-z, A-Z, digits and _, and begins with a-z.');
  }
  const label = cleanText(input.label);
  const longest = type === 'consent' ? LONGEST_CONSENT : LONGEST_LABEL;
  if (label === '' || [...label].length > longest) {
    wrong('/label', 'invalid_value', `A label has 1 to ${longest} characters.`);
  }
  const hint = cleanText(input.hint ?? '');
  if ([...hint].length > LONGEST_HINT) wrong('/hint', 'too_long', `At most ${LONGEST_HINT} characters.`);
  const mapsTo = input.mapsTo ?? null;
  if (mapsTo !== null && !TYPES_OF_TARGET[mapsTo].includes(type)) {
    const types = TYPES_OF_TARGET[mapsTo].join(' or ');
    wrong('/mapsTo', 'wrong_type', `${mapsTo} can only be filled by a field of type ${types}.`);
  }
  const options = readOptions(type, input.options ?? [], wrong);
  return {
    key,
    type,
    label,
    hint: hint === '' ? null : hint,
    required: input.required ?? false,
    options,
    ...readBounds(input, options.length, wrong),
    mapsTo,
  };
}

/** What no field can know by itself. */
function checkTogether(fields: readonly FormField[], wrong: Wrong): void {
  const seen = new Set<string>();
  const targets = new Set<FieldTarget>();
  for (const [index, { key, mapsTo }] of fields.entries()) {
    if (seen.has(key)) wrong(`fields/${index}/key`, 'duplicate', `Another field has the key ${key} already.`);
    seen.add(key);
    if (mapsTo === null) continue;
    const taken =
      targets.has(mapsTo) ||
      (mapsTo === 'fullName' && (targets.has('firstName') || targets.has('lastName'))) ||
      (mapsTo !== 'fullName' && mapsTo !== 'country' && targets.has('fullName'));
    if (taken)
      wrong(`fields/${index}/mapsTo`, 'duplicate', 'Another field fills this part of the person already.');
    targets.add(mapsTo);
  }
  const place = fields.findIndex(({ key }) => key === EMAIL_KEY);
  const email = fields[place];
  if (email === undefined) {
    wrong(
      'fields',
      'email_field_missing',
      'A form needs the applicant’s address: add {"key": "email", "type": "email", "required": true}.',
    );
  } else {
    if (email.type !== 'email')
      wrong(`fields/${place}/type`, 'wrong_type', 'The field email is of type email.');
    if (!email.required)
      wrong(`fields/${place}/required`, 'invalid_value', 'The field email is always required.');
  }
  if (fields.filter(({ type }) => type === 'consent').length > MOST_CONSENTS) {
    wrong('fields', 'too_many', `At most ${MOST_CONSENTS} fields of type consent.`);
  }
}

function readTexts(input: NonNullable<FormInput['texts']>, wrong: Wrong): FormTexts {
  const read = (name: keyof FormTexts): string | null => {
    const paragraphs = name === 'intro' || name === 'thanksText';
    const text = paragraphs ? cleanLongText(input[name] ?? '') : cleanText(input[name] ?? '');
    const longest = LONGEST_TEXT[name];
    if ([...text].length > longest) wrong(`texts/${name}`, 'too_long', `At most ${longest} characters.`);
    return text === '' ? null : text;
  };
  return {
    intro: read('intro'),
    submitLabel: read('submitLabel'),
    thanksTitle: read('thanksTitle'),
    thanksText: read('thanksText'),
  };
}
