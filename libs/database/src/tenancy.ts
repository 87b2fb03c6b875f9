import type { DataSource, EntityManager } from 'typeorm';

/** Serialisation failure and deadlock: the transaction was undone as a whole and may be run again. */
const AGAIN = new Set(['40001', '40P01']);
const TRIES = 4;

/** Bitmap scans join the index of a whole organisation to that of one lane when statistics call both equally short. */
const BY_INDEX = `, set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`;

/**
 * The only way to tenants' rows: a transaction that carries the organisation's id in a setting that ends with it. Row
 * policies compare every row with that setting; without it no row is visible.
 */
export class Tenancy {
  private readonly begin: string;

  /**
   * @param options.byIndex Statements go through indexes whatever the statistics say. For tables that fill and empty
   *   within seconds: right after a large enqueue the planner still believes them empty and would read them whole, once
   *   for every lane.
   */
  constructor(
    private readonly dataSource: DataSource,
    options: { readonly byIndex?: boolean } = {},
  ) {
    const planner = options.byIndex === true ? BY_INDEX : '';
    this.begin = `SELECT set_config('app.organization_id', $1, true)${planner}`;
  }

  /**
   * Runs `work` in one transaction for one organisation. It may run more than once (after a deadlock), so it must
   * have no effect outside the database.
   */
  async run<T>(organizationId: string, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.dataSource.transaction(async (tx) => {
          await tx.query(this.begin, [organizationId]);
          return work(tx);
        });
      } catch (err) {
        if (tries >= TRIES || !AGAIN.has(sqlState(err))) throw err;
      }
    }
  }

  /** Calls one of the functions that work before a tenant is known. They return ids only. */
  async lookup<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.dataSource.query(sql, [...parameters]);
  }
}

/** The five-character SQLSTATE of a database error, or an empty string. */
export function sqlState(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const code = 'code' in err ? err.code : undefined;
  return typeof code === 'string' ? code : '';
}
