import type { EntityManager } from 'typeorm';

import { REPLAY_CAUSE, REWRITE_CAUSE } from '../core/replayed-contact.js';
import { enqueueFound } from '../outbox/enqueue-found.js';

/** Why an item of a replay was passed over. */
export const PASSED_OVER = ['connection_closed', 'on_its_way', 'forgotten'] as const;
export type PassedOver = (typeof PASSED_OVER)[number];

interface Chunk {
  readonly organizationId: string;
  readonly replayId: string;
  /** Places behind this one. */
  readonly after: number;
  readonly size: number;
}

const PART = `i.organization_id = $1 AND i.replay_id = $2 AND i.place > $3 AND i.place <= $3::integer + $4::integer`;

/** Nobody disconnects them before the end of the transaction, so what is taken on really has a lane to go to. */
const HOLD_CONNECTIONS = `
  SELECT c.id FROM connection c
   WHERE c.organization_id = $1 AND c.id IN (SELECT i.connection_id FROM replay_item i WHERE ${PART})
   ORDER BY c.id FOR SHARE`;

/**
 * Gives each item the id of its delivery, or the reason why it gets none. What is on its way already would only be sent
 * twice; of what history has dropped, the contents are gone.
 */
const DECIDE = `
  WITH part AS MATERIALIZED (
    SELECT i.* FROM replay_item i WHERE ${PART}
  ), open_lane AS MATERIALIZED (
    SELECT l.id, l.connection_id, l.contact_id, l.contact_pending AND l.held_code IS NULL AS brings_contact
      FROM (SELECT DISTINCT connection_id, contact_id FROM part) p
     CROSS JOIN LATERAL (SELECT * FROM lane WHERE connection_id = p.connection_id AND contact_id = p.contact_id
                            AND organization_id = $1 OFFSET 0) l
  ), open_event AS MATERIALIZED (
    SELECT DISTINCT d.connection_id, d.event_id
      FROM open_lane l
     CROSS JOIN LATERAL (SELECT connection_id, event_id FROM delivery
                          WHERE lane_id = l.id AND organization_id = $1 AND kind = 'event' OFFSET 0) d
  ), decided AS (
    SELECT p.place,
           CASE WHEN c.state IN ('disabled', 'disconnecting') THEN 'connection_closed'
                WHEN p.kind = 'contact' AND coalesce(l.brings_contact, false) THEN 'on_its_way'
                WHEN o.event_id IS NOT NULL THEN 'on_its_way'
                WHEN p.kind = 'event' AND h.id IS NULL THEN 'forgotten' END AS skipped
      FROM part p
      JOIN connection c ON c.organization_id = $1 AND c.id = p.connection_id
      LEFT JOIN open_lane l ON l.connection_id = p.connection_id AND l.contact_id = p.contact_id
      LEFT JOIN open_event o ON o.connection_id = p.connection_id AND o.event_id = p.event_id
      LEFT JOIN LATERAL (SELECT id FROM history WHERE p.kind = 'event' AND settled_at = p.source_settled_at
                            AND id = p.source_id AND organization_id = $1 OFFSET 0) h ON true
  )
  UPDATE replay_item i SET skipped = d.skipped, delivery_id = CASE WHEN d.skipped IS NULL THEN new_id() END
    -- The part once more: how many rows a list that was written just now has, statistics do not know.
    FROM decided d WHERE ${PART} AND i.place = d.place`;

/** Events as history keeps them, with the ids by which the vendor knows them. */
const FOUND = `
  SELECT i.connection_id, i.contact_id, i.kind, CASE WHEN i.kind = 'event' THEN '${REPLAY_CAUSE}' ELSE $5 END AS cause,
         i.event_id, h.event_name, h.occurred_at, h.payload, i.place::bigint AS place, i.delivery_id, h.dedupe_id
    FROM replay_item i
    LEFT JOIN LATERAL (SELECT event_name, occurred_at, payload, dedupe_id FROM history
                        WHERE i.kind = 'event' AND settled_at = i.source_settled_at AND id = i.source_id
                          AND organization_id = $1 OFFSET 0) h ON true
   WHERE ${PART} AND i.delivery_id IS NOT NULL`;

/** What is brought again is no dead letter any more: if it fails again, it becomes one again. */
const NO_LONGER_DEAD = `
  DELETE FROM dead_letter l USING replay_item i
   WHERE ${PART} AND i.delivery_id IS NOT NULL AND l.organization_id = $1 AND l.connection_id = i.connection_id
     AND l.contact_id = i.contact_id AND l.subject_id = coalesce(i.event_id, i.contact_id)`;

/** Brings the items behind `after` on their way. @returns how many there were, and the connections that have work. */
export async function bringChunk(
  tx: EntityManager,
  { organizationId, replayId, after, size }: Chunk,
  { rewrite }: { readonly rewrite: boolean },
): Promise<{ readonly items: number; readonly connectionIds: readonly string[] }> {
  const part = [organizationId, replayId, after, size];
  await tx.query(HOLD_CONNECTIONS, part);
  const [, items] = await tx.query<[unknown[], number]>(DECIDE, part);
  if (items === 0) return { items, connectionIds: [] };
  const parameters = [...part, rewrite ? REWRITE_CAUSE : REPLAY_CAUSE];
  const connectionIds = await enqueueFound(tx, organizationId, { sql: FOUND, parameters }, 'given');
  await tx.query(NO_LONGER_DEAD, part);
  return { items, connectionIds };
}
