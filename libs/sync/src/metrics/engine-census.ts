import type { DataSource, EntityManager } from 'typeorm';

import { COUNTED_AT_MOST, type EngineCounts, type SettledCount } from './engine-counts.js';

const LONGEST_MS = 5_000;
/** Days that are over are read as a whole, once a day and process. */
const LONGEST_OVER_DAYS_MS = 30_000;

/**
 * The day before today, by the clock that books deliveries. A day is booked by the start of a transaction, and none
 * stays open for a day, so what lies before never changes again.
 */
const FIRST_OPEN_DAY = `SELECT ((now() AT TIME ZONE 'UTC')::date - 1)::text AS day`;

const SETTLED_BEFORE = `SELECT provider, kind, state, deliveries::double precision AS deliveries FROM metrics_settled_before($1::date)`;

/**
 * One statement, hence one moment. Sessions of other roles show their snapshot to everybody, and since when they hold it
 * only to a few: hence transactions and not seconds. Vacuum's own snapshots, which belong to no user, hold nothing up.
 */
const NOW = `
  SELECT
    (SELECT coalesce(jsonb_agg(s), '[]') FROM metrics_settled_since($1::date) s) AS settled,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('provider', w.provider, 'pending', w.pending, 'held', w.held,
       'oldestDueSeconds', w.oldest_due_seconds)), '[]') FROM metrics_waiting($2) w) AS waiting,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('provider', l.provider, 'dead', l.dead, 'lookedAt', l.looked_at)), '[]')
       FROM metrics_dead_letters($2) l) AS dead_letters,
    (SELECT coalesce(jsonb_agg(t), '[]') FROM metrics_targets() t) AS targets,
    (SELECT jsonb_build_object('running', d.running, 'oldestSeconds', d.oldest_seconds) FROM metrics_drains() d) AS drains,
    (SELECT coalesce(max(age(a.backend_xmin)), 0) FROM pg_stat_activity a
      WHERE a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
        AND (a.datname = current_database() OR a.datname IS NULL)) AS oldest_snapshot`;

interface NowRow {
  readonly settled: readonly SettledCount[];
  readonly waiting: EngineCounts['waiting'];
  readonly dead_letters: EngineCounts['deadLetters'];
  readonly targets: EngineCounts['targets'];
  readonly drains: EngineCounts['drains'];
  readonly oldest_snapshot: number;
}

export interface EngineCensusOptions {
  /** Open deliveries, held contacts and dead letters are counted up to there, per provider. */
  readonly countedAtMost?: number;
  /** A statement that takes longer is given up. Five seconds unless told. */
  readonly longestMs?: number;
}

/** Counts for operators, asked of the database, so that they are the same whichever process is asked. */
export class EngineCensus {
  readonly #countedAtMost: number;
  readonly #longestMs: number;
  #over: { readonly before: string; readonly settled: readonly SettledCount[] } | undefined;

  constructor(
    private readonly source: DataSource,
    options: EngineCensusOptions = {},
  ) {
    this.#countedAtMost = options.countedAtMost ?? COUNTED_AT_MOST;
    this.#longestMs = options.longestMs ?? LONGEST_MS;
  }

  /** Throws what the database throws: away, too slow, or of a version without these functions. */
  async take(): Promise<EngineCounts> {
    const [first] = await this.source.query<{ day: string }[]>(FIRST_OPEN_DAY);
    const before = first?.day ?? '';
    const over = await this.#settledBefore(before);
    const rows = await this.#within(this.#longestMs, (tx) =>
      tx.query<NowRow[]>(NOW, [before, this.#countedAtMost]),
    );
    const [row] = rows;
    if (row === undefined) throw new Error('A statement without a condition returned no row.');
    return {
      settled: summed([...over, ...row.settled]),
      waiting: row.waiting,
      deadLetters: row.dead_letters,
      targets: row.targets,
      drains: row.drains,
      oldestSnapshotTransactions: row.oldest_snapshot,
    };
  }

  async #settledBefore(day: string): Promise<readonly SettledCount[]> {
    if (this.#over?.before !== day) {
      const settled = await this.#within(LONGEST_OVER_DAYS_MS, (tx) =>
        tx.query<SettledCount[]>(SETTLED_BEFORE, [day]),
      );
      this.#over = { before: day, settled };
    }
    return this.#over.settled;
  }

  #within<T>(longestMs: number, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.source.transaction(async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = ${longestMs}`);
      return work(tx);
    });
  }
}

function summed(counts: readonly SettledCount[]): readonly SettledCount[] {
  const sums = new Map<string, SettledCount>();
  for (const count of counts) {
    const key = `${count.provider} ${count.kind} ${count.state}`;
    const deliveries = (sums.get(key)?.deliveries ?? 0) + count.deliveries;
    sums.set(key, { ...count, deliveries });
  }
  return [...sums.values()];
}
