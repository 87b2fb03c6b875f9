import type { Outcome, WrittenContact, WrittenField } from '@rekomi/provider-contract';

import type { Desired } from '../../ports.js';
import { GIVE_UP_AFTER_ATTEMPTS, GIVE_UP_AFTER_MS } from '../back-off.js';
import type { LaneResult, LedgerEntry, PendingDelivery, Settlement } from '../delivery.js';
import { covers, type Intention } from '../intention.js';
import { LaneRun } from '../lane-run.js';
import type { LaneStep } from '../lane-step.js';
import { Crash, ModelVendor, type Fate } from './model-vendor.js';
import { must } from './must.js';

/** Fewer than in production, so that short histories reach the end of what one run sees. */
const PENDING_AT_ONCE = 4;
/** What the model vendor's manifest would say: one namespace of ours. */
const WRITES: readonly WrittenField[] = [{ vendorField: 'our_*', from: 'Attributes' }];
const STILL_LANDING_MS = 15_000;
const LATE_MS = 10_000;

interface Lane {
  id: string;
  tailSeq: number;
  dueAt: number;
  attempts: number;
  firstFailedAt: number | undefined;
  rewriteAt: number | undefined;
  held: boolean;
  contactPending: boolean;
  pending: PendingDelivery[];
}

export interface ModelTraits {
  readonly dropsRepeatedEvents: boolean;
  readonly repeatsAmbiguousEvents: boolean;
  /** Tags that the merchant has at everybody and that we may wish for. */
  readonly shared?: readonly string[];
}

/**
 * One contact's lane with a clock, and the tables around it as the statements keep them. Everything that must never
 * happen is a thrown error.
 */
export class LaneModel {
  readonly vendor: ModelVendor;
  /** Address and tag: what stood there is not told from what a worker may have left that died before it wrote anything down. */
  readonly untold = new Set<string>();
  readonly settled = new Map<string, Settlement>();
  readonly created: PendingDelivery[] = [];
  lane: Lane | undefined;
  ledger: LedgerEntry | undefined;
  intended: Intention = [];
  desired: Desired = { kind: 'absent' };
  connection: 'open' | 'paused' | 'disconnecting' = 'open';
  configVersion = 1;
  now = 0;
  private lanes = 0;
  /** By what was heard and written down: the contact was put there whole and not taken back. */
  private wasWritten = false;
  /** When something was added, and when and how often its attempts failed. */
  private readonly addedAt = new Map<string, number>();
  private readonly failures = new Map<string, { since: number; times: number }>();
  private readonly heldBack = new Set<string>();
  private readonly sent = new Set<string>();
  private latestSent: string | undefined;
  private landings: { at: number; land: () => void }[] = [];

  constructor(private readonly traits: ModelTraits) {
    this.vendor = new ModelVendor(traits.shared);
  }

  want(rank: number, tags: readonly string[], email = 'ada@example.com'): void {
    this.desired = {
      kind: 'present',
      contact: { email, tags, audiences: [], attributes: { rank } },
    };
    this.enqueue('contact');
  }

  unwant(): void {
    this.desired = { kind: 'absent' };
    this.enqueue('contact');
  }

  enqueue(kind: 'contact' | 'event'): void {
    const lane = (this.lane ??= this.newLane());
    const wasHeld = lane.held;
    if (kind === 'contact') {
      lane.held = false;
      lane.contactPending = true;
      lane.firstFailedAt = undefined;
    }
    if (wasHeld && kind === 'contact') lane.dueAt = this.now;
    else if (!wasHeld && lane.attempts === 0) lane.dueAt = Math.min(lane.dueAt, this.now);
    lane.tailSeq += 1;
    const id = `delivery ${this.created.length}`;
    const base = { seq: lane.tailSeq, id, cause: 'test' };
    const delivery: PendingDelivery =
      kind === 'contact'
        ? { ...base, kind }
        : {
            ...base,
            kind,
            eventId: id,
            eventName: 'happened',
            dedupeId: id,
            occurredAt: '2026-11-01T12:00:00.000Z',
            payload: '{}',
          };
    lane.pending.push(delivery);
    this.created.push(delivery);
    this.addedAt.set(id, this.now);
  }

  pass(ms: number): void {
    this.now += ms;
    const due = this.landings.filter(({ at }) => at <= this.now);
    this.landings = this.landings.filter(({ at }) => at > this.now);
    for (const { land } of due) land();
  }

  /** To the moment the lane falls due. */
  passToDue(): void {
    if (this.lane !== undefined && !this.lane.held) this.pass(Math.max(0, this.lane.dueAt - this.now));
  }

  /** Claims the lane if it is due and works it to its end; the fates are used up step by step. */
  run(fateOf: (step: LaneStep) => Fate, meanwhile: () => void): void {
    const lane = this.lane;
    if (lane === undefined || lane.held || lane.dueAt > this.now || this.connection === 'paused') return;
    const open = this.connection === 'open';
    const desired: Desired = open ? this.desired : { kind: 'absent' };
    const queued = [...lane.pending];
    const pending = queued.slice(0, PENDING_AT_ONCE);
    lane.contactPending = false;
    const run = new LaneRun({
      lane: {
        id: lane.id,
        contactId: 'ada',
        tailSeq: lane.tailSeq,
        attempts: lane.attempts,
        failingForMs: lane.firstFailedAt === undefined ? 0 : this.now - lane.firstFailedAt,
        ...(lane.rewriteAt === undefined ? {} : { rewriteInMs: lane.rewriteAt - this.now }),
        pending,
      },
      ledger: this.ledger,
      intended: this.intended,
      desired,
      configVersion: this.configVersion,
      connection: open ? 'open' : 'disconnecting',
      provider: {
        canRemove: true,
        events: true,
        dropsRepeatedEvents: this.traits.dropsRepeatedEvents,
        repeatsAmbiguousEvents: this.traits.repeatsAmbiguousEvents,
        writes: WRITES,
      },
      random: () => 0.5,
      now: () => this.now,
    });
    // In the transaction of the claim.
    this.intended = run.ahead() ?? this.intended;
    let present = this.wasWritten;
    let last: { step: LaneStep; outcome: Outcome; first: boolean } | undefined;
    try {
      for (let step = run.next(), first = true; step.kind !== 'end'; step = run.next()) {
        this.check(step, desired, present);
        const outcome = this.send(step, fateOf(step));
        const worked = ['accepted', 'confirmed', 'unchanged'].includes(outcome.kind);
        if (worked && step.kind === 'upsert') present = true;
        if (worked && step.kind === 'remove' && step.removal.previous.email === this.ledger?.written?.email)
          present = false;
        this.notice(step, outcome, queued);
        run.apply(outcome, { durationMs: 1, exchanges: [] });
        last = { step, outcome, first };
        // Clearing up elsewhere comes before the contact, and counts as one with it.
        first &&= step.kind === 'remove';
        meanwhile();
      }
    } catch (err) {
      if (!(err instanceof Crash)) throw err;
      this.sweep(lane, err);
      if (desired.kind === 'present')
        for (const tag of desired.contact.tags) this.untold.add(`${desired.contact.email} ${tag}`);
      return;
    }
    this.wasWritten = present;
    this.complete(lane, run.result(), last);
  }

  private newLane(): Lane {
    this.lanes += 1;
    return {
      id: String(this.lanes),
      tailSeq: 0,
      dueAt: this.now,
      attempts: 0,
      firstFailedAt: undefined,
      rewriteAt: undefined,
      held: false,
      contactPending: false,
      pending: [],
    };
  }

  private send(step: LaneStep, fate: Fate): Outcome {
    switch (step.kind) {
      case 'upsert':
        return this.vendor.upsert(step.change, fate, this.now);
      case 'remove':
        return this.vendor.remove(step.removal, fate, this.now);
      case 'event':
        return this.vendor.event(step.event, fate, this.now);
      case 'end':
        throw new Error('Nothing to send.');
    }
  }

  private check(step: LaneStep, desired: Desired, present: boolean): void {
    const known: readonly WrittenContact[] = [
      ...(this.ledger?.written === undefined ? [] : [this.ledger.written]),
      ...this.intended,
    ];
    if (desired.kind === 'absent')
      must(step.kind === 'remove', `a ${step.kind} was sent for a contact that is not wanted`);
    if (step.kind === 'remove') {
      const { previous } = step.removal;
      const here = known.filter(({ email }) => email === previous.email);
      must(here.length > 0, 'something was taken back that we never meant to write');
      const all = here.reduce((some, more) => ({
        ...some,
        fields: { ...some.fields, ...more.fields },
        tags: [...some.tags, ...more.tags],
      }));
      must(covers(all, previous), 'more than is on record was taken back');
      if (desired.kind === 'present')
        must(previous.email !== this.ledger?.written?.email, 'a wanted contact was taken back');
    }
    if (step.kind !== 'event') return;
    must(present, 'an event was sent for a contact that is not there');
    must(!this.heldBack.has(step.event.dedupeId), 'an event that may have arrived was sent again');
    const { eventId } = step.event;
    must(
      this.traits.dropsRepeatedEvents || !this.sent.has(eventId) || this.latestSent === eventId,
      'an event was sent again after a later one, where repeats are recorded',
    );
    this.sent.add(eventId);
    this.latestSent = eventId;
    const before = this.created.filter(({ kind }) => kind === 'event').map(({ id }) => id);
    for (const id of before.slice(0, before.indexOf(step.event.eventId)))
      must(this.settled.has(id) || this.inRun.has(id), 'an event overtook an earlier one');
  }

  /** Events given up in a run of which nothing was written down: they come again, after those behind them. */
  readonly passedOver = new Set<string>();
  private readonly inRun = new Set<string>();

  /** Keeps the clock of giving up and, for the check of order, which events this run is done with. */
  private notice(step: LaneStep, outcome: Outcome, queued: readonly PendingDelivery[]): void {
    const tried = step.kind === 'event' ? [step.event.eventId] : this.subjectsOf(queued);
    const fails = outcome.kind === 'unavailable' || outcome.kind === 'ambiguous';
    for (const id of fails && !usesNothingUp(outcome) ? tried : []) {
      const { since, times } = this.failures.get(id) ?? { since: this.now, times: 0 };
      this.failures.set(id, { since, times: times + 1 });
    }
    if (step.kind !== 'event') return;
    const id = step.event.eventId;
    const mayBeOver = this.mayBeGivenUp({ id, kind: 'event' });
    const waits = fails || ['throttled', 'unauthorised', 'misconfigured'].includes(outcome.kind);
    const notRepeated = outcome.kind === 'ambiguous' && !this.traits.repeatsAmbiguousEvents;
    if (!waits || notRepeated || mayBeOver) this.inRun.add(id);
    if (notRepeated) this.heldBack.add(id);
  }

  /** A write of the contact is for every contact delivery there is; when none is seen, for the first event. */
  private subjectsOf(queued: readonly PendingDelivery[]): readonly string[] {
    const seen = queued.slice(0, PENDING_AT_ONCE);
    const event = seen.some(({ kind }) => kind === 'contact') ? [] : seen.slice(0, 1);
    return [...event, ...queued.filter(({ kind }) => kind === 'contact')].map(({ id }) => id);
  }

  private complete(
    lane: Lane,
    result: LaneResult,
    last: { step: LaneStep; outcome: Outcome; first: boolean } | undefined,
  ): void {
    this.inRun.clear();
    for (const settlement of result.settlements) this.settle(lane, settlement);
    const coalesced = result.settlements.filter(({ state }) => state === 'coalesced');
    const carrying = result.settlements.filter(
      ({ delivery, state }) => delivery.kind === 'contact' && state !== 'coalesced',
    );
    must(carrying.length <= 1, 'several contact deliveries count for one write');
    if (coalesced.length > 0)
      must(
        carrying.length === 1 &&
          coalesced.every(({ delivery }) => delivery.seq < (carrying[0]?.delivery.seq ?? 0)),
        'a delivery was coalesced into nothing',
      );
    if (last !== undefined && usesNothingUp(last.outcome) && result.next.kind === 'due')
      must(
        result.next.attempts === (last.first ? result.lane.attempts : 0),
        `${last.outcome.kind} used up an attempt`,
      );
    const seen = new Set(result.lane.pending.map(({ id }) => id));
    if (last !== undefined && usesNothingUp(last.outcome) && this.connection === 'open')
      must(
        lane.pending.some(({ id }) => seen.has(id)) ||
          result.lane.pending.length === 0 ||
          last.step.kind !== 'event',
        `${last.outcome.kind} ended a delivery`,
      );
    if (result.ledger !== undefined) this.learn(result.ledger);
    this.intended = result.intended ?? this.intended;
    if (
      result.findings.some(({ kind }) => kind === 'unauthorised' || kind === 'misconfigured') &&
      this.connection === 'open'
    )
      this.connection = 'paused';
    this.release(lane, result);
  }

  private settle(lane: Lane, settlement: Settlement): void {
    const { id } = settlement.delivery;
    must(!this.settled.has(id), `${id} was settled twice`);
    must(
      lane.pending.some((delivery) => delivery.id === id),
      `${id} was settled without being pending`,
    );
    if (settlement.state === 'expired')
      must(this.mayBeGivenUp(settlement.delivery), `${id} was given up before its time`);
    this.settled.set(id, settlement);
    lane.pending = lane.pending.filter((delivery) => delivery.id !== id);
  }

  /** A contact delivery shares the attempts of those before it, because every attempt sends the newest state. */
  private mayBeGivenUp({ id, kind }: Pick<PendingDelivery, 'id' | 'kind'>): boolean {
    if (kind === 'contact') return this.now - (this.addedAt.get(id) ?? this.now) >= GIVE_UP_AFTER_MS;
    const { since, times } = this.failures.get(id) ?? { since: this.now, times: 0 };
    return times >= GIVE_UP_AFTER_ATTEMPTS && this.now - since >= GIVE_UP_AFTER_MS;
  }

  private learn(update: NonNullable<LaneResult['ledger']>): void {
    this.ledger = {
      present: update.present,
      state: update.state,
      ...(update.written === null ? {} : { written: update.written }),
      ...(update.refusedFingerprint === undefined ? {} : { refusedFingerprint: update.refusedFingerprint }),
      ...(update.code === undefined ? {} : { code: update.code }),
    };
    must(!update.present || update.written !== null, 'the ledger says present and knows nothing written');
  }

  private release(lane: Lane, { next, lane: seen, rewritten }: LaneResult): void {
    if (next.kind === 'done' && lane.tailSeq <= seen.tailSeq) {
      must(lane.pending.length === 0, 'a lane went and left deliveries behind');
      this.lane = undefined;
      return;
    }
    const hasNews = lane.tailSeq > seen.tailSeq;
    const held = next.kind === 'held' && !lane.contactPending;
    must(!held || lane.pending.length > 0, 'a lane is held although nothing waits in it');
    const failing = next.kind === 'due' && next.failing;
    lane.attempts = next.kind === 'due' ? next.attempts : 0;
    lane.held = held;
    if (!failing) lane.firstFailedAt = undefined;
    else lane.firstFailedAt = lane.attempts > 1 ? (lane.firstFailedAt ?? this.now) : this.now;
    lane.dueAt = this.now + (next.kind === 'due' && !(hasNews && !failing) ? next.inMs : 0);
    if (rewritten) lane.rewriteAt = undefined;
  }

  private sweep(lane: Lane, crash: Crash): void {
    // Whoever died cannot have noted that an event is not to be repeated.
    for (const id of this.inRun) {
      this.heldBack.delete(id);
      if (!this.vendor.applied.includes(id)) this.passedOver.add(id);
    }
    this.inRun.clear();
    lane.dueAt = this.now;
    lane.rewriteAt = this.now + STILL_LANDING_MS;
    if (crash.landsLater !== undefined)
      this.landings.push({ at: this.now + LATE_MS, land: crash.landsLater });
  }
}

function usesNothingUp(outcome: Outcome): boolean {
  return (
    ['throttled', 'unauthorised', 'misconfigured'].includes(outcome.kind) ||
    (outcome.kind === 'unavailable' && outcome.code === 'send_withheld')
  );
}
