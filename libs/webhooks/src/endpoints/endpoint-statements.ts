import type { EntityManager } from 'typeorm';

import type { Endpoint } from './endpoint.js';

const COLUMNS = `e.id, e.url, e.description, e.environment, e.event_types AS "eventTypes", e.state,
  e.state_code AS "stateCode", e.state_detail AS "stateDetail", e.state_since AS "stateSince",
  e.header_names AS "headerNames", e.template, e.failing_since AS "failingSince", e.failures,
  CASE WHEN e.rests_until > now() THEN e.rests_until END AS "restsUntil", e.last_success_at AS "lastSuccessAt",
  e.last_failure_at AS "lastFailureAt", e.last_failure_code AS "lastFailureCode", e.created_at AS "createdAt",
  e.updated_at AS "updatedAt",
  (SELECT max(x.expires_at) FROM webhook_secret x
    WHERE x.organization_id = e.organization_id AND x.endpoint_id = e.id AND x.expires_at > now()) AS "oldSecretExpiresAt"`;

/** Newest first; one more than `limit`, which tells whether there is more. */
export function listEndpoints(
  tx: EntityManager,
  organizationId: string,
  page: { readonly limit: number; readonly after?: string },
): Promise<readonly Endpoint[]> {
  return tx.query(
    `SELECT ${COLUMNS} FROM webhook_endpoint e
      WHERE e.organization_id = $1 AND e.deleted_at IS NULL AND ($2::uuid IS NULL OR e.id < $2)
      ORDER BY e.id DESC LIMIT $3`,
    [organizationId, page.after ?? null, page.limit + 1],
  );
}

export async function findEndpoint(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<Endpoint | undefined> {
  const rows: Endpoint[] = await tx.query(
    `SELECT ${COLUMNS} FROM webhook_endpoint e
      WHERE e.organization_id = $1 AND e.id = $2 AND e.deleted_at IS NULL`,
    [organizationId, id],
  );
  return rows[0];
}

export interface LockedEndpoint {
  readonly url: string;
  readonly state: Endpoint['state'];
  readonly sealedHeaders: string | null;
  readonly headerNames: readonly string[];
}

/** Two changes of one endpoint go one after the other. */
export async function lockEndpoint(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<LockedEndpoint | undefined> {
  const rows: LockedEndpoint[] = await tx.query(
    `SELECT url, state, sealed_headers AS "sealedHeaders", header_names AS "headerNames" FROM webhook_endpoint
      WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL FOR NO KEY UPDATE`,
    [organizationId, id],
  );
  return rows[0];
}
