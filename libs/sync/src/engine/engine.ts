import type { SyncOutbox } from '../ports.js';
import type { WakeQueue } from '../wake/wake-queue.js';
import { CheckLoop } from './check-loop.js';
import { ConnectionStops } from './connection-stops.js';
import { DrainPool } from './drain-pool.js';
import type { EngineParts } from './engine-parts.js';
import { EndpointLoop } from './endpoint-loop.js';
import { LookLoop } from './look-loop.js';
import { ReadingLoops } from './reading-loops.js';
import { Sweeper } from './sweeper.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

type TargetKind = 'connection' | 'endpoint';

/** Endpoints worked at the same time by one process, apart from connections: those that hang hold none of them up. */
const ENDPOINTS_AT_ONCE = 32;

/** A process's share of the sync engine: loops for what is due, woken by the queue, found by the sweep. */
export class SyncEngine {
  private readonly pool: DrainPool;
  private readonly endpoints: DrainPool | undefined;
  private readonly sweeper: Sweeper;
  private readonly looks: ReadingLoops;
  private readonly checks: ReadingLoops;
  private readonly targets = new Map<string, { readonly target: Target; readonly kind: TargetKind }>();

  private readonly parts: EngineParts;

  constructor(
    given: EngineParts,
    outbox: SyncOutbox,
    private readonly wakes: WakeQueue,
  ) {
    const stops = new ConnectionStops(given.tenancy, (err) =>
      given.log.error('Whether connections were stopped could not be asked; it is asked again.', err, {}),
    );
    const parts = { ...given, stops };
    this.parts = parts;
    this.pool = new DrainPool(parts);
    this.endpoints = endpointPool(parts);
    this.looks = new ReadingLoops(
      (target) => new LookLoop(parts, outbox, target),
      (err, target) => parts.log.error('Looking contacts up ended early.', err, { ...target }),
    );
    this.checks = new ReadingLoops(
      (target) => new CheckLoop(parts, target),
      (err, target) => parts.log.error('Comparing contacts ended early.', err, { ...target }),
    );
    this.sweeper = new Sweeper(
      parts.tenancy,
      {
        due: (target) => this.pool.start(target),
        look: (target) => this.looks.start(target),
        check: (target) => this.checks.start(target),
        endpoint: (target) => this.endpoints?.start(target),
      },
      parts.log,
    );
  }

  async start(): Promise<void> {
    this.sweeper.start();
    await this.wakes.listen((targetId) => {
      void this.withTarget(targetId, (target, kind) => {
        (kind === 'connection' ? this.pool : this.endpoints)?.start(target);
      });
    });
    await this.sweeper.sweep();
  }

  /** Takes on nothing new, finishes what is in hand, and lets go of everything. */
  async close(): Promise<void> {
    await this.sweeper.close();
    await Promise.all([this.pool.close(), this.endpoints?.close(), this.looks.close(), this.checks.close()]);
    await this.parts.pacer.close();
    await this.wakes.close();
  }

  /** A wake carries the id of a target only; whose it is and what it is never changes. */
  private async withTarget(
    targetId: string,
    then: (target: Target, kind: TargetKind) => void,
  ): Promise<void> {
    const known = this.targets.get(targetId);
    if (known !== undefined) {
      then(known.target, known.kind);
      return;
    }
    try {
      const [row] = await this.parts.tenancy.lookup<{ organization_id: string; kind: TargetKind }>(
        `SELECT organization_id, kind FROM lane_target($1)`,
        [targetId],
      );
      if (row === undefined) return;
      const target = { organizationId: row.organization_id, connectionId: targetId };
      this.targets.set(targetId, { target, kind: row.kind });
      then(target, row.kind);
    } catch (err) {
      this.parts.log.error('A woken target could not be looked up; the sweep finds it.', err, { targetId });
    }
  }
}

function endpointPool(parts: EngineParts): DrainPool | undefined {
  const { endpoints } = parts;
  if (endpoints === undefined) return undefined;
  return new DrainPool(
    parts,
    ({ tenancy, worker, random, log }, target, shouldGiveWay, watermark) =>
      new EndpointLoop({ tenancy, endpoints, worker, random, log }, target, shouldGiveWay, watermark),
    ENDPOINTS_AT_ONCE,
  );
}
