import type { UnitOfWork } from '../unit-of-work.js';
import type { ColumnFacts } from './column-watch.js';
import type { Delimiter } from './csv-dialect.js';
import type { Encoding } from './file-encoding.js';
import type { ImportField } from './import-fields.js';
import type { ImportMapping } from './import-mapping.js';

export const IMPORT_STATES = [
  'uploading',
  'uploaded',
  'mapped',
  'checking',
  'checked',
  'running',
  'cancelling',
  'cancelled',
  'finished',
  'failed',
] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

export interface ImportDialect {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly header: boolean;
  /** Characters before the header that only name the delimiter. */
  readonly skip: number;
}

export interface ImportColumn extends ColumnFacts {
  /** What the column seems to be. */
  readonly guess: ImportField;
}

/** What became of a file's rows. They add up to the rows that are done. */
export const ROW_OUTCOMES = [
  'created',
  'updated',
  'unchanged',
  'skipped',
  'repeated',
  'left_out',
  'refused',
] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

export type ImportCounts = Readonly<Partial<Record<RowOutcome | 'warnings', number>>>;

export interface ImportReport {
  readonly counts: ImportCounts;
  /** Issues by their code. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The first few rows of each outcome. */
  readonly examples: Readonly<
    Partial<Record<RowOutcome, readonly { readonly line: number; readonly email: string }[]>>
  >;
}

/** An import as stored. */
export interface ImportRow {
  readonly id: string;
  readonly file_name: string;
  readonly created_by: string | null;
  readonly state: ImportState;
  readonly pass: 'check' | 'run' | null;
  readonly size: string;
  readonly sha256: Buffer | null;
  readonly dialect: ImportDialect | null;
  readonly columns: readonly ImportColumn[];
  readonly source: string | null;
  readonly notes: readonly { readonly code: string; readonly detail: string }[];
  readonly rows: number;
  readonly mapping: ImportMapping | null;
  readonly position: number;
  readonly line: number;
  readonly counts: Partial<ImportReport>;
  readonly rows_per_second: number | null;
  readonly report: ImportReport | null;
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly file_kept: boolean;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly updated_at: Date;
}

const FIELDS = `id, file_name, created_by, state, pass, size, sha256, dialect, columns, source, notes, rows, mapping,
  position, line, counts, rows_per_second, report, failure, file_kept, created_at, started_at, ended_at, updated_at`;

export async function readImport(
  { tx, organizationId }: UnitOfWork,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<ImportRow | undefined> {
  const rows: ImportRow[] = await tx.query(
    `SELECT ${FIELDS} FROM import_run WHERE organization_id = $1 AND id = $2 AND state <> 'uploading'
     ${options.lock === true ? 'FOR UPDATE' : ''}`,
    [organizationId, id],
  );
  return rows[0];
}

/** Newest first. */
export function listImports(
  { tx, organizationId }: UnitOfWork,
  page: { readonly limit: number; readonly after?: string },
): Promise<readonly ImportRow[]> {
  return tx.query(
    `SELECT ${FIELDS} FROM import_run
      WHERE organization_id = $1 AND state <> 'uploading' AND ($2::uuid IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3`,
    [organizationId, page.after ?? null, page.limit],
  );
}

/** Takes the run on, if nobody has it; the lease is the database's time. */
export async function claimImport(
  { tx, organizationId }: UnitOfWork,
  id: string,
  lease: { readonly id: string; readonly seconds: number },
): Promise<ImportRow | undefined> {
  const [rows] = await tx.query<[ImportRow[], number]>(
    `UPDATE import_run SET lease_id = $3, lease_until = now() + make_interval(secs => $4), updated_at = now()
      WHERE organization_id = $1 AND id = $2 AND state IN ('checking', 'running', 'cancelling')
        AND (lease_until IS NULL OR lease_until < now())
     RETURNING ${FIELDS}`,
    [organizationId, id, lease.id, lease.seconds],
  );
  return rows[0];
}

/**
 * Locks the run until the end of the transaction and prolongs the lease. Who cancels waits for the chunk; who would take
 * the run over waits too, and then finds the lease prolonged.
 *
 * @returns undefined when the lease is lost.
 */
export async function renewLease(
  { tx, organizationId }: UnitOfWork,
  id: string,
  lease: { readonly id: string; readonly seconds: number },
): Promise<ImportState | undefined> {
  const [rows] = await tx.query<[{ state: ImportState }[], number]>(
    `UPDATE import_run SET lease_until = now() + make_interval(secs => $4)
      WHERE organization_id = $1 AND id = $2 AND lease_id = $3 RETURNING state`,
    [organizationId, id, lease.id, lease.seconds],
  );
  return rows[0]?.state;
}

/** Moves the run to where the transaction's rows end. */
export async function moveImport(
  { tx, organizationId }: UnitOfWork,
  id: string,
  to: {
    readonly position: number;
    readonly line: number;
    readonly counts: ImportReport;
    readonly rowsPerSecond: number;
  },
): Promise<void> {
  await tx.query(
    `UPDATE import_run SET position = $3, line = $4, counts = $5, rows_per_second = $6, updated_at = now()
      WHERE organization_id = $1 AND id = $2`,
    [organizationId, id, to.position, to.line, JSON.stringify(to.counts), to.rowsPerSecond],
  );
}

/** Ends a pass and lets the lease go. */
export async function endPass(
  { tx, organizationId }: UnitOfWork,
  id: string,
  end: {
    readonly state: 'checked' | 'mapped' | 'finished' | 'cancelled' | 'failed';
    readonly report?: ImportReport;
    readonly failure?: { readonly code: string; readonly detail: string };
    /** What was looked at so far is of no use to the next pass. */
    readonly rewind: boolean;
    readonly rows?: number;
  },
): Promise<void> {
  await tx.query(
    `UPDATE import_run SET state = $3, report = coalesce($4, report), failure = $5,
            position = CASE WHEN $6 THEN 0 ELSE position END, line = CASE WHEN $6 THEN 0 ELSE line END,
            counts = CASE WHEN $6 THEN '{}' ELSE counts END, rows = coalesce($7, rows),
            lease_id = NULL, lease_until = NULL, ended_at = now(), updated_at = now()
      WHERE organization_id = $1 AND id = $2`,
    [
      organizationId,
      id,
      end.state,
      end.report === undefined ? null : JSON.stringify(end.report),
      end.failure === undefined ? null : JSON.stringify(end.failure),
      end.rewind,
      end.rows ?? null,
    ],
  );
}
