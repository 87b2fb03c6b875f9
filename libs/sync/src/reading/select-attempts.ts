import type { EntityManager } from 'typeorm';

import { ATTEMPT_COLUMNS, attemptView, type AttemptRow, type AttemptView } from './attempt-view.js';

/** Attempts at these deliveries, newest first, by delivery. */
export async function selectAttempts(
  tx: EntityManager,
  organizationId: string,
  deliveryIds: readonly string[],
): Promise<ReadonlyMap<string, readonly AttemptView[]>> {
  const rows: AttemptRow[] = await tx.query(
    `SELECT ${ATTEMPT_COLUMNS} FROM attempt WHERE organization_id = $1 AND delivery_id = ANY($2::uuid[])
      ORDER BY at DESC, id DESC`,
    [organizationId, deliveryIds],
  );
  const byDelivery = new Map<string, AttemptView[]>();
  for (const row of rows) {
    const list = byDelivery.get(row.delivery_id);
    if (list === undefined) byDelivery.set(row.delivery_id, [attemptView(row)]);
    else list.push(attemptView(row));
  }
  return byDelivery;
}
