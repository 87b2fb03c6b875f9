import type { EntityManager } from 'typeorm';

import { CONNECTION_COLUMNS, STANDING, type ConnectionRow } from '../connection-row.js';

export interface StoredConnection extends ConnectionRow {
  readonly organization_id: string;
  /** Sealed by the vault; null once disconnected. */
  readonly credentials: string | null;
  readonly standing: string;
}

/** The one query that reads sealed credentials: for acting on the connection, never for showing it. */
export async function selectStoredConnection(
  tx: EntityManager,
  connectionId: string,
  lock?: 'for update',
): Promise<StoredConnection | undefined> {
  const rows: StoredConnection[] = await tx.query(
    `SELECT ${CONNECTION_COLUMNS}, c.organization_id, c.credentials, ${STANDING} AS standing FROM connection c
       WHERE c.organization_id = current_organization() AND c.id = $1 ${lock === undefined ? '' : 'FOR UPDATE'}`,
    [connectionId],
  );
  return rows[0];
}
