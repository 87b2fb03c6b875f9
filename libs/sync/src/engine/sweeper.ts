import type { Tenancy } from '@rekomi/database';

import type { EngineLog } from './engine-parts.js';

interface Found {
  readonly organizationId: string;
  readonly connectionId: string;
}

const EVERY_MS = 1_000;
const TARGETS_AT_ONCE = 200;
/** Rounds from one question for receipts and reconciliations to the next. */
const CHECKS_EVERY = 2;
/** A request of a lost drain may land until its time-out is over; the contact is written once more after that. */
const STILL_LANDING = '15 seconds';

/**
 * The truth about what is due: asked once a second in the whole cluster (an advisory lock lets one process through),
 * whatever became of any wake. Takes back the lanes of dead drains on the way.
 */
export class Sweeper {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private rounds = 0;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly on: {
      due: (found: Found) => void;
      look: (found: Found) => void;
      check: (found: Found) => void;
      endpoint: (found: Found) => void;
    },
    private readonly log: EngineLog,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep().finally(() => {
        this.sweeping = undefined;
      });
    }, EVERY_MS);
    this.timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** One round. */
  async sweep(): Promise<void> {
    try {
      for (const found of await this.ask(`SELECT * FROM sweep_turn($1, $2::interval)`)) {
        const target = { organizationId: found.organization_id, connectionId: found.connection_id };
        if (found.kind === 'look') this.on.look(target);
        else if (found.kind === 'endpoint') this.on.endpoint(target);
        else this.on.due(target);
      }
      for (const found of await this.findChecks()) this.on.check(found);
    } catch (err) {
      this.log.error('The sweep could not ask the database; it asks again in a second.', err, {});
    }
  }

  /** Nothing waits for these, so they are asked after less often. */
  private async findChecks(): Promise<readonly Found[]> {
    this.rounds += 1;
    if (this.rounds % CHECKS_EVERY !== 0) return [];
    const found = await this.tenancy.lookup<{ organization_id: string; connection_id: string }>(
      `SELECT * FROM sweep_checks($1)`,
      [TARGETS_AT_ONCE],
    );
    return found.map((one) => ({ organizationId: one.organization_id, connectionId: one.connection_id }));
  }

  private ask(
    sql: string,
  ): Promise<{ organization_id: string; connection_id: string; kind: 'lane' | 'endpoint' | 'look' }[]> {
    return this.tenancy.lookup(sql, [TARGETS_AT_ONCE, STILL_LANDING]);
  }
}
