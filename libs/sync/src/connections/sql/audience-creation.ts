import type { EntityManager } from 'typeorm';

interface Creation {
  readonly connectionId: string;
  readonly requestId: string;
}

/** A request that was cut off may reach the vendor until its time-out is over. */
const STILL_LANDING = '15 seconds';
/** As long as an idempotency key is remembered. */
const REMEMBERED = '24 hours';

export type NotedCreation =
  | { readonly kind: 'first' }
  /** Sent before; these ids had the name then. */
  | { readonly kind: 'repeated'; readonly idsBefore: readonly string[] }
  /** Sent a moment ago, perhaps by another process. */
  | { readonly kind: 'under_way' };

/** Notes that an audience is about to be created. Only one sending at a time gets past this. */
export async function noteCreation(
  tx: EntityManager,
  { connectionId, requestId }: Creation,
  idsBefore: readonly string[],
): Promise<NotedCreation> {
  await tx.query(
    `DELETE FROM audience_creation WHERE organization_id = current_organization() AND connection_id = $1
        AND attempted_at < now() - interval '${REMEMBERED}'`,
    [connectionId],
  );
  const rows: { first: boolean; ids_before: string[] }[] = await tx.query(
    `INSERT INTO audience_creation AS c (organization_id, connection_id, request_id, ids_before)
     VALUES (current_organization(), $1, $2, $3)
     ON CONFLICT (connection_id, request_id) DO UPDATE SET attempted_at = now(), attempts = c.attempts + 1
       WHERE c.attempted_at < now() - interval '${STILL_LANDING}'
     RETURNING attempts = 1 AS first, ids_before`,
    [connectionId, requestId, idsBefore],
  );
  const [row] = rows;
  if (row === undefined) return { kind: 'under_way' };
  return row.first ? { kind: 'first' } : { kind: 'repeated', idsBefore: row.ids_before };
}

export async function forgetCreation(
  tx: EntityManager,
  { connectionId, requestId }: Creation,
): Promise<void> {
  await tx.query(
    `DELETE FROM audience_creation
      WHERE organization_id = current_organization() AND connection_id = $1 AND request_id = $2`,
    [connectionId, requestId],
  );
}
