import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';

export interface AffiliateRow {
  readonly email: string;
  readonly name?: string;
  readonly joinedAt?: string;
  readonly externalId?: string;
}

/** The rows of `examples/affiliates.csv` as the API takes them. */
export function exampleAffiliates(): readonly AffiliateRow[] {
  const rows: Record<string, string>[] = parse(readFileSync('examples/affiliates.csv'), {
    columns: true,
    bom: true,
  });
  return rows.map(({ email = '', name, joined_at: joinedAt, external_id: externalId }) => ({
    email,
    ...(name ? { name } : {}),
    ...(joinedAt ? { joinedAt } : {}),
    ...(externalId ? { externalId } : {}),
  }));
}
