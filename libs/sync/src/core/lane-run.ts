import { isSuccess, type Outcome, type WrittenContact, type WrittenDelta } from '@rekomi/provider-contract';

import type { Desired } from '../ports.js';
import type {
  LaneNext,
  LaneResult,
  LedgerUpdate,
  PendingDelivery,
  PendingEvent,
  SettledState,
} from './delivery.js';
import { desiredFingerprint } from './fingerprint.js';
import type { Intention } from './intention.js';
import { detailsOf, LaneRecord, type CallReport } from './lane-record.js';
import { eventStep, type LaneRunInput, type LaneStep } from './lane-step.js';
import { ledgerUpdateOf, type LedgerExtra } from './ledger-update.js';
import { bringsNothing, isReplay } from './replayed-contact.js';
import { mayHaveArrived, pauseInMs, tryingAgain, waiting, type Passing } from './trying-again.js';
import { VendorCopy } from './vendor-copy.js';

/**
 * One run over one lane, as a machine without I/O: ask for the next step, do it, tell the outcome, until `end`. All
 * rules of order live here: contact before its events, events one after the other, state computed from the present
 * and not from the queue, several contact deliveries settled by one write, and what each outcome does to what waits.
 */
export class LaneRun {
  private readonly record = new LaneRecord();
  private readonly contacts: readonly PendingDelivery[];
  private readonly events: PendingEvent[];
  private readonly desired: Desired;
  private readonly fingerprint: string | undefined;
  private readonly copy: VendorCopy;
  private present: boolean;
  private ledgerUpdate: LedgerUpdate | undefined;
  private contactStep: 'upsert' | 'remove' | 'none';
  private contactTried = false;
  private eventTried = false;
  private rewritten = false;
  private stopped: LaneNext | undefined;

  constructor(private readonly input: LaneRunInput) {
    const { lane, ledger } = input;
    this.contacts = lane.pending.filter((delivery) => delivery.kind === 'contact');
    this.events = lane.pending.filter((delivery) => delivery.kind === 'event');
    const goes = input.connection === 'open' && input.leftOut !== true;
    this.desired = goes ? input.desired : { kind: 'absent' };
    const wanted = this.desired.kind === 'present' ? this.desired.contact : undefined;
    this.copy = new VendorCopy(ledger?.written, input.intended ?? [], wanted, input.provider.writes);
    this.present = ledger?.present ?? false;
    this.fingerprint =
      this.desired.kind === 'present'
        ? desiredFingerprint(this.desired.contact, input.configVersion)
        : undefined;
    this.contactStep = input.connection === 'closed' ? this.cancelAll() : this.planContact();
  }

  /**
   * What has to be on record before the first step is sent, so that a successor of this run knows what it may have
   * written; undefined when it is. Asked at most once, and before that step.
   */
  ahead(): Intention | undefined {
    return this.contactStep === 'upsert' ? this.copy.ahead() : undefined;
  }

  next(): LaneStep {
    if (this.stopped !== undefined) return { kind: 'end' };
    const previous = this.copy.assumed;
    const stray = this.stray();
    if (stray !== undefined) return this.removalOf(stray);
    if (this.contactStep === 'upsert' && this.desired.kind === 'present') {
      const { ledger, lane } = this.input;
      return {
        kind: 'upsert',
        change: {
          contactId: lane.contactId,
          desired: this.desired.contact,
          ...(previous === undefined ? {} : { previous }),
          ...(ledger?.observed === undefined ? {} : { observed: ledger.observed }),
          ...(this.previousIsDoubtful() ? { rewrite: true } : {}),
          ...(this.desired.consent === undefined ? {} : { consent: this.desired.consent }),
        },
      };
    }
    if (this.contactStep === 'remove' && previous !== undefined) return this.removalOf(previous);
    const event = this.events[0];
    const { written } = this.copy;
    if (event === undefined || written === undefined || this.hasSentItsEvent()) return { kind: 'end' };
    return eventStep(this.input.lane.contactId, written, event);
  }

  /** Takes the outcome of the step that `next` named. */
  apply(outcome: Outcome, report: CallReport): void {
    if (outcome.region !== undefined) this.record.findings.push({ kind: 'region', region: outcome.region });
    const stray = this.stray();
    if (this.contactStep === 'none') this.applyEvent(outcome, report);
    else if (stray !== undefined) this.applyStray(stray, outcome, report);
    else this.applyContact(outcome, report);
  }

  result(): LaneResult {
    const intended = this.copy.toRecord();
    return {
      lane: this.input.lane,
      settlements: this.record.settlements,
      attempts: this.record.attempts,
      ...(intended === undefined ? {} : { intended }),
      ...(this.ledgerUpdate === undefined ? {} : { ledger: this.ledgerUpdate }),
      next: this.stopped ?? this.rest(),
      rewritten: this.rewritten,
      findings: this.record.findings,
    };
  }

  private planContact(): 'upsert' | 'remove' | 'none' {
    const { ledger, provider } = this.input;
    if (this.desired.kind === 'absent') {
      const why = this.input.leftOut === true ? 'left_out' : 'not_desired';
      for (const event of this.events.splice(0)) this.record.settle(event, 'discarded', 0, { code: why });
      if (this.copy.assumed !== undefined && provider.canRemove) {
        return this.contacts.length > 0 || this.rewriteIsDue() ? 'remove' : 'none';
      }
      const [state, code] =
        isReplay(this.contacts) || this.input.leftOut === true
          ? (['discarded', why] as const)
          : (['unchanged', 'already_there'] as const);
      this.record.settleContacts(this.contacts, state, 0, { code });
      this.rewritten = this.rewriteIsDue();
      return 'none';
    }
    if (!provider.events) {
      for (const event of this.events.splice(0))
        this.record.settle(event, 'discarded', 0, { code: 'event_switched_off' });
    }
    const doubtful = this.rewriteIsPending() || this.previousIsDoubtful();
    if (!doubtful && bringsNothing(this.contacts, this.fingerprint, ledger)) {
      this.record.settleContacts(this.contacts, 'unchanged', 0, { code: 'replay_superseded' });
      return 'none';
    }
    if (this.contacts.length > 0 || this.rewriteIsDue()) return 'upsert';
    if (this.present || this.events.length === 0) return 'none';
    // Events only, and the contact is not there. The same refusal again would teach nothing, unless a contact delivery
    // (a person asking for it) stands further back than this run can see.
    const sameAgain =
      ledger?.refusedFingerprint !== undefined && ledger.refusedFingerprint === this.fingerprint;
    if (sameAgain && this.seesAll()) {
      this.stopped = { kind: 'held', code: ledger.code ?? 'contact_refused' };
      return 'none';
    }
    return 'upsert';
  }

  private cancelAll(): 'none' {
    for (const delivery of this.input.lane.pending)
      this.record.settle(delivery, 'cancelled', 0, { code: 'connection_closed' });
    this.events.length = 0;
    this.rewritten = true;
    return 'none';
  }

  private applyContact(outcome: Outcome, report: CallReport): void {
    const removing = this.contactStep === 'remove';
    const number = this.input.lane.attempts + 1;
    this.contactTried = true;
    const carrier = this.carrier();
    this.remember(outcome, removing);
    const next = this.afterContact(outcome, number);
    if (carrier !== undefined) this.record.log(carrier, number, outcome, report, next);
    if (next !== undefined) {
      this.stopped = next;
      return;
    }
    this.contactStep = 'none';
    if (this.rewriteIsDue()) this.rewritten = true;
    const state: SettledState = outcome.kind === 'unchanged' ? 'unchanged' : 'delivered';
    this.record.settleContacts(this.contacts, state, number, {
      ...(outcome.kind === 'unchanged' ? { code: 'already_there' as const } : {}),
      ...(outcome.warnings === undefined ? {} : { warnings: outcome.warnings }),
    });
  }

  /** A refusal about another address must not keep the person from arriving; the next contact delivery tries it again. */
  private applyStray(stray: WrittenContact, outcome: Outcome, report: CallReport): void {
    const number = this.input.lane.attempts + 1;
    const carrier = this.carrier();
    const refused = outcome.kind === 'refused' || outcome.kind === 'ignored';
    const next = refused || isSuccess(outcome) ? undefined : this.afterContact(outcome, number);
    if (next === undefined) this.copy.dealtWith(stray, refused || this.mayReturn());
    else this.stopped = next;
    if (carrier !== undefined) this.record.log(carrier, number, outcome, report, next);
  }

  /** Folds what the call wrote into what is known, whatever became of the call. */
  private remember(outcome: Outcome, removing: boolean): void {
    const mayReturn = this.mayReturn();
    if (isSuccess(outcome)) {
      if (removing) this.copy.tookBack(mayReturn);
      else this.copy.wrote(outcome.written, mayReturn);
      this.present = !removing;
      return;
    }
    if (outcome.written !== undefined) this.copy.changed(outcome.written, { removing, mayReturn });
    if (!removing && mayHaveArrived(outcome)) this.copy.doubt();
  }

  /** Undefined: go on with the events. */
  private afterContact(outcome: Outcome, number: number): LaneNext | undefined {
    if (isSuccess(outcome)) {
      this.updateLedger(outcome, outcome.kind === 'unchanged' ? 'unchanged' : 'delivered', {
        deferred: outcome.deferred ?? [],
        wrote: outcome.kind !== 'unchanged',
        confirmed: outcome.kind === 'confirmed',
        ...(this.fingerprint === undefined ? {} : { writtenFingerprint: this.fingerprint }),
      });
      return undefined;
    }
    switch (outcome.kind) {
      case 'ignored':
      case 'refused': {
        const ended = { code: outcome.code, ...detailsOf(outcome) };
        this.record.settleContacts(this.contacts, outcome.kind, number, ended);
        this.updateLedger(outcome, outcome.kind, {
          ...(this.fingerprint === undefined ? {} : { refusedFingerprint: this.fingerprint }),
        });
        if (this.rewriteIsDue()) this.rewritten = true;
        return this.events.length > 0 ? { kind: 'held', code: outcome.code } : this.rest();
      }
      case 'unauthorised':
      case 'misconfigured':
        this.updateLedger(outcome, 'retrying');
        if (this.record.find(outcome, this.desired, this.input) === 'for some')
          return { kind: 'held', code: outcome.code };
        if (this.input.connection === 'open') return waiting(outcome.code, number);
        // Nobody is left to put the connection right: what could not be taken back is said, not waited for.
        this.record.settleContacts(this.contacts, 'cancelled', number, {
          code: outcome.code,
          ...detailsOf(outcome),
        });
        this.rewritten = true;
        return this.rest();
      case 'throttled':
      case 'unavailable':
      case 'ambiguous': {
        const next = this.later(outcome, number);
        if (next === undefined) {
          const ended = { code: 'expired' as const, ...detailsOf(outcome) };
          // Without a contact delivery and a rewrite, it was for the event that the contact was to be written.
          const forEvent = this.contacts.length === 0 && !this.rewriteIsDue();
          const event = forEvent ? this.events.shift() : undefined;
          if (event === undefined) this.record.settleContacts(this.contacts, 'expired', number, ended);
          else this.record.settle(event, 'expired', number, ended);
          this.updateLedger(outcome, 'expired');
          if (this.rewriteIsDue()) this.rewritten = true;
          return this.events.length > 0 ? { kind: 'due', inMs: 0, attempts: 0, failing: false } : this.rest();
        }
        this.updateLedger(outcome, 'retrying');
        return next;
      }
    }
  }

  private applyEvent(outcome: Outcome, report: CallReport): void {
    const event = this.events[0];
    if (event === undefined) return;
    const number = this.contactTried || this.eventTried ? 1 : this.input.lane.attempts + 1;
    this.eventTried = true;
    if (outcome.written !== undefined) this.rememberFromEvent(outcome.written);
    const next = this.afterEvent(event, outcome, number);
    this.record.log(event, number, outcome, report, next);
    if (next === undefined) this.events.shift();
    else this.stopped = next;
  }

  /** What an event left on the contact where the vendor has no events of its own: a tag, say. It is ours to take back. */
  private rememberFromEvent(written: WrittenDelta): void {
    const { state = 'delivered', code, refusedFingerprint } = this.input.ledger ?? {};
    this.copy.changed(written, { removing: false, mayReturn: this.mayReturn() });
    const before = this.ledgerUpdate ?? {
      ...{ present: this.present, state },
      ...(code === undefined ? {} : { code }),
      ...(refusedFingerprint === undefined ? {} : { refusedFingerprint }),
      warnings: [],
      deferred: [],
      wrote: true,
      confirmed: false,
      onlyWritten: true as const,
    };
    this.ledgerUpdate = { ...before, written: this.copy.written ?? null };
  }

  private afterEvent(event: PendingEvent, outcome: Outcome, number: number): LaneNext | undefined {
    const ended = { ...detailsOf(outcome) };
    if (isSuccess(outcome)) {
      this.record.settle(event, outcome.kind === 'unchanged' ? 'unchanged' : 'delivered', number, ended);
      return undefined;
    }
    switch (outcome.kind) {
      case 'ignored':
      case 'refused':
        // A refused event blocks nothing behind it.
        this.record.settle(event, outcome.kind, number, { code: outcome.code, ...ended });
        return undefined;
      case 'unauthorised':
      case 'misconfigured':
        this.record.find(outcome);
        return waiting(outcome.code, number);
      case 'throttled':
      case 'unavailable':
      case 'ambiguous': {
        if (outcome.kind === 'ambiguous' && !this.input.provider.repeatsAmbiguousEvents) {
          this.record.settle(event, 'discarded', number, {
            code: outcome.code,
            detail: 'It may have arrived. It is not repeated, because the vendor would record it twice.',
          });
          return undefined;
        }
        const next = this.later(outcome, number);
        if (next === undefined) this.record.settle(event, 'expired', number, { code: 'expired', ...ended });
        return next;
      }
    }
  }

  /** When to try again; undefined when it has been tried for long enough. */
  private later(outcome: Passing, number: number): LaneNext | undefined {
    const { lane, random, now } = this.input;
    if (outcome.kind === 'throttled') {
      const inMs = pauseInMs(outcome, now);
      const byVendor = outcome.status !== undefined;
      const pause = inMs === undefined ? {} : { inMs };
      this.record.findings.push({ kind: 'throttled', family: outcome.family, byVendor, ...pause });
    }
    return tryingAgain(outcome, { number, failingForMs: lane.failingForMs, random, now });
  }

  private rest(): LaneNext {
    const goesOn = this.hasSentItsEvent() && this.events.length > 0;
    if (goesOn || !this.seesAll()) return { kind: 'due', inMs: 0, attempts: 0, failing: false };
    if (!this.rewriteIsPending()) return { kind: 'done' };
    const inMs = Math.max(0, this.input.lane.rewriteInMs ?? 0);
    return { kind: 'due', inMs, attempts: 0, failing: false };
  }

  /**
   * Where the vendor records what it gets again, the next event waits until this one is written down: all that a death
   * of this process can repeat is the event that was under way.
   */
  private hasSentItsEvent(): boolean {
    return this.eventTried && !this.input.provider.dropsRepeatedEvents;
  }

  private seesAll(): boolean {
    const { pending, tailSeq } = this.input.lane;
    return (pending.at(-1)?.seq ?? tailSeq) >= tailSeq;
  }

  private rewriteIsDue(): boolean {
    const { rewriteInMs } = this.input.lane;
    return rewriteInMs !== undefined && rewriteInMs <= 0 && !this.rewritten;
  }

  /** A lost write may still land and bring back what is taken away now: it stays known, to be taken away once more. */
  private mayReturn(): boolean {
    return this.rewriteIsPending() && !this.rewriteIsDue();
  }

  private stray(): WrittenContact | undefined {
    return this.contactStep !== 'none' && this.input.provider.canRemove ? this.copy.stray : undefined;
  }

  private removalOf(previous: WrittenContact): LaneStep {
    return { kind: 'remove', removal: { contactId: this.input.lane.contactId, previous } };
  }

  /** The delivery that an attempt at the contact is logged with. */
  private carrier(): PendingDelivery | undefined {
    return this.contacts.at(-1) ?? this.events[0];
  }

  private rewriteIsPending(): boolean {
    return this.input.lane.rewriteInMs !== undefined && !this.rewritten;
  }

  /** Something of ours may stand at the vendor that the ledger does not know: a comparison with it proves nothing. */
  private previousIsDoubtful(): boolean {
    const state = this.input.ledger?.state;
    const confirmed = state === 'delivered' || state === 'unchanged';
    return this.copy.assumed !== undefined && (this.rewriteIsPending() || !confirmed || this.copy.isDoubtful);
  }

  private updateLedger(outcome: Outcome, state: LedgerUpdate['state'], extra: LedgerExtra = {}): void {
    const now = { present: this.present, written: this.copy.written ?? null };
    if (state === 'retrying' && this.input.ledger === undefined && now.written === null) return;
    this.ledgerUpdate = { ...ledgerUpdateOf(outcome, state, now), ...extra };
  }
}
