import type { Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';

import type { SyncOutbox } from '../ports.js';
import type { ConnectionStates } from './connection-states.js';
import { closedProblem, denied, granted, type ConnectionResult } from './connection-problem.js';
import { viewOf, type ConnectionView } from './connection-view.js';
import { cancelLanes } from './sql/cancel-lanes.js';
import { closeConnection } from './sql/close-connection.js';
import { enqueueContacts } from './sql/enqueue-contacts.js';
import { expireDrains } from './sql/expire-drains.js';
import { selectConnection } from './sql/select-connections.js';
import { selectStoredConnection, type StoredConnection } from './sql/select-stored-connection.js';

/**
 * Lanes that are cancelled together with the connection. What a larger backlog leaves is found by the sweep and
 * cancelled by the engine, so that one transaction stays short.
 */
const CANCELLED_AT_ONCE = 20_000;

export interface Disconnected {
  readonly connection: ConnectionView;
  /** Contacts from whom what we wrote is now taken back. */
  readonly contactsToTakeBack: number;
}

/** Ends connections. Credentials are destroyed in the transaction that disables one. */
export class ConnectionClosing {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly outbox: SyncOutbox,
    private readonly states: ConnectionStates,
  ) {}

  /** Asking again for what is under way or done changes nothing. */
  async disconnect(
    organizationId: string,
    connectionId: string,
    options: { readonly takeBack: boolean },
  ): Promise<ConnectionResult<Disconnected>> {
    const result = await this.tenancy.run(
      organizationId,
      async (tx): Promise<ConnectionResult<Disconnected>> => {
        const row = await selectStoredConnection(tx, connectionId, 'for update');
        if (row === undefined) return denied({ reason: 'not_found' });
        const contactsToTakeBack = await this.end(tx, row, options.takeBack);
        if (contactsToTakeBack === undefined) {
          return row.state === 'disabled'
            ? closedProblem(row.state)
            : denied({
                reason: 'state',
                state: row.state,
                detail:
                  'The vendor does not accept the credentials, so nothing can be taken back. Correct them first, or disconnect without taking back.',
              });
        }
        const view = await selectConnection(tx, organizationId, connectionId);
        return view === undefined
          ? denied({ reason: 'not_found' })
          : granted({ connection: viewOf(view), contactsToTakeBack });
      },
    );
    if (result.ok) this.outbox.wake([connectionId]);
    return result;
  }

  /**
   * For the engine: ends a connection that is being disconnected once no lane is left.
   *
   * @returns true when it is disabled now.
   */
  async finishDisconnect(organizationId: string, connectionId: string): Promise<boolean> {
    return this.tenancy.run(organizationId, async (tx) => {
      const row = await selectStoredConnection(tx, connectionId, 'for update');
      return row?.state === 'disconnecting' && (await this.finish(tx, row));
    });
  }

  /** Disables it at once and settles what waits as cancelled. The caller holds the row's lock. */
  async closeNow(
    tx: EntityManager,
    row: StoredConnection,
    why?: { readonly code: string; readonly detail: string },
  ): Promise<void> {
    await closeConnection(tx, row.id, why);
    await this.states.closed(tx, row);
    await expireDrains(tx, row.id);
    await cancelLanes(tx, row.id, CANCELLED_AT_ONCE);
  }

  private async end(
    tx: EntityManager,
    row: StoredConnection,
    takeBack: boolean,
  ): Promise<number | undefined> {
    if (row.state === 'disabled') return undefined;
    if (!takeBack) {
      await this.closeNow(tx, row);
      return 0;
    }
    if (row.state === 'auth_error') return undefined;
    if (row.state === 'disconnecting') return 0;
    await this.states.rest(tx, row, 'disconnecting');
    const target = { organizationId: row.organization_id, connectionId: row.id };
    const contacts = await enqueueContacts(tx, this.outbox, target, {
      contacts: 'present',
      cause: 'disconnect',
    });
    await this.freeLanes(tx, target);
    if (contacts === 0) await this.finish(tx, row);
    return contacts;
  }

  /** Held lanes and lanes in back-off would keep the connection from ever ending. */
  private async freeLanes(
    tx: EntityManager,
    target: { readonly organizationId: string; readonly connectionId: string },
  ): Promise<void> {
    await tx.query(
      `UPDATE lane l SET held_code = NULL, next_due_at = now() FROM (
         SELECT id FROM lane WHERE organization_id = $1 AND connection_id = $2 AND drain_id IS NULL
           AND next_due_at > now() ORDER BY contact_id FOR UPDATE) AS waiting
       WHERE l.id = waiting.id`,
      [target.organizationId, target.connectionId],
    );
  }

  private async finish(tx: EntityManager, row: StoredConnection): Promise<boolean> {
    const connectionId = row.id;
    const lanes: unknown[] = await tx.query(
      `SELECT 1 FROM lane WHERE organization_id = current_organization() AND connection_id = $1 LIMIT 1`,
      [connectionId],
    );
    if (lanes.length > 0) return false;
    // Whoever was being written while the disconnecting began got in after all. A take-back that the vendor refused is
    // not asked for again: the ledger says so.
    const left: { contact_id: string }[] = await tx.query(
      `SELECT contact_id FROM ledger WHERE organization_id = current_organization() AND connection_id = $1
          AND present AND state IN ('delivered', 'unchanged')`,
      [connectionId],
    );
    if (left.length > 0) {
      await this.outbox.record(
        tx,
        row.organization_id,
        left.map(({ contact_id: contactId }) => ({
          kind: 'contact',
          connectionId,
          contactId,
          cause: 'disconnect',
        })),
      );
      return false;
    }
    await closeConnection(tx, connectionId, undefined);
    await this.states.closed(tx, row);
    return true;
  }
}
