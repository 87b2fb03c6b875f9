import type { SyncOutbox } from '../ports.js';
import type { WakeQueue } from '../wake/wake-queue.js';
import { DrainPool } from './drain-pool.js';
import type { EngineParts } from './drain-loop.js';
import { DueTimes } from './due-times.js';
import { LookLoop } from './look-loop.js';
import { Sweeper } from './sweeper.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** A process's share of the sync engine: loops for what is due, woken by the queue, found by the sweep. */
export class SyncEngine {
  private readonly pool: DrainPool;
  private readonly sweeper: Sweeper;
  private readonly looks = new Map<string, { loop: LookLoop; ended: Promise<void> }>();
  private readonly lookTimes: DueTimes;
  private readonly organizations = new Map<string, string>();
  private closing = false;

  constructor(
    private readonly parts: EngineParts,
    private readonly outbox: SyncOutbox,
    private readonly wakes: WakeQueue,
  ) {
    this.pool = new DrainPool(parts);
    this.sweeper = new Sweeper(
      parts.tenancy,
      { due: (target) => this.pool.start(target), look: (target) => this.startLooking(target) },
      parts.log,
    );
    this.lookTimes = new DueTimes(
      (connectionId) => void this.withOrganization(connectionId, (target) => this.startLooking(target)),
    );
  }

  async start(): Promise<void> {
    this.sweeper.start();
    await this.wakes.listen((connectionId) => {
      void this.withOrganization(connectionId, (target) => this.pool.start(target));
    });
    await this.sweeper.sweep();
  }

  /** Takes on nothing new, finishes what is in hand, and lets go of everything. */
  async close(): Promise<void> {
    this.closing = true;
    this.lookTimes.clear();
    await this.sweeper.close();
    for (const { loop } of this.looks.values()) loop.stop();
    await Promise.all([this.pool.close(), ...[...this.looks.values()].map(({ ended }) => ended)]);
    await this.wakes.close();
  }

  private startLooking(target: Target): void {
    if (this.closing || this.looks.has(target.connectionId)) return;
    const loop = new LookLoop(this.parts, this.outbox, target);
    const ended = loop
      .run()
      .then((inMs) => {
        if (inMs !== undefined) this.lookTimes.set(target.connectionId, inMs);
      })
      .catch((err: unknown) => this.parts.log.error('Looking contacts up ended early.', err, { ...target }))
      .finally(() => this.looks.delete(target.connectionId));
    this.looks.set(target.connectionId, { loop, ended });
  }

  /** A wake carries a connection id only; which tenant it belongs to never changes. */
  private async withOrganization(connectionId: string, then: (target: Target) => void): Promise<void> {
    const known = this.organizations.get(connectionId);
    if (known !== undefined) {
      then({ organizationId: known, connectionId });
      return;
    }
    try {
      const [row] = await this.parts.tenancy.lookup<{ organization_id: string | null }>(
        `SELECT connection_organization($1) AS organization_id`,
        [connectionId],
      );
      if (row?.organization_id === undefined || row.organization_id === null) return;
      this.organizations.set(connectionId, row.organization_id);
      then({ organizationId: row.organization_id, connectionId });
    } catch (err) {
      this.parts.log.error('A woken connection could not be looked up; the sweep finds it.', err, {
        connectionId,
      });
    }
  }
}
