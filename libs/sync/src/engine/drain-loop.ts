import type { Capabilities, CrmProvider } from '@rekomi/provider-contract';

import { contain } from '../containment/contained-provider.js';
import { manifestFault } from '../containment/manifest-fault.js';
import { ClaimReach } from '../core/claim-reach.js';
import { claimRoom, SINGLY, type ClaimRoom } from '../core/claim-room.js';
import type { LaneResult } from '../core/delivery.js';
import type { LaneRun } from '../core/lane-run.js';
import type { VendorRest } from '../core/vendor-rest.js';
import { letIn } from '../first-sync/first-sync-statements.js';
import type { Desired } from '../ports.js';
import { claimLanes, readLedger } from '../sql/claim.js';
import { hasLanes, holdDrain, nextDueInMs } from '../sql/drain.js';
import { storeIntentions } from '../sql/intention.js';
import { Completer } from './completer.js';
import { isAnother, mayDrain, type ActiveConnection } from './connection.js';
import { DrainLease } from './drain-lease.js';
import type { EngineParts } from './engine-parts.js';
import { joinedOf, laneRunOf } from './lane-run-of.js';
import type { DrainGate } from './pacer.js';
import { receiptSampling } from './receipt-sampling-of.js';
import { StepRunner } from './step-runner.js';
import { Stillness } from './stillness.js';
import { tellFindings } from './tell-findings.js';
import { bulkOf, VendorSession } from './vendor-session.js';
import type { Watermark } from './watermark.js';

export interface LoopEnd {
  /** When the next lane is due, in milliseconds; undefined when none waits for a time. */
  readonly nextDueInMs?: number;
  /** It gave way with work left. */
  readonly gaveWay: boolean;
}

interface ClaimedWork {
  readonly kind: 'work';
  /** None: nothing is due. */
  readonly runs: readonly LaneRun[];
  /** As many as were asked for: there may be others. */
  readonly mayBeMore: boolean;
  readonly connection: ActiveConnection;
}

/** What a claim came to. Nothing: the connection is not worked, or the lease is lost. */
type Claimed =
  | ClaimedWork
  | { readonly kind: 'nothing' }
  | { readonly kind: 'faulty'; readonly connection: ActiveConnection; readonly fault: string };

interface Vendor {
  readonly connection: ActiveConnection;
  readonly session: VendorSession;
}

/** Works one connection until nothing is due. Several processes may do so at once: claims never overlap. */
export class DrainLoop {
  private lanesInHand = 0;
  /** Groups and single lanes with the vendor. */
  private readonly working = { groups: 0, singles: 0 };
  private readonly reach = new ClaimReach(() => performance.now(), SINGLY);
  private readonly stillness = new Stillness();
  private claimedAt = -Infinity;
  private stopped = false;
  private poked = false;
  private lease: DrainLease | undefined;
  private session: VendorSession | undefined;
  private progressed: () => void = () => undefined;

  constructor(
    private readonly parts: EngineParts,
    private readonly target: { readonly organizationId: string; readonly connectionId: string },
    /** Asked between claims: true when others wait and this loop has had its time. */
    private readonly shouldGiveWay: () => boolean,
    /** Where claims start looking; kept from loop to loop by whoever starts them. */
    private readonly watermark: Watermark,
    /** What is known of the room at the vendor; kept likewise. */
    private readonly rest: VendorRest,
  ) {}

  /** There may be new work. */
  poke(): void {
    // A claim under way may have looked just before: it is made again instead of waiting for something to end.
    this.poked = true;
    this.progressed();
  }

  /** Waits for no vendor any longer: what is in flight is cut, written down as such, and tried again later. */
  cutShort(): void {
    this.lease?.cutShort();
  }

  /** Since something was claimed, came back from the vendor or was written down, in milliseconds. */
  get stillForMs(): number {
    return this.stillness.forMs;
  }

  /** Its lanes are handed on. Nothing more is sent, and what it has in hand counts for nothing. */
  giveUp(): void {
    this.lease?.lose();
  }

  /** Somebody stopped the connection: what is not sent goes back. What was claimed in that state takes back, or settles. */
  private halt(state: ActiveConnection['state']): void {
    if (this.session?.connection.state === state) return;
    this.session?.stop();
    this.stop();
  }

  /** No new claims; what is in hand is finished. */
  stop(): void {
    this.stopped = true;
    this.progressed();
  }

  async run(): Promise<LoopEnd> {
    const { parts, target } = this;
    const lease = new DrainLease(parts.tenancy, target, parts.worker);
    this.lease = lease;
    const first = await this.first(lease);
    if (first === undefined) return { gaveWay: false };
    if (first.runs.length === 0) return this.end(false, lease);
    const completer = this.completer(lease, first.connection);
    const abort = (): void => this.progressed();
    lease.signal.addEventListener('abort', abort);
    const unwatch = parts.stops?.watch(target.connectionId, (state) => this.halt(state));
    try {
      const gaveWay = await this.drain(first, lease, completer);
      await completer.finish();
      if (lease.isLost) return { gaveWay: true, nextDueInMs: 0 };
      return await this.end(gaveWay, lease);
    } finally {
      unwatch?.();
      lease.signal.removeEventListener('abort', abort);
      await lease.close().catch((err: unknown) => {
        parts.log.error('A drain could not be closed; its lease runs out by itself.', err, { ...target });
      });
    }
  }

  /** The first claim, which begins the lease when it finds something. Undefined: there is nothing to be done here. */
  private async first(lease: DrainLease): Promise<ClaimedWork | undefined> {
    if (this.stopped) return undefined;
    const claimed = await this.claim(lease);
    if (claimed.kind === 'nothing') return undefined;
    if (claimed.kind === 'faulty') {
      await this.tellFaulty(claimed.connection, claimed.fault);
      return undefined;
    }
    return claimed;
  }

  private async drain(first: ClaimedWork, lease: DrainLease, completer: Completer): Promise<boolean> {
    let session = this.open(first.connection, lease);
    this.start(first, session, completer);
    let { mayBeMore } = first;
    while (!lease.isLost) {
      const room = this.room(session.bulk);
      const restMs = this.rest.forMs;
      const mayClaim = !this.stopped && restMs === 0 && !this.shouldGiveWay();
      if (room.most > 0 && mayClaim && mayBeMore) {
        const work = await this.claim(lease, room.most);
        mayBeMore = work.kind === 'work' && work.mayBeMore;
        if (work.kind !== 'work' || work.runs.length === 0) continue;
        if (isAnother(work.connection, session.connection)) {
          session = this.open(work.connection, lease);
        }
        this.start(work, session, completer);
        continue;
      }
      if (this.isIdle() && !(this.poked && mayClaim)) return !this.stopped && restMs === 0 && !mayClaim;
      if (!this.poked) await this.progress(mayClaim ? room.againInMs : restMs || undefined);
      // New work may have come, or have waited for others to go with it. The last that comes back from the vendor asks for
      // none: what is due then is found when the drain ends.
      mayBeMore ||= this.poked || this.working.groups + this.working.singles > 0;
      this.poked = false;
    }
    return true;
  }

  private room(bulk: Capabilities['bulk']): ClaimRoom {
    const sinceClaimMs = performance.now() - this.claimedAt;
    const { size: reach } = this.reach;
    const room = claimRoom(bulk, { lanes: this.lanesInHand, reach, ...this.working, sinceClaimMs });
    return { ...room, most: Math.max(0, Math.min(room.most, this.rest.mostLanes - this.lanesInHand)) };
  }

  private isIdle(): boolean {
    return this.working.groups + this.working.singles === 0 && this.lanesInHand === 0;
  }

  private start(work: ClaimedWork, session: VendorSession, completer: Completer): void {
    const { runs } = work;
    this.lanesInHand += runs.length;
    this.claimedAt = performance.now();
    this.stillness.moved();
    this.reach.claimed();
    const worthwhileFrom = session.bulk?.worthwhileFrom ?? Infinity;
    const groups = runs.length >= worthwhileFrom ? [runs] : runs.map((run) => [run]);
    const runner = new StepRunner(session);
    for (const group of groups)
      void this.workGroup(group, runner, { connection: work.connection, session }, completer);
  }

  private async workGroup(
    group: readonly LaneRun[],
    runner: StepRunner,
    vendor: Vendor,
    completer: Completer,
  ): Promise<void> {
    const kind = group.length > 1 ? 'groups' : 'singles';
    this.working[kind] += 1;
    try {
      const results = await this.resultsOf(group, runner);
      this.rest.learn(results);
      try {
        // Before the lanes are let go: another process must find the connection stopped when it finds them.
        await tellFindings(results, vendor, this.parts.connections, () => {
          this.stopped = true;
        });
      } finally {
        completer.add(results);
      }
    } catch (err) {
      this.parts.log.error('What a drain learnt about its connection could not be stored.', err, {
        ...this.target,
      });
    } finally {
      this.working[kind] -= 1;
      this.stillness.moved();
      this.progressed();
    }
  }

  /** None when a rule of the engine itself failed: the lanes stay with the drain until its lease runs out. */
  private async resultsOf(group: readonly LaneRun[], runner: StepRunner): Promise<readonly LaneResult[]> {
    try {
      await runner.work(group);
      return group.map((run) => run.result());
    } catch (err) {
      this.parts.log.error('A drain could not finish its lanes.', err, { ...this.target });
      this.lanesInHand -= group.length;
      return [];
    }
  }

  /**
   * Claims, then reads in this order: pending work, ledger, desired state. What is going to be written for the first
   * time is noted in the same transaction, so that whoever comes after a death of this process knows of it. The first
   * claim begins the lease in that transaction as well.
   *
   * @param most absent: as many as there is room for
   */
  private async claim(lease: DrainLease, most?: number): Promise<Claimed> {
    const { parts, target } = this;
    const asked = performance.now();
    const claimed = await parts.tenancy.run(target.organizationId, async (tx): Promise<Claimed> => {
      const connection = await parts.connections.load(tx, target.connectionId);
      if (connection === undefined || !mayDrain(connection)) {
        this.stopped = true;
        return { kind: 'nothing' };
      }
      if (lease.hasBegun && !(await holdDrain(tx, target.organizationId, lease.id))) {
        lease.lose();
        return { kind: 'nothing' };
      }
      const fault = lease.hasBegun ? undefined : manifestFault(parts.provider(connection.provider)?.manifest);
      if (fault !== undefined) return { kind: 'faulty', connection, fault };
      const provider = this.provider(connection);
      const wanted = most ?? this.room(bulkOf(provider.manifest, connection)).most;
      const claim = await claimLanes(tx, target, {
        drainId: lease.id,
        watermark: this.watermark.start(),
        most: wanted,
      });
      const mayBeMore = claim.lanes.length >= wanted;
      if (claim.watermarks !== undefined) this.watermark.rise(claim.watermarks);
      const contactIds = claim.lanes.map((lane) => lane.contactId);
      if (contactIds.length === 0) return { kind: 'work', runs: [], mayBeMore, connection };
      this.gate(connection, provider).expect(contactIds.length);
      if (!lease.hasBegun) await lease.openIn(tx);
      const known = await readLedger(tx, target, contactIds);
      const desired =
        connection.state === 'verified'
          ? await parts.desiredState.read(tx, connection, contactIds)
          : new Map<string, Desired>();
      const { random } = parts;
      const runs = claim.lanes.map((lane) =>
        laneRunOf({ lane, connection, provider, known, desired: desired.get(lane.contactId), random }),
      );
      if (known.leftOut.size > 0) await letIn(tx, target, joinedOf(claim.lanes, known));
      await storeIntentions(
        tx,
        target,
        claim.lanes.flatMap(({ contactId }, index) => {
          const writes = runs[index]?.ahead();
          return writes === undefined ? [] : [{ contactId, writes }];
        }),
      );
      return { kind: 'work', runs, mayBeMore, connection };
    });
    if (!lease.hasBegun && claimed.kind === 'work' && claimed.runs.length > 0) lease.begin(asked);
    return claimed;
  }

  private completer(lease: DrainLease, connection: ActiveConnection): Completer {
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
      receiptSampling(this.parts, connection),
    );
  }

  private open(connection: ActiveConnection, lease: DrainLease): VendorSession {
    const provider = this.provider(connection);
    this.session = new VendorSession(
      connection,
      contain(provider, {
        report: (err, slug) => this.tellFault(err, slug),
        ...(this.parts.callLimitMs === undefined ? {} : { limitMs: this.parts.callLimitMs }),
      }),
      this.parts.openCredentials(connection),
      this.parts.transport,
      this.gate(connection, provider),
      { signal: lease.signal, mayStillSend: () => lease.mayStillSend() },
    );
    return this.session;
  }

  private gate({ accountKey, settings }: ActiveConnection, { manifest }: CrmProvider): DrainGate {
    return this.parts.pacer.drainGate(accountKey, manifest, settings);
  }

  /** With such a provider nothing can be done, and the connection says so instead of standing still in silence. */
  private async tellFaulty(connection: ActiveConnection, fault: string): Promise<void> {
    const slug = connection.provider;
    const detail = `The manifest of ${slug}: ${fault}.`;
    this.tellFault(new TypeError(detail), slug);
    if (connection.state === 'verified') {
      const finding = { kind: 'misconfigured', code: 'provider_fault', setting: 'provider', detail } as const;
      await this.parts.connections.markNeedsAttention(connection, finding);
    }
  }

  private tellFault(err: unknown, provider: string): void {
    this.parts.log.error('A provider broke its contract.', err, { provider, ...this.target });
  }

  private provider({ provider: slug }: ActiveConnection): CrmProvider {
    const provider = this.parts.provider(slug);
    if (provider === undefined) throw new Error(`There is no provider called ${slug}.`);
    return provider;
  }

  private async end(gaveWay: boolean, lease: DrainLease): Promise<LoopEnd> {
    const { parts, target } = this;
    // Read anew: the connection may have been disconnected while this loop ran.
    const { connection, inMs, left } = await parts.tenancy.run(target.organizationId, async (tx) => {
      await lease.closeIn(tx);
      const now = await parts.connections.load(tx, target.connectionId);
      return {
        connection: now,
        inMs: await nextDueInMs(tx, target),
        left: now?.state !== 'disconnecting' || (await hasLanes(tx, target)),
      };
    });
    lease.ended();
    if (inMs !== undefined && inMs <= 0) this.watermark.missed();
    if (connection?.state === 'disconnecting' && !left) await parts.connections.finishDisconnect(connection);
    return { gaveWay, ...(inMs === undefined || this.stopped ? {} : { nextDueInMs: inMs }) };
  }

  /** Resolves at the next event worth looking at, or after `mostMs`. */
  private async progress(mostMs?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.progressed = resolve;
      if (mostMs !== undefined) timer = setTimeout(resolve, mostMs);
    });
    clearTimeout(timer);
  }
}
