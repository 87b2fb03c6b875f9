/** Planned by their values the first times; from then on the server keeps the plan. */
const OFTEN = 3;
/** Texts that are counted. Most of the product's are constants; lists and filters make new ones. */
const MOST_TEXTS = 2_000;
/** Of one connection: the server keeps every plan in the memory of its session. */
const MOST_NAMES = 400;
/** Behind a plan for few stand nested loops; many are planned by how many they are. */
const MANY = 100;

/**
 * Which statements are prepared under a name, so that the server parses and plans them once per connection instead of
 * every time: those that come again and again, with parameters of modest size. Planning is about half of the server's work
 * for a short statement.
 *
 * One per process; {@link NamedStatements} are those of a connection.
 */
export class StatementTexts {
  /** How often each was run, and the number that its name is made of. */
  readonly #known = new Map<string, { runs: number; readonly number: number }>();
  #isOff = false;

  /** Nothing is prepared any more: what stands between keeps no statements (a pooler by transactions). */
  turnOff(): void {
    this.#isOff = true;
  }

  /** @returns a number that is this text's own, once it was run often. */
  numberOf(text: string): number | undefined {
    if (this.#isOff) return undefined;
    const known = this.#known.get(text);
    if (known !== undefined) return (known.runs += 1) > OFTEN ? known.number : undefined;
    if (this.#known.size < MOST_TEXTS) this.#known.set(text, { runs: 1, number: this.#known.size });
    return undefined;
  }
}

/** Of one connection. */
export class NamedStatements {
  readonly #texts: StatementTexts;
  readonly #named = new Set<number>();
  /** Part of every name: what was prepared before it changed is not used any more. */
  #generation = 0;

  constructor(texts: StatementTexts) {
    this.#texts = texts;
  }

  /** @returns the name under which the statement is prepared, or undefined when it is planned by its values. */
  nameOf(text: string, values: readonly unknown[]): string | undefined {
    if (values.length === 0 || values.some(isLarge)) return undefined;
    const number = this.#texts.numberOf(text);
    if (number === undefined) return undefined;
    if (!this.#named.has(number)) {
      if (this.#named.size >= MOST_NAMES) return undefined;
      this.#named.add(number);
    }
    return `s${number}/${this.#generation}`;
  }

  /** A statement failed. Where it did because of how it was prepared, the next one is prepared anew, or not at all. */
  failed(err: StatementError): void {
    if (!isPreparedWrongly(err)) return;
    if (err.code === STALE) this.#generation += 1;
    else this.#texts.turnOff();
  }
}

export interface StatementError {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
}

const STALE = '0A000';

/**
 * A prepared statement failed by being prepared, not by what it says, and nothing was done: another process has migrated
 * the tables since (0A000), or a pooler hands out sessions that do not know it (26000) or know it already (42P05).
 */
export function isPreparedWrongly({ code, message }: StatementError): boolean {
  return (code === STALE && message.includes('cached plan')) || code === '26000' || code === '42P05';
}

function isLarge(value: unknown): boolean {
  return Array.isArray(value) && value.length > MANY;
}
