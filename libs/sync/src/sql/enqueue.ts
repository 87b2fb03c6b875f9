import type { EntityManager } from 'typeorm';

import { dedupeId } from '../core/dedupe-id.js';
import type { OutboxItem } from '../ports.js';

/** Items per statement: large enough to be cheap, small enough to keep a statement's memory modest. */
const CHUNK = 5_000;

/**
 * What a new delivery does to a lane that waits: a held lane is released by a contact delivery only; a lane in back-off
 * keeps its time, because a vendor that is down is down for the new delivery too. Giving up is counted anew from a new
 * contact delivery on: what it says is minutes old, however long its forerunner failed.
 */
export const JOIN_LANE = `
    ON CONFLICT (connection_id, contact_id) DO UPDATE SET
      tail_seq = l.tail_seq + excluded.tail_seq,
      contact_pending = l.contact_pending OR excluded.contact_pending,
      held_code = CASE WHEN excluded.contact_pending THEN NULL ELSE l.held_code END,
      first_failed_at = CASE WHEN excluded.contact_pending THEN NULL ELSE l.first_failed_at END,
      next_due_at = CASE
        WHEN l.held_code IS NOT NULL AND excluded.contact_pending THEN now()
        WHEN l.held_code IS NOT NULL OR l.attempts > 0 THEN l.next_due_at
        ELSE least(l.next_due_at, now()) END`;

/**
 * Upserts the lanes and numbers the deliveries under their row locks, in one statement. Lanes are locked in the order
 * (connection, contact), as everywhere, so that two producers can't deadlock.
 */
const ENQUEUE = `
  WITH item AS (
    SELECT i.*, c.organization_id
      FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::timestamptz[], $10::text[])
        WITH ORDINALITY AS i(connection_id, contact_id, kind, cause, event_id, event_name, dedupe_id, occurred_at, payload, place)
      JOIN connection c ON c.id = i.connection_id AND c.organization_id = $1 AND c.state <> 'disabled'
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
           new_id(), $1, i.connection_id, i.contact_id, i.kind, i.cause,
           i.event_id, i.event_name, i.dedupe_id, i.occurred_at, i.payload
      FROM item i
      JOIN target t USING (connection_id, contact_id)
      JOIN upserted u USING (connection_id, contact_id)
     ORDER BY i.place
  )
  SELECT DISTINCT connection_id FROM upserted`;

/** The same for a single delivery, which most changes bring: two thirds of the work, without grouping and numbering. */
const ENQUEUE_ONE = `
  WITH upserted AS (
    INSERT INTO lane AS l (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
    SELECT $1, c.id, $3, now(), 1, $4 <> 'event'
      FROM connection c WHERE c.id = $2 AND c.organization_id = $1 AND c.state <> 'disabled'
    ${JOIN_LANE}
    RETURNING l.id, l.tail_seq
  )
  INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause,
                        event_id, event_name, dedupe_id, occurred_at, payload)
  SELECT u.id, u.tail_seq, new_id(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM upserted u
  RETURNING connection_id`;

/** @returns ids of the connections that now have work. */
export async function enqueue(
  tx: EntityManager,
  organizationId: string,
  items: readonly OutboxItem[],
): Promise<readonly string[]> {
  const connections = new Set<string>();
  for (let start = 0; start < items.length; start += CHUNK) {
    const columns = columnsOf(items.slice(start, start + CHUNK));
    const rows: { connection_id: string }[] =
      items.length === 1
        ? await tx.query(ENQUEUE_ONE, [organizationId, ...columns.flat()])
        : await tx.query(ENQUEUE, [organizationId, ...columns]);
    for (const row of rows) connections.add(row.connection_id);
  }
  return [...connections];
}

/** Connection, contact, kind, cause, event's id, name, dedupe id, time and data; each for every item. */
function columnsOf(items: readonly OutboxItem[]): unknown[][] {
  const events = items.map((item) => (item.kind === 'event' ? item.event : undefined));
  return [
    items.map((item) => item.connectionId),
    items.map((item) => item.contactId),
    items.map((item) => item.kind),
    items.map((item) => item.cause),
    events.map((event) => event?.id ?? null),
    events.map((event) => event?.name ?? null),
    items.map((item) =>
      item.kind === 'event' ? dedupeId(item.connectionId, item.event.id, item.event.occurredAt) : null,
    ),
    events.map((event) => event?.occurredAt ?? null),
    events.map((event) => (event === undefined ? null : JSON.stringify(event.data))),
  ];
}
