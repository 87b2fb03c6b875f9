import { readEmailAddress } from '../addresses/email-address.js';
import { LONGEST_NAME, LONGEST_TIER } from '../affiliates/affiliate-input.js';
import { cleanText } from '../names/clean-text.js';
import { type PersonName, splitPersonName } from '../names/person-name.js';
import type { InputProblem } from '../program-problem.js';
import { readTags, uniteTags } from '../tags/tags.js';

/**
 * One person as they come in, from a program, a pasted list or a file: hence values of any type. Null and blank count as
 * absent; numbers are taken as the text they show.
 */
export interface InviteRow {
  readonly email?: unknown;
  readonly firstName?: unknown;
  readonly lastName?: unknown;
  /** First and last name in one, instead of the two. */
  readonly name?: unknown;
  readonly tier?: unknown;
  readonly tags?: unknown;
}

/** The same, read and cleaned. */
export interface ReadInvite {
  readonly email: string;
  readonly name?: PersonName;
  readonly tier?: string;
  readonly tags: readonly string[];
}

export type InviteReading =
  | { readonly ok: true; readonly value: ReadInvite }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

const FIELDS: ReadonlySet<string> = new Set(['email', 'firstName', 'lastName', 'name', 'tier', 'tags']);

/** @param pointer where the person stands in the body: `#` or `#/invites/3`. */
export function readInvite(row: unknown, pointer: string): InviteReading {
  if (typeof row === 'string') return readInvite({ email: row }, pointer);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    const detail = 'A person is an object with the field email, or just the address as a text.';
    return { ok: false, errors: [{ pointer, code: 'invalid_type', detail }] };
  }
  return readFields(row, pointer);
}

function readFields(row: InviteRow, pointer: string): InviteReading {
  const errors: InputProblem[] = [];
  const wrong = (field: string, code: string, detail: string): void => {
    errors.push({ pointer: `${pointer}/${field}`, code, detail });
  };
  const text = (field: keyof InviteRow, longest: number): string => {
    const given = textOf(row[field]);
    if (given === undefined) wrong(field, 'invalid_type', 'Must be a text.');
    const cleaned = cleanText(given ?? '');
    if ([...cleaned].length > longest) wrong(field, 'too_long', `At most ${longest} characters.`);
    return cleaned;
  };

  for (const field of Object.keys(row)) {
    if (!FIELDS.has(field)) {
      const detail = `There is no such field. Known are ${[...FIELDS].join(', ')}.`;
      wrong(escapePointer(field.slice(0, 100)), 'unknown_field', detail);
    }
  }
  const address = textOf(row.email);
  if (address === undefined) wrong('email', 'invalid_type', 'Must be a text.');
  const email = readEmailAddress(address ?? '');
  if (address !== undefined && !email.ok) wrong('email', email.code, email.detail);
  const name = readName(
    text('firstName', LONGEST_NAME),
    text('lastName', LONGEST_NAME),
    text('name', LONGEST_NAME),
  );
  const tier = text('tier', LONGEST_TIER);
  const tags = readTagList(row.tags);
  for (const { place, detail } of tags.errors) {
    wrong(place === undefined ? 'tags' : `tags/${place}`, 'invalid_tag', detail);
  }
  if (errors.length > 0 || !email.ok) return { ok: false, errors };
  return {
    ok: true,
    value: {
      email: email.address,
      tags: tags.tags,
      ...(name === undefined ? {} : { name }),
      ...(tier === '' ? {} : { tier }),
    },
  };
}

/** Two fields say for certain what is which; only one text has to be divided. */
export function readName(first: string, last: string, whole: string): PersonName | undefined {
  if (first === '' && last === '') return splitPersonName(whole);
  return {
    full: [first, last].filter((part) => part !== '').join(' '),
    ...(first === '' ? {} : { given: first }),
    ...(last === '' ? {} : { family: last }),
  };
}

interface TagList {
  readonly tags: readonly string[];
  readonly errors: readonly { readonly place?: number; readonly detail: string }[];
}

/** A list of texts, or one text with commas or semicolons between the tags, as templates and files have it. */
function readTagList(given: unknown): TagList {
  const listed = Array.isArray(given) ? given.map(textOf) : textOf(given)?.split(/[,;]/);
  if (listed === undefined || listed.includes(undefined)) {
    return { tags: [], errors: [{ detail: 'Must be a list of texts.' }] };
  }
  const reading = readTags(listed.filter((tag) => tag !== undefined && tag.trim() !== '') as string[]);
  return reading.ok ? { tags: uniteTags(reading.tags), errors: [] } : { tags: [], errors: reading.errors };
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

function escapePointer(field: string): string {
  return field.replaceAll('~', '~0').replaceAll('/', '~1');
}
