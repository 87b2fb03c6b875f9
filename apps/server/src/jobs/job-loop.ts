import { setTimeout as delay } from 'node:timers/promises';

import { Logger } from '@nestjs/common';
import type { Tenancy } from '@rekomi/database';
import type { JobRunner, JobTable } from '@rekomi/sync';

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 2;

interface Due {
  readonly kind: JobTable;
  readonly organization_id: string;
  readonly job_id: string;
}

/** Looks for jobs that somebody started, a few at once, and has them worked off. */
export class JobLoop {
  private readonly log = new Logger(JobLoop.name);
  private readonly stop = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private looking: Promise<void> | undefined;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly runners: Readonly<Record<JobTable, JobRunner>>,
  ) {}

  start(): void {
    this.looking = this.look();
  }

  /** Ends after the chunks that are being worked on; other processes go on at once. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.looking;
    await Promise.all(this.running.values());
  }

  private async look(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        await this.takeUp();
      } catch (err) {
        this.log.error({ msg: 'Looking for jobs failed; it is tried again.', err });
      }
      await delay(LOOK_EVERY_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async takeUp(): Promise<void> {
    if (this.running.size >= AT_ONCE) return;
    const due = await this.tenancy.lookup<Due>('SELECT * FROM due_jobs($1)', [AT_ONCE * 2]);
    for (const job of due) {
      if (this.running.size >= AT_ONCE || this.stop.signal.aborted) return;
      if (!this.running.has(job.job_id)) this.running.set(job.job_id, this.runOne(job));
    }
  }

  private async runOne({ kind, organization_id: organizationId, job_id: id }: Due): Promise<void> {
    try {
      await this.runners[kind].run(organizationId, id, this.stop.signal);
    } catch (err) {
      this.log.error({ msg: 'A job broke off.', err, kind, organizationId, jobId: id });
    } finally {
      this.running.delete(id);
    }
  }
}
