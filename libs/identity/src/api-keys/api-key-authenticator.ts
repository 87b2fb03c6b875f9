import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { problem } from '@rekomi/http';

import type { Tenant } from '../access/tenant.js';
import { LastSeen } from '../sessions/last-seen.js';
import { hashApiKey, parseApiKey } from './api-key-text.js';
import type { ApiKey } from './api-key.js';

interface StoredKey extends Pick<ApiKey, 'name' | 'environment' | 'scope'> {
  readonly expired: boolean;
  readonly revoked: boolean;
}

/** Finds out who a request comes from. */
@Injectable()
export class ApiKeyAuthenticator implements OnModuleDestroy {
  readonly #lastSeen = new LastSeen();

  constructor(private readonly tenancy: Tenancy) {}

  /**
   * @param authorization the header.
   * @throws ProblemException `api_key_missing`, `api_key_malformed` (both without asking the database),
   *   `api_key_unknown`, `api_key_revoked`, `api_key_expired`
   */
  async authenticate(authorization: string | undefined): Promise<Tenant> {
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorised('api_key_missing');
    if (parseApiKey(token) === undefined) throw unauthorised('api_key_malformed');
    const found = await this.tenancy.lookup<{ organization_id: string; api_key_id: string }>(
      'SELECT organization_id, api_key_id FROM find_api_key($1)',
      [hashApiKey(token)],
    );
    const ids = found[0];
    if (ids === undefined) throw unauthorised('api_key_unknown');
    const tenant = await this.#read(ids.organization_id, ids.api_key_id);
    this.#touch(tenant);
    return tenant;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#lastSeen.settle();
  }

  async #read(organizationId: string, apiKeyId: string): Promise<Tenant> {
    const rows = await this.tenancy.run(organizationId, (tx) =>
      tx.query<StoredKey[]>(
        `SELECT name, environment, scope, coalesce(expires_at <= now(), false) AS expired, revoked_at IS NOT NULL AS revoked
         FROM api_key WHERE id = $1`,
        [apiKeyId],
      ),
    );
    const key = rows[0];
    if (key === undefined) throw unauthorised('api_key_unknown');
    if (key.revoked) throw unauthorised('api_key_revoked');
    if (key.expired) throw unauthorised('api_key_expired');
    const { name, environment, scope } = key;
    return {
      organizationId,
      callerId: apiKeyId,
      actor: { kind: 'api_key', id: apiKeyId, label: name, environment, scope },
    };
  }

  #touch({ organizationId, callerId }: Tenant): void {
    this.#lastSeen.mark(callerId, () =>
      this.tenancy.run(organizationId, (tx) =>
        tx.query(
          `UPDATE api_key SET last_used_at = now()
           WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
          [callerId],
        ),
      ),
    );
  }
}

function unauthorised(
  code: 'api_key_missing' | 'api_key_malformed' | 'api_key_unknown' | 'api_key_revoked' | 'api_key_expired',
): Error {
  const challenge =
    code === 'api_key_missing' ? 'Bearer realm="rekomi"' : 'Bearer realm="rekomi", error="invalid_token"';
  return problem(code, { headers: { 'www-authenticate': challenge } });
}
