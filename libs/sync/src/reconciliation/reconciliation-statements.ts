import type { EntityManager } from 'typeorm';

interface Key {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** Draws people whom the ledger knows at the vendor, by chance, and notes them. One statement, hence one moment. */
export async function insertReconciliation(
  tx: EntityManager,
  { organizationId, connectionId }: Key,
  wanted: { readonly id: string; readonly sampleSize: number | null; readonly createdBy: string },
): Promise<void> {
  await tx.query(
    `WITH known AS MATERIALIZED (
       SELECT contact_id FROM ledger WHERE organization_id = $1 AND connection_id = $2 AND written IS NOT NULL
     ), drawn AS MATERIALIZED (
       SELECT contact_id FROM known ORDER BY random() LIMIT $4::integer
     ), made AS (
       INSERT INTO reconciliation (id, organization_id, connection_id, sample_size, population, sampled, created_by)
       SELECT $3, $1, $2, $4::integer, (SELECT count(*) FROM known), (SELECT count(*) FROM drawn), $5
       RETURNING id
     )
     INSERT INTO reconciliation_contact (organization_id, reconciliation_id, connection_id, contact_id)
     SELECT $1, made.id, $2, drawn.contact_id FROM made CROSS JOIN drawn`,
    [organizationId, connectionId, wanted.id, wanted.sampleSize, wanted.createdBy],
  );
}

export async function hasRunning(tx: EntityManager, { organizationId, connectionId }: Key): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `SELECT 1 FROM reconciliation WHERE organization_id = $1 AND connection_id = $2 AND state = 'running'`,
    [organizationId, connectionId],
  );
  return rows.length > 0;
}

/** What was seen stays; nobody else is looked at. @returns false when it does not run. */
export async function stopReconciliation(
  tx: EntityManager,
  { organizationId, connectionId }: Key,
  id: string,
): Promise<boolean> {
  const [rows]: [unknown[], number] = await tx.query(
    `UPDATE reconciliation SET state = 'cancelled', ended_at = clock_timestamp()
      WHERE organization_id = $1 AND connection_id = $2 AND id = $3 AND state = 'running' RETURNING id`,
    [organizationId, connectionId, id],
  );
  if (rows.length === 0) return false;
  await tx.query(
    `DELETE FROM reconciliation_contact WHERE organization_id = $1 AND reconciliation_id = $2 AND outcome = 'waiting'`,
    [organizationId, id],
  );
  return true;
}
