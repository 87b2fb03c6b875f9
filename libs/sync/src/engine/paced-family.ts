import { setTimeout as delay } from 'node:timers/promises';

import type { PaceAnswer, PaceGo, PaceResult } from '@rekomi/transport';

import { ClockDistance } from '../core/clock-distance.js';
import type { PacePlan } from '../core/pace-plan.js';
import { PermitBook, type Permit } from '../core/permit-book.js';
import type { PaceKey, PaceStore, Taken } from '../sql/pace.js';
import { SharedPlaces } from './shared-places.js';

/** Reserved ahead: enough that a fast vendor costs few statements, little enough that a killed process wastes little. */
const CHUNK_MS = 250;
/** Shorter blocks are waited out in place, to the moment; longer ones send the lane back. */
export const WAIT_IN_PLACE_MS = 2_000;
/** Without news of others, what is known of the shared row is asked anew when it is older. */
const KNOWN_FOR_MS = 100;
/** Permits that are asked for ahead are no further apart than this, and no more than so many. */
const EXPECTED_WITHIN_MS = 25;
const EXPECTED_AT_MOST = 2;
/** A probe has the time of its request and then some before somebody else may try. */
const PROBE_SPARE_MS = 5_000;
/** The database is asked in vain no more often than this. */
const SHORTEST_WAIT_MS = 1;

/** The database is away: it is asked again after this, so many times in a row before that counts as a fault. */
const AWAY_MS = 500;
const AWAY_TIMES = 40;

/** The same moment, computed twice. */
const SAME_PAUSE_MS = 50;

/** Whether news of other processes arrive by themselves at the moment. */
export type HasNews = () => boolean;

/** This process's share of one account's endpoint family. */
export class PacedFamily {
  private readonly book: PermitBook;
  private readonly places: SharedPlaces;
  private readonly clocks = new ClockDistance();
  private refilling: Promise<number> | undefined;
  private waiting = 0;
  private granted = 0;
  private grantedAt = -Infinity;
  /** Of the shared row, the highest that was seen: permits from before are void. */
  private epoch = 0;
  /** Permits taken before it rose are void. */
  private generation = 0;
  private knownAt = -Infinity;
  /** As far as this process was told by the vendor. */
  private stoppedUntil = -Infinity;
  private told: Promise<unknown> = Promise.resolve();
  /** The shared row counts failures, ours or another process's: the next success has to clear them. */
  private failing = false;
  private away = 0;

  constructor(
    private readonly store: PaceStore,
    private readonly key: PaceKey,
    private readonly plan: PacePlan,
    private readonly timeoutMs: number,
    private readonly hasNews: HasNews,
  ) {
    this.book = new PermitBook(plan.latenessMs);
    this.places = new SharedPlaces(store, key, plan.places);
  }

  async acquire(signal: AbortSignal): Promise<PaceAnswer> {
    signal.throwIfAborted();
    if (!this.places.tryTake()) await this.places.take(signal);
    let answer: PaceAnswer | undefined;
    try {
      answer = await this.permit(signal);
      return answer;
    } finally {
      if (answer?.kind !== 'go') this.places.giveBack(false);
    }
  }

  /**
   * Contacts were claimed and are soon written: the first permits are asked for while the claim is still going on. Only
   * where nobody asks anyway, and where what is asked for in vain takes nothing worth mentioning from others.
   */
  expect(contacts: number): void {
    if (this.plan.distanceMs === 0 || this.plan.distanceMs > EXPECTED_WITHIN_MS) return;
    // While a vendor fails, what is granted is a probe, and that must not lie about.
    if (this.failing || this.waiting > 0 || this.refilling !== undefined) return;
    if (this.book.has(performance.now())) return;
    // Whoever needs them asks again, and hears of a failure.
    void this.refill(Math.min(contacts, EXPECTED_AT_MOST)).catch(() => undefined);
  }

  release(result: PaceResult, go?: PaceGo): void {
    this.places.giveBack(result.status !== undefined);
    const probe = go?.probe;
    const failed = result.failed || (result.status !== undefined && result.status >= 500);
    if (result.notBefore !== undefined) this.stop(Math.max(0, result.notBefore.getTime() - Date.now()));
    else if (result.status === 429) this.slow();
    if (failed) {
      this.failing = true;
      this.tell(this.store.failed(this.key, probe));
    } else if (result.status !== undefined && (this.failing || probe !== undefined)) {
      this.failing = false;
      this.tell(this.store.answered(this.key, probe));
    } else if (probe !== undefined) {
      this.tell(this.store.unprobed(this.key, probe));
    }
  }

  /**
   * The provider read in an answer that the vendor had enough, and perhaps for how long. Where the answer's status and
   * headers said so, it is known already.
   */
  hadEnough(forMs: number | undefined): void {
    if (forMs === undefined) this.slow();
    else if (performance.now() + forMs > this.stoppedUntil + SAME_PAUSE_MS) this.stop(forMs);
  }

  /** Another process (or this one) made reservations void. */
  learn(epoch: number | undefined): void {
    if (epoch === undefined || epoch <= this.epoch) return;
    this.epoch = epoch;
    this.void();
  }

  close(): Promise<void> {
    return this.places.close();
  }

  private async permit(signal: AbortSignal): Promise<PaceAnswer> {
    this.waiting += 1;
    try {
      for (;;) {
        const permit = this.book.take(performance.now());
        if (permit === undefined) {
          const blockedForMs = await this.refill();
          if (blockedForMs > WAIT_IN_PLACE_MS)
            return { kind: 'wait', until: new Date(Date.now() + Math.ceil(blockedForMs)) };
          if (blockedForMs > 0) await sleepUntil(performance.now() + blockedForMs, signal);
          continue;
        }
        if (this.isGoodAlready(permit) || (await this.isGood(permit, signal)))
          return permit.probe === undefined ? { kind: 'go' } : { kind: 'go', probe: permit.probe };
      }
    } finally {
      this.waiting -= 1;
    }
  }

  /** Its moment is now, and nothing has to be asked first. Aborted or not: whoever sends asks for that once more. */
  private isGoodAlready(permit: Permit): boolean {
    const now = performance.now();
    return permit.at <= now && this.hasNews() && this.book.isUsable(permit, now);
  }

  /** Waits for the permit's moment. False: it came to nothing, and another one is needed. */
  private async isGood(permit: Permit, signal: AbortSignal): Promise<boolean> {
    const { generation } = this;
    try {
      await sleepUntil(permit.at, signal);
      // What cannot be asked is not known: another permit is asked for, until the database is there.
      if (!this.hasNews() && performance.now() - this.knownAt > KNOWN_FOR_MS && !(await this.look()))
        this.void();
    } catch (err) {
      if (permit.probe !== undefined) this.tell(this.store.unprobed(this.key, permit.probe));
      throw err;
    }
    if (generation === this.generation) return this.book.isUsable(permit, performance.now());
    if (permit.probe !== undefined) this.tell(this.store.unprobed(this.key, permit.probe));
    return false;
  }

  /** False: the database is away. */
  private async look(): Promise<boolean> {
    const asked = performance.now();
    const epoch = await this.store.epoch(this.key).catch(() => null);
    if (epoch === null) return false;
    this.learn(epoch);
    this.knownAt = asked;
    return true;
  }

  /** Milliseconds for which nothing is granted; 0 when permits arrived. */
  private refill(want?: number): Promise<number> {
    this.refilling ??= this.reserve(want).finally(() => {
      this.refilling = undefined;
    });
    return this.refilling;
  }

  private async reserve(want?: number): Promise<number> {
    const { distanceMs, latenessMs, windows } = this.plan;
    // A pause that the vendor asked for must be known there before anything is reserved beyond it.
    await this.told;
    const { generation } = this;
    const asked = performance.now();
    const taken = await this.take({
      // By now all who were claimed together have come.
      want: want ?? this.wish(),
      distanceMs,
      latenessMs,
      windows,
      probeMs: this.timeoutMs + PROBE_SPARE_MS,
      aheadMs: this.clocks.answerMs,
    });
    if (taken === undefined) return AWAY_MS;
    const reading = { askedAt: asked, answeredAt: performance.now(), said: taken.nowMs };
    this.clocks.add(reading);
    this.failing ||= taken.failing;
    const voidMeanwhile = generation !== this.generation || taken.epoch < this.epoch;
    this.knownAt = asked;
    this.learn(taken.epoch);
    if (taken.granted === 0) return Math.max(SHORTEST_WAIT_MS, taken.waitMs);
    if (voidMeanwhile) {
      if (taken.probe !== undefined) this.tell(this.store.unprobed(this.key, taken.probe));
      return SHORTEST_WAIT_MS;
    }
    this.granted = taken.granted;
    this.grantedAt = performance.now();
    this.book.grant({
      count: taken.granted,
      // By the database's clock, which all processes go by: an answer that took long must not shift what it promised.
      at: this.clocks.momentAfter(reading, taken.firstInMs),
      stepMs: taken.stepMs,
      ...(taken.probe === undefined ? {} : { probe: taken.probe }),
    });
    return 0;
  }

  /**
   * Who waits for a permit, and of those in line for a place as many as will soon have one: twice what the latest grant
   * was good for, if that was used up. Each statement costs a commit, so a fast vendor gets few and large ones.
   */
  private wish(): number {
    const { distanceMs } = this.plan;
    const waiting = Math.max(1, this.waiting);
    if (distanceMs === 0) return waiting;
    const isFast = this.book.isUsedUp && performance.now() - this.grantedAt < CHUNK_MS;
    const soon = isFast ? Math.min(this.waiting + this.places.inLine, this.granted * 2) : 0;
    return Math.min(Math.max(1, Math.ceil(CHUNK_MS / distanceMs)), Math.max(waiting, soon));
  }

  /** Undefined: the database is away. That is nobody's fault at the vendor: whoever waits for room goes on waiting. */
  private async take(wish: Parameters<PaceStore['take']>[1]): Promise<Taken | undefined> {
    try {
      const taken = await this.store.take(this.key, wish);
      this.away = 0;
      return taken;
    } catch (err) {
      this.away += 1;
      if (this.away >= AWAY_TIMES) throw err;
      return undefined;
    }
  }

  private stop(forMs: number): void {
    this.stoppedUntil = Math.max(this.stoppedUntil, performance.now() + forMs);
    this.void();
    this.tell(this.store.stop(this.key, forMs));
  }

  private slow(): void {
    this.void();
    this.tell(this.store.slow(this.key));
  }

  private void(): void {
    this.book.clear();
    this.generation += 1;
  }

  /** Pacing is advice to others; when the database is away, the drain itself will notice soon enough. */
  private tell(telling: Promise<number | undefined>): void {
    const learning = telling.then((epoch) => this.learn(epoch));
    this.told = Promise.allSettled([this.told, learning]);
  }
}

/** Never early: timers may be, by less than a millisecond. */
async function sleepUntil(at: number, signal: AbortSignal): Promise<void> {
  for (let inMs = at - performance.now(); inMs > 0; inMs = at - performance.now())
    await delay(Math.max(1, Math.ceil(inMs)), undefined, { signal });
}
