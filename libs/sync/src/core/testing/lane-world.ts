import type { DesiredContact } from '@rekomi/provider-contract';

import type { Desired } from '../../ports.js';
import type { PendingDelivery } from '../delivery.js';
import type { LaneStep } from '../lane-step.js';
import { FATES } from './fates.js';
import { ModelCrm } from './model-crm.js';
import { ModelDrain, type DrainJob, type Fate, type Flight } from './model-drain.js';
import { GRACE_MS, ModelTables, type BrokenStatement, type OpenEnqueue } from './model-tables.js';
import { must } from './must.js';

/** A request that has not landed after this long never will. */
const TIME_OUT_MS = 10_000;

export interface WorldTraits {
  /** Deliveries that one run takes on. */
  readonly pendingAtOnce: number;
  /** Lanes that one claim takes. */
  readonly lanesAtOnce: number;
  readonly repeatsAmbiguousEvents: boolean;
  readonly broken?: BrokenStatement;
  /** Between 0 and 1; the jitter of back-off. */
  readonly random?: () => number;
  /** Keep a protocol of everything that happens. */
  readonly traced?: boolean;
}

interface Change {
  readonly kind: 'event' | 'contact';
  readonly desired?: Desired;
}

/**
 * Several contacts at one connection, several drains, producers, the sweep, a vendor and a clock; nothing happens unless
 * it is told to, one step at a time, so that any order of steps can be tried. What must never be is a thrown error.
 */
export class LaneWorld {
  readonly tables: ModelTables;
  readonly crm = new ModelCrm();
  readonly desired = new Map<string, Desired>();
  readonly drains: (ModelDrain | undefined)[] = [];
  readonly repeatsAmbiguousEvents: boolean;
  readonly random: () => number;
  readonly trace: string[] = [];
  /** By contact: its events, in the order of their numbers. */
  readonly events = new Map<string, string[]>();
  readonly deliveries: string[] = [];
  /** Events given up in a run of which nothing was written down: they come again, after those behind them. */
  readonly passedOver = new Set<string>();
  /** Requests of drains that are gone. */
  readonly strays: { readonly flight: Flight; readonly contactId: string }[] = [];
  private readonly open: { readonly enqueue: OpenEnqueue; readonly changes: readonly Change[] }[] = [];
  /** By contact: how many of its first events are settled; looked for from where it was last. */
  private readonly firstOpen = new Map<string, number>();
  private drainIds = 0;

  constructor(private readonly traits: WorldTraits) {
    this.tables = new ModelTables(traits.pendingAtOnce, traits.broken);
    this.repeatsAmbiguousEvents = traits.repeatsAmbiguousEvents;
    this.random = traits.random ?? (() => 0.5);
  }

  note(line: () => string): void {
    if (this.traits.traced === true) this.trace.push(`${this.tables.now} ${line()}`);
  }

  want(contactId: string, contact: DesiredContact): Change {
    const consent = { basis: 'application', recordedAt: '2026-11-01T12:00:00.000Z' } as const;
    this.note(() => `${contactId} is wanted as ${JSON.stringify(contact)}`);
    return { kind: 'contact', desired: { kind: 'present', contact, consent } };
  }

  /** Opens a transaction that adds; false: another one adds to this lane, and it waits. */
  begin(contactId: string, changes: readonly Change[]): boolean {
    const enqueue = this.tables.begin(contactId);
    if (enqueue === undefined) return false;
    this.open.push({ enqueue, changes });
    return true;
  }

  /** Commits the transaction that has been open for the longest. */
  commit(): void {
    const transaction = this.open.shift();
    if (transaction === undefined) return;
    const { enqueue, changes } = transaction;
    const { contactId } = enqueue;
    const added = changes.map(({ kind, desired }) => {
      if (desired !== undefined) this.desired.set(contactId, desired);
      return this.delivery(contactId, kind);
    });
    this.tables.commit(enqueue, added);
    this.note(() => `${added.map(({ id }) => id).join()} added to ${contactId}`);
  }

  add(contactId: string, ...changes: readonly Change[]): void {
    while (!this.begin(contactId, changes)) this.commit();
    this.commitAll();
  }

  commitAll(): void {
    while (this.open.length > 0) this.commit();
  }

  drain(index: number): ModelDrain {
    let drain = this.drains[index];
    if (drain === undefined) {
      this.drainIds += 1;
      drain = new ModelDrain(this, this.drainIds);
      this.drains[index] = drain;
    }
    return drain;
  }

  /** Lets a drain do one thing: go on with one of its jobs, or claim. */
  work(index: number, which: number, fateOf: (step: LaneStep, contactId: string) => Fate): void {
    const drain = this.drain(index);
    if (drain.paused) return;
    const job = drain.jobs[which % Math.max(1, drain.jobs.length)];
    const worked = job === undefined ? drain.claim(this.traits.lanesAtOnce) : drain.advance(job, fateOf);
    if (worked === 'lost') this.lose(index);
  }

  /** The process dies, or finds out that its lease is lost: whatever it had sent may still land. */
  lose(index: number): void {
    const drain = this.drains[index];
    if (drain === undefined) return;
    this.note(() => `drain ${drain.id} is gone`);
    for (const { flight, contactId, passed, settled } of drain.jobs) {
      if (flight !== undefined && flight.answer === undefined) this.strays.push({ flight, contactId });
      for (const [event, how] of settled ? [] : passed) if (how === 'given up') this.passedOver.add(event);
    }
    this.drains[index] = undefined;
  }

  /** The vendor takes a request, in the way told. */
  land(flight: Flight, contactId: string, fate: Fate): void {
    const { step } = flight;
    this.note(() => `${step.kind} for ${contactId} lands: ${fate.name}`);
    const sends = this.crm.needsRequest(step);
    const written = sends ? this.crm.perform(step, fate.extent) : undefined;
    flight.answer = sends ? fate.answer(this.tables.now, written) : { kind: 'unchanged' };
  }

  /** A request of a drain that is gone lands late, or never. */
  landStray(index: number, lands: boolean): void {
    const [stray] = this.strays.splice(index, 1);
    if (stray === undefined) return;
    this.note(() => `a late ${stray.flight.step.kind} for ${stray.contactId} ${lands ? 'lands' : 'is lost'}`);
    if (!lands) return;
    const { step } = stray.flight;
    this.crm.perform(step, 'whole');
    // Its person was taken back meanwhile, so its successor discarded it: nobody can call back what is on its way.
    if (step.kind === 'event' && this.tables.settled.get(step.event.eventId) === 'discarded')
      this.passedOver.add(step.event.eventId);
  }

  /** Running drains renew on the way; nothing is under way for longer than its time-out. */
  pass(ms: number): void {
    const capped = this.open.length > 0 ? Math.min(ms, GRACE_MS / 2) : ms;
    this.tables.now += capped;
    while (this.open.some(({ enqueue }) => this.tables.now - enqueue.began > GRACE_MS / 2)) this.commit();
    for (const [index, drain] of this.drains.entries())
      if (drain !== undefined && !drain.paused && !drain.renew()) this.lose(index);
    for (const job of this.drains.flatMap((drain) => drain?.jobs ?? []))
      if (job.flight !== undefined && this.tables.now - job.flight.sentAt >= TIME_OUT_MS)
        job.flight.answer ??= FATES.hangs.answer(this.tables.now, undefined);
    for (let at = this.strays.length - 1; at >= 0; at -= 1)
      if (this.tables.now - (this.strays[at]?.flight.sentAt ?? 0) >= TIME_OUT_MS) this.landStray(at, false);
  }

  passToDue(): void {
    const due = this.tables.nextDueAt();
    if (due !== undefined && due > this.tables.now) this.pass(due - this.tables.now);
  }

  sweep(): void {
    this.tables.sweep();
    this.note(() => 'the sweep comes by');
  }

  /** What must be true of every request, by what whoever sends it can know. */
  checkSend(drainId: number, job: DrainJob, step: LaneStep): void {
    const row = this.tables.drains.get(drainId);
    must(row !== undefined && this.tables.now < row.expiresAt, 'a request left after the end of the lease');
    const lane = this.tables.lanes.get(job.contactId);
    must(
      lane?.id === job.laneId && lane.drainId === drainId,
      'a request was sent for a lane that the drain does not hold',
    );
    if (step.kind !== 'event') return;
    must(job.present, 'an event was sent for a contact that is not there');
    const events = this.events.get(job.contactId) ?? [];
    let first = this.firstOpen.get(job.contactId) ?? 0;
    while (this.tables.settled.has(events[first] ?? '')) first += 1;
    this.firstOpen.set(job.contactId, first);
    for (const id of events.slice(first, first + this.traits.pendingAtOnce)) {
      if (id === step.event.eventId) break;
      must(this.tables.settled.has(id) || job.passed.has(id), 'an event overtook an earlier one');
    }
  }

  private delivery(contactId: string, kind: 'event' | 'contact'): Omit<PendingDelivery, 'seq'> {
    const id = `${kind} ${this.deliveries.length}`;
    this.deliveries.push(id);
    if (kind === 'contact') return { kind, id, cause: 'test' };
    const events = this.events.get(contactId);
    if (events === undefined) this.events.set(contactId, [id]);
    else events.push(id);
    return {
      ...{ kind, id, cause: 'test', eventId: id, eventName: 'happened', dedupeId: id, payload: '{}' },
      occurredAt: '2026-11-01T12:00:00.000Z',
    } as Omit<PendingDelivery, 'seq'>;
  }
}
