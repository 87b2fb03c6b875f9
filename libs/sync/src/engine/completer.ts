import type { Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';

import type { LaneResult } from '../core/delivery.js';
import type { ReceiptSampling } from '../core/receipt-sampling.js';
import { releaseLanes, settle } from '../sql/complete.js';
import { holdDrain } from '../sql/drain.js';
import { oweLooks } from '../sql/follow-up.js';
import { storeIntentions } from '../sql/intention.js';
import { oweReceipts } from '../sql/receipts.js';
import type { DrainLease } from './drain-lease.js';

/** Results per transaction. */
const AT_ONCE = 500;
/** A contact is looked at a moment after its write, because vendors apply what they accept with a delay. */
const LOOK_AFTER_MS = 3_000;
/** An enqueue that holds a lane is given this long before the lane is tried again. */
const BUSY_LANE_MS = 20;

/**
 * Writes down what drains found out. One transaction at a time per drain: what arrives while one is under way goes
 * together into the next, so that a busy drain commits in large groups and a quiet one at once.
 */
export class Completer {
  private readonly waiting: LaneResult[] = [];
  private unreleased: LaneResult[] = [];
  private flushing: Promise<void> | undefined;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly target: { organizationId: string; connectionId: string },
    private readonly lease: DrainLease,
    /** Called with the lanes that were let go. */
    private readonly onReleased: (lanes: number) => void,
    private readonly onFailure: (err: unknown) => void,
    /** Absent: nothing is read back. */
    private readonly receipts?: ReceiptSampling,
  ) {}

  add(results: readonly LaneResult[]): void {
    this.waiting.push(...results);
    this.flushing ??= this.flush().finally(() => {
      this.flushing = undefined;
    });
  }

  /** Resolves when everything added so far is written down, or the lease is lost. */
  async finish(): Promise<void> {
    while (this.flushing !== undefined) await this.flushing;
  }

  private async flush(): Promise<void> {
    while (this.waiting.length + this.unreleased.length > 0 && !this.lease.isLost) {
      const fresh = this.waiting.splice(0, AT_ONCE);
      try {
        await this.write(fresh);
      } catch (err) {
        // The database refused or is away. The lanes stay with the drain; its lease runs out and the sweep hands them
        // on, to be done again. Going on would only widen what has to be repeated.
        this.onFailure(err);
        this.lease.lose();
        return;
      }
      if (fresh.length === 0) await new Promise((resolve) => setTimeout(resolve, BUSY_LANE_MS));
    }
  }

  private async write(fresh: readonly LaneResult[]): Promise<void> {
    const toRelease = [...this.unreleased, ...fresh];
    const released = await this.tenancy.run(this.target.organizationId, async (tx) => {
      if (!(await holdDrain(tx, this.target.organizationId, this.lease.id))) return undefined;
      await settle(tx, this.target, fresh);
      await storeIntentions(
        tx,
        this.target,
        fresh.flatMap(({ lane, intended }) =>
          intended === undefined ? [] : [{ contactId: lane.contactId, writes: intended }],
        ),
      );
      const looks = fresh.filter((result) => (result.ledger?.deferred.length ?? 0) > 0);
      await oweLooks(
        tx,
        this.target,
        looks.map((result) => result.lane.contactId),
        LOOK_AFTER_MS,
      );
      await this.oweReceipts(tx, fresh);
      return releaseLanes(tx, this.target, this.lease.id, toRelease);
    });
    if (released === undefined) {
      this.lease.lose();
      return;
    }
    this.unreleased = toRelease.filter((result) => !released.has(result.lane.id));
    this.onReleased(released.size);
  }

  private async oweReceipts(tx: EntityManager, fresh: readonly LaneResult[]): Promise<void> {
    const { receipts } = this;
    const candidates = receipts?.candidates(fresh) ?? [];
    if (receipts === undefined || candidates.length === 0) return;
    if (await oweReceipts(tx, this.target, candidates)) receipts.finishFirstOnes();
  }
}
