import type { Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';

export interface ClaimedCheck {
  readonly organizationId: string;
  readonly connectionId: string;
}

/**
 * Connections whose time to be verified again has come. For the length of the lease nobody else gets them.
 *
 * @param most how many at a time.
 */
export async function claimChecks(
  tenancy: Tenancy,
  most: number,
  leaseSeconds: number,
): Promise<readonly ClaimedCheck[]> {
  const rows = await tenancy.lookup<{ organization_id: string; connection_id: string }>(
    `SELECT organization_id, connection_id FROM claim_connection_checks($1, make_interval(secs => $2))`,
    [most, leaseSeconds],
  );
  return rows.map((row) => ({ organizationId: row.organization_id, connectionId: row.connection_id }));
}

export async function scheduleCheck(
  tx: EntityManager,
  connectionId: string,
  next: { readonly inMs: number; readonly tries: number; readonly heals: number },
): Promise<void> {
  await tx.query(
    `UPDATE connection SET check_at = clock_timestamp() + $2 * interval '1 millisecond', check_tries = $3, heals = $4
      WHERE organization_id = current_organization() AND id = $1`,
    [connectionId, next.inMs, next.tries, next.heals],
  );
}

/** Verified again as soon as somebody comes to it, at the latest in so many milliseconds. */
export async function hurryCheck(tx: EntityManager, connectionId: string, inMs: number): Promise<void> {
  await tx.query(
    `UPDATE connection SET check_at = least(check_at, clock_timestamp() + $2 * interval '1 millisecond')
      WHERE organization_id = current_organization() AND id = $1`,
    [connectionId, inMs],
  );
}

/** What the vendor calls the connection's audience now. Nothing that is written changes by it. */
export async function renameAudience(tx: EntityManager, connectionId: string, name: string): Promise<void> {
  await tx.query(
    `UPDATE connection SET default_audience_name = $2, updated_at = clock_timestamp()
      WHERE organization_id = current_organization() AND id = $1`,
    [connectionId, name],
  );
}
