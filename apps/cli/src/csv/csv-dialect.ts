export type Delimiter = ',' | ';' | '\t' | '|';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** What Excel may write before the header to name the delimiter. */
const SEP_LINE = /^sep=([,;\t|])\r?\n/i;

export interface CsvDialect {
  readonly delimiter: Delimiter;
  /** Characters before the header that belong to no record. */
  readonly skip: number;
}

/**
 * Finds the delimiter in the header line: the one that stands there most often outside of quotes. A file with one
 * column has none, and the comma does no harm there.
 *
 * @param beginning of the file, without a byte order mark
 */
export function readDialect(beginning: string): CsvDialect {
  const named = SEP_LINE.exec(beginning);
  if (named !== null) return { delimiter: named[1] as Delimiter, skip: named[0].length };
  const header = (/[^\r\n]+/.exec(beginning)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: Delimiter): number => header.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, other) => (count(other) > count(best) ? other : best), ',');
  return { delimiter, skip: 0 };
}
