import { isBlank } from './blank.js';
import type { Encoding } from './file-encoding.js';

export interface ColumnFacts {
  /** As the file calls it, or "Column 3" where the file names none. */
  readonly name: string;
  /** The first few values that are not blank. */
  readonly samples: readonly string[];
  /** Every value and how often it stands there, when they are few: what a status column has. */
  readonly values?: readonly { readonly value: string; readonly count: number }[];
}

const SAMPLES = 3;
const MOST_VALUES = 30;
const LONGEST_VALUE = 100;

interface Watched {
  readonly name: string;
  readonly samples: string[];
  readonly values: Map<string, number>;
  tooMany: boolean;
}

/** Keeps a few values of each column, whatever the number of rows. Fed with text of one character per byte, or of UTF-16. */
export class ColumnWatch {
  readonly header: boolean;
  readonly #columns: readonly Watched[];

  /** @param first row of the file. A row with an address in it is somebody, not a header. */
  constructor(first: readonly string[]) {
    this.header = !first.some(looksLikeAddress);
    this.#columns = first.map((cell, index) => ({
      name: this.header && !isBlank(cell) ? cell : `Column ${index + 1}`,
      samples: [],
      values: new Map(),
      tooMany: false,
    }));
    if (!this.header) this.take(first);
  }

  take(cells: readonly string[]): void {
    for (const [index, column] of this.#columns.entries()) {
      const value = cells[index] ?? '';
      if (column.samples.length < SAMPLES && !isBlank(value))
        column.samples.push(value.slice(0, LONGEST_VALUE));
      if (column.tooMany) continue;
      if (value.length > LONGEST_VALUE) {
        column.tooMany = true;
        column.values.clear();
        continue;
      }
      column.values.set(value, (column.values.get(value) ?? 0) + 1);
      if (column.values.size > MOST_VALUES) {
        column.tooMany = true;
        column.values.clear();
      }
    }
  }

  facts(encoding: Encoding): readonly ColumnFacts[] {
    const text = encoding === 'utf-8' || encoding === 'windows-1252' ? fromBytes(encoding) : same;
    return this.#columns.map(({ name, samples, values, tooMany }) => ({
      name: text(name).trim(),
      samples: samples.map((sample) => text(sample).trim()),
      ...(tooMany ? {} : { values: counted(values, text) }),
    }));
  }
}

function looksLikeAddress(cell: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell.trim());
}

function counted(
  values: ReadonlyMap<string, number>,
  text: (bytes: string) => string,
): readonly { readonly value: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const [value, count] of values) {
    const key = text(value).trim();
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count);
}

const same = (text: string): string => text;

const fromBytes =
  (encoding: Encoding) =>
  (text: string): string =>
    // A sample that was cut may end within a character.
    new TextDecoder(encoding).decode(Buffer.from(text, 'latin1')).replace(/\uFFFD+$/, '');
