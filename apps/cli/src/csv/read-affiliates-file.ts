import { Readable } from 'node:stream';

import { CsvError, parse } from 'csv-parse';

import { UsageError } from '../usage-error.js';
import { type AffiliateRow, affiliateRow, type RefusedRow } from './affiliate-row.js';
import { type CsvColumns, readColumns } from './csv-columns.js';
import { readDialect } from './csv-dialect.js';
import { decodeText } from './decode-text.js';

export interface NumberedRow {
  /** Where the row begins in the file, counted from 1. */
  readonly line: number;
  readonly affiliate: AffiliateRow;
}

export interface AffiliatesFile {
  readonly rows: readonly NumberedRow[];
  /** Rows that have more fields than the header: their values cannot be told apart. */
  readonly refused: readonly RefusedRow[];
  readonly ignoredColumns: readonly string[];
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

const SHOWN = 60;

/**
 * Reads the whole file before anything is sent, so that a file that breaks off in the middle does nothing at all.
 *
 * @throws UsageError when it cannot be read as a list of affiliates
 */
export async function readAffiliatesFile(file: string): Promise<AffiliatesFile> {
  const text = decodeText(file);
  const beginning = (await text.next()).value ?? '';
  const { delimiter, skip } = readDialect(beginning);
  const skippedLines = skip > 0 ? 1 : 0;
  const parser = parse({
    delimiter,
    info: true,
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const rows: NumberedRow[] = [];
  const refused: RefusedRow[] = [];
  let columns: CsvColumns | undefined;
  const source = Readable.from(continued(beginning.slice(skip), text));
  source.on('error', (err) => parser.destroy(err));
  try {
    for await (const { record, raw, info } of source.pipe(parser) as AsyncIterable<CsvRecord>) {
      if (columns === undefined) columns = readHeader(file, record);
      else if (record.some((field) => field.trim() !== '')) {
        // `lines` is where the record ends; with line breaks inside quotes it began earlier.
        const line = skippedLines + info.lines - lineBreaks(raw);
        if (tooLong(record, columns)) refused.push(malformed(line, record, columns));
        else rows.push({ line, affiliate: affiliateRow(record, columns) });
      }
    }
  } catch (err) {
    if (err instanceof CsvError) throw new UsageError(`${file} cannot be read as CSV. ${err.message}.`);
    throw err;
  } finally {
    source.destroy();
  }
  if (columns === undefined) throw new UsageError(`${file} is empty.`);
  return { rows, refused, ignoredColumns: columns.ignored };
}

async function* continued(
  first: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  yield first;
  yield* rest;
}

function readHeader(file: string, header: readonly string[]): CsvColumns {
  const columns = readColumns(header);
  if (columns.places.has('email')) return columns;
  const found = header.some((field) => field.includes('@'))
    ? 'the first line is an affiliate already'
    : `the first line names ${header.map((field) => JSON.stringify(field.slice(0, SHOWN))).join(', ')}`;
  throw new UsageError(
    `${file} has no column "email": ${found}. Begin the file with a line like: email,name`,
  );
}

function tooLong(record: readonly string[], { count }: CsvColumns): boolean {
  return record.slice(count).some((field) => field.trim() !== '');
}

function malformed(line: number, record: readonly string[], { count, places }: CsvColumns): RefusedRow {
  return {
    line,
    value: (record[places.get('email') ?? 0] ?? '').slice(0, SHOWN),
    code: 'row_malformed',
    reason: `The row has ${record.length} fields, the header ${count}. Put values with a delimiter in quotes.`,
  };
}

function lineBreaks(raw: string): number {
  return raw.replace(/^[\r\n]+|[\r\n]+$/g, '').match(/\r\n|\n|\r/g)?.length ?? 0;
}
