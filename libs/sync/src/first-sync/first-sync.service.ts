import type { EntityManager } from 'typeorm';

import { closedProblem, denied, granted, type ConnectionResult } from '../connections/connection-problem.js';
import {
  selectStoredConnection,
  type StoredConnection,
} from '../connections/sql/select-stored-connection.js';
import type { ConnectionPeople, SyncOutbox } from '../ports.js';
import { cancelUnsent, sendTheRest } from './first-sync-lanes.js';
import { readProgress, type FirstSyncProgress } from './first-sync-progress.js';
import { lockFirstSync, type FirstSyncMode } from './first-sync-statements.js';

interface Key {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** What was done, with how things stand after it. */
export interface FirstSyncStep extends FirstSyncProgress {
  /** How many people it concerned. */
  readonly people: number;
}

/** Who goes to a connection when it is switched on: chosen before, followed, continued or stopped after. */
export class FirstSyncService {
  constructor(
    private readonly people: ConnectionPeople,
    private readonly outbox: Pick<SyncOutbox, 'wake'>,
  ) {}

  async get(tx: EntityManager, key: Key): Promise<ConnectionResult<FirstSyncProgress>> {
    const connection = await selectStoredConnection(tx, key.connectionId);
    if (connection === undefined) return denied({ reason: 'not_found' });
    return granted(await readProgress(tx, key, this.people));
  }

  /** Only before anything began: afterwards there is something to continue or to stop. */
  async choose(
    tx: EntityManager,
    key: Key,
    mode: FirstSyncMode,
  ): Promise<ConnectionResult<FirstSyncProgress>> {
    const open = await this.#open(tx, key);
    if (!open.ok) return open;
    await lockFirstSync(tx, key);
    const before = await readProgress(tx, key, this.people);
    if (before.state !== 'not_started' && before.mode !== mode) {
      const detail =
        'The first sync of this connection has begun. Continue it to send everybody who was left out, or cancel it to stop what was not sent.';
      return denied({ reason: 'state', state: open.value.state, detail });
    }
    await tx.query(`UPDATE first_sync SET mode = $3 WHERE organization_id = $1 AND connection_id = $2`, [
      key.organizationId,
      key.connectionId,
      mode,
    ]);
    return granted(await readProgress(tx, key, this.people));
  }

  /** Everybody who was left out goes, and from now on nobody is left out. {@link wake} comes after the commit. */
  async continue(tx: EntityManager, key: Key): Promise<ConnectionResult<FirstSyncStep>> {
    const open = await this.#open(tx, key);
    if (!open.ok) return open;
    await lockFirstSync(tx, key);
    const people = await sendTheRest(tx, key, this.people);
    await tx.query(
      `UPDATE first_sync SET mode = 'all', continued_at = now() WHERE organization_id = $1 AND connection_id = $2`,
      [key.organizationId, key.connectionId],
    );
    return granted({ ...(await readProgress(tx, key, this.people)), people });
  }

  /** What has not been sent is not sent, until somebody continues; who is approved from now on goes. */
  async cancel(tx: EntityManager, key: Key): Promise<ConnectionResult<FirstSyncStep>> {
    const open = await this.#open(tx, key);
    if (!open.ok) return open;
    await lockFirstSync(tx, key);
    const people = await cancelUnsent(tx, key);
    await tx.query(
      `UPDATE first_sync SET mode = 'from_now_on', cancelled_at = now() WHERE organization_id = $1 AND connection_id = $2`,
      [key.organizationId, key.connectionId],
    );
    return granted({ ...(await readProgress(tx, key, this.people)), people });
  }

  wake(connectionId: string): void {
    this.outbox.wake([connectionId]);
  }

  async #open(tx: EntityManager, { connectionId }: Key): Promise<ConnectionResult<StoredConnection>> {
    const connection = await selectStoredConnection(tx, connectionId);
    if (connection === undefined) return denied({ reason: 'not_found' });
    const closed = connection.credentials === null || connection.state === 'disconnecting';
    return closed ? closedProblem(connection.state) : granted(connection);
  }
}
