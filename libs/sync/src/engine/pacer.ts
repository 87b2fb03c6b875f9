import { setTimeout as delay } from 'node:timers/promises';

import type { ProviderManifest, RateLimit, RateWindow, SettingValue } from '@rekomi/provider-contract';
import type { Tenancy } from '@rekomi/database';
import type { PaceAnswer, PaceGate, PaceResult } from '@rekomi/transport';

import { PermitBook } from '../core/permit-book.js';
import { Slots } from './slots.js';

/** Reserved ahead: enough that a fast vendor costs few statements, little enough that a killed process wastes little. */
const CHUNK_MS = 250;
/** Shorter blocks are waited out in place; longer ones send the lane back. */
const WAIT_IN_PLACE_MS = 1_000;
/** Consecutive failures of an account's family after which only probes are sent. */
export const BREAKER_AT = 5;
const BREAKER_BASE_MS = 1_000;
const BREAKER_CEILING_MS = 60_000;

/**
 * Keeps the pace of vendor accounts for this process. The truth is in the database, shared by all processes; this
 * holds the small change.
 */
export class Pacer {
  private readonly families = new Map<string, PacedFamily>();

  constructor(private readonly tenancy: Tenancy) {}

  /** The gate for one connection. Connections to the same account share what lies behind it. */
  gate(
    accountKey: Buffer,
    manifest: ProviderManifest,
    settings: Readonly<Record<string, SettingValue>>,
  ): PaceGate {
    const familyOf = (name: string): PacedFamily => {
      const limit = manifest.limits[name];
      if (limit === undefined)
        throw new Error(`${manifest.slug} has no limits for the endpoint family ${name}.`);
      const window = allowance(limit, settings);
      const key = `${accountKey.toString('hex')} ${name} ${window.requests}/${window.perMs}`;
      const known = this.families.get(key);
      if (known !== undefined) return known;
      const made = new PacedFamily(this.tenancy, accountKey, name, window, limit);
      this.families.set(key, made);
      return made;
    };
    return {
      acquire: (family, signal) => familyOf(family).acquire(signal),
      release: (family, result) => familyOf(family).release(result),
    };
  }
}

/** What the connection chose, else what the manifest calls usual. */
export function allowance(limit: RateLimit, settings: Readonly<Record<string, SettingValue>>): RateWindow {
  const chosen = limit.setting === undefined ? undefined : settings[limit.setting];
  return typeof chosen === 'number' ? { kind: 'smooth', requests: chosen, perMs: 1_000 } : limit.usual;
}

class PacedFamily {
  private readonly book: PermitBook;
  private readonly distanceMs: number;
  private readonly quotas: readonly RateWindow[];
  /** The vendor's answers may be slow: an even pace alone would let requests pile up there. */
  private readonly slots: Slots;
  private refilling: Promise<number> | undefined;
  private waiting = 0;
  /** Pauses asked for so far: a permit taken before one is void after it. */
  private pauses = 0;
  private told: Promise<unknown> = Promise.resolve();
  /** The shared row counts failures, ours or another process's: the next success has to clear them. */
  private failing = false;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly accountKey: Buffer,
    private readonly family: string,
    window: RateWindow,
    limit: RateLimit,
  ) {
    this.quotas = limit.quotas ?? [];
    this.slots = new Slots(limit.concurrency);
    this.distanceMs = window.perMs / window.requests;
    this.book = new PermitBook(this.distanceMs);
  }

  async acquire(signal: AbortSignal): Promise<PaceAnswer> {
    await this.slots.take(signal);
    let answer: PaceAnswer | undefined;
    try {
      answer = await this.permit(signal);
      return answer;
    } finally {
      if (answer?.kind !== 'go') this.slots.giveBack();
    }
  }

  private async permit(signal: AbortSignal): Promise<PaceAnswer> {
    this.waiting += 1;
    try {
      for (;;) {
        const inMs = this.book.take(performance.now());
        if (inMs !== undefined) {
          const { pauses } = this;
          if (inMs >= 1) await delay(inMs, undefined, { signal });
          if (pauses === this.pauses) return { kind: 'go' };
          continue;
        }
        const blockedForMs = await this.refill();
        if (blockedForMs > WAIT_IN_PLACE_MS)
          return { kind: 'wait', until: new Date(Date.now() + blockedForMs) };
        if (blockedForMs > 0) await delay(blockedForMs, undefined, { signal });
      }
    } finally {
      this.waiting -= 1;
    }
  }

  release(result: PaceResult): void {
    this.slots.giveBack();
    if (result.notBefore !== undefined) {
      this.book.clear();
      this.pauses += 1;
      this.tell(`SELECT pace_block($1, $2, $3)`, [result.notBefore]);
    }
    const failed = result.failed || (result.status !== undefined && result.status >= 500);
    if (failed) {
      this.failing = true;
      this.tell(`SELECT pace_failure($1, $2, $3, $4, $5)`, [BREAKER_AT, BREAKER_BASE_MS, BREAKER_CEILING_MS]);
    } else if (this.failing && result.status !== undefined) {
      this.failing = false;
      this.tell(`SELECT pace_recovered($1, $2)`, []);
    }
  }

  /** Milliseconds for which nothing is granted; 0 when permits arrived. */
  private refill(): Promise<number> {
    this.refilling ??= this.reserve().finally(() => {
      this.refilling = undefined;
    });
    return this.refilling;
  }

  private async reserve(): Promise<number> {
    const chunk = Math.max(1, Math.ceil(CHUNK_MS / this.distanceMs));
    const want = Math.max(1, Math.min(chunk, this.waiting));
    // A pause that the vendor asked for must be known there before anything is reserved beyond it.
    await this.told;
    const { pauses } = this;
    const [row] = await this.tenancy.lookup<{
      granted: number;
      first_in_ms: number;
      wait_ms: number;
      failing: boolean;
    }>(`SELECT * FROM pace_reserve($1, $2, $3, $4, $5::jsonb, $6)`, [
      this.accountKey,
      this.family,
      want,
      Math.round(this.distanceMs * 1_000),
      JSON.stringify(this.quotas.map(({ requests, perMs }) => ({ requests, perMs }))),
      BREAKER_AT,
    ]);
    if (row === undefined) throw new Error('pace_reserve answered nothing.');
    this.failing ||= row.failing;
    if (row.granted === 0) return Math.max(1, row.wait_ms);
    if (pauses !== this.pauses) return 1;
    // Counted from the answer on, at the latest moment the database can have meant.
    this.book.grant(row.granted, row.first_in_ms, performance.now());
    return 0;
  }

  /** Pacing is advice to others; when the database is away, the drain itself will notice soon enough. */
  private tell(sql: string, parameters: readonly unknown[]): void {
    const telling = this.tenancy.lookup(sql, [this.accountKey, this.family, ...parameters]);
    this.told = Promise.allSettled([this.told, telling]);
  }
}
