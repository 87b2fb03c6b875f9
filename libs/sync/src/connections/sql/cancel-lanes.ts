import type { ErrorCode } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

/**
 * Settles what waits in up to `most` free lanes of a target as `cancelled`, and removes the lanes.
 * Lanes in the hand of a drain are left: the sweep frees them once the drain has expired.
 *
 * Two statements on purpose. Whoever adds a delivery holds the lane's row lock, so only a statement that starts after
 * these locks were taken sees all of a lane's deliveries; otherwise one could be left without a lane.
 *
 * @returns how many lanes went; fewer than `most` means that no free lane was left.
 */
export async function cancelLanes(
  tx: EntityManager,
  connectionId: string,
  most: number,
  code: ErrorCode = 'connection_closed',
): Promise<number> {
  const locked: { id: string }[] = await tx.query(
    // Producers lock lanes by connection and contact; the same order keeps the two from waiting for each other.
    `SELECT l.id FROM lane l WHERE l.organization_id = current_organization() AND l.connection_id = $1
       AND l.drain_id IS NULL ORDER BY l.contact_id LIMIT $2 FOR UPDATE`,
    [connectionId, most],
  );
  if (locked.length > 0) {
    await settleCancelled(
      tx,
      connectionId,
      locked.map((lane) => lane.id),
      code,
    );
  }
  return locked.length;
}

/** Settles everything in these lanes as `cancelled` and removes them. The caller's earlier statement locked them. */
export async function settleCancelled(
  tx: EntityManager,
  connectionId: string,
  laneIds: readonly string[],
  code: ErrorCode,
): Promise<void> {
  await tx.query(
    `WITH gone AS (
       DELETE FROM lane l WHERE l.id = ANY($2::bigint[]) AND l.connection_id = $1 RETURNING l.id, l.tail_seq, l.attempts
     ), cancelled AS (
       DELETE FROM delivery d USING gone g WHERE d.lane_id = g.id RETURNING d.*, g.attempts AS lane_attempts
     ), kept AS (
       INSERT INTO history (settled_at, id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause,
           event_id, event_name, dedupe_id, occurred_at, payload, state, code, attempts, created_at)
         SELECT now(), id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause, event_id,
           event_name, dedupe_id, occurred_at, payload, 'cancelled', $3::text,
           -- The lane counts the attempts at what stands first.
           CASE WHEN row_number() OVER (PARTITION BY lane_id ORDER BY lane_seq) = 1 THEN lane_attempts ELSE 0 END,
           created_at
         FROM cancelled
     )
     INSERT INTO delivery_total AS t (organization_id, connection_id, day, kind, state, deliveries)
       SELECT current_organization(), $1::uuid, (now() AT TIME ZONE 'UTC')::date, kind, 'cancelled', count(*)
         FROM cancelled GROUP BY kind
       UNION ALL
       SELECT current_organization(), $1::uuid, (now() AT TIME ZONE 'UTC')::date, 'any', 'created', sum(tail_seq)
         FROM gone
       ORDER BY 4, 5
       ON CONFLICT (connection_id, day, kind, state) DO UPDATE SET deliveries = t.deliveries + excluded.deliveries`,
    [connectionId, laneIds, code],
  );
}
