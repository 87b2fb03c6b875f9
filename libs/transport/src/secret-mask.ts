import { spellings } from './secret-spellings.js';

/** A credential field and its value. */
export interface NamedSecret {
  readonly field: string;
  readonly value: string;
}

/** Shorter values occur by chance; in bodies and addresses masking them would destroy what is recorded. */
const SHORTEST_IN_TEXT = 4;

const REMEMBERED = 64;
const LONGEST_REMEMBERED = 100;

/** Finds credential values in text, in every spelling in which they may come back, and puts field names in their place. */
export class SecretMask {
  readonly #inText: Spelled;
  readonly #inHeaders: Spelled;
  /** Values without a secret: most headers say the same in every request. */
  readonly #plainHeaders = new Set<string>();

  constructor(secrets: readonly NamedSecret[]) {
    this.#inText = new Spelled(secrets.filter(({ value }) => value.length >= SHORTEST_IN_TEXT));
    this.#inHeaders = new Spelled(secrets.filter(({ value }) => value !== ''));
  }

  text(text: string): string {
    return this.#inText.replace(text, text.length);
  }

  header(value: string): string {
    if (this.#plainHeaders.has(value)) return value;
    const masked = this.#inHeaders.replace(value, value.length);
    if (masked === value && value.length <= LONGEST_REMEMBERED && this.#plainHeaders.size < REMEMBERED)
      this.#plainHeaders.add(value);
    return masked;
  }

  /** The first `limit` characters, masked as the whole would be: a secret that straddles the cut leaves no half. */
  start(text: string, limit: number): string {
    if (text.length <= limit) return this.text(text);
    // Not between the two halves of a character.
    const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
    return `${this.#inText.replace(text, end)}… [${text.length - end} more characters]`;
  }
}

class Spelled {
  readonly #fields = new Map<string, string>();
  /** Those that hold no other one: a text with none of them holds none at all. */
  readonly #shortest: readonly string[];
  readonly #pattern: RegExp;
  readonly #longest: number;

  constructor(secrets: readonly NamedSecret[]) {
    for (const { field, value } of spellings(secrets)) {
      if (!this.#fields.has(value)) this.#fields.set(value, field);
    }
    // The longest first, so that a secret inside another one's spelling does not break it up.
    const longestFirst = [...this.#fields.keys()].sort((one, other) => other.length - one.length);
    this.#shortest = longestFirst.filter(
      (one) => !longestFirst.some((other) => other !== one && one.includes(other)),
    );
    this.#longest = longestFirst[0]?.length ?? 0;
    this.#pattern = new RegExp(
      longestFirst.map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'),
      'g',
    );
  }

  replace(text: string, limit: number): string {
    const seen = text.length > limit ? text.slice(0, limit + this.#longest) : text;
    // Almost no text holds a secret, and plain searches are much faster than the pattern.
    if (!this.#shortest.some((spelling) => seen.includes(spelling))) return seen.slice(0, limit);
    let masked = '';
    let done = 0;
    for (const match of seen.matchAll(this.#pattern)) {
      if (match.index >= limit) break;
      masked += `${seen.slice(done, match.index)}[masked:${this.#fields.get(match[0]) ?? ''}]`;
      done = match.index + match[0].length;
    }
    return masked + seen.slice(done, Math.max(done, limit));
  }
}
