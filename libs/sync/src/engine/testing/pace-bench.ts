import { setMaxListeners } from 'node:events';

import { Notifications, Tenancy, createDataSource } from '@rekomi/database';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import type { ProviderManifest, RateLimit } from '@rekomi/provider-contract';
import type { PaceAnswer, PaceGate } from '@rekomi/transport';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { PACE_CHANNEL, Pacer } from '../pacer.js';

const WORKERS = 3;
const GIVE_UP_MS = 10_000;

export interface PaceRow {
  failures: number;
  open_in_ms: number;
  blocked_in_ms: number;
  next_in_ms: number;
}

export interface Reservation {
  granted: number;
  first_in_ms: number;
  step_ms: number;
  wait_ms: number;
  probe: string | null;
}

export function limit(requests: number, perMs: number, more: Partial<RateLimit> = {}): RateLimit {
  return {
    usual: { kind: 'smooth', requests, perMs },
    ceiling: { kind: 'smooth', requests, perMs },
    concurrency: 1_000,
    timeoutMs: 1_000,
    source: 'test',
    ...more,
  };
}

/** The pace of one account after the other on a real database, used by workers that share nothing else. */
export class PaceBench {
  account: Buffer = Buffer.from('account 0');
  private accounts = 0;

  private constructor(
    private readonly database: TestDatabase,
    private readonly superuser: pg.Pool,
    private readonly sources: readonly DataSource[],
    private readonly news: readonly Notifications[],
  ) {}

  static async open(): Promise<PaceBench> {
    const database = await migratedTestDatabase();
    const names = Array.from({ length: WORKERS }, (_, n) => ({
      url: database.appUrl,
      applicationName: `worker-${n}`,
    }));
    const sources = await Promise.all(
      names.map((name) => createDataSource({ ...name, poolSize: 2 }).initialize()),
    );
    const news = names.map((name) => new Notifications(name, PACE_CHANNEL));
    await Promise.all(news.map((one) => one.start()));
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 1 });
    return new PaceBench(database, superuser, sources, news);
  }

  async close(): Promise<void> {
    await Promise.all([
      ...this.news.map((one) => one.close()),
      ...this.sources.map((source) => source.destroy()),
    ]);
    await this.superuser.end();
    await this.database.drop();
  }

  /** An account that nobody has used. */
  nextAccount(): void {
    this.accounts += 1;
    this.account = Buffer.from(`account ${this.accounts}`);
  }

  pacer(n: number): Pacer {
    return new Pacer(this.tenancy(n), this.news[n % WORKERS]);
  }

  tenancy(n: number): Tenancy {
    const source = this.sources[n % WORKERS];
    if (source === undefined) throw new Error(`There is no worker ${n}.`);
    return new Tenancy(source);
  }

  /** A process of its own: nothing is shared with the others but the database. */
  worker(n: number, people: RateLimit, pacer: Pacer = this.pacer(n)): PaceGate {
    const manifest = { slug: 'test', limits: { people } } as unknown as ProviderManifest;
    return pacer.gate(this.account, manifest, {});
  }

  async ask<Row>(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    return this.tenancy(0).lookup<Row>(sql, parameters);
  }

  async reserve(want: number, windows: readonly object[] = [], distanceUs = 10_000): Promise<Reservation> {
    const [row] = await this.ask<Reservation>(
      `SELECT * FROM pace_take($1, 'people', $2, $3, 0, $4::jsonb, 5, 10000, 0)`,
      [this.account, want, distanceUs, JSON.stringify(windows)],
    );
    if (row === undefined) throw new Error('No answer.');
    return row;
  }

  /** Failures of requests that were no probes; `probe` is the one that was. */
  async fail(times: number, probe: string | null = null): Promise<void> {
    for (let n = 0; n < times; n += 1)
      await this.ask(`SELECT pace_failed($1, 'people', 5, 1000, 60000, $2)`, [this.account, probe]);
  }

  async row(): Promise<PaceRow> {
    const found = await this.superuser.query<PaceRow>(
      `SELECT failures, (extract(epoch FROM next_at - now()) * 1000)::float AS next_in_ms,
         (extract(epoch FROM greatest(open_until, now()) - now()) * 1000)::float AS open_in_ms,
         (extract(epoch FROM greatest(not_before, now()) - now()) * 1000)::float AS blocked_in_ms FROM pace WHERE account_key = $1`,
      [this.account],
    );
    const [row] = found.rows;
    if (row === undefined) throw new Error('Nothing is known of the account.');
    return row;
  }

  /** Places that are lent, by process. */
  async lent(): Promise<readonly number[]> {
    const found = await this.superuser.query<{ held: number }>(
      `SELECT held FROM pace_place WHERE account_key = $1 AND held > 0 AND expires_at > now() ORDER BY held DESC`,
      [this.account],
    );
    return found.rows.map(({ held }) => held);
  }

  async shares(): Promise<readonly number[]> {
    const rows = await this.ask<{ share: number }>(`SELECT share FROM pace_standing($1)`, [this.account]);
    return rows.map(({ share }) => share);
  }

  /** The account, seen from a later moment. */
  async passMs(ms: number): Promise<void> {
    const given = [this.account, ms];
    await this.superuser.query(
      `UPDATE pace SET open_until = open_until - $2 * interval '1 ms', not_before = not_before - $2 * interval '1 ms',
         next_at = next_at - $2 * interval '1 ms', slowed_at = slowed_at - $2 * interval '1 ms' WHERE account_key = $1`,
      given,
    );
    await this.superuser.query(
      `UPDATE pace_count SET block = block - ceil($2::float8 / width_ms) WHERE account_key = $1`,
      given,
    );
    await this.superuser.query(
      `UPDATE pace_place SET since = since - $2 * interval '1 ms', expires_at = expires_at - $2 * interval '1 ms'
        WHERE account_key = $1`,
      given,
    );
  }
}

export const never = new AbortController().signal;
setMaxListeners(0, never);

export function acquire(gate: PaceGate, signal: AbortSignal = never): Promise<PaceAnswer> {
  return gate.acquire('people', signal);
}

/** A request that is answered at once. */
export async function use(gate: PaceGate): Promise<PaceAnswer> {
  const answer = await acquire(gate);
  if (answer.kind === 'go') gate.release('people', { status: 200, failed: false }, answer);
  return answer;
}

export async function eventually(holds: () => Promise<void> | void): Promise<void> {
  const end = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      await holds();
      return;
    } catch (err) {
      if (performance.now() > end) throw err;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
