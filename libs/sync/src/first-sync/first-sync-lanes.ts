import type { EntityManager } from 'typeorm';

import { settleCancelled } from '../connections/sql/cancel-lanes.js';
import { enqueueFound } from '../outbox/enqueue-found.js';
import { JOINING_CAUSES, type ConnectionPeople } from '../ports.js';

const AT_ONCE = 5_000;
/** Why a contact comes up whom the first sync had left out. */
export const CONTINUED_CAUSE = 'first_sync_continued';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

/**
 * Everybody who was left out goes, those who are no longer meant to be there excepted. @returns how many people go.
 */
export async function sendTheRest(
  tx: EntityManager,
  { organizationId, connectionId }: Target,
  people: ConnectionPeople,
): Promise<number> {
  const leave = `DELETE FROM first_sync_left_out f USING (
       SELECT contact_id FROM first_sync_left_out WHERE organization_id = $1 AND connection_id = $2
        ORDER BY contact_id LIMIT ${AT_ONCE} FOR UPDATE
     ) AS next
     WHERE f.organization_id = $1 AND f.connection_id = $2 AND f.contact_id = next.contact_id RETURNING f.contact_id`;
  const sql = `
    SELECT $2::uuid AS connection_id, p.contact_id, 'contact' AS kind, '${CONTINUED_CAUSE}'::text AS cause,
           NULL::uuid AS event_id, NULL::text AS event_name, NULL::timestamptz AS occurred_at, NULL::text AS payload,
           1::bigint AS place
      FROM (${people.sql}) p WHERE p.contact_id = ANY ($4::uuid[])`;
  for (let total = 0; ;) {
    const [gone]: [{ contact_id: string }[], number] = await tx.query(leave, [organizationId, connectionId]);
    if (gone.length === 0) return total;
    const ids = gone.map((row) => row.contact_id);
    const parameters = [organizationId, connectionId, false, ids];
    const [counted]: { people: string }[] = await tx.query(
      `SELECT count(*) AS people FROM (${sql}) AS found`,
      parameters,
    );
    total += Number(counted?.people ?? 0);
    await enqueueFound(tx, organizationId, { sql, parameters });
  }
}

/** Lanes of people of whom the connection knows nothing, who wait for a write and have not joined meanwhile. */
const UNSENT = `
    FROM lane n
   WHERE n.organization_id = $1 AND n.connection_id = $2 AND n.drain_id IS NULL
     AND NOT EXISTS (SELECT FROM ledger l
                      WHERE l.organization_id = $1 AND l.connection_id = $2 AND l.contact_id = n.contact_id)
     AND NOT EXISTS (SELECT FROM intention i
                      WHERE i.organization_id = $1 AND i.connection_id = $2 AND i.contact_id = n.contact_id)
     AND EXISTS (SELECT FROM delivery d WHERE d.organization_id = $1 AND d.lane_id = n.id AND d.kind = 'contact')
     AND NOT EXISTS (SELECT FROM delivery d WHERE d.organization_id = $1 AND d.lane_id = n.id
                        AND d.kind = 'contact' AND d.cause = ANY ($3::text[]))`;

/** In the order in which producers lock lanes. */
const LOCK = `SELECT n.id ${UNSENT} ORDER BY n.contact_id LIMIT ${AT_ONCE} FOR UPDATE OF n`;

/** Asked by a statement of its own: what was added or written while the locks were waited for is seen only by a later one. */
const STILL_UNSENT = `SELECT n.id, n.contact_id ${UNSENT} AND n.id = ANY ($4::bigint[])`;

/**
 * Stops what has not been sent: people of whom the connection knows nothing yet, and whom no drain holds. They count as left
 * out from now on. Who was approved meanwhile goes all the same. @returns how many people.
 */
export async function cancelUnsent(
  tx: EntityManager,
  { organizationId, connectionId }: Target,
): Promise<number> {
  const parameters = [organizationId, connectionId, JOINING_CAUSES];
  for (let total = 0; ;) {
    const locked: { id: string }[] = await tx.query(LOCK, parameters);
    if (locked.length === 0) return total;
    const ids = locked.map((row) => row.id);
    const rows: { id: string; contact_id: string }[] = await tx.query(STILL_UNSENT, [...parameters, ids]);
    total += rows.length;
    await tx.query(
      `INSERT INTO first_sync_left_out (organization_id, connection_id, contact_id)
       SELECT $1, $2, contact_id FROM unnest($3::uuid[]) AS c(contact_id) ORDER BY contact_id ON CONFLICT DO NOTHING`,
      [organizationId, connectionId, rows.map((row) => row.contact_id)],
    );
    const laneIds = rows.map((row) => row.id);
    await settleCancelled(tx, connectionId, laneIds, 'first_sync_stopped');
  }
}
