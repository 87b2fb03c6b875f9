import type { EntityManager } from 'typeorm';

/** Disabled, its credentials gone for good, no look at the vendor owed any more. The caller holds the row's lock. */
export async function closeConnection(
  tx: EntityManager,
  connectionId: string,
  why: { readonly code: string; readonly detail: string } | undefined,
): Promise<void> {
  await tx.query(
    `UPDATE connection c SET state = 'disabled', state_code = $2, state_detail = $3, state_since = clock_timestamp(),
         credentials = NULL, public_credentials = '{}', present_credentials = '{}', updated_at = clock_timestamp()
       WHERE c.organization_id = current_organization() AND c.id = $1`,
    [connectionId, why?.code ?? null, why?.detail ?? null],
  );
  await tx.query(
    `DELETE FROM follow_up WHERE organization_id = current_organization() AND connection_id = $1`,
    [connectionId],
  );
}
