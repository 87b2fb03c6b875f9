import type { ApiClient } from '../api/api-client.js';
import type { Campaign } from '../api/answers.js';
import type { RefusedRow } from '../csv/affiliate-row.js';
import type { NumberedRow } from '../csv/read-affiliates-file.js';

export interface TakenIn {
  /** Ids of the distinct people, in the order of the file. */
  readonly affiliateIds: readonly string[];
  /** Those of them that were not known before. */
  readonly created: number;
  /** Those that were known and are not what they were: another name, a new tag. */
  readonly updated: number;
  /** Rows about somebody whom an earlier row is about already. */
  readonly duplicates: number;
  readonly refused: readonly RefusedRow[];
}

interface RowProblem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

interface RowResult {
  readonly outcome: 'created' | 'updated' | 'already_exists' | 'invalid';
  readonly affiliateId?: string;
  readonly errors?: readonly RowProblem[];
}

const ROWS_AT_ONCE = 500;
const SHOWN = 60;

/** Hands the rows to the API, many at a time. What is refused says why; everything else is taken. */
export async function takeIn(
  api: ApiClient,
  campaign: Campaign,
  rows: readonly NumberedRow[],
): Promise<TakenIn> {
  const ids = new Set<string>();
  const refused: RefusedRow[] = [];
  const updated = new Set<string>();
  let created = 0;
  let duplicates = 0;
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const chunk = rows.slice(start, start + ROWS_AT_ONCE);
    const { results } = await api.post<{ readonly results: readonly RowResult[] }>('affiliates/bulk', {
      campaign: campaign.id,
      affiliates: chunk.map((row) => row.affiliate),
    });
    for (const [place, row] of chunk.entries()) {
      const result = results[place];
      if (result === undefined) throw new Error(`The API gave no answer for line ${row.line}.`);
      if (result.affiliateId === undefined) refused.push(refusal(row, result.errors ?? []));
      else {
        if (ids.has(result.affiliateId)) duplicates += 1;
        if (result.outcome === 'created') created += 1;
        if (result.outcome === 'updated') updated.add(result.affiliateId);
        ids.add(result.affiliateId);
      }
    }
  }
  return { affiliateIds: [...ids], created, updated: updated.size, duplicates, refused };
}

function refusal({ line, affiliate }: NumberedRow, errors: readonly RowProblem[]): RefusedRow {
  const [first] = errors;
  const field = first?.pointer.split('/')[3] ?? 'email';
  const value: unknown = Object.entries(affiliate).find(([name]) => name === field)?.[1];
  return {
    line,
    value: String(value ?? affiliate.email).slice(0, SHOWN),
    code: first?.code ?? 'invalid',
    reason: errors.map((error) => error.detail).join(' '),
  };
}
