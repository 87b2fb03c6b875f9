import type { ProviderManifest } from '@rekomi/provider-contract';

import { dataCentreOf, type Credentials } from './connection-credentials.js';
import { USUAL_RECEIPT_PERCENT } from '../core/receipt-sampling.js';
import type { InputProblem } from './connection-problem.js';

const LONGEST_LABEL = 200;
const LONGEST_TAG = 100;
const MOST_TAGS = 50;

/** A name for a connection whose owner gave none: `Acme (name of the vendor, US)`, `Acme (name of the vendor, us14)`. */
export function defaultLabel(
  manifest: ProviderManifest,
  account: { readonly id?: string; readonly name?: string },
  regionName: string | undefined,
  credentials: Credentials = {},
): string {
  const region =
    manifest.regions.length < 2
      ? dataCentreOf(manifest, credentials)
      : (manifest.regions.find((one) => one.name === regionName)?.label ?? regionName);
  const where = region === undefined ? manifest.name : `${manifest.name}, ${region}`;
  const name = account.name?.trim() || account.id?.trim();
  if (name === undefined || name === '')
    return region === undefined ? manifest.name : `${manifest.name} (${region})`;
  return `${[...name].slice(0, LONGEST_LABEL - where.length - 3).join('')} (${where})`;
}

/** "a list", "an audience". */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

export type TextReading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: readonly InputProblem[] };

export function readLabel(given: string): TextReading<string> {
  const label = given.trim();
  const wrong =
    label === '' || [...label].length > LONGEST_LABEL || /\p{Cc}/u.test(label)
      ? `A label has 1 to ${LONGEST_LABEL} characters, on one line.`
      : undefined;
  return wrong === undefined
    ? { ok: true, value: label }
    : { ok: false, errors: [{ pointer: '#/label', code: 'invalid_value', detail: wrong }] };
}

/** Tags trimmed, without repeats, in the order given. A comma would split one at vendors that join tags with commas. */
export function readTags(given: readonly string[]): TextReading<readonly string[]> {
  const tags = [...new Set(given.map((tag) => tag.trim()))];
  const errors = given.flatMap((tag, index) => {
    const name = tag.trim();
    return name !== '' && [...name].length <= LONGEST_TAG && !/[,\p{Cc}]/u.test(name)
      ? []
      : [
          {
            pointer: `#/defaultTags/${index}`,
            code: 'invalid_value',
            detail: `A tag has 1 to ${LONGEST_TAG} characters, without commas and line breaks.`,
          },
        ];
  });
  if (tags.length > MOST_TAGS) {
    errors.push({ pointer: '#/defaultTags', code: 'too_many', detail: `At most ${MOST_TAGS} tags.` });
  }
  return errors.length === 0 ? { ok: true, value: tags } : { ok: false, errors };
}

/** Undefined keeps, null goes back to the usual sample. */
export function readReceiptPercent(given: number | null | undefined): TextReading<number | undefined> {
  if (given === null) return { ok: true, value: USUAL_RECEIPT_PERCENT };
  if (given === undefined || (given >= 0 && given <= 100)) return { ok: true, value: given };
  const detail = 'The share of writes that are read back is 0 to 100 percent.';
  return { ok: false, errors: [{ pointer: '#/receiptPercent', code: 'invalid_value', detail }] };
}
