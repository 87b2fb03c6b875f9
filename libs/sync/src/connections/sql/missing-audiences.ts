import type { EntityManager } from 'typeorm';

/** Codes by which a lane waits for the audience of a campaign. */
const WAITING_CODES = ['audience_missing', 'audience_rule_based'];

/** @returns whether one of them is new. The caller holds the row's lock. */
export async function addMissingAudiences(
  tx: EntityManager,
  connectionId: string,
  audiences: readonly string[],
): Promise<boolean> {
  const [rows]: [unknown[], number] = await tx.query(
    `UPDATE connection SET missing_audiences = ARRAY(SELECT DISTINCT unnest(missing_audiences || $2::text[]) ORDER BY 1)
      WHERE organization_id = current_organization() AND id = $1 AND NOT missing_audiences @> $2::text[] RETURNING id`,
    [connectionId, audiences],
  );
  return rows.length > 0;
}

/** No audience of a campaign is known to be missing any more; who waited for one is tried again, in order. */
export async function releaseForAudiences(tx: EntityManager, connectionId: string): Promise<void> {
  await tx.query(
    `UPDATE connection SET missing_audiences = '{}'
      WHERE organization_id = current_organization() AND id = $1 AND missing_audiences <> '{}'`,
    [connectionId],
  );
  await tx.query(
    `UPDATE lane l SET held_code = NULL, next_due_at = now() FROM (
       SELECT id FROM lane WHERE organization_id = current_organization() AND connection_id = $1 AND drain_id IS NULL
         AND held_code = ANY ($2::text[]) ORDER BY contact_id FOR UPDATE) AS waiting
     WHERE l.id = waiting.id`,
    [connectionId, WAITING_CODES],
  );
}

/** Whether anybody waits for the audience of a campaign. */
export async function anyoneWaitsForAudience(tx: EntityManager, connectionId: string): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `SELECT 1 FROM lane WHERE organization_id = current_organization() AND connection_id = $1
        AND (held_code = ANY ($2::text[]) OR drain_id IS NOT NULL) LIMIT 1`,
    [connectionId, WAITING_CODES],
  );
  return rows.length > 0;
}
