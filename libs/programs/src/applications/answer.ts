import type { AddressPart, FieldType } from './form.js';

export type AddressValue = { readonly [Part in AddressPart]?: string };
export type AnswerValue = string | number | boolean | readonly string[] | AddressValue;

/** One question as it was shown, and what was answered. */
export interface Answer {
  readonly key: string;
  readonly type: FieldType;
  readonly label: string;
  /** Telephone numbers as E.164, countries as ISO 3166-1 alpha-2, days as `YYYY-MM-DD`, choices by their value. */
  readonly value: AnswerValue;
  /** The same for people to read. */
  readonly text: string;
}

/** A consent as it was shown, and whether it was given. */
export interface GivenConsent {
  readonly key: string;
  readonly wording: string;
  readonly given: boolean;
}

export interface AnswerFault {
  /** The field's key, followed by the part of an address: `['address', 'city']`. */
  readonly path: readonly string[];
  readonly code: string;
  /** What is wrong and what to do about it, for the person who fills in the form. */
  readonly detail: string;
}

export type Reading =
  | { readonly ok: true; readonly value: AnswerValue; readonly text: string }
  | { readonly ok: false; readonly faults: readonly Omit<AnswerFault, 'path'>[] };

export function read(value: AnswerValue, text: string): Reading {
  return { ok: true, value, text };
}

export function fault(code: string, detail: string): Reading {
  return { ok: false, faults: [{ code, detail }] };
}
