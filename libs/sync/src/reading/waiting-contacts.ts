import type { EntityManager } from 'typeorm';

import { COUNTED_LANES, type BoundedCount } from '../connections/connection-view.js';

/** How many contacts (or messages, of an endpoint) have work waiting, by the id of their target. */
export async function waitingContacts(
  tx: EntityManager,
  organizationId: string,
  targetIds: readonly string[],
): Promise<ReadonlyMap<string, BoundedCount>> {
  const rows: { id: string; waiting: number }[] = await tx.query(
    `SELECT t.id, (SELECT count(*)::integer FROM (
         SELECT FROM lane l WHERE l.organization_id = $1 AND l.connection_id = t.id LIMIT ${COUNTED_LANES}) AS few) AS waiting
       FROM unnest($2::uuid[]) AS t(id)`,
    [organizationId, targetIds],
  );
  return new Map(rows.map(({ id, waiting }) => [id, { count: waiting, atLeast: waiting >= COUNTED_LANES }]));
}
