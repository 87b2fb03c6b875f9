import type { EntityManager } from 'typeorm';

import { CONNECTION_COLUMNS } from '../connection-row.js';
import { COUNTED_LANES, type ConnectionViewRow } from '../connection-view.js';

/** Counts stop at a thousand: a connection with a million waiting contacts is as quick to show as an idle one. */
const VIEW = `SELECT ${CONNECTION_COLUMNS}, pace_blocked_until(c.account_key) AS rate_limited_until,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('family', s.family, 'share', s.share, 'since', s.slowed_at)), '[]')
       FROM pace_standing(c.account_key) s WHERE s.share < 1) AS slowed_down,
    least(${COUNTED_LANES},
      (SELECT count(*) FROM (SELECT FROM lane l WHERE l.connection_id = c.id AND l.drain_id IS NULL
         AND l.next_due_at < 'infinity' LIMIT ${COUNTED_LANES}) AS waiting)
      + (SELECT count(*) FROM (SELECT FROM drain d JOIN lane l ON l.drain_id = d.id
         WHERE d.connection_id = c.id LIMIT ${COUNTED_LANES}) AS in_hand))::integer AS pending,
    (SELECT count(*) FROM (SELECT FROM lane l WHERE l.connection_id = c.id AND l.drain_id IS NULL
       AND l.next_due_at = 'infinity' LIMIT ${COUNTED_LANES}) AS stuck)::integer AS held,
    (SELECT coalesce(jsonb_object_agg(code, contacts), '{}') FROM (
       SELECT last_code AS code, count(*) AS contacts
         FROM (SELECT l.last_code FROM lane l WHERE l.connection_id = c.id AND l.drain_id IS NULL
                ORDER BY l.next_due_at, l.id LIMIT ${COUNTED_LANES}) AS first_lanes
        WHERE last_code IS NOT NULL GROUP BY last_code) AS by_code) AS waiting_codes
  FROM connection c`;

export async function selectConnection(
  tx: EntityManager,
  organizationId: string,
  connectionId: string,
): Promise<ConnectionViewRow | undefined> {
  const rows: ConnectionViewRow[] = await tx.query(`${VIEW} WHERE c.organization_id = $1 AND c.id = $2`, [
    organizationId,
    connectionId,
  ]);
  return rows[0];
}

/** Newest first, after the given id. */
export async function selectConnections(
  tx: EntityManager,
  organizationId: string,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly ConnectionViewRow[]> {
  return tx.query(
    `${VIEW} WHERE c.organization_id = $1 AND ($2::uuid IS NULL OR c.id < $2) ORDER BY c.id DESC LIMIT $3`,
    [organizationId, page.after ?? null, page.limit],
  );
}
