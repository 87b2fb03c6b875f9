import type { Tenancy } from '@rekomi/database';

import { cancelLanes } from '../connections/sql/cancel-lanes.js';
import { ClaimReach } from '../core/claim-reach.js';
import type { EndpointNews } from '../core/endpoint-outcome.js';
import { EndpointRun } from '../core/endpoint-run.js';
import { claimLanes } from '../sql/claim.js';
import { holdDrain, nextDueInMs } from '../sql/drain.js';
import { Completer } from './completer.js';
import { DrainLease } from './drain-lease.js';
import type { LoopEnd } from './drain-loop.js';
import type { EngineLog } from './engine-parts.js';
import type { EndpointKeeper, OpenEndpoint } from './endpoint.js';
import { Slots } from './slots.js';
import { Stillness } from './stillness.js';
import type { Watermark } from './watermark.js';

export interface EndpointLoopParts {
  readonly tenancy: Tenancy;
  readonly endpoints: EndpointKeeper;
  readonly worker: string;
  readonly random: () => number;
  readonly log: EngineLog;
}

/** Requests to one endpoint at the same time, from one process. */
const REQUESTS_AT_ONCE = 16;
const CANCELLED_AT_ONCE = 20_000;

/**
 * Works one endpoint until nothing is due. Beside `DrainLoop` and not inside it: what an endpoint is told has no contact,
 * no ledger and no pace of an account, but an endpoint that fails is left alone for a while as a whole.
 */
export class EndpointLoop {
  private readonly slots = new Slots(REQUESTS_AT_ONCE);
  /** Messages in hand: while some are under way, the next are claimed and the last written down. */
  private readonly reach = new ClaimReach(() => performance.now());
  private readonly stillness = new Stillness();
  private lanesInHand = 0;
  private working = 0;
  private stopped = false;
  private poked = false;
  /** It asked for patience, does not answer, or is gone: what is in hand and not sent yet is put back. */
  private resting = false;
  private lease: DrainLease | undefined;
  private heard: EndpointNews[] = [];
  private telling: Promise<void> | undefined;
  private progressed: () => void = () => undefined;

  constructor(
    private readonly parts: EndpointLoopParts,
    private readonly target: { readonly organizationId: string; readonly connectionId: string },
    private readonly shouldGiveWay: () => boolean,
    private readonly watermark: Watermark,
  ) {}

  poke(): void {
    this.poked = true;
    this.progressed();
  }

  cutShort(): void {
    this.lease?.cutShort();
  }

  get stillForMs(): number {
    return this.stillness.forMs;
  }

  giveUp(): void {
    this.lease?.lose();
  }

  stop(): void {
    this.stopped = true;
    this.progressed();
  }

  async run(): Promise<LoopEnd> {
    const { parts, target } = this;
    const first = await parts.tenancy.run(target.organizationId, (tx) =>
      parts.endpoints.open(tx, target.organizationId, target.connectionId),
    );
    if (first === undefined) return { gaveWay: false };
    if (first.state === 'enabled' && first.restsForMs > 0)
      return { gaveWay: false, nextDueInMs: first.restsForMs };
    const lease = await DrainLease.open(parts.tenancy, target, parts.worker);
    this.lease = lease;
    const completer = this.completer(lease);
    const abort = (): void => this.progressed();
    lease.signal.addEventListener('abort', abort);
    try {
      const gaveWay = await this.drain(lease, completer);
      await completer.finish();
      if (lease.isLost) return { gaveWay: true, nextDueInMs: 0 };
      return await this.end(gaveWay);
    } finally {
      lease.signal.removeEventListener('abort', abort);
      await lease.close().catch((err: unknown) => {
        parts.log.error('A drain could not be closed; its lease runs out by itself.', err, { ...target });
      });
    }
  }

  private async drain(lease: DrainLease, completer: Completer): Promise<boolean> {
    let found = true;
    while (!lease.isLost) {
      const room = this.reach.size - this.lanesInHand;
      const mayClaim = !this.stopped && !this.resting && !this.shouldGiveWay();
      const worthwhile = this.lanesInHand === 0 ? 1 : this.reach.worthAClaim;
      if (mayClaim && found && room >= worthwhile) {
        // What was heard decides whether, and how much, is claimed next.
        await this.telling;
        if (!this.resting) found = await this.claim(lease, room, completer);
        continue;
      }
      if (this.working === 0 && this.lanesInHand === 0 && this.telling === undefined)
        return !this.stopped && !this.resting && !mayClaim;
      if (!this.poked) await this.progress();
      this.poked = false;
      found = true;
    }
    return true;
  }

  /** @returns whether there was anything to claim. */
  private async claim(lease: DrainLease, room: number, completer: Completer): Promise<boolean> {
    const { parts, target } = this;
    const claimed = await parts.tenancy.run(target.organizationId, async (tx) => {
      const endpoint = await parts.endpoints.open(tx, target.organizationId, target.connectionId);
      if (!(await holdDrain(tx, target.organizationId, lease.id))) {
        lease.lose();
        return undefined;
      }
      if (endpoint === undefined || endpoint.state === 'disabled' || endpoint.restsForMs > 0) {
        this.stopped = true;
        return undefined;
      }
      if (endpoint.onProbation && this.lanesInHand > 0) return undefined;
      const { lanes, watermarks } = await claimLanes(tx, target, {
        drainId: lease.id,
        watermark: this.watermark.start(),
        most: endpoint.onProbation ? 1 : room,
      });
      if (watermarks !== undefined) this.watermark.rise(watermarks);
      return lanes.length === 0 ? undefined : { endpoint, lanes };
    });
    if (claimed === undefined) return false;
    this.lanesInHand += claimed.lanes.length;
    this.reach.claimed();
    this.stillness.moved();
    for (const lane of claimed.lanes) {
      const run = new EndpointRun({ lane, random: parts.random });
      void this.work(run, claimed.endpoint, lease, completer);
    }
    return true;
  }

  private async work(
    run: EndpointRun,
    endpoint: OpenEndpoint,
    lease: DrainLease,
    completer: Completer,
  ): Promise<void> {
    this.working += 1;
    try {
      await this.send(run, endpoint, lease);
      this.hear(endpoint, run.findings);
      completer.add([run.result()]);
    } catch (err) {
      // The lane stays with the drain until its lease runs out, and is worked again then.
      this.parts.log.error('A drain could not finish a message.', err, { ...this.target });
      this.lanesInHand -= 1;
    } finally {
      this.working -= 1;
      this.stillness.moved();
      this.progressed();
    }
  }

  private async send(run: EndpointRun, endpoint: OpenEndpoint, lease: DrainLease): Promise<void> {
    try {
      await this.slots.take(lease.signal);
    } catch {
      // The lease ended while the message stood in line: it was not sent.
      run.putBack(0);
      return;
    }
    try {
      for (let message = run.next(); message !== undefined; message = run.next()) {
        if (this.resting || this.stopped || !lease.mayStillSend()) {
          run.putBack(0);
          return;
        }
        const { outcome, ...report } = await endpoint.send(message, lease.signal);
        run.apply(outcome, report);
        if (isRest(run.findings.at(-1))) this.resting = true;
      }
    } finally {
      this.slots.giveBack();
    }
  }

  /** Told in groups, one at a time: what is heard while one is told goes together into the next. */
  private hear(endpoint: OpenEndpoint, news: readonly EndpointNews[]): void {
    this.heard.push(...news.filter(({ kind }) => kind !== 'unsent'));
    if (this.heard.length === 0) return;
    this.telling ??= this.tell(endpoint).finally(() => {
      this.telling = undefined;
      this.progressed();
    });
  }

  private async tell(endpoint: OpenEndpoint): Promise<void> {
    while (this.heard.length > 0) {
      const news = this.heard;
      this.heard = [];
      try {
        await this.parts.endpoints.tell(endpoint, news);
      } catch (err) {
        this.parts.log.error('What a drain learnt about an endpoint could not be stored.', err, {
          ...this.target,
        });
      }
    }
  }

  private completer(lease: DrainLease): Completer {
    return new Completer(
      this.parts.tenancy,
      this.target,
      lease,
      (lanes) => {
        this.lanesInHand -= lanes;
        this.reach.released(lanes);
        this.stillness.moved();
        this.progressed();
      },
      (err) =>
        this.parts.log.error('What a drain found out could not be written down; it is done again.', err, {
          ...this.target,
        }),
    );
  }

  private async end(gaveWay: boolean): Promise<LoopEnd> {
    const { parts, target } = this;
    const { restsForMs, inMs } = await parts.tenancy.run(target.organizationId, async (tx) => {
      const endpoint = await parts.endpoints.open(tx, target.organizationId, target.connectionId);
      if (endpoint?.state === 'disabled')
        await cancelLanes(tx, target.connectionId, CANCELLED_AT_ONCE, 'endpoint_disabled');
      return { restsForMs: endpoint?.restsForMs ?? 0, inMs: await nextDueInMs(tx, target) };
    });
    if (inMs === undefined) return { gaveWay };
    if (inMs <= 0) this.watermark.missed();
    return { gaveWay, nextDueInMs: Math.max(inMs, restsForMs) };
  }

  private progress(): Promise<void> {
    return new Promise((resolve) => {
      this.progressed = resolve;
    });
  }
}

function isRest(news: EndpointNews | undefined): boolean {
  return news?.kind === 'gone' || (news?.kind === 'failed' && news.rests);
}
