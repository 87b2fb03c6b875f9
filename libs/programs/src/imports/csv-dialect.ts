import { CsvReader } from './csv-reader.js';

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export interface CsvDialect {
  readonly delimiter: Delimiter;
  /** Characters of a line before the header that only names the delimiter, as Excel writes it. */
  readonly skip: number;
}

const SEP_LINE = /^"?sep=([,;\t|])"?(?:\r\n|\n|\r)/i;
const LONGEST_HEADER = 256 * 1024;

/**
 * Finds the delimiter: the one that divides the header into most columns, quotes taken into account. A file with one
 * column has none, and the comma does no harm there.
 *
 * @param beginning of the text, without a byte order mark; at least the header.
 */
export function sniffDialect(beginning: string): CsvDialect {
  const named = SEP_LINE.exec(beginning);
  if (named !== null) return { delimiter: named[1] as Delimiter, skip: named[0].length };
  const text = beginning.slice(0, LONGEST_HEADER);
  const columns = (delimiter: Delimiter): number => Math.max(1, firstRecord(text, delimiter).length);
  const delimiter = DELIMITERS.reduce((best, other) => (columns(other) > columns(best) ? other : best));
  return { delimiter, skip: 0 };
}

function firstRecord(text: string, delimiter: Delimiter): readonly string[] {
  const reader = new CsvReader(delimiter);
  const records = [...reader.push(text), ...reader.end()];
  return (records.find(({ cells }) => cells.some((cell) => cell.trim() !== '')) ?? { cells: [] }).cells;
}
