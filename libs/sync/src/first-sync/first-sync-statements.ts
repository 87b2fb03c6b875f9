import type { EntityManager } from 'typeorm';

import type { OutboxQuery } from '../ports.js';

/**
 * Whom a connection takes when it is switched on, of those who were approved before:
 *
 * - `all`: everybody.
 * - `from_now_on`: nobody; who is approved from then on goes.
 * - `first_ten`: the ten who were approved first; the others wait for a word.
 */
export const FIRST_SYNC_MODES = ['all', 'from_now_on', 'first_ten'] as const;
export type FirstSyncMode = (typeof FIRST_SYNC_MODES)[number];

/** How many go with `first_ten`. */
export const FIRST_FEW = 10;

export interface FirstSyncRow {
  readonly mode: FirstSyncMode;
  readonly started_at: Date | null;
  readonly admitted: number;
  readonly continued_at: Date | null;
  readonly cancelled_at: Date | null;
}

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

const COLUMNS = `mode, started_at, admitted, continued_at, cancelled_at`;

export async function selectFirstSync(
  tx: EntityManager,
  { organizationId, connectionId }: Target,
): Promise<FirstSyncRow | undefined> {
  const rows: FirstSyncRow[] = await tx.query(
    `SELECT ${COLUMNS} FROM first_sync WHERE organization_id = $1 AND connection_id = $2`,
    [organizationId, connectionId],
  );
  return rows[0];
}

/** Makes the row where there is none, and holds it until the end of the transaction. */
export async function lockFirstSync(
  tx: EntityManager,
  { organizationId, connectionId }: Target,
): Promise<FirstSyncRow> {
  const rows: FirstSyncRow[] = await tx.query(
    `INSERT INTO first_sync AS f (organization_id, connection_id) VALUES ($1, $2)
     ON CONFLICT (connection_id) DO UPDATE SET mode = f.mode RETURNING ${COLUMNS}`,
    [organizationId, connectionId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('A first sync was not stored.');
  return row;
}

/** Somebody the connection ever had to do with, or has now, is not left out by what begins today. */
const NEW_PEOPLE = (people: string): string => `
  SELECT p.contact_id, p.since FROM (${people}) p
   WHERE NOT EXISTS (SELECT FROM ledger l
                      WHERE l.organization_id = $1 AND l.connection_id = $2 AND l.contact_id = p.contact_id)
     AND NOT EXISTS (SELECT FROM intention i
                      WHERE i.organization_id = $1 AND i.connection_id = $2 AND i.contact_id = p.contact_id)
     AND NOT EXISTS (SELECT FROM lane n
                      WHERE n.organization_id = $1 AND n.connection_id = $2 AND n.contact_id = p.contact_id)
     AND NOT EXISTS (SELECT FROM first_sync_left_out f
                      WHERE f.organization_id = $1 AND f.connection_id = $2 AND f.contact_id = p.contact_id)`;

/**
 * Begins, or goes on with, what was chosen for the connection: notes whom it leaves out.
 *
 * @param query finds who begins to be meant for the connection; `$1` is the organisation, `$2` the connection.
 */
export async function beginFirstSync(
  tx: EntityManager,
  target: Target,
  { sql, parameters }: OutboxQuery,
): Promise<void> {
  const { organizationId, connectionId } = target;
  const row = await lockFirstSync(tx, target);
  let admitted = 0;
  if (row.mode !== 'all') {
    const room = row.mode === 'first_ten' ? Math.max(0, FIRST_FEW - row.admitted) : 0;
    const place = `$${parameters.length + 1}`;
    const rows: { admitted: string }[] = await tx.query(
      `WITH ranked AS (
         SELECT contact_id, row_number() OVER (ORDER BY since, contact_id) AS place FROM (${NEW_PEOPLE(sql)}) AS new_people
       ), left_out AS (
         INSERT INTO first_sync_left_out (organization_id, connection_id, contact_id)
         SELECT $1, $2, contact_id FROM ranked WHERE place > ${place}::integer ORDER BY contact_id ON CONFLICT DO NOTHING
       )
       SELECT count(*) AS admitted FROM ranked WHERE place <= ${place}::integer`,
      [...parameters, room],
    );
    admitted = Number(rows[0]?.admitted ?? 0);
  }
  await tx.query(
    `UPDATE first_sync SET started_at = coalesce(started_at, now()), admitted = admitted + $3
      WHERE organization_id = $1 AND connection_id = $2`,
    [organizationId, connectionId, admitted],
  );
}

export async function selectLeftOut(
  tx: EntityManager,
  { organizationId, connectionId }: Target,
  contactIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows: { contact_id: string }[] = await tx.query(
    `SELECT contact_id FROM first_sync_left_out
      WHERE organization_id = $1 AND connection_id = $2 AND contact_id = ANY ($3::uuid[])`,
    [organizationId, connectionId, contactIds],
  );
  return new Set(rows.map((row) => row.contact_id));
}

/**
 * They go from now on. Called while lanes are held, so it waits for nobody: a row that somebody else is about to remove is
 * left to them.
 */
export async function letIn(
  tx: EntityManager,
  { organizationId, connectionId }: Target,
  contactIds: readonly string[],
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx.query(
    `DELETE FROM first_sync_left_out f USING (
       SELECT contact_id FROM first_sync_left_out
        WHERE organization_id = $1 AND connection_id = $2 AND contact_id = ANY ($3::uuid[]) FOR UPDATE SKIP LOCKED
     ) AS joined
     WHERE f.organization_id = $1 AND f.connection_id = $2 AND f.contact_id = joined.contact_id`,
    [organizationId, connectionId, contactIds],
  );
}
