import type {
  AttemptRecord,
  ClaimedLane,
  LaneNext,
  LaneResult,
  PendingEvent,
  Settlement,
} from './delivery.js';
import type { EndpointNews, EndpointOutcome } from './endpoint-outcome.js';
import { endpointPauseInMs, endpointRetryInMs } from './endpoint-schedule.js';
import type { CallReport } from './lane-record.js';
import { waiting } from './trying-again.js';

export interface EndpointRunInput {
  readonly lane: ClaimedLane;
  readonly random: () => number;
}

type Failed = Extract<EndpointOutcome, { kind: 'throttled' | 'unavailable' | 'ambiguous' }>;

/**
 * One run over a lane whose target is an endpoint, as a machine without I/O: ask for the next message, send it, tell the
 * outcome, until there is none. An endpoint has no contact, no ledger and no desired state: a message is a fact that is
 * told or is not. Its lane holds one message (and in it a repeat that somebody asked for), so nothing waits behind it.
 */
export class EndpointRun {
  private readonly messages: PendingEvent[];
  private readonly settlements: Settlement[] = [];
  private readonly attempts: AttemptRecord[] = [];
  private readonly news: EndpointNews[] = [];
  private tried = 0;
  private stopped: LaneNext | undefined;

  constructor(private readonly input: EndpointRunInput) {
    this.messages = input.lane.pending.filter((delivery) => delivery.kind === 'event');
  }

  next(): PendingEvent | undefined {
    return this.stopped === undefined ? this.messages[0] : undefined;
  }

  /** Takes the outcome of the message that `next` named. */
  apply(outcome: EndpointOutcome, report: CallReport): void {
    const message = this.messages[0];
    if (message === undefined) return;
    const number = this.tried === 0 ? this.input.lane.attempts + 1 : 1;
    if (outcome.kind === 'withheld') {
      this.stopped = waiting('send_withheld', number);
      return;
    }
    this.tried += 1;
    this.news.push(newsOf(outcome));
    const next = this.after(message, outcome, number);
    this.log(message, outcome, number, report, next);
    if (next === undefined) this.messages.shift();
    else this.stopped = next;
  }

  /** Nothing is sent now; the lane waits as it is. */
  putBack(inMs: number): void {
    const { attempts } = this.input.lane;
    this.stopped ??= { kind: 'due', inMs, attempts, failing: attempts > 0 };
  }

  /** What the tries say about the endpoint, oldest first. */
  get findings(): readonly EndpointNews[] {
    return this.news;
  }

  result(): LaneResult {
    return {
      lane: this.input.lane,
      settlements: this.settlements,
      attempts: this.attempts,
      next: this.stopped ?? this.rest(),
      // A repeat by a successor is recognised by the id; nothing is to be written once more.
      rewritten: true,
      findings: [],
    };
  }

  /** Undefined: it is settled. */
  private after(message: PendingEvent, outcome: Sent, number: number): LaneNext | undefined {
    switch (outcome.kind) {
      case 'accepted':
        this.settlements.push({ delivery: message, state: 'delivered', attempts: number });
        return undefined;
      case 'gone':
      case 'refused':
        this.settlements.push({
          delivery: message,
          state: 'refused',
          attempts: number,
          code: outcome.code,
          ...detailOf(outcome),
        });
        return undefined;
      case 'throttled':
      case 'unavailable':
      case 'ambiguous': {
        const next = this.later(outcome, number);
        if (next === undefined) {
          this.settlements.push({
            delivery: message,
            state: 'expired',
            attempts: number,
            code: 'expired',
            ...detailOf(outcome),
          });
        }
        return next;
      }
    }
  }

  private later(outcome: Failed, number: number): LaneNext | undefined {
    const { random } = this.input;
    if (outcome.kind === 'throttled') {
      const inMs = endpointPauseInMs(random(), outcome.retryAfterMs);
      return { kind: 'due', inMs, attempts: number - 1, failing: number > 1, lastCode: outcome.code };
    }
    const inMs = endpointRetryInMs(number, random(), outcome.rests ? outcome.retryAfterMs : undefined);
    if (inMs === undefined) return undefined;
    return { kind: 'due', inMs, attempts: number, failing: true, lastCode: outcome.code };
  }

  private log(
    message: PendingEvent,
    outcome: Sent,
    number: number,
    report: CallReport,
    next: LaneNext | undefined,
  ): void {
    this.attempts.push({
      deliveryId: message.id,
      ...(message.contactId === undefined ? {} : { contactId: message.contactId }),
      number,
      outcome: outcome.kind === 'gone' ? 'misconfigured' : outcome.kind,
      ...('code' in outcome ? { code: outcome.code } : {}),
      ...detailOf(outcome),
      durationMs: report.durationMs,
      ...(next?.kind === 'due' ? { nextInMs: next.inMs } : {}),
      exchanges: report.exchanges,
    });
  }

  private rest(): LaneNext {
    const { pending, tailSeq } = this.input.lane;
    if ((pending.at(-1)?.seq ?? tailSeq) >= tailSeq) return { kind: 'done' };
    return { kind: 'due', inMs: 0, attempts: 0, failing: false };
  }
}

type Sent = Exclude<EndpointOutcome, { kind: 'withheld' }>;

function newsOf(outcome: Sent): EndpointNews {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'succeeded' };
    case 'gone':
      return { kind: 'gone', ...detailOf(outcome) };
    case 'refused':
      // Our own template is at fault, not the endpoint.
      return { kind: 'unsent' };
    case 'throttled':
    case 'unavailable':
    case 'ambiguous': {
      const { code, rests, retryAfterMs } = outcome;
      return { kind: 'failed', code, rests, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
  }
}

function detailOf(outcome: Sent): { readonly detail?: string } {
  return 'detail' in outcome && outcome.detail !== undefined ? { detail: outcome.detail } : {};
}
