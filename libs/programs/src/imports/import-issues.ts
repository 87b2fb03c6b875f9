import { arrayLiteral } from '../array-literal.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { RowIssue } from './import-row.js';

/** What is to be said about one row, or done with it. */
export interface RowFinding {
  readonly line: number;
  readonly severity: 'refused' | 'warning';
  readonly issues: readonly RowIssue[];
  readonly cells: readonly string[];
}

export interface ImportIssue {
  readonly line: number;
  readonly place: number;
  readonly severity: 'refused' | 'warning';
  readonly column_name: string | null;
  readonly code: string;
  readonly reason: string;
}

export interface RefusedRow {
  readonly line: number;
  readonly columns: readonly (string | null)[];
  readonly codes: readonly string[];
  readonly reasons: readonly string[];
  readonly cells: readonly string[] | null;
}

export async function addFindings(
  { tx, organizationId }: UnitOfWork,
  importId: string,
  findings: readonly RowFinding[],
): Promise<void> {
  const rows = findings.flatMap(({ line, severity, issues, cells }) =>
    issues.map((issue, place) => ({
      line,
      severity,
      ...issue,
      place: severity === 'refused' ? place : place + FIRST_WARNING,
      cells: severity === 'refused' && place === 0 ? arrayLiteral(cells.map(storableText)) : null,
    })),
  );
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO import_issue (organization_id, import_id, line, place, severity, column_name, code, reason, cells)
     SELECT $1, $2, u.line, u.place, u.severity, u.column_name, u.code, u.reason, u.cells::text[]
       FROM unnest($3::int[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
         AS u(line, place, severity, column_name, code, reason, cells)`,
    [
      organizationId,
      importId,
      rows.map((row) => row.line),
      rows.map((row) => row.place),
      rows.map((row) => row.severity),
      rows.map((row) => (row.column === null ? null : storableText(row.column))),
      rows.map((row) => row.code),
      rows.map((row) => storableText(row.reason)),
      rows.map((row) => row.cells),
    ],
  );
}

/** Warnings stand behind what a row may be refused for. */
const FIRST_WARNING = 100;

export async function clearIssues({ tx, organizationId }: UnitOfWork, importId: string): Promise<void> {
  await tx.query(`DELETE FROM import_issue WHERE organization_id = $1 AND import_id = $2`, [
    organizationId,
    importId,
  ]);
}

/** In the order of the file. */
export function listIssues(
  { tx, organizationId }: UnitOfWork,
  importId: string,
  filter: { readonly severity?: 'refused' | 'warning'; readonly code?: string },
  page: { readonly limit: number; readonly after?: { readonly line: number; readonly place: number } },
): Promise<readonly ImportIssue[]> {
  return tx.query(
    `SELECT line, place, severity, column_name, code, reason FROM import_issue
      WHERE organization_id = $1 AND import_id = $2 AND (line, place) > ($3, $4)
        AND ($5::text IS NULL OR severity = $5) AND ($6::text IS NULL OR code = $6)
      ORDER BY line, place LIMIT $7`,
    [
      organizationId,
      importId,
      page.after?.line ?? 0,
      page.after?.place ?? -1,
      filter.severity ?? null,
      filter.code ?? null,
      page.limit,
    ],
  );
}

/** Refused rows below a line, one entry per row. */
export function refusedRows(
  { tx, organizationId }: UnitOfWork,
  importId: string,
  afterLine: number,
  limit: number,
): Promise<readonly RefusedRow[]> {
  return tx.query(
    `SELECT i.line, array_agg(i.column_name ORDER BY i.place) AS columns, array_agg(i.code ORDER BY i.place) AS codes,
            array_agg(i.reason ORDER BY i.place) AS reasons,
            (SELECT f.cells FROM import_issue f WHERE f.import_id = $2 AND f.line = i.line AND f.place = 0) AS cells
       FROM import_issue i
      WHERE i.organization_id = $1 AND i.import_id = $2 AND i.severity = 'refused' AND i.line > $3
      GROUP BY i.line ORDER BY i.line LIMIT $4`,
    [organizationId, importId, afterLine, limit],
  );
}
