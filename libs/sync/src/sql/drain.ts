import type { EntityManager } from 'typeorm';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

export async function openDrain(
  tx: EntityManager,
  target: Target,
  drain: { id: string; worker: string; leaseMs: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO drain (id, organization_id, connection_id, worker, expires_at)
     VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond')`,
    [drain.id, target.organizationId, target.connectionId, drain.worker, drain.leaseMs],
  );
}

/** False: the sweep took the drain for dead, and its lanes belong to somebody else now. */
export async function renewDrain(
  tx: EntityManager,
  organizationId: string,
  drain: { id: string; leaseMs: number },
): Promise<boolean> {
  const answer: [unknown[], number] = await tx.query(
    `UPDATE drain SET expires_at = clock_timestamp() + $3 * interval '1 millisecond'
      WHERE organization_id = $1 AND id = $2 AND NOT expired RETURNING id`,
    [organizationId, drain.id, drain.leaseMs],
  );
  return answer[1] === 1;
}

/**
 * True while the drain still holds its lanes, and keeps it so until the transaction ends: the sweep waits for this row
 * lock (a renewal does not). A drain that was swept must neither complete nor claim: nobody would look after lanes it takes now.
 */
export async function holdDrain(
  tx: EntityManager,
  organizationId: string,
  drainId: string,
): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `SELECT 1 FROM drain WHERE organization_id = $1 AND id = $2 AND NOT expired FOR KEY SHARE`,
    [organizationId, drainId],
  );
  return rows.length === 1;
}

/** Ends a drain that holds no lane any more. */
export async function closeDrain(tx: EntityManager, organizationId: string, drainId: string): Promise<void> {
  await tx.query(
    `DELETE FROM drain d WHERE d.organization_id = $1 AND d.id = $2
       AND NOT EXISTS (SELECT FROM lane l WHERE l.drain_id = d.id)`,
    [organizationId, drainId],
  );
}

/** Milliseconds until the next lane of the connection is due; undefined when nothing waits for a time. */
export async function nextDueInMs(tx: EntityManager, target: Target): Promise<number | undefined> {
  const rows: { in_ms: string | null }[] = await tx.query(
    `SELECT extract(epoch FROM next_due_at - clock_timestamp()) * 1000 AS in_ms FROM lane
      WHERE organization_id = $1 AND connection_id = $2 AND drain_id IS NULL AND next_due_at < 'infinity'
      ORDER BY next_due_at LIMIT 1`,
    [target.organizationId, target.connectionId],
  );
  const value = rows[0]?.in_ms;
  return value === undefined || value === null ? undefined : Number(value);
}

/** Whether any lane of the connection is left, due or not, in hand or not. */
export async function hasLanes(tx: EntityManager, target: Target): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `SELECT 1 FROM lane WHERE organization_id = $1 AND connection_id = $2 LIMIT 1`,
    [target.organizationId, target.connectionId],
  );
  return rows.length > 0;
}
