import { isSuccess, type Outcome, type WrittenDelta, type WrittenField } from '@rekomi/provider-contract';

import type { LaneResult } from '../delivery.js';
import { LaneRun } from '../lane-run.js';
import type { LaneStep } from '../lane-step.js';
import type { LaneWorld } from './lane-world.js';
import type { Extent } from './model-crm.js';
import { GRACE_MS } from './model-tables.js';
import { must } from './must.js';

/** What the model vendor's manifest would say: one namespace of ours. */
const WRITES: readonly WrittenField[] = [{ vendorField: 'our_*', from: 'Attributes' }];
/** Nothing is sent when less of the lease is left. */
const MARGIN_MS = 1_000;
const REPORT = { durationMs: 1, exchanges: [] };

type Sent = Exclude<LaneStep, { kind: 'end' }>;

/** What a vendor does with a request, and what it answers; no answer: nobody ever hears of it. */
export interface Fate {
  readonly name: string;
  readonly extent: Extent;
  answer(now: number, written: WrittenDelta | undefined): Outcome;
}

/** A request under way. */
export interface Flight {
  readonly step: Sent;
  readonly sentAt: number;
  answer?: Outcome;
}

interface Job {
  readonly contactId: string;
  readonly run: LaneRun;
  readonly laneId: string;
  /** Whether this run has seen the contact written. */
  present: boolean;
  flight?: Flight;
  result?: LaneResult;
  settled: boolean;
  /** Events that this run is done with, and how. */
  readonly passed: Map<string, 'applied' | 'given up'>;
}

/** One drain, in steps that others can come between. */
export class ModelDrain {
  /** Not scheduled: suspended, or cut off from the database. It does not know. */
  paused = false;
  /** What it believes of its lease: counted from its last renewal. */
  leaseEnds: number;
  readonly jobs: Job[] = [];
  private watermark = -Infinity;
  private lookedAllAt = -Infinity;

  constructor(
    private readonly world: LaneWorld,
    readonly id: number,
  ) {
    world.tables.openDrain(id);
    this.leaseEnds = world.tables.drains.get(id)?.expiresAt ?? 0;
  }

  /** False: the lease is lost, and nothing of this drain counts any more. */
  renew(): boolean {
    const until = this.world.tables.renew(this.id);
    if (until === undefined) return false;
    this.leaseEnds = until;
    return true;
  }

  /** Claims, with pending work, ledger and desired state read in this order, in one transaction. */
  claim(most: number): 'claimed' | 'nothing' | 'lost' {
    const { world } = this;
    const { tables } = world;
    if (tables.now - this.lookedAllAt >= GRACE_MS) {
      this.watermark = -Infinity;
      this.lookedAllAt = tables.now;
    }
    const lanes = tables.claim(this.id, this.watermark, most);
    if (lanes === undefined) return 'lost';
    this.watermark = tables.watermarkAfter(lanes) ?? this.watermark;
    for (const lane of lanes) {
      const ledger = tables.ledger.get(lane.contactId);
      const intended = tables.intended.get(lane.contactId);
      const run = new LaneRun({
        lane,
        ledger,
        ...(intended === undefined ? {} : { intended }),
        desired: world.desired.get(lane.contactId) ?? { kind: 'absent' },
        configVersion: 1,
        connection: 'open',
        provider: {
          canRemove: true,
          events: true,
          dropsRepeatedEvents: true,
          repeatsAmbiguousEvents: world.repeatsAmbiguousEvents,
          writes: WRITES,
        },
        random: world.random,
        now: () => tables.now,
      });
      const ahead = run.ahead();
      if (ahead !== undefined) tables.intended.set(lane.contactId, ahead);
      const present = ledger?.present ?? false;
      const { id: laneId, contactId } = lane;
      this.jobs.push({ contactId, run, laneId, present, settled: false, passed: new Map() });
      world.note(() => `drain ${this.id} claims ${contactId} to ${lane.tailSeq}`);
    }
    return lanes.length === 0 ? 'nothing' : 'claimed';
  }

  /** The next thing for a job: send, hear the answer, or write down what came of it. */
  advance(job: Job, fateOf: (step: Sent, contactId: string) => Fate): 'on' | 'lost' {
    const { flight } = job;
    if (flight === undefined) return this.sendOrComplete(job);
    if (flight.answer === undefined)
      this.world.land(flight, job.contactId, fateOf(flight.step, job.contactId));
    else this.hear(job, flight.step, flight.answer);
    return 'on';
  }

  private sendOrComplete(job: Job): 'on' | 'lost' {
    const { world } = this;
    const step = job.result === undefined ? job.run.next() : { kind: 'end' as const };
    if (step.kind === 'end') return this.complete(job);
    if (world.tables.now >= this.leaseEnds - MARGIN_MS) {
      job.run.apply({ kind: 'unavailable', code: 'send_withheld' }, REPORT);
      return 'on';
    }
    world.checkSend(this.id, job, step);
    world.note(() => `drain ${this.id} sends ${step.kind} for ${job.contactId}`);
    job.flight = { step, sentAt: world.tables.now };
    return 'on';
  }

  private hear(job: Job, step: Sent, answer: Outcome): void {
    delete job.flight;
    if (step.kind === 'upsert' && isSuccess(answer)) job.present = true;
    if (step.kind === 'event') {
      if (isSuccess(answer)) job.passed.set(step.event.eventId, 'applied');
      else if (givesUp(answer, this.world.repeatsAmbiguousEvents))
        job.passed.set(step.event.eventId, 'given up');
    }
    job.run.apply(answer, REPORT);
    this.world.note(() => `drain ${this.id} hears ${answer.kind} for ${job.contactId}`);
  }

  private complete(job: Job): 'on' | 'lost' {
    job.result ??= job.run.result();
    const became = this.world.tables.complete(this.id, job.result, job.settled);
    this.world.note(() => `drain ${this.id} completes ${job.contactId}: ${became}`);
    if (became === 'lost') return 'lost';
    job.settled = true;
    if (became === 'released') this.jobs.splice(this.jobs.indexOf(job), 1);
    return 'on';
  }
}

export type { Job as DrainJob };

/** After which an event is not sent again by the same run. An expired one is: its last attempts may be another drain's. */
function givesUp(answer: Outcome, repeatsAmbiguous: boolean): boolean {
  if (answer.kind === 'ambiguous') return !repeatsAmbiguous;
  must(!isSuccess(answer), 'a success gives nothing up');
  return answer.kind === 'refused' || answer.kind === 'ignored';
}
