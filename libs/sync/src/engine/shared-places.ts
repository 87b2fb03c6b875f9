import { randomUUID } from 'node:crypto';

import type { PaceKey, PaceStore } from '../sql/pace.js';

/** Places of a process that is gone come back after this. */
const LEASE_MS = 5_000;
/** Nothing is begun in a place whose loan is older: the rest is for a database that answers late. */
const SURE_MS = 4_000;
const RENEW_MS = 1_000;
/** Connections to a vendor that nobody used for so long are closed by now, or by the vendor. */
const COLD_AFTER_MS = 4_000;
/** Under way at the same time before anything was answered. */
const COLD_AT_ONCE = 2;
/** Whoever has no place asks again after this. */
const ASK_AGAIN_MS = 100;

interface Waiter {
  readonly signal: AbortSignal;
  readonly enter: () => void;
  readonly leave: (reason: Error) => void;
}

/**
 * Requests under way at the same time, counted for the account across all processes: this process borrows places from
 * the database and hands them out. Whoever finds none waits in line, and leaves it when told to stop.
 *
 * It begins with few, and every answer allows one more: the first requests have connections to make and arrive later
 * than they were sent, so that many of them would reach the vendor together with those that follow.
 */
export class SharedPlaces {
  private readonly holder = randomUUID();
  private line: Waiter[] = [];
  /** What takes those in line out of it again; one listener for all who go by the same signal. */
  private readonly heeded = new Map<AbortSignal, () => void>();
  private taken = 0;
  private held = 0;
  /** Fewer than are held while others have a right to some of them. */
  private mayUse = 0;
  private wanted = 0;
  private warm = COLD_AT_ONCE;
  private usedAt = -Infinity;
  /** What is known of the loan ends then. */
  private sureUntil = -Infinity;
  private asking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly store: Pick<PaceStore, 'places'>,
    private readonly key: PaceKey,
    private readonly places: number,
  ) {}

  /** Who waits for a place. */
  get inLine(): number {
    return this.line.length;
  }

  /** A place at once, if there is one free. */
  tryTake(): boolean {
    if (this.taken === 0 && performance.now() - this.usedAt > COLD_AFTER_MS) this.warm = COLD_AT_ONCE;
    if (this.line.length > 0 || !this.hasRoom()) return false;
    this.taken += 1;
    return true;
  }

  /** Resolves with a place, which has to be given back. Rejects when the signal aborts first. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.tryTake()) return;
    await new Promise<void>((enter, leave) => {
      this.line.push({ signal, enter, leave });
      this.heed(signal);
      // What was asked for before is asked for again by itself, as long as somebody was in line or a place was held.
      if (!this.asksAgain || this.wish() > this.wanted || performance.now() >= this.sureUntil) this.ask();
    });
  }

  /**
   * The next in line takes the place over, unless somebody else has a right to it.
   * @param answered the vendor was reached: connections are warm
   */
  giveBack(answered: boolean): void {
    this.taken -= 1;
    this.usedAt = performance.now();
    if (answered && this.warm < this.places) this.warm += 1;
    this.admit();
    if (this.taken + this.line.length === 0) this.later(RENEW_MS);
    else if (this.held > this.mayUse) this.ask();
  }

  /** Gives back what is not in use; the rest comes back when the loan ends. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.asking;
    if (this.held > 0) await this.borrow(0).catch(() => undefined);
  }

  private get asksAgain(): boolean {
    return this.asking !== undefined || this.timer !== undefined;
  }

  private wish(): number {
    return Math.min(this.places, this.taken + this.line.length);
  }

  private hasRoom(): boolean {
    return this.taken < Math.min(this.mayUse, this.warm) && performance.now() < this.sureUntil;
  }

  private admit(): void {
    while (this.hasRoom()) {
      const next = this.line.shift();
      if (next === undefined) return;
      this.taken += 1;
      next.enter();
    }
    if (this.line.length > 0) return;
    for (const [signal, leave] of this.heeded) signal.removeEventListener('abort', leave);
    this.heeded.clear();
  }

  private heed(signal: AbortSignal): void {
    if (this.heeded.has(signal)) return;
    const leave = (): void => {
      this.heeded.delete(signal);
      const leaving = this.line.filter((one) => one.signal === signal);
      this.line = this.line.filter((one) => one.signal !== signal);
      const reason: unknown = signal.reason;
      for (const one of leaving)
        one.leave(reason instanceof Error ? reason : new Error('Stopped waiting for a place.'));
    };
    this.heeded.set(signal, leave);
    signal.addEventListener('abort', leave, { once: true });
  }

  private ask(): void {
    if (this.closed) return;
    this.asking ??= this.borrow(this.wish())
      // The database is away: nothing is known of the loan, and it is asked again.
      .catch(() => undefined)
      .finally(() => {
        this.asking = undefined;
        const starved = this.line.length > 0 && !(this.mayUse > 0 && performance.now() < this.sureUntil);
        if (this.wish() > 0 || this.held > 0) this.later(starved ? ASK_AGAIN_MS : RENEW_MS);
      });
  }

  private async borrow(want: number): Promise<void> {
    const asked = performance.now();
    this.wanted = want;
    const { held, mayUse } = await this.store.places(this.key, {
      holder: this.holder,
      want,
      inUse: this.taken,
      places: this.places,
      leaseMs: LEASE_MS,
    });
    this.held = held;
    this.mayUse = mayUse;
    this.sureUntil = asked + SURE_MS;
    this.admit();
  }

  private later(inMs: number): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.ask();
    }, inMs);
    this.timer.unref();
  }
}
