import {
  ADDRESS_LABELS,
  ADDRESS_PARTS,
  type AddressPart,
  COUNTRIES,
  EMAIL_KEY,
  type FormField,
  NEEDED_ADDRESS_PARTS,
} from '@rekomi/programs';
import type { ReactElement, ReactNode } from 'react';

import { describedBy, FieldNotes } from '../pages/form-field.js';
import type { ShownAnswers } from './application-page.js';
import { TICKED } from './sent-form.js';

interface Props {
  readonly field: FormField;
  readonly shown: ShownAnswers;
}

const AUTOCOMPLETE_OF_TARGET = {
  firstName: 'given-name',
  lastName: 'family-name',
  fullName: 'name',
  country: 'country',
} as const;

const AUTOCOMPLETE_OF_PART: Readonly<Record<AddressPart, string>> = {
  line1: 'address-line1',
  line2: 'address-line2',
  city: 'address-level2',
  region: 'address-level1',
  postalCode: 'postal-code',
  country: 'country',
};

/** One question of any type. Without a script it is as complete as with one. */
export function ApplicationField({ field, shown }: Props): ReactElement {
  switch (field.type) {
    case 'address':
      return <AddressGroup field={field} shown={shown} />;
    case 'radio':
    case 'checkboxes':
      return <ChoiceGroup field={field} shown={shown} />;
    case 'consent':
      return <Consent field={field} shown={shown} />;
    default:
      return <Single field={field} shown={shown} />;
  }
}

function Single({ field, shown }: Props): ReactElement {
  const { key, type, label, hint, required, min, max } = field;
  const error = errorAt(shown, [key]);
  const common = {
    id: key,
    name: key,
    required,
    ...autoComplete(field),
    ...describedBy(key, hint ?? undefined, error),
  };
  const value = textIn(shown.answers[key]);
  return (
    <Labelled id={key} label={label} hint={hint} error={error} required={required}>
      {type === 'long_text' ? (
        <textarea {...common} rows={6} defaultValue={value} />
      ) : type === 'dropdown' ? (
        <Options common={common} options={field.options} value={value} />
      ) : type === 'country' ? (
        <Options common={common} options={COUNTRY_OPTIONS} value={value} />
      ) : (
        <input
          {...common}
          {...INPUTS[type as keyof typeof INPUTS]}
          {...(type === 'date' ? { min: min ?? undefined, max: max ?? undefined } : {})}
          defaultValue={value}
        />
      )}
    </Labelled>
  );
}

/** Numbers and web addresses are texts to the browser: what it would refuse, we read or explain. */
const INPUTS = {
  text: { type: 'text' },
  email: { type: 'email' },
  url: { type: 'text', inputMode: 'url', spellCheck: false, autoCapitalize: 'none' },
  number: { type: 'text', inputMode: 'decimal' },
  date: { type: 'date' },
  phone: { type: 'tel' },
} as const;

const COUNTRY_OPTIONS = COUNTRIES.map(({ code, name }) => ({ value: code, label: name }));

interface OptionsProps {
  readonly common: Readonly<Record<string, unknown>>;
  readonly options: FormField['options'];
  readonly value: string;
}

function Options({ common, options, value }: OptionsProps): ReactElement {
  const known = options.some((option) => option.value === value);
  return (
    <select {...common} defaultValue={known ? value : ''}>
      <option value="">Choose …</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

interface LabelledProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string | null;
  readonly error: string | undefined;
  readonly required: boolean;
  readonly children: ReactNode;
}

function Labelled({ id, label, hint, error, required, children }: LabelledProps): ReactElement {
  return (
    <div className={error === undefined ? 'field' : 'field wrong'}>
      <label htmlFor={id}>
        {label}
        {required ? null : <Optional />}
      </label>
      <FieldNotes name={id} hint={hint ?? undefined} error={error} />
      {children}
    </div>
  );
}

function Optional(): ReactElement {
  return <span className="optional"> (optional)</span>;
}

/** Radio buttons or checkboxes under one question. The first one carries the question's id, for the error's link. */
function ChoiceGroup({ field, shown }: Props): ReactElement {
  const { key, type, label, hint, required, options } = field;
  const error = errorAt(shown, [key]);
  const given = shown.answers[key];
  const chosen = new Set(Array.isArray(given) ? given.map(String) : [textIn(given)]);
  const { 'aria-describedby': description, 'aria-invalid': invalid } = describedBy(
    key,
    hint ?? undefined,
    error,
  );
  return (
    <fieldset
      className={error === undefined ? undefined : 'wrong'}
      {...(description === undefined ? {} : { 'aria-describedby': description })}
    >
      <legend>
        {label}
        {required ? null : <Optional />}
      </legend>
      <FieldNotes name={key} hint={hint ?? undefined} error={error} />
      {options.map(({ value, label: name }, place) => {
        const id = place === 0 ? key : `${key}.${place}`;
        return (
          <div className="choice" key={value}>
            <input
              id={id}
              name={key}
              value={value}
              type={type === 'radio' ? 'radio' : 'checkbox'}
              required={type === 'radio' && required}
              defaultChecked={chosen.has(value)}
              {...(invalid === undefined ? {} : { 'aria-invalid': invalid })}
            />
            <label htmlFor={id}>{name}</label>
          </div>
        );
      })}
    </fieldset>
  );
}

function Consent({ field, shown }: Props): ReactElement {
  const { key, label, hint, required } = field;
  const error = errorAt(shown, [key]);
  return (
    <div className={error === undefined ? 'field' : 'field wrong'}>
      <FieldNotes name={key} hint={hint ?? undefined} error={error} />
      <div className="choice">
        <input
          id={key}
          name={key}
          type="checkbox"
          value={TICKED}
          required={required}
          defaultChecked={shown.answers[key] === true}
          {...describedBy(key, hint ?? undefined, error)}
        />
        <label htmlFor={key}>
          {label}
          {required ? null : <Optional />}
        </label>
      </div>
    </div>
  );
}

function AddressGroup({ field, shown }: Props): ReactElement {
  const { key, label, hint, required } = field;
  const given = shown.answers[key];
  const parts = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  const error = errorAt(shown, [key]);
  return (
    <fieldset {...(hint === null ? {} : { 'aria-describedby': `${key}-hint` })}>
      <legend>
        {label}
        {required ? null : <Optional />}
      </legend>
      <FieldNotes name={key} hint={hint ?? undefined} error={error} />
      {ADDRESS_PARTS.map((part) => {
        const id = `${key}.${part}`;
        const wrong = errorAt(shown, [key, part]);
        const needed = required && NEEDED_ADDRESS_PARTS.has(part);
        const common = {
          id,
          name: id,
          required: needed,
          autoComplete: AUTOCOMPLETE_OF_PART[part],
          ...describedBy(id, undefined, wrong),
        };
        const value = textIn(parts[part]);
        return (
          <Labelled
            key={part}
            id={id}
            label={ADDRESS_LABELS[part]}
            hint={null}
            error={wrong}
            required={needed || !required}
          >
            {part === 'country' ? (
              <Options common={common} options={COUNTRY_OPTIONS} value={value} />
            ) : (
              <input {...common} type="text" defaultValue={value} />
            )}
          </Labelled>
        );
      })}
    </fieldset>
  );
}

/** Lets browsers and password managers fill in what they know of the person (WCAG 1.3.5). */
function autoComplete({ key, type, mapsTo }: FormField): { autoComplete?: string } {
  if (mapsTo !== null) return { autoComplete: AUTOCOMPLETE_OF_TARGET[mapsTo] };
  if (key === EMAIL_KEY) return { autoComplete: 'email' };
  if (type === 'phone') return { autoComplete: 'tel' };
  if (type === 'country') return { autoComplete: 'country' };
  if (type === 'url') return { autoComplete: 'url' };
  return {};
}

function errorAt({ faults }: ShownAnswers, path: readonly string[]): string | undefined {
  return faults.find((one) => one.path.join('.') === path.join('.'))?.detail;
}

function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  const [first] = Array.isArray(value) ? (value as unknown[]) : [];
  return typeof first === 'string' ? first : '';
}
