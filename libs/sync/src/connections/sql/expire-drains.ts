import type { EntityManager } from 'typeorm';

/**
 * Fences every running drain of the connection off: completion locks its drain row, finds the mark and completes
 * nothing. The sweep then frees the lanes they hold.
 */
export async function expireDrains(tx: EntityManager, connectionId: string): Promise<void> {
  await tx.query(
    `UPDATE drain d SET expired = true WHERE d.id IN (
       SELECT x.id FROM drain x WHERE x.organization_id = current_organization() AND x.connection_id = $1
         AND NOT x.expired ORDER BY x.id FOR UPDATE)`,
    [connectionId],
  );
}
