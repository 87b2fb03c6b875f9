import {
  sendInParts,
  type ContactChange,
  type ContactEvent,
  type ContactRemoval,
  type Outcome,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import type { ExchangeRecord } from '@rekomi/transport';

import type { CallReport } from '../core/lane-record.js';
import type { LaneRun } from '../core/lane-run.js';
import type { VendorSession } from './vendor-session.js';

interface Mine<Item> {
  readonly run: LaneRun;
  readonly item: Item;
}

/** One call of the provider, as it was exchanged. */
interface Call {
  readonly durationMs: number;
  readonly exchanges: readonly ExchangeRecord[];
  /** For several at once. */
  readonly together?: true;
}

/**
 * Works a group of lanes to their end, round by round: every lane's next step, in bulk where the provider can and
 * enough of them are of a kind, one by one otherwise. One event per lane and round, so that no event of a lane can
 * overtake an earlier one inside a bulk call. What a vendor refuses as a whole is divided here, for all providers.
 */
export class StepRunner {
  constructor(private readonly session: VendorSession) {}

  async work(runs: readonly LaneRun[]): Promise<void> {
    for (;;) {
      const changes: Mine<ContactChange>[] = [];
      const events: Mine<ContactEvent>[] = [];
      const removals: Mine<ContactRemoval>[] = [];
      for (const run of runs) {
        const step = run.next();
        if (step.kind === 'upsert') changes.push({ run, item: step.change });
        else if (step.kind === 'event') events.push({ run, item: step.event });
        else if (step.kind === 'remove') removals.push({ run, item: step.removal });
      }
      const work = removals.map((removal) => this.remove(removal));
      if (changes.length > 0) work.push(this.upserts(changes));
      if (events.length > 0) work.push(this.events(events));
      if (work.length === 0) return;
      await Promise.all(work);
    }
  }

  private upserts(changes: readonly Mine<ContactChange>[]): Promise<void> {
    const { provider } = this.session;
    return this.inBulkOrSingly(
      changes,
      provider.upsertContacts?.bind(provider),
      provider.upsertContact.bind(provider),
    );
  }

  private events(events: readonly Mine<ContactEvent>[]): Promise<void> {
    const { provider } = this.session;
    return this.inBulkOrSingly(
      events,
      provider.trackEvents?.bind(provider),
      provider.trackEvent.bind(provider),
    );
  }

  private remove({ run, item }: Mine<ContactRemoval>): Promise<void> {
    return this.single(run, (access) => {
      const { provider } = this.session;
      if (provider.removeContact === undefined) throw new Error('This provider takes nothing back.');
      return provider.removeContact(access, item);
    });
  }

  private async inBulkOrSingly<Item>(
    mine: readonly Mine<Item>[],
    bulk: ((access: ProviderAccess, items: readonly Item[]) => Promise<readonly Outcome[]>) | undefined,
    single: (access: ProviderAccess, item: Item) => Promise<Outcome>,
  ): Promise<void> {
    const worthwhileFrom = this.session.bulk?.worthwhileFrom ?? Infinity;
    if (bulk === undefined || mine.length < worthwhileFrom) {
      await Promise.all(mine.map(({ run, item }) => this.single(run, (access) => single(access, item))));
      return;
    }
    await sendInParts<Mine<Item>, Call>(mine, {
      together: async (part) => {
        const { result, call } = await this.called((access) =>
          bulk(
            access,
            part.map(({ item }) => item),
          ),
        );
        return { outcomes: result, report: { ...call, together: true } };
      },
      alone: async ({ item }) => {
        const { result, call } = await this.called((access) => single(access, item));
        return { outcome: result, report: call };
      },
      tell: ({ run }, outcome, call) => this.tell(run, outcome, reportOf(outcome, call)),
    });
  }

  private async single(run: LaneRun, send: (access: ProviderAccess) => Promise<Outcome>): Promise<void> {
    const { result, call } = await this.called(send);
    this.tell(run, result, call);
  }

  private async called<Result>(
    send: (access: ProviderAccess) => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly call: Call }> {
    const exchanges: ExchangeRecord[] = [];
    const started = performance.now();
    const result = await send(this.session.access((exchange) => exchanges.push(exchange)));
    return { result, call: { durationMs: performance.now() - started, exchanges } };
  }

  private tell(run: LaneRun, outcome: Outcome, report: CallReport): void {
    if (outcome.region !== undefined) this.session.moveTo(outcome.region);
    // At once, before what was learnt is stored anywhere: not one more request leaves with that key.
    if (outcome.kind === 'unauthorised') this.session.stop();
    run.apply(outcome, report);
  }
}

function reportOf(outcome: Outcome, call: Call | undefined): CallReport {
  if (call === undefined) return { durationMs: 0, exchanges: [] };
  return call.together === true ? { ...call, exchanges: sliceOf(outcome, call.exchanges) } : call;
}

/** Of a bulk exchange a contact's log holds the envelope and its own part, nobody else's. */
function sliceOf(outcome: Outcome, exchanges: readonly ExchangeRecord[]): readonly unknown[] {
  return exchanges.map((exchange) => ({
    at: exchange.at,
    durationMs: exchange.durationMs,
    method: exchange.method,
    // A query may name somebody else of the group.
    url: exchange.url.replace(/\?.*$/s, ''),
    ...(exchange.status === undefined ? {} : { status: exchange.status }),
    ...(exchange.failure === undefined ? {} : { failure: exchange.failure }),
    bulk: true,
    ...(outcome.slice === undefined ? {} : { item: outcome.slice }),
  }));
}
