import { setTimeout as delay } from 'node:timers/promises';

import { Logger } from '@nestjs/common';
import type { Tenancy } from '@rekomi/database';
import { forgetFile, type ImportRunner, type ProgramWork } from '@rekomi/programs';

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 2;
const CHORES_EVERY_MS = 60 * 60 * 1_000;
/** An upload that has not grown for so long has lost its process. */
const UPLOADING_FOR = '1 hour';
/** Files with people's addresses do not lie about for longer. */
const LYING_FOR = '30 days';

interface Due {
  readonly organization_id: string;
  readonly import_id: string;
}

/** Looks for imports to work on, a few at once, and puts away what nobody needs any more. */
export class ImportLoop {
  private readonly log = new Logger(ImportLoop.name);
  private readonly stop = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private looking: Promise<void> | undefined;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly work: ProgramWork,
    private readonly runner: ImportRunner,
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
    let choresAt = 0;
    while (!this.stop.signal.aborted) {
      try {
        await this.takeUp();
        if (Date.now() >= choresAt) {
          choresAt = Date.now() + CHORES_EVERY_MS;
          await this.tidy();
        }
      } catch (err) {
        this.log.error({ msg: 'Looking for imports failed; it is tried again.', err });
      }
      await delay(LOOK_EVERY_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async takeUp(): Promise<void> {
    if (this.running.size >= AT_ONCE) return;
    const due = await this.tenancy.lookup<Due>('SELECT * FROM due_imports($1)', [AT_ONCE * 2]);
    for (const { organization_id: organizationId, import_id: id } of due) {
      if (this.running.size >= AT_ONCE || this.stop.signal.aborted) return;
      if (this.running.has(id)) continue;
      this.running.set(id, this.runOne(organizationId, id));
    }
  }

  private async runOne(organizationId: string, id: string): Promise<void> {
    try {
      await this.runner.run(organizationId, id, this.stop.signal);
    } catch (err) {
      this.log.error({ msg: 'An import broke off.', err, organizationId, importId: id });
    } finally {
      this.running.delete(id);
    }
  }

  private async tidy(): Promise<void> {
    const old = await this.tenancy.lookup<Due>(
      'SELECT * FROM imports_to_forget($1::interval, $2::interval)',
      [UPLOADING_FOR, LYING_FOR],
    );
    for (const { organization_id: organizationId, import_id: id } of old) {
      await this.work.run(organizationId, async (unit) => {
        const [removed] = await unit.tx.query<[unknown[], number]>(
          `DELETE FROM import_run WHERE id = $1 AND organization_id = $2 AND state = 'uploading' RETURNING id`,
          [id, organizationId],
        );
        if (removed.length === 0) await forgetFile(unit, id);
      });
    }
  }
}
