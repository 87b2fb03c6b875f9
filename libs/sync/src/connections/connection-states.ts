import type { ErrorCode } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import { CHECK_EVERY_HOURS, checkInMs } from '../core/check-times.js';
import { CONNECTION_MATTERS, type ConnectionMatter, type ConnectionNotices } from '../ports.js';
import type { StoredConnection } from './sql/select-stored-connection.js';
import { type NewState, setState } from './sql/set-state.js';
import { scheduleCheck } from './sql/connection-check.js';

/** Matters that are a state of the connection. */
const STOPS: readonly ConnectionMatter[] = ['auth_error', 'needs_attention'];

export interface StateParts {
  /** Absent: nobody is told. */
  readonly notices?: ConnectionNotices;
  /** How often a connection in order is verified again, in milliseconds. */
  readonly checkEveryMs?: number;
  readonly random?: () => number;
}

/**
 * Every change of a connection's state goes through here, so that none goes without what belongs to it: when the
 * connection is verified again by itself, and who is told. The caller holds the row's lock.
 */
export class ConnectionStates {
  private readonly everyMs: number;
  private readonly random: () => number;

  constructor(private readonly parts: StateParts) {
    this.everyMs = parts.checkEveryMs ?? CHECK_EVERY_HOURS * 3_600_000;
    this.random = parts.random ?? Math.random;
  }

  /**
   * Stopped by what the vendor said. What was stopped for this reason before stays so since then, and is verified again
   * after a longer while than the last time.
   */
  async stop(
    tx: EntityManager,
    row: StoredConnection,
    next: NewState & { readonly state: 'auth_error' | 'needs_attention'; readonly code: ErrorCode },
  ): Promise<void> {
    const again = row.state === next.state;
    await setState(tx, row.id, next);
    // One that came back by itself and broke again is not hurried as if it were the first time.
    const tries = again ? row.check_tries + 1 : row.heals > 0 ? row.check_tries : 0;
    await this.schedule(tx, row, { state: 'broken', tries, heals: row.heals });
    const other = STOPS.filter((matter) => matter !== next.state);
    await this.over(tx, row, other, 'quietly');
    await this.parts.notices?.broke(tx, row.organization_id, {
      connectionId: row.id,
      label: row.label,
      matter: next.state,
      code: next.code,
      detail: sentence(row, next),
    });
  }

  /** In use again. One that comes back `by itself` often has to be looked at by a person. */
  async start(tx: EntityManager, row: StoredConnection, how: 'by a person' | 'by itself'): Promise<void> {
    await setState(tx, row.id, { state: 'verified' });
    const itself = how === 'by itself';
    await this.schedule(tx, row, {
      state: 'in order',
      tries: itself ? row.check_tries + 1 : 0,
      heals: itself ? row.heals + 1 : 0,
      inMs: checkInMs({ state: 'in order', tries: 0, everyMs: this.everyMs, random: this.random() }),
    });
    await this.over(tx, row, STOPS, 'told');
  }

  /** By a person's decision: whatever was the matter is nobody's concern until it is in use again. */
  async rest(tx: EntityManager, row: StoredConnection, state: 'paused' | 'disconnecting'): Promise<void> {
    await setState(tx, row.id, { state });
    await this.over(tx, row, CONNECTION_MATTERS, 'quietly');
  }

  /** It is disconnected. */
  async closed(tx: EntityManager, row: Pick<StoredConnection, 'id' | 'organization_id'>): Promise<void> {
    await this.over(tx, row, CONNECTION_MATTERS, 'quietly');
  }

  /** Says when it is verified again; the state stays. */
  async schedule(
    tx: EntityManager,
    row: Pick<StoredConnection, 'id'>,
    next: {
      readonly state: 'broken' | 'in order';
      readonly tries: number;
      readonly heals: number;
      readonly inMs?: number;
    },
  ): Promise<void> {
    const { state, tries, heals } = next;
    const inMs = next.inMs ?? checkInMs({ state, tries, everyMs: this.everyMs, random: this.random() });
    await scheduleCheck(tx, row.id, { inMs, tries, heals });
  }

  private async over(
    tx: EntityManager,
    row: Pick<StoredConnection, 'id' | 'organization_id'>,
    matters: readonly ConnectionMatter[],
    how: 'told' | 'quietly',
  ): Promise<void> {
    await this.parts.notices?.over(tx, row.organization_id, row.id, matters, how);
  }
}

function sentence(row: StoredConnection, { state, detail }: NewState): string {
  const what =
    state === 'auth_error'
      ? `The vendor no longer accepts the credentials of ${row.label}.`
      : `${row.label} names something that the vendor does not have any more.`;
  return [what, 'Nothing is sent until that is put right, and nothing is lost.', detail ?? '']
    .join(' ')
    .trim();
}
