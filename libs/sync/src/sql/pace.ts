import type { Tenancy } from '@rekomi/database';

import type { CountedWindow } from '../core/pace-plan.js';

/** Consecutive failures of an account's family after which only probes are sent. */
export const BREAKER_AT = 5;
const BREAKER_BASE_MS = 1_000;
const BREAKER_CEILING_MS = 60_000;

/** Whose budget. */
export interface PaceKey {
  readonly account: Buffer;
  readonly family: string;
}

export interface Taken {
  readonly granted: number;
  readonly firstInMs: number;
  readonly stepMs: number;
  /** What the database's clock said. */
  readonly nowMs: number;
  /** Nothing granted: for how long. */
  readonly waitMs: number;
  /** The shared row counts failures, ours or another process's. */
  readonly failing: boolean;
  readonly epoch: number;
  readonly probe?: string;
}

/** The budget of vendor accounts in the database: every call is one statement in a transaction of its own. */
export class PaceStore {
  constructor(private readonly tenancy: Pick<Tenancy, 'lookup'>) {}

  async take(
    { account, family }: PaceKey,
    wish: {
      readonly want: number;
      readonly distanceMs: number;
      readonly latenessMs: number;
      readonly windows: readonly CountedWindow[];
      readonly probeMs: number;
      /** How long the answer will probably take. */
      readonly aheadMs: number;
    },
  ): Promise<Taken> {
    const [row] = await this.tenancy.lookup<{
      granted: number;
      first_in_ms: number;
      step_ms: number;
      wait_ms: number;
      failing: boolean;
      epoch: string;
      probe: string | null;
      now_ms: number;
    }>(`SELECT * FROM pace_take($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9)`, [
      account,
      family,
      wish.want,
      Math.round(wish.distanceMs * 1_000),
      Math.round(wish.latenessMs * 1_000),
      JSON.stringify(wish.windows),
      BREAKER_AT,
      wish.probeMs,
      Math.round(wish.aheadMs * 1_000),
    ]);
    if (row === undefined) throw new Error('pace_take answered nothing.');
    return {
      granted: row.granted,
      firstInMs: row.first_in_ms,
      stepMs: row.step_ms,
      nowMs: row.now_ms,
      waitMs: row.wait_ms,
      failing: row.failing,
      epoch: Number(row.epoch),
      ...(row.probe === null ? {} : { probe: row.probe }),
    };
  }

  /** Nobody asks the family for that long. @returns the epoch from then on, as all reports do */
  stop(key: PaceKey, forMs: number): Promise<number | undefined> {
    return this.report('pace_stop($1, $2, $3)', key, [forMs]);
  }

  /** The vendor had enough and did not say for how long. */
  slow(key: PaceKey): Promise<number | undefined> {
    return this.report('pace_slow($1, $2)', key, []);
  }

  failed(key: PaceKey, probe: string | undefined): Promise<number | undefined> {
    const breaker = [BREAKER_AT, BREAKER_BASE_MS, BREAKER_CEILING_MS];
    return this.report('pace_failed($1, $2, $3, $4, $5, $6)', key, [...breaker, probe ?? null]);
  }

  answered(key: PaceKey, probe: string | undefined): Promise<number | undefined> {
    return this.report('pace_answered($1, $2, $3, $4)', key, [BREAKER_AT, probe ?? null]);
  }

  unprobed(key: PaceKey, probe: string): Promise<number | undefined> {
    return this.report('pace_unprobed($1, $2, $3)', key, [probe]);
  }

  epoch(key: PaceKey): Promise<number | undefined> {
    return this.report('pace_epoch($1, $2)', key, []);
  }

  /** Borrows places for requests under way, renews the loan, or gives places back. */
  async places(
    { account, family }: PaceKey,
    wish: {
      readonly holder: string;
      readonly want: number;
      readonly inUse: number;
      readonly places: number;
      readonly leaseMs: number;
    },
  ): Promise<{ readonly held: number; readonly mayUse: number }> {
    const { holder, want, inUse, places, leaseMs } = wish;
    const [row] = await this.tenancy.lookup<{ held: number; may_use: number }>(
      `SELECT * FROM pace_places($1, $2, $3, $4, $5, $6, $7)`,
      [account, family, holder, want, inUse, places, leaseMs],
    );
    if (row === undefined) throw new Error('pace_places answered nothing.');
    return { held: row.held, mayUse: row.may_use };
  }

  private async report(
    call: string,
    { account, family }: PaceKey,
    more: readonly unknown[],
  ): Promise<number | undefined> {
    const [row] = await this.tenancy.lookup<{ epoch: string | null }>(`SELECT ${call} AS epoch`, [
      account,
      family,
      ...more,
    ]);
    return row?.epoch == null ? undefined : Number(row.epoch);
  }
}
