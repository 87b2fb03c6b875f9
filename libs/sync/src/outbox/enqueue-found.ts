import type { EntityManager } from 'typeorm';

import type { OutboxQuery } from '../ports.js';
import { JOIN_LANE } from '../sql/enqueue.js';

/**
 * What `enqueue` does with the items it is given, done with the rows of a query: the same lanes, locked in the same
 * order (connection, contact), numbered and released by the same rules. A test holds the two against each other.
 */
const enqueueFoundBy = (sql: string, ids: string): string => `
  WITH found AS (${sql}), item AS (
    SELECT f.*${ids}
      FROM found f
      JOIN connection c ON c.id = f.connection_id AND c.organization_id = $1 AND c.state <> 'disabled'
  ), target AS (
    SELECT connection_id, contact_id, count(*) AS items, bool_or(kind <> 'event') AS contact_pending
      FROM item GROUP BY connection_id, contact_id
  ), upserted AS (
    INSERT INTO lane AS l (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
    SELECT $1, connection_id, contact_id, now(), items, contact_pending
      FROM target ORDER BY connection_id, contact_id
    ${JOIN_LANE}
    RETURNING l.id, l.connection_id, l.contact_id, l.tail_seq
  ), added AS (
    INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause,
                          event_id, event_name, dedupe_id, occurred_at, payload)
    SELECT u.id,
           u.tail_seq - t.items + row_number() OVER (PARTITION BY i.connection_id, i.contact_id ORDER BY i.place),
           i.delivery_id, $1, i.connection_id, i.contact_id, i.kind, i.cause,
           i.event_id, i.event_name, i.dedupe_id, i.occurred_at, i.payload
      FROM item i
      JOIN target t USING (connection_id, contact_id)
      JOIN upserted u USING (connection_id, contact_id)
     ORDER BY i.place
  )
  SELECT array(SELECT DISTINCT connection_id FROM upserted)::text[] AS connections, set_config('enable_nestloop', 'on', true)`;

/** Of work that comes up for the first time. */
const FRESH_IDS = `, new_id() AS delivery_id,
           CASE WHEN f.kind = 'event' THEN event_dedupe_id(f.connection_id, f.event_id, f.occurred_at) END AS dedupe_id`;

/**
 * How many rows the query finds PostgreSQL cannot know, and guesses few; joined by nested loops, 5,000 people would take
 * minutes. The statement joins by hashing, and its last act is to allow them again.
 */
const WITHOUT_NESTED_LOOPS = `SELECT set_config('enable_nestloop', 'off', true)`;

/**
 * @param ids Absent: deliveries and events get their ids here. `given`: the query has two more columns, `delivery_id` and
 *   `dedupe_id`, as a replay does, whose events keep the ids by which the vendor knows them.
 * @returns ids of the connections that now have work.
 */
export async function enqueueFound(
  tx: EntityManager,
  organizationId: string,
  { sql, parameters }: OutboxQuery,
  ids?: 'given',
): Promise<readonly string[]> {
  if (parameters[0] !== organizationId)
    throw new Error('A query for the outbox begins with the organisation.');
  await tx.query(WITHOUT_NESTED_LOOPS);
  const rows: { connections: string[] }[] = await tx.query(
    enqueueFoundBy(sql, ids === 'given' ? '' : FRESH_IDS),
    [...parameters],
  );
  return rows[0]?.connections ?? [];
}
