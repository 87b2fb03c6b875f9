import pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

import { joinStatements } from './joined-statements.js';
import { isPreparedWrongly } from './named-statements.js';

/** Serialisation failure and deadlock: the transaction was undone as a whole and may be run again. */
const AGAIN = new Set(['40001', '40P01']);
const TRIES = 4;

/** Bitmap scans join the index of a whole organisation to that of one lane when statistics call both equally short. */
const BY_INDEX = '; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off';

/**
 * The only way to tenants' rows: a transaction that carries the organisation's id in a setting that ends with it. Row
 * policies compare every row with that setting; without it no row is visible.
 */
export class Tenancy {
  private readonly planner: string;

  /**
   * @param options.byIndex Statements go through indexes whatever the statistics say. For tables that fill and empty
   *   within seconds: right after a large enqueue the planner still believes them empty and would read them whole, once
   *   for every lane.
   */
  constructor(
    private readonly dataSource: DataSource,
    options: { readonly byIndex?: boolean } = {},
  ) {
    this.planner = options.byIndex === true ? BY_INDEX : '';
  }

  /**
   * Runs `work` in one transaction for one organisation. It may run more than once (after a deadlock), so it must
   * have no effect outside the database.
   */
  run<T>(organizationId: string, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const begin = this.beginOf(organizationId);
    return this.again((runner) => joinStatements(runner, begin).manager.transaction(work));
  }

  /** One statement in a transaction of its own, like {@link run} with nothing else in it: one way to the server and back. */
  query<Row extends pg.QueryResultRow>(
    organizationId: string,
    sql: string,
    parameters: readonly unknown[],
  ): Promise<Row[]> {
    const begin = this.beginOf(organizationId);
    return this.again(async (runner) => {
      const client = (await runner.connect()) as pg.ClientBase;
      const [, { rows }] = await Promise.all([
        client.query(begin),
        client.query<Row>(sql, [...parameters]),
        client.query('COMMIT'),
      ]);
      return rows;
    });
  }

  private async again<T>(attempt: (runner: QueryRunner) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const runner = this.dataSource.createQueryRunner();
      try {
        return await attempt(runner);
      } catch (err) {
        if (tries >= TRIES || !mayRunAgain(err)) throw err;
      } finally {
        await runner.release();
      }
    }
  }

  private beginOf(organizationId: string): string {
    return `START TRANSACTION; SET LOCAL app.organization_id = ${pg.escapeLiteral(organizationId)}${this.planner}`;
  }

  /** Calls one of the functions that work before a tenant is known. They return ids, or counts, and nothing else. */
  async lookup<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const look = (): Promise<Row[]> => this.dataSource.query(sql, [...parameters]);
    return look().catch((err: unknown) => {
      if (mayRunAgain(err)) return look();
      throw err;
    });
  }
}

function mayRunAgain(err: unknown): boolean {
  const code = sqlState(err);
  return AGAIN.has(code) || (err instanceof Error && isPreparedWrongly({ code, message: err.message }));
}

/** The five-character SQLSTATE of a database error, or an empty string. */
export function sqlState(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const code = 'code' in err ? err.code : undefined;
  return typeof code === 'string' ? code : '';
}
