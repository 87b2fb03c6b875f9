import { createHash } from 'node:crypto';

import { isBlankRow } from './blank.js';
import { type CsvDialect, sniffDialect } from './csv-dialect.js';
import { CsvReader, type CsvRecord } from './csv-reader.js';
import {
  type Encoding,
  type FileFault,
  foreignFormat,
  markedEncoding,
  textDecoder,
} from './file-encoding.js';
import { type ColumnFacts, ColumnWatch } from './column-watch.js';
import { IMPORT_LIMITS } from './import-limits.js';

export interface InspectedFile {
  readonly size: number;
  readonly sha256: Buffer;
  readonly encoding: Encoding;
  readonly dialect: CsvDialect;
  /** Whether the first row names columns. */
  readonly header: boolean;
  readonly columns: readonly ColumnFacts[];
  /** Rows that are not blank, without the header. */
  readonly rows: number;
}

/** Enough to find the header in, and little enough to hold back. */
const BEGINNING = 64 * 1024;

/**
 * Looks a file through while it is uploaded: its encoding, its dialect, its columns, how many rows it has, and whether it
 * is a list at all. Holds no more of it than the longest row.
 */
export class FileInspector {
  readonly #hash = createHash('sha256');
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });
  #isUtf8 = true;
  #size = 0;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #encoding: Encoding | undefined;
  #decode: ((bytes?: Uint8Array) => string) | undefined;
  #dialect: CsvDialect | undefined;
  #reader: CsvReader | undefined;
  #watch: ColumnWatch | undefined;
  #rows = 0;
  #lastLine = 0;

  /** @returns why the file is refused; nothing more is to be handed in then. */
  take(bytes: Buffer): FileFault | undefined {
    this.#size += bytes.length;
    this.#hash.update(bytes);
    if (this.#reader !== undefined) return this.#read(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    return this.#heldBytes < BEGINNING ? undefined : this.#begin();
  }

  /** What the file is, once its last byte was handed in. */
  end(): { readonly fault: FileFault } | { readonly file: InspectedFile } {
    const fault = (this.#reader === undefined ? this.#begin() : undefined) ?? this.#finish();
    if (fault !== undefined) return { fault };
    const watch = this.#watch;
    if (watch === undefined || this.#dialect === undefined) {
      return { fault: { code: 'file_empty', detail: 'There is no row in this file.' } };
    }
    const encoding = this.#encoding ?? (this.#isUtf8 ? 'utf-8' : 'windows-1252');
    const rows = this.#rows + (watch.header ? 0 : 1);
    if (rows === 0) {
      return { fault: { code: 'file_without_rows', detail: 'The file has a header and no row below it.' } };
    }
    return {
      file: {
        size: this.#size,
        sha256: this.#hash.digest(),
        encoding,
        dialect: this.#dialect,
        header: watch.header,
        columns: watch.facts(encoding),
        rows,
      },
    };
  }

  #begin(): FileFault | undefined {
    const beginning = Buffer.concat(this.#held);
    this.#held = [];
    const foreign = foreignFormat(beginning);
    if (foreign !== undefined) return foreign;
    this.#encoding = markedEncoding(beginning);
    // Until the last byte nobody knows whether this is UTF-8 or a code page. What matters to rows and columns is ASCII
    // in both; letters are looked up again at the end.
    const isMarked = this.#encoding === 'utf-16le' || this.#encoding === 'utf-16be';
    this.#decode = isMarked && this.#encoding !== undefined ? textDecoder(this.#encoding) : byteText;
    const skip = this.#encoding === 'utf-8' ? 3 : 0;
    const text = this.#decode(beginning.subarray(skip));
    this.#dialect = sniffDialect(text);
    this.#reader = new CsvReader(this.#dialect.delimiter, { firstLine: this.#dialect.skip > 0 ? 2 : 1 });
    if (!isMarked) this.#checkUtf8(beginning.subarray(skip));
    if (text.includes('\u0000')) return binary();
    return this.#watchRecords(this.#reader.push(text.slice(this.#dialect.skip)));
  }

  #read(bytes: Buffer): FileFault | undefined {
    if (this.#decode === undefined || this.#reader === undefined) return undefined;
    if (this.#decode === byteText) this.#checkUtf8(bytes);
    const text = this.#decode(bytes);
    if (text.includes('\u0000')) return binary();
    return this.#watchRecords(this.#reader.push(text));
  }

  #finish(): FileFault | undefined {
    if (this.#reader === undefined || this.#decode === undefined) return undefined;
    if (this.#decode === byteText) this.#checkUtf8(undefined);
    return this.#watchRecords([...this.#reader.push(this.#decode()), ...this.#reader.end()]);
  }

  #checkUtf8(bytes: Uint8Array | undefined): void {
    if (!this.#isUtf8) return;
    try {
      if (bytes === undefined) this.#utf8.decode();
      else this.#utf8.decode(bytes, { stream: true });
    } catch {
      // That it throws is the answer.
      this.#isUtf8 = false;
    }
  }

  #watchRecords(records: readonly CsvRecord[]): FileFault | undefined {
    for (const { cells, line } of records) {
      if (isBlankRow(cells)) continue;
      this.#lastLine = line;
      if (this.#watch === undefined) {
        if (cells.length > IMPORT_LIMITS.columns) return tooManyColumns(cells.length);
        this.#watch = new ColumnWatch(cells);
      } else {
        this.#rows += 1;
        this.#watch.take(cells);
      }
    }
    if (this.#rows > IMPORT_LIMITS.rows) return tooManyRows(this.#lastLine);
    return this.#reader?.fault;
  }
}

/** One character per byte. */
function byteText(bytes?: Uint8Array): string {
  return bytes === undefined
    ? ''
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function binary(): FileFault {
  return {
    code: 'file_binary',
    detail: 'The file has NUL bytes, so it is no text. Save it as "CSV UTF-8" and upload that.',
  };
}

function tooManyColumns(count: number): FileFault {
  return {
    code: 'too_many_columns',
    detail: `The first row has ${count} columns; at most ${IMPORT_LIMITS.columns} are possible. Remove columns, or check the delimiter.`,
  };
}

function tooManyRows(line: number): FileFault {
  return {
    code: 'too_many_rows',
    detail: `There are more than ${IMPORT_LIMITS.rows} rows, up to line ${line}. Split the file.`,
  };
}
