import { cleanText } from '../names/clean-text.js';
import type { InputProblem } from '../program-problem.js';

/** Of our names, in bytes of UTF-8. What a vendor asks of a name is said by its manifest. */
export const LONGEST_EVENT_NAME = 100;
/** Of names in a tool, where its manifest names no limit. */
export const LONGEST_NAME_IN_TOOL = 255;

export type NameReading =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly problem: Omit<InputProblem, 'pointer'> };

/**
 * Reads the name of an event, without blanks at its ends.
 *
 * @param longest in bytes.
 */
export function readEventName(text: string, longest = LONGEST_EVENT_NAME): NameReading {
  const name = cleanText(text);
  const size = Buffer.byteLength(name);
  if (size === 0 || size > longest) {
    const detail = `A name has 1 to ${longest} bytes of text; this one has ${size}.`;
    return { ok: false, problem: { code: 'event_name_length', detail } };
  }
  return { ok: true, name };
}

/** The name among `names` that this one was probably meant to be: at most two typing errors away. */
export function similarName(name: string, names: readonly string[]): string | undefined {
  const plain = plainName(name);
  return names.find((candidate) => candidate !== name && distance(plain, plainName(candidate)) <= 2);
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}

/** Insertions, deletions and replacements between two short texts (Levenshtein). */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? Infinity;
}
