import type { Tenancy } from '@rekomi/database';

import type { EngineLog } from './engine-parts.js';

interface Found {
  readonly organizationId: string;
  readonly connectionId: string;
}

interface Row {
  readonly organization_id: string;
  readonly connection_id: string;
  readonly kind: 'ending' | 'lane' | 'endpoint' | 'look' | 'reconciliation' | 'receipt';
}

const EVERY_MS = 1_000;
const TARGETS_AT_ONCE = 200;
/** Before every id. */
const LOWEST = '00000000-0000-0000-0000-000000000000';
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
  /** Of each kind the last that was told of: the next round begins after it, so that everybody's turn comes. */
  private readonly after = { due: LOWEST, look: LOWEST, receipt: LOWEST };

  constructor(
    private readonly tenancy: Tenancy,
    private readonly on: {
      due: (found: Found) => void;
      look: (found: Found) => void;
      check: (found: Found) => void;
      endpoint: (found: Found) => void;
    },
    private readonly log: EngineLog,
    /** Connections of each kind that one round tells of. */
    private readonly targetsAtOnce = TARGETS_AT_ONCE,
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
      for (const row of await this.findDue()) {
        const target = targetOf(row);
        if (row.kind === 'look') this.on.look(target);
        else if (row.kind === 'endpoint') this.on.endpoint(target);
        else this.on.due(target);
      }
      for (const row of await this.findChecks()) this.on.check(targetOf(row));
    } catch (err) {
      this.log.error('The sweep could not ask the database; it asks again in a second.', err, {});
    }
  }

  private async findDue(): Promise<readonly Row[]> {
    const { due, look } = this.after;
    const rows = await this.tenancy.lookup<Row>(`SELECT * FROM sweep_turn($1, $2::interval, $3, $4)`, [
      this.targetsAtOnce,
      STILL_LANDING,
      due,
      look,
    ]);
    this.after.due = lastOf(rows, ['lane', 'endpoint']) ?? due;
    this.after.look = lastOf(rows, ['look']) ?? look;
    return rows;
  }

  /** Nothing waits for these, so they are asked after less often. */
  private async findChecks(): Promise<readonly Row[]> {
    this.rounds += 1;
    if (this.rounds % CHECKS_EVERY !== 0) return [];
    const { receipt } = this.after;
    const rows = await this.tenancy.lookup<Row>(`SELECT * FROM sweep_checks($1, $2)`, [
      this.targetsAtOnce,
      receipt,
    ]);
    this.after.receipt = lastOf(rows, ['receipt']) ?? receipt;
    return rows;
  }
}

function targetOf({ organization_id: organizationId, connection_id: connectionId }: Row): Found {
  return { organizationId, connectionId };
}

function lastOf(rows: readonly Row[], kinds: readonly Row['kind'][]): string | undefined {
  return rows.findLast(({ kind }) => kinds.includes(kind))?.connection_id;
}
