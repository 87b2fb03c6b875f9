import { CsvError, parse } from 'csv-parse/sync';

import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { ListedPerson } from './address-list.js';

type Field = 'email' | 'firstName' | 'lastName' | 'name' | 'tier' | 'tags';

const FIELD_OF: Readonly<Record<string, Field>> = {
  email: 'email',
  mail: 'email',
  emailaddress: 'email',
  firstname: 'firstName',
  givenname: 'firstName',
  lastname: 'lastName',
  surname: 'lastName',
  familyname: 'lastName',
  name: 'name',
  fullname: 'name',
  tier: 'tier',
  tags: 'tags',
};
const MOST_COLUMNS = 200;
const LONGEST_RECORD = 100_000;

interface FileRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a CSV file of people: a header with `email` and, where wanted, `first_name`, `last_name` or `name`, `tier`, `tags`
 * (several with semicolons between them), in any order and letter case. Comma, semicolon or tab is found out; other
 * columns are passed over.
 *
 * @param pointer where the text stood in the body.
 */
export function readInviteFile(text: string, pointer: string): ProgramResult<readonly ListedPerson[]> {
  const refused = (code: string, detail: string): ProgramResult<never> =>
    denied({ reason: 'invalid', errors: [{ pointer, code, detail }] });
  let records: readonly FileRecord[];
  try {
    records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      max_record_size: LONGEST_RECORD,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly FileRecord[];
  } catch (err) {
    if (!(err instanceof CsvError)) throw err;
    return refused('csv_malformed', `The file cannot be read as CSV: ${err.message.slice(0, 200)}`);
  }
  const [header, ...rows] = records;
  if (header === undefined)
    return refused('csv_empty', 'The file is empty. It needs a header and a row per person.');
  if (header.record.length > MOST_COLUMNS) {
    return refused(
      'csv_too_many_columns',
      `The file has ${header.record.length} columns; at most ${MOST_COLUMNS} are read.`,
    );
  }
  const fields = header.record.map((name) => FIELD_OF[name.toLowerCase().replace(/[\s_-]/gu, '')]);
  if (!fields.includes('email')) {
    return refused(
      'csv_email_column_missing',
      'No column of the first line is called email. Name the one with the addresses so.',
    );
  }
  return granted(
    rows
      .map(({ record, info }) => ({
        line: info.lines,
        ...Object.fromEntries(
          fields.flatMap((field, index) => (field === undefined ? [] : [[field, record[index] ?? '']])),
        ),
      }))
      .filter(({ line: _line, ...row }) => Object.values(row).some((cell) => cell !== '')),
  );
}

/** The one that stands most often in the first line. */
function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r\n|\r|\n/u, 1);
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: first.split(sign).length }));
  return counted.reduce((most, one) => (one.count > most.count ? one : most)).sign;
}
