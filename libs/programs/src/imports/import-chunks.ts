import { setImmediate as breathe } from 'node:timers/promises';

import { isBlankRow } from './blank.js';
import type { CsvFault, CsvRecord } from './csv-reader.js';
import type { RowReader, RowReading } from './import-row.js';

/** A row of the file with what it says. */
export interface ReadRecord {
  readonly record: CsvRecord;
  /** Under which its address is recognised within the file. */
  readonly key: string;
  readonly reading: RowReading;
}

export type ImportChunk =
  /** Rows that an earlier run of the import has taken already, by the keys of their addresses. */
  | { readonly kind: 'passed'; readonly keys: readonly string[] }
  | { readonly kind: 'rows'; readonly rows: readonly ReadRecord[] };

export interface ChunkOptions {
  readonly reader: RowReader;
  readonly header: boolean;
  /** Rows to pass over. */
  readonly passed: number;
  /** Rows of a chunk. */
  readonly size: number;
}

type Pieces<T> = AsyncGenerator<T, CsvFault | undefined>;

/** The rows of a file in chunks, without header and blank rows; other work gets its turn between two pieces. */
export async function* readChunks(
  pieces: Pieces<readonly CsvRecord[]>,
  { reader, passed, size, ...options }: ChunkOptions,
): Pieces<ImportChunk> {
  let { header } = options;
  let toPass = passed;
  let keys: string[] = [];
  let rows: ReadRecord[] = [];
  for (;;) {
    const piece = await pieces.next();
    if (piece.done === true) {
      if (keys.length > 0) yield { kind: 'passed', keys };
      // What stands before the place where a file breaks off in the middle of a chunk is not taken.
      if (piece.value === undefined && rows.length > 0) yield { kind: 'rows', rows };
      return piece.value;
    }
    for (const record of piece.value) {
      if (isBlankRow(record.cells)) continue;
      if (header) {
        header = false;
        continue;
      }
      const key = reader.addressKey(record);
      if (toPass > 0) {
        toPass -= 1;
        keys.push(key);
        if (toPass > 0 && keys.length < size) continue;
        yield { kind: 'passed', keys };
        keys = [];
        continue;
      }
      rows.push({ record, key, reading: reader.read(record) });
      if (rows.length < size) continue;
      yield { kind: 'rows', rows };
      rows = [];
    }
    await breathe();
  }
}

/**
 * Has the next item made while the present one is worked on: the file is read while the database writes. One item lies
 * ready at the most. Ends its source when it is ended itself.
 */
export async function* readAhead<T>(source: Pieces<T>): Pieces<T> {
  let next = source.next();
  try {
    for (;;) {
      const item = await next;
      if (item.done === true) return item.value;
      next = source.next();
      // Who asks for it gets its error; until then there is nobody to take it.
      next.catch(() => undefined);
      yield item.value;
    }
  } finally {
    await source.return(undefined);
  }
}
