import type { Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';

import { CsvReader, type CsvFault, type CsvRecord } from './csv-reader.js';
import { textDecoder } from './file-encoding.js';
import type { ImportDialect } from './import-run.js';

/** Bytes per stored piece. */
export const PIECE = 256 * 1024;
/** Bytes that are made text at once: long texts are what makes the heap grow. */
const SLICE = 32 * 1024;

export async function addPiece(
  tx: EntityManager,
  organizationId: string,
  importId: string,
  place: number,
  bytes: Buffer,
): Promise<void> {
  await tx.query(
    `INSERT INTO import_file_chunk (organization_id, import_id, place, bytes) VALUES ($1, $2, $3, $4)`,
    [organizationId, importId, place, bytes],
  );
}

/** The file's records, piece by piece; the fault is what ends a file that cannot be read to its end. */
export async function* readRecords(
  tenancy: Tenancy,
  organizationId: string,
  importId: string,
  dialect: ImportDialect,
): AsyncGenerator<readonly CsvRecord[], CsvFault | undefined> {
  const decode = textDecoder(dialect.encoding);
  const reader = new CsvReader(dialect.delimiter, { firstLine: dialect.skip > 0 ? 2 : 1 });
  let skip = dialect.skip;
  for (let place = 0; reader.fault === undefined; place += 1) {
    const bytes = await readPiece(tenancy, organizationId, importId, place);
    if (bytes === undefined) {
      yield [...reader.push(decode()), ...reader.end()];
      break;
    }
    for (let start = 0; start < bytes.length; start += SLICE) {
      const text = decode(bytes.subarray(start, start + SLICE));
      const skipped = Math.min(skip, text.length);
      skip -= skipped;
      yield reader.push(text.slice(skipped));
    }
  }
  return reader.fault;
}

async function readPiece(
  tenancy: Tenancy,
  organizationId: string,
  importId: string,
  place: number,
): Promise<Buffer | undefined> {
  const rows = await tenancy.run(organizationId, (tx) =>
    tx.query<{ bytes: Buffer }[]>(
      `SELECT bytes FROM import_file_chunk WHERE organization_id = $1 AND import_id = $2 AND place = $3`,
      [organizationId, importId, place],
    ),
  );
  return rows[0]?.bytes;
}
