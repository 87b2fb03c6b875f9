import {
  sendInParts,
  type ContactChange,
  type ContactEvent,
  type Outcome,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import type { ExchangeRecord } from '@rekomi/transport';

import type { CallReport } from '../core/lane-record.js';
import type { LaneRun } from '../core/lane-run.js';
import type { LaneStep } from '../core/lane-step.js';
import type { VendorSession } from './vendor-session.js';

interface Turn {
  readonly run: LaneRun;
  readonly step: LaneStep;
}

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
      const turns = runs.map((run) => ({ run, step: run.next() })).filter(({ step }) => step.kind !== 'end');
      if (turns.length === 0) return;
      await Promise.all([this.upserts(turns), this.events(turns), this.removals(turns)]);
    }
  }

  private async upserts(turns: readonly Turn[]): Promise<void> {
    const mine = turns.flatMap(({ run, step }) =>
      step.kind === 'upsert' ? [{ run, item: step.change }] : [],
    );
    const { provider } = this.session;
    await this.inBulkOrSingly<ContactChange>(
      mine,
      provider.upsertContacts?.bind(provider),
      provider.upsertContact.bind(provider),
    );
  }

  private async events(turns: readonly Turn[]): Promise<void> {
    const mine = turns.flatMap(({ run, step }) => (step.kind === 'event' ? [{ run, item: step.event }] : []));
    const { provider } = this.session;
    await this.inBulkOrSingly<ContactEvent>(
      mine,
      provider.trackEvents?.bind(provider),
      provider.trackEvent.bind(provider),
    );
  }

  private async removals(turns: readonly Turn[]): Promise<void> {
    await Promise.all(
      turns.map(async ({ run, step }) => {
        if (step.kind !== 'remove') return;
        await this.single(run, (access) => {
          const { provider } = this.session;
          if (provider.removeContact === undefined) throw new Error('This provider takes nothing back.');
          return provider.removeContact(access, step.removal);
        });
      }),
    );
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
