import type { WrittenContact } from '@rekomi/provider-contract';

import type {
  ClaimedLane,
  LaneResult,
  LedgerEntry,
  PendingDelivery,
  SettledState,
  Settlement,
} from '../delivery.js';
import type { Intention } from '../intention.js';
import { must } from './must.js';

/** As in the product, by the database's clock. Milliseconds. */
export const LEASE_MS = 4_000;
export const STILL_LANDING_MS = 15_000;
/** The longest that a transaction may stay open, and what claims look back for. */
export const GRACE_MS = 30_000;

/** A rule of the statements that can be taken out, to see that its absence is noticed. */
export type BrokenStatement =
  | 'no lease check at completion'
  | 'lanes freed without a mark on the drain'
  | 'no sweep'
  | 'no rewrite after an expired lease'
  | 'a fence that ignores the tail'
  | 'a held lane stays held'
  | 'claims what is in hand';

export interface ModelLane {
  readonly id: string;
  readonly contactId: string;
  tailSeq: number;
  dueAt: number;
  attempts: number;
  firstFailedAt: number | undefined;
  rewriteAt: number | undefined;
  held: boolean;
  contactPending: boolean;
  drainId: number | undefined;
  /** The row lock of an open transaction. */
  locked: boolean;
  /** By id, oldest first. */
  readonly pending: Map<string, PendingDelivery>;
}

interface ModelDrainRow {
  expiresAt: number;
  expired: boolean;
}

/** A producer's open transaction: what it adds is seen when it commits, with the time it began. */
export interface OpenEnqueue {
  readonly contactId: string;
  readonly began: number;
}

/** What became of a lane at a completion: `busy` when somebody is just adding to it. */
export type Release = 'released' | 'busy' | 'lost';

/**
 * The engine's tables as its statements keep them (sql/enqueue.ts, claim.ts, complete.ts, drain.ts, and the function
 * sweep_expired_drains), one connection, with a clock that is set from outside. Whatever must never be is a thrown error.
 */
export class ModelTables {
  now = 0;
  readonly lanes = new Map<string, ModelLane>();
  readonly drains = new Map<number, ModelDrainRow>();
  readonly ledger = new Map<string, LedgerEntry>();
  readonly intended = new Map<string, Intention>();
  readonly settled = new Map<string, SettledState>();
  private readonly locks = new Set<string>();
  private laneIds = 0;
  private closedTails = 0;
  private open = 0;

  constructor(
    private readonly pendingAtOnce: number,
    readonly broken?: BrokenStatement,
  ) {}

  /** Undefined: another transaction has the lane's row; it would wait. */
  begin(contactId: string): OpenEnqueue | undefined {
    if (this.locks.has(contactId)) return undefined;
    this.locks.add(contactId);
    const lane = this.lanes.get(contactId);
    if (lane !== undefined) lane.locked = true;
    return { contactId, began: this.now };
  }

  /** Numbers the deliveries in the order given. */
  commit({ contactId, began }: OpenEnqueue, deliveries: readonly Omit<PendingDelivery, 'seq'>[]): void {
    this.locks.delete(contactId);
    let lane = this.lanes.get(contactId);
    if (lane === undefined) {
      lane = this.newLane(contactId, began);
      this.lanes.set(contactId, lane);
    }
    lane.locked = false;
    const contactPending = deliveries.some(({ kind }) => kind === 'contact');
    const frees = contactPending && this.broken !== 'a held lane stays held';
    if (lane.held && frees) lane.dueAt = began;
    else if (!lane.held && lane.attempts === 0) lane.dueAt = Math.min(lane.dueAt, began);
    if (frees) lane.held = false;
    if (contactPending) {
      lane.contactPending = true;
      lane.firstFailedAt = undefined;
    }
    for (const delivery of deliveries) {
      lane.tailSeq += 1;
      lane.pending.set(delivery.id, { ...delivery, seq: lane.tailSeq } as PendingDelivery);
    }
    this.open += deliveries.length;
    this.checkConservation();
  }

  openDrain(id: number): void {
    this.drains.set(id, { expiresAt: this.now + LEASE_MS, expired: false });
  }

  /** When the lease ends from now on; undefined when it is lost. */
  renew(id: number): number | undefined {
    const drain = this.drains.get(id);
    if (drain === undefined || drain.expired) return undefined;
    drain.expiresAt = this.now + LEASE_MS;
    return drain.expiresAt;
  }

  /** Takes due lanes, those due first before others. Undefined: the drain was swept. */
  claim(id: number, watermark: number, most: number): readonly ClaimedLane[] | undefined {
    if (!this.holds(id)) return undefined;
    const due = [...this.lanes.values()].filter(
      (lane) =>
        (lane.drainId === undefined || this.broken === 'claims what is in hand') &&
        !lane.held &&
        !lane.locked &&
        lane.dueAt >= watermark &&
        lane.dueAt <= this.now,
    );
    due.sort((a, b) => a.dueAt - b.dueAt);
    return due.slice(0, most).map((lane) => {
      lane.drainId = id;
      lane.contactPending = false;
      return {
        id: lane.id,
        contactId: lane.contactId,
        tailSeq: lane.tailSeq,
        attempts: lane.attempts,
        failingForMs: lane.firstFailedAt === undefined ? 0 : this.now - lane.firstFailedAt,
        ...(lane.rewriteAt === undefined ? {} : { rewriteInMs: lane.rewriteAt - this.now }),
        pending: firstOf(lane.pending, this.pendingAtOnce),
      };
    });
  }

  /** The lowest due time of a claim, less the longest that a transaction may stay open. */
  watermarkAfter(claimed: readonly ClaimedLane[]): number | undefined {
    const [first] = claimed;
    if (first === undefined) return undefined;
    return (this.lanes.get(first.contactId)?.dueAt ?? this.now) - GRACE_MS;
  }

  /** One transaction: settles, unless that was done before, and lets the lane go unless somebody adds to it right now. */
  complete(id: number, result: LaneResult, alreadySettled: boolean): Release {
    if (!this.holds(id) && this.broken !== 'no lease check at completion') return 'lost';
    const lane = this.lanes.get(result.lane.contactId);
    const mine = lane?.id === result.lane.id && lane.drainId === id;
    must(mine, 'a drain completed a lane that it does not hold');
    if (!alreadySettled) {
      checkCoalesced(result);
      for (const settlement of result.settlements) this.settle(lane, settlement);
      if (result.ledger !== undefined) this.learn(result.lane.contactId, result.ledger);
      if (result.intended !== undefined) this.intended.set(result.lane.contactId, result.intended);
    }
    if (lane.locked) return 'busy';
    this.release(lane, result);
    this.checkConservation();
    return 'released';
  }

  /** Marks dead drains, then takes their lanes back. */
  sweep(): void {
    if (this.broken === 'no sweep') return;
    const unmarked = this.broken === 'lanes freed without a mark on the drain';
    for (const drain of this.drains.values()) {
      if (drain.expiresAt < this.now && !unmarked) drain.expired = true;
    }
    for (const lane of this.lanes.values()) {
      if (lane.drainId === undefined || lane.locked) continue;
      const drain = this.drains.get(lane.drainId);
      const dead = drain === undefined || drain.expired || (unmarked && drain.expiresAt < this.now);
      if (!dead) continue;
      lane.drainId = undefined;
      lane.dueAt = this.now;
      if (this.broken !== 'no rewrite after an expired lease') lane.rewriteAt = this.now + STILL_LANDING_MS;
    }
  }

  /** When the next free lane falls due; undefined: none waits for a time. */
  nextDueAt(): number | undefined {
    let next: number | undefined;
    for (const lane of this.lanes.values()) {
      if (lane.held || lane.drainId !== undefined) continue;
      next = next === undefined ? lane.dueAt : Math.min(next, lane.dueAt);
    }
    return next;
  }

  written(contactId: string): WrittenContact | undefined {
    return this.ledger.get(contactId)?.written;
  }

  private holds(id: number): boolean {
    const drain = this.drains.get(id);
    return drain !== undefined && !drain.expired;
  }

  private newLane(contactId: string, dueAt: number): ModelLane {
    this.laneIds += 1;
    return {
      id: String(this.laneIds),
      contactId,
      tailSeq: 0,
      dueAt,
      attempts: 0,
      firstFailedAt: undefined,
      rewriteAt: undefined,
      held: false,
      contactPending: false,
      drainId: undefined,
      locked: false,
      pending: new Map(),
    };
  }

  private settle(lane: ModelLane, { delivery, state }: Settlement): void {
    must(!this.settled.has(delivery.id), `${delivery.id} was settled twice`);
    must(lane.pending.delete(delivery.id), `${delivery.id} was settled without being pending`);
    this.settled.set(delivery.id, state);
    this.open -= 1;
  }

  private learn(contactId: string, update: NonNullable<LaneResult['ledger']>): void {
    must(!update.present || update.written !== null, 'the ledger says present and knows nothing written');
    this.ledger.set(contactId, {
      present: update.present,
      state: update.state,
      ...(update.written === null ? {} : { written: update.written }),
      ...(update.refusedFingerprint === undefined ? {} : { refusedFingerprint: update.refusedFingerprint }),
      ...(update.code === undefined ? {} : { code: update.code }),
    });
  }

  private release(lane: ModelLane, { next, lane: seen, settlements, rewritten }: LaneResult): void {
    const hasNews = lane.tailSeq > seen.tailSeq;
    if (next.kind === 'done' && (!hasNews || this.broken === 'a fence that ignores the tail')) {
      must(lane.pending.size === 0, 'a lane went and left deliveries behind');
      this.closedTails += lane.tailSeq;
      this.lanes.delete(lane.contactId);
      return;
    }
    const held = next.kind === 'held' && !lane.contactPending;
    must(!held || lane.pending.size > 0, 'a lane is held although nothing waits in it');
    const failing = next.kind === 'due' && next.failing;
    const settled = new Set(settlements.map(({ delivery }) => delivery.seq));
    lane.drainId = undefined;
    lane.contactPending ||= seen.pending.some(({ kind, seq }) => kind === 'contact' && !settled.has(seq));
    lane.attempts = next.kind === 'due' ? next.attempts : 0;
    lane.held = held;
    if (!failing) lane.firstFailedAt = undefined;
    else lane.firstFailedAt = lane.attempts > 1 ? (lane.firstFailedAt ?? this.now) : this.now;
    lane.dueAt = this.now + (next.kind === 'due' && !(hasNews && !failing) ? next.inMs : 0);
    if (rewritten) lane.rewriteAt = undefined;
  }

  /** Deliveries counted with closed lanes + tails of open lanes = settled deliveries + open ones; of a few lanes only, because it adds up all of them. */
  private checkConservation(): void {
    if (this.lanes.size > 4) return;
    let tails = this.closedTails;
    for (const { tailSeq } of this.lanes.values()) tails += tailSeq;
    must(tails === this.settled.size + this.open, 'the counts do not add up');
  }
}

function firstOf(pending: ReadonlyMap<string, PendingDelivery>, most: number): readonly PendingDelivery[] {
  const first: PendingDelivery[] = [];
  for (const delivery of pending.values()) {
    if (first.length === most) break;
    first.push(delivery);
  }
  return first;
}

/** One write counts for one contact delivery, the newest; those before it were overtaken by it. */
function checkCoalesced({ settlements }: LaneResult): void {
  const coalesced = settlements.filter(({ state }) => state === 'coalesced');
  const carrying = settlements.filter(
    ({ delivery, state }) => delivery.kind === 'contact' && state !== 'coalesced',
  );
  must(carrying.length <= 1, 'several contact deliveries count for one write');
  const newest = carrying[0]?.delivery.seq ?? 0;
  must(
    coalesced.every(({ delivery }) => delivery.kind === 'contact' && delivery.seq < newest),
    'a delivery was coalesced into nothing',
  );
}
