import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';

import type { Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';

import { closeDrain, openDrain, renewDrain } from '../sql/drain.js';

export interface LeaseTimes {
  /** How long the database believes in a drain that has stopped renewing. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** Nothing is sent when less than this is left. */
  readonly marginMs: number;
}

export const LEASE_TIMES: LeaseTimes = { leaseMs: 4_000, renewEveryMs: 1_000, marginMs: 1_000 };

/**
 * One drain's right to its lanes. Only its own row is renewed, by the database's clock; here a monotonic clock tells
 * how much is certainly left, counted from before the renewal was asked for.
 */
export class DrainLease {
  readonly id = randomUUID();
  private readonly ending = new AbortController();
  private deadline = 0;
  private timer: NodeJS.Timeout | undefined;
  private lost = false;
  private began = false;

  /** Nothing is held yet: see `openIn` and `begin`. */
  constructor(
    private readonly tenancy: Tenancy,
    private readonly target: { organizationId: string; connectionId: string },
    private readonly worker: string,
    private readonly times: LeaseTimes = LEASE_TIMES,
  ) {
    // Every request in flight listens to it.
    setMaxListeners(0, this.ending.signal);
  }

  /** A lease that holds nothing but its own row. */
  static async open(
    tenancy: Tenancy,
    target: { organizationId: string; connectionId: string },
    worker: string,
    times: LeaseTimes = LEASE_TIMES,
  ): Promise<DrainLease> {
    const lease = new DrainLease(tenancy, target, worker, times);
    const asked = performance.now();
    await tenancy.run(target.organizationId, (tx) => lease.openIn(tx));
    lease.begin(asked);
    return lease;
  }

  /** Writes the drain's row; with the first lanes it takes, so that a drain that finds nothing leaves no trace. */
  openIn(tx: EntityManager): Promise<void> {
    const { id, worker, times } = this;
    return openDrain(tx, this.target, { id, worker, leaseMs: times.leaseMs });
  }

  /** The transaction of `openIn` is committed. @param asked when it was asked for, by this process's monotonic clock */
  begin(asked: number): void {
    this.began = true;
    this.deadline = asked + this.times.leaseMs;
    this.timer = setInterval(() => void this.renew(), this.times.renewEveryMs);
  }

  get hasBegun(): boolean {
    return this.began;
  }

  /** Aborts when the lease is lost or given up: whatever is in flight must stop. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  get isLost(): boolean {
    return this.lost;
  }

  mayStillSend(): boolean {
    return !this.lost && performance.now() < this.deadline - this.times.marginMs;
  }

  /** What is in flight is cut; the lease itself is kept, so that what came of it can still be written down. */
  cutShort(): void {
    this.ending.abort(new Error('The process is ending.'));
  }

  /** Another drain has these lanes now; nothing of this one counts any more. */
  lose(): void {
    this.lost = true;
    clearInterval(this.timer);
    this.ending.abort(new Error('The lease of this drain is lost.'));
  }

  async close(): Promise<void> {
    if (this.lost || !this.began) return;
    await this.tenancy.run(this.target.organizationId, (tx) => this.closeIn(tx));
    this.ended();
  }

  /** Takes the drain's row away, if it holds no lane; `ended` follows when that is committed. */
  async closeIn(tx: EntityManager): Promise<void> {
    clearInterval(this.timer);
    if (this.began && !this.lost) await closeDrain(tx, this.target.organizationId, this.id);
  }

  /** The transaction of `closeIn` is committed: there is nothing left to close. */
  ended(): void {
    clearInterval(this.timer);
    this.began = false;
  }

  private async renew(): Promise<void> {
    if (this.lost) return;
    const asked = performance.now();
    try {
      const kept = await this.tenancy.run(this.target.organizationId, (tx) =>
        renewDrain(tx, this.target.organizationId, { id: this.id, leaseMs: this.times.leaseMs }),
      );
      if (kept) this.deadline = asked + this.times.leaseMs;
      else this.lose();
    } catch {
      // The database may be back before the lease ends; until then `mayStillSend` counts down by itself.
      if (performance.now() >= this.deadline) this.lose();
    }
  }
}
