import type { EntityManager } from 'typeorm';

import type { BodyTemplate } from '../sending/body-template.js';
import type { EndpointEnvironment, EndpointState } from './endpoint.js';
import type { Addressee } from './endpoint-courier.js';
import type { EndpointSecrets } from './endpoint-secrets.js';

interface StoredRow {
  readonly id: string;
  readonly url: string;
  readonly environment: EndpointEnvironment;
  readonly state: EndpointState;
  readonly header_names: readonly string[];
  readonly sealed_headers: string | null;
  readonly template: BodyTemplate | null;
  readonly rests_for_ms: string;
  readonly rested: boolean;
  readonly failing: boolean;
  readonly praised: boolean;
  readonly deleted: boolean;
  readonly secrets: readonly string[];
}

const OPEN = `
  SELECT e.id, e.url, e.environment, e.state, e.header_names, e.sealed_headers, e.template,
         greatest(0, coalesce(extract(epoch FROM e.rests_until - clock_timestamp()) * 1000, 0)) AS rests_for_ms,
         e.rests_until IS NOT NULL AS rested, e.failing_since IS NOT NULL AS failing,
         coalesce(e.last_success_at > now() - interval '1 minute', false) AS praised, e.deleted_at IS NOT NULL AS deleted,
         array(SELECT x.sealed FROM webhook_secret x
                WHERE x.organization_id = $1 AND x.endpoint_id = e.id AND (x.expires_at IS NULL OR x.expires_at > now())
                ORDER BY x.created_at DESC) AS secrets
    FROM webhook_endpoint e WHERE e.organization_id = $1 AND e.id = $2`;

export interface StoredEndpoint {
  readonly addressee: Addressee;
  readonly state: EndpointState;
  readonly deleted: boolean;
  readonly restsForMs: number;
  /** It began to rest and has taken nothing since. */
  readonly rested: boolean;
  readonly failing: boolean;
  /** The last success on record is recent enough. */
  readonly praised: boolean;
}

/** Reads an endpoint and opens its secrets. */
export async function openAddressee(
  tx: EntityManager,
  secrets: EndpointSecrets,
  organizationId: string,
  endpointId: string,
): Promise<StoredEndpoint | undefined> {
  const [row]: StoredRow[] = await tx.query(OPEN, [organizationId, endpointId]);
  if (row === undefined) return undefined;
  const owner = { organizationId, endpointId };
  const { id, url, environment, template, state, deleted, rested, failing, praised } = row;
  return {
    addressee: {
      ...{ id, url, environment, template },
      headers: secrets.headers(owner, row.header_names, row.sealed_headers),
      secrets: secrets.signing(owner, row.secrets),
    },
    ...{ state, deleted, rested, failing, praised },
    restsForMs: Number(row.rests_for_ms),
  };
}
