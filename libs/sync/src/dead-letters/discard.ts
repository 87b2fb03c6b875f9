import type { ErrorCode } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

export interface Discarding {
  readonly organizationId: string;
  readonly deliveryIds: readonly string[];
  readonly note: string;
  readonly by: string;
}

const DISCARDED: ErrorCode = 'discarded_by_hand';

const SETTLED = `
  UPDATE dead_letter SET discarded_at = now(), discarded_by = $3, note = $4
   WHERE organization_id = $1 AND delivery_id = ANY ($2::uuid[]) AND discarded_at IS NULL
  RETURNING delivery_id`;

/** In the order in which producers lock lanes. */
const LOCK_HEADS = `
  SELECT l.id FROM lane l
    JOIN connection c ON c.id = l.connection_id AND c.organization_id = $1
   WHERE l.organization_id = $1 AND l.held_code IS NOT NULL AND l.drain_id IS NULL
     AND l.id IN (SELECT d.lane_id FROM delivery d WHERE d.organization_id = $1 AND d.id = ANY ($2::uuid[]))
   ORDER BY l.connection_id, l.contact_id FOR UPDATE OF l`;

/**
 * A statement of its own: its snapshot is younger than the lanes' locks, so it sees all that they hold. Only what stands
 * first is discarded; what waits behind it goes on waiting, and a lane in which nothing is left goes.
 */
const DISCARD_HEADS = `
  WITH head AS (
    SELECT DISTINCT ON (d.lane_id) d.lane_id, d.lane_seq, d.id FROM delivery d
     WHERE d.lane_id = ANY ($3::bigint[]) AND d.organization_id = $1 ORDER BY d.lane_id, d.lane_seq
  ), gone AS (
    DELETE FROM delivery d USING head h
     WHERE d.lane_id = h.lane_id AND d.lane_seq = h.lane_seq AND h.id = ANY ($2::uuid[]) RETURNING d.*
  ), kept AS (
    INSERT INTO history (settled_at, id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause,
                         event_id, event_name, dedupe_id, occurred_at, payload, state, code, detail, attempts, created_at)
    SELECT now(), id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause, event_id, event_name,
           dedupe_id, occurred_at, payload, 'discarded', '${DISCARDED}', $5, 0, created_at
      FROM gone
  ), noted AS (
    INSERT INTO dead_letter AS l (organization_id, connection_id, contact_id, subject_id, delivery_id, settled_at,
                                  discarded_at, discarded_by, note)
    SELECT $1, connection_id, contact_id, coalesce(event_id, contact_id), id, now(), now(), $4, $5 FROM gone
    ON CONFLICT (connection_id, contact_id, subject_id) DO UPDATE SET
      delivery_id = excluded.delivery_id, settled_at = excluded.settled_at, discarded_at = excluded.discarded_at,
      discarded_by = excluded.discarded_by, note = excluded.note
  ), left_behind AS (
    SELECT d.lane_id FROM delivery d
     WHERE d.lane_id = ANY ($3::bigint[]) AND d.organization_id = $1
       AND NOT EXISTS (SELECT FROM gone g WHERE g.lane_id = d.lane_id AND g.lane_seq = d.lane_seq)
  ), closed AS (
    DELETE FROM lane l WHERE l.id = ANY ($3::bigint[]) AND l.organization_id = $1 AND l.rewrite_after IS NULL
       AND l.id NOT IN (SELECT lane_id FROM left_behind) RETURNING l.connection_id, l.tail_seq
  ), counted AS (
    INSERT INTO delivery_total AS t (organization_id, connection_id, day, kind, state, deliveries)
    SELECT $1, x.connection_id, (now() AT TIME ZONE 'UTC')::date, x.kind, x.state, sum(x.number)
      FROM (SELECT connection_id, kind, 'discarded' AS state, 1 AS number FROM gone
            UNION ALL
            SELECT connection_id, 'any', 'created', tail_seq FROM closed) x
     GROUP BY x.connection_id, x.kind, x.state ORDER BY 2, 4, 5
    ON CONFLICT (connection_id, day, kind, state) DO UPDATE SET deliveries = t.deliveries + excluded.deliveries
  )
  SELECT id FROM gone`;

/** @returns ids of those that are discarded now; what is no dead letter, or was discarded before, is left as it is. */
export async function discardDeadLetters(
  tx: EntityManager,
  wanted: Discarding,
): Promise<ReadonlySet<string>> {
  const { organizationId, deliveryIds, note, by } = wanted;
  const [settled] = await tx.query<[{ delivery_id: string }[], number]>(SETTLED, [
    organizationId,
    deliveryIds,
    by,
    note,
  ]);
  const lanes: { id: string }[] = await tx.query(LOCK_HEADS, [organizationId, deliveryIds]);
  const heads: { id: string }[] =
    lanes.length === 0
      ? []
      : await tx.query(DISCARD_HEADS, [organizationId, deliveryIds, lanes.map(({ id }) => id), by, note]);
  return new Set([...settled.map((row) => row.delivery_id), ...heads.map(({ id }) => id)]);
}
