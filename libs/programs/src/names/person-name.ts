import { cleanText } from './clean-text.js';
import { isEastAsian, splitEastAsian } from './east-asian-name.js';
import { type NameParts, unitsOf } from './name-parts.js';
import {
  isConnector,
  isDevotion,
  isHonorific,
  isLegalForm,
  isMary,
  isParticle,
  isPatronymic,
  isSuffix,
  isVietnameseOrder,
} from './name-words.js';

/** A full name and, as far as it can be told, its two parts. Absent: there is none, or it cannot be told. */
export interface PersonName {
  /** As written, cleaned of invisible characters and surplus blanks. */
  readonly full: string;
  readonly given?: string;
  readonly family?: string;
}

/**
 * Divides a full name into given and family name. No word is ever lost, changed in case or moved to another place
 * within its part: titles stay with the given name, suffixes with the family name; commas and the middle dots of
 * transliterated names are the only characters that go.
 *
 * One word, a company's name and what cannot be divided are given names alone. A title with one word is a family name
 * alone ("Mr. Smith"), and an address pasted as a name is neither. Of several words without any sign the last one is the
 * family name: second surnames, which nobody can tell from middle names, are not guessed.
 *
 * @returns undefined when nothing visible is left.
 */
export function splitPersonName(text: string): PersonName | undefined {
  const full = cleanText(text);
  if (full === '') return undefined;
  if (/^\S*@\S*$/u.test(full)) return { full };
  const { given, family } = divide(full);
  return {
    full,
    ...(given.length === 0 ? {} : { given: given.join(' ') }),
    ...(family.length === 0 ? {} : { family: family.join(' ') }),
  };
}

function divide(full: string): NameParts {
  const parts = full
    .split(/[,，،]/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return { given: [full], family: [] };
  if (parts.length > 1) return splitAtCommas(parts);
  const only = parts[0] ?? full;
  return isEastAsian(only) ? splitEastAsian(only) : splitWords(only.split(' '));
}

/** "Last, First", "First Last, Jr.", "Last, First, Jr.", "Acme, Inc.". */
function splitAtCommas(parts: readonly string[]): NameParts {
  const words = parts.map((part) => part.split(' '));
  if (isLegalForm(words.at(-1)?.at(-1) ?? '')) return { given: words.flat(), family: [] };
  let end = words.length;
  while (end > 1 && (words[end - 1] ?? []).every(isSuffix)) end -= 1;
  const suffixes = words.slice(end).flat();
  const [first = [], ...rest] = words.slice(0, end);
  if (rest.length > 0) return { given: rest.flat(), family: [...first, ...suffixes] };
  const { given, family } = splitWords(first);
  return family.length > 0
    ? { given, family: [...family, ...suffixes] }
    : { given: [...given, ...suffixes], family };
}

function splitWords(words: readonly string[]): NameParts {
  const units = unitsOf(words);
  if (units.length > 1 && isLegalForm(units.at(-1) ?? '')) return { given: units, family: [] };
  let begin = 0;
  while (begin < units.length - 1 && isHonorific(units[begin] ?? '')) begin += 1;
  let end = units.length;
  while (end > begin + 1 && isSuffix(units[end - 1] ?? '')) end -= 1;
  const core = units.slice(begin, end);
  if (core.length < 2) return begin > 0 ? { given: [], family: units } : { given: units, family: [] };
  const { given, family } = splitCore(core);
  return { given: [...units.slice(0, begin), ...given], family: [...family, ...units.slice(end)] };
}

/** Two or more words, titles and suffixes set aside. */
function splitCore(core: readonly string[]): NameParts {
  const [first = '', second = '', third = ''] = core;
  const familyFirst =
    (core.length === 3 && isPatronymic(third) && !isPatronymic(second)) ||
    (core.length > 2 && isVietnameseOrder(first, second));
  if (familyFirst) return { given: core.slice(1), family: [first] };
  const start = familyStart(core);
  return { given: core.slice(0, start), family: core.slice(start) };
}

/** Where the family name begins: at the first particle, otherwise at the last word; a connector takes one more in. */
function familyStart(core: readonly string[]): number {
  const word = (index: number): string => core[index] ?? '';
  const last = core.length - 1;
  let start = last;
  for (let at = 1; at < last; at += 1) {
    if (!isParticle(word(at))) continue;
    const after = core.findIndex((candidate, index) => index > at && !isParticle(candidate));
    if (isMary(word(at - 1)) && after !== -1 && after < last && isDevotion(word(after))) {
      at = after;
      continue;
    }
    start = at;
    break;
  }
  while (start > 2 && isConnector(word(start - 1))) start -= 2;
  return start;
}
