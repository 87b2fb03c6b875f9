import type { Tenancy } from '@rekomi/database';

import type { ConnectionNotices } from '../ports.js';
import { BREAKER_AT } from '../sql/pace.js';
import type { DueWork } from './check-loop.js';
import { selectStoredConnection } from './sql/select-stored-connection.js';

/** A vendor that makes an account wait for this long in all is worth a word. */
const SLOW = '1 hour';
/** A vendor that has answered nothing but failures for this long is down. */
const DOWN = '15 minutes';

interface Trouble {
  readonly organization_id: string;
  readonly connection_id: string;
  readonly kind: 'connection.rate_limited' | 'connection.vendor_down';
  readonly since: Date;
  readonly until: Date | null;
  readonly is_over: boolean;
}

/** Tells of vendors that have been slow or down for long, and when that is over. Asks one question, whatever there is. */
export class ConnectionTroubles implements DueWork {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly notices: ConnectionNotices,
  ) {}

  /** @returns 0: what was found is told, and there is no more until something changes. */
  async checkDue(): Promise<number> {
    const troubles = await this.tenancy.lookup<Trouble>(
      `SELECT * FROM connection_troubles($1::interval, $2::interval, $3)`,
      [SLOW, DOWN, BREAKER_AT],
    );
    for (const trouble of troubles) await this.tell(trouble);
    return 0;
  }

  private async tell(trouble: Trouble): Promise<void> {
    const { organization_id: organizationId, connection_id: connectionId, kind } = trouble;
    const matter = kind === 'connection.rate_limited' ? 'rate_limited' : 'vendor_down';
    await this.tenancy.run(organizationId, async (tx) => {
      const row = await selectStoredConnection(tx, connectionId, 'for update');
      if (row === undefined) return;
      if (trouble.is_over) return this.notices.over(tx, organizationId, connectionId, [matter], 'told');
      if (row.state !== 'verified') return;
      const since = trouble.since.toISOString();
      await this.notices.broke(tx, organizationId, {
        connectionId,
        label: row.label,
        matter,
        code: matter === 'rate_limited' ? 'vendor_throttled' : 'vendor_error',
        detail:
          matter === 'rate_limited'
            ? `The vendor has asked ${row.label} for patience since ${since}${trouble.until === null ? '' : `, until ${trouble.until.toISOString()}`}. What waits is sent then, in order.`
            : `The vendor of ${row.label} has answered nothing but failures since ${since}. What waits is sent when it answers again, in order.`,
      });
    });
  }
}
