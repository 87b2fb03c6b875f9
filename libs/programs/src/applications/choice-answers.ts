import { cleanText } from '../names/clean-text.js';
import { type Reading, fault, read } from './answer.js';
import { findCountry } from './countries.js';
import type { FormField } from './form.js';

/** Fields that let choose one of several options. */
export function readChoice(field: FormField, given: string): Reading {
  const wanted = cleanText(given);
  const option = field.options.find(({ value }) => value === wanted);
  return option === undefined
    ? fault('unknown_option', 'Choose one of the options.')
    : read(option.value, option.label);
}

/** Fields that let choose any number of options; each counts once, in the order of the form. */
export function readChoices(field: FormField, given: readonly string[]): Reading {
  const wanted = new Set(given.map(cleanText).filter((value) => value !== ''));
  const chosen = field.options.filter(({ value }) => wanted.has(value));
  if (chosen.length < wanted.size) return fault('unknown_option', 'Choose from the options only.');
  const { min, max } = field;
  if (typeof min === 'number' && chosen.length < min) {
    return fault('too_few', `Choose at least ${min}.`);
  }
  if (typeof max === 'number' && chosen.length > max) return fault('too_many', `Choose at most ${max}.`);
  return read(
    chosen.map(({ value }) => value),
    chosen.map(({ label }) => label).join(', '),
  );
}

export function readCountry(given: string): Reading {
  const country = findCountry(given);
  return country === undefined
    ? fault('unknown_country', 'Choose a country from the list.')
    : read(country.code, country.name);
}
