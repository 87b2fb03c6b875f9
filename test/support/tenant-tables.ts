import { eventually } from './eventually.js';
import type { Product } from './product.js';

/** What changes by being looked at, or by time alone. */
const RESTLESS = ['last_used_at', 'last_seen_at'];

/** Every table whose rows belong to one organisation, in alphabetical order. */
export async function tenantTables(product: Product): Promise<readonly string[]> {
  const rows = await product.sql<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE a.attname = 'organization_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Bookkeeping of the engine: comes and goes by itself. */
const PASSING = new Set(['drain', 'follow_up']);
/** For looks at the vendor that are still owed. */
const PATIENCE_MS = 20_000;

/** The {@link holdings} of an organisation at rest: nothing works there any more, and no look at the vendor is owed. */
export function settledHoldings(product: Product, organizationId: string): ReturnType<typeof holdings> {
  const began = performance.now();
  return eventually(
    'the organisation is at rest',
    async () => {
      // What a look did not show is looked for again within minutes: not while a test compares. A look that is under way has
      // a later time as well, so every one that is owed counts as work.
      await product.sql(
        `UPDATE receipt SET due_at = '2100-01-01'
          WHERE organization_id = $1 AND state = 'owed' AND (tries > 0 OR failures > 0 OR $2)`,
        [organizationId, performance.now() - began > PATIENCE_MS],
      );
      const before = await holdings(product, organizationId);
      await new Promise((resolve) => setTimeout(resolve, 250));
      const now = await holdings(product, organizationId);
      if (JSON.stringify(before) !== JSON.stringify(now)) return undefined;
      const busy = await product.sql(
        `SELECT 1 FROM drain WHERE organization_id = $1 UNION ALL
         SELECT 1 FROM follow_up f JOIN connection c ON c.id = f.connection_id AND c.state = 'verified'
          WHERE f.organization_id = $1 AND f.due_at < now() + interval '1 minute' UNION ALL
         SELECT 1 FROM receipt r JOIN connection c ON c.id = r.connection_id AND c.state = 'verified'
          WHERE r.organization_id = $1 AND r.state = 'owed' AND r.due_at < '2100-01-01' UNION ALL
         SELECT 1 FROM reconciliation r JOIN connection c ON c.id = r.connection_id AND c.state = 'verified'
          WHERE r.organization_id = $1 AND r.state = 'running'`,
        [organizationId],
      );
      return busy.length === 0 || performance.now() - began > PATIENCE_MS ? now : undefined;
    },
    { withinMs: 40_000 },
  );
}

/** Everything that belongs to an organisation, its people included: per table how many rows, and a sum of all of them. */
export async function holdings(
  product: Product,
  organizationId: string,
): Promise<Readonly<Record<string, { readonly rows: number; readonly sum: string }>>> {
  const parts = [
    ['organization', 'id = $1'],
    ['app_user', 'id IN (SELECT user_id FROM membership WHERE organization_id = $1)'],
    ...(await tenantTables(product))
      .filter((table) => !PASSING.has(table))
      .map((table) => [table, 'organization_id = $1']),
  ];
  const [row] = await product.sql<Record<string, { rows: number; sum: string }>>(
    `SELECT ${parts
      .map(
        ([table, which]) =>
          `(SELECT json_build_object('rows', count(*), 'sum', md5(string_agg(content, '|' ORDER BY content)))
            FROM (SELECT (to_jsonb(t) - $2::text[])::text AS content FROM ${table} t WHERE ${which}) rows) AS ${table}`,
      )
      .join(', ')}`,
    [organizationId, RESTLESS],
  );
  return row ?? {};
}
