import type { EntityManager } from 'typeorm';

/**
 * One at a time per organisation, until the transaction ends: without it two owners could demote each other in the same
 * moment, and none would be left.
 */
export async function lockMembers(tx: EntityManager, organizationId: string): Promise<void> {
  await tx.query('SELECT 1 FROM organization WHERE id = $1 FOR NO KEY UPDATE', [organizationId]);
}
