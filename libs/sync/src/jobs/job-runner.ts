import { randomUUID } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';

import { sqlState, type Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';

import { claimJob, endJob, type JobTable, moveJob, releaseJob, renewJob } from './background-job.js';

/** How long a job waits after its worker was killed, at the most. */
const LEASE_SECONDS = 10;

export type JobEnd =
  /** Somebody else has it, or it needs nothing. */
  | 'not_ours'
  | 'ended'
  /** The lease went to somebody else meanwhile. */
  | 'lost'
  /** Asked to stop; the next one to look takes it up. */
  | 'stopped';

export interface JobWork {
  readonly table: JobTable;
  /** Items per transaction: large enough to be cheap, small enough that a cancel and other work need not wait long. */
  readonly chunk: number;
  /** @returns how many items there were behind `done`; 0: none are left. Runs again after a deadlock. */
  work(
    tx: EntityManager,
    job: { readonly organizationId: string; readonly id: string },
    done: number,
  ): Promise<number>;
  /** After the commit of a chunk. */
  committed?(): void;
}

/**
 * Works jobs off. Each chunk of items is one transaction that also moves the job's position, so whatever dies wherever:
 * an item is done once, and whoever takes the job up goes on behind the last one that is committed.
 */
export class JobRunner {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly job: JobWork,
  ) {}

  /** Takes one job up, if nobody has it, and works it off. */
  async run(organizationId: string, id: string, signal?: AbortSignal): Promise<JobEnd> {
    const { table } = this.job;
    const job = { table, organizationId, id };
    const lease = { id: randomUUID(), seconds: LEASE_SECONDS };
    const began = await this.tenancy.run(organizationId, (tx) => claimJob(tx, job, lease));
    if (began === undefined) return 'not_ours';
    const startedAt = performance.now();
    try {
      for (;;) {
        if (signal?.aborted === true) {
          await this.tenancy.run(organizationId, (tx) => releaseJob(tx, job, lease.id));
          return 'stopped';
        }
        const end = await this.tenancy.run(organizationId, async (tx): Promise<JobEnd | undefined> => {
          const held = await renewJob(tx, job, lease);
          if (held === undefined) return 'lost';
          if (held.state === 'cancelling') {
            await endJob(tx, job, 'cancelled');
            return 'ended';
          }
          const worked = await this.job.work(tx, { organizationId, id }, held.done);
          const done = held.done + worked;
          const seconds = Math.max(0.001, (performance.now() - startedAt) / 1000);
          await moveJob(tx, job, { done, itemsPerSecond: (done - began) / seconds });
          if (worked >= this.job.chunk) return undefined;
          await endJob(tx, job, 'finished');
          return 'ended';
        });
        this.job.committed?.();
        if (end !== undefined) return end;
        await breathe();
      }
    } catch (err) {
      await this.tenancy.run(organizationId, (tx) =>
        mayPass(err) ? releaseJob(tx, job, lease.id) : endJob(tx, job, 'failed', UNEXPECTED),
      );
      throw err;
    }
  }
}

const UNEXPECTED =
  'An error that this server did not expect; its log says more. What is done stays done: start it again to go on.';

/** A database that is away comes back; what it or this program cannot do, it will not do the next time either. */
function mayPass(err: unknown): boolean {
  if (err instanceof Error && /connection terminated|timeout exceeded/i.test(err.message)) return true;
  return !/^(|22...|23...|42...|XX...)$/.test(sqlState(err));
}
