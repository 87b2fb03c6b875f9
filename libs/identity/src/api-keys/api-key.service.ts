import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { notFound } from '@rekomi/http';
import { v7 as newId } from 'uuid';

import { generateApiKey, hashApiKey } from './api-key-text.js';
import type { ApiKey, CreatedApiKey, NewApiKey } from './api-key.js';

const COLUMNS = `id, name, environment, scope, prefix, last_four AS "lastFour", created_at AS "createdAt",
  last_used_at AS "lastUsedAt", expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

@Injectable()
export class ApiKeyService {
  constructor(private readonly tenancy: Tenancy) {}

  async create(organizationId: string, wanted: NewApiKey): Promise<CreatedApiKey> {
    const { secret, prefix, lastFour } = generateApiKey(wanted.environment);
    const rows = await this.tenancy.run(organizationId, (tx) =>
      tx.query<ApiKey[]>(
        `INSERT INTO api_key (id, organization_id, name, environment, scope, prefix, last_four, secret_hash, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
        [
          newId(),
          organizationId,
          wanted.name,
          wanted.environment,
          wanted.scope,
          prefix,
          lastFour,
          hashApiKey(secret),
          wanted.expiresAt ?? null,
        ],
      ),
    );
    const [apiKey] = rows;
    if (apiKey === undefined) throw new Error('INSERT INTO api_key returned no row.');
    return { apiKey, secret };
  }

  /** All keys of the organisation, revoked ones too, oldest first. */
  list(organizationId: string): Promise<readonly ApiKey[]> {
    return this.tenancy.run(organizationId, (tx) =>
      tx.query<ApiKey[]>(`SELECT ${COLUMNS} FROM api_key ORDER BY id`),
    );
  }

  /**
   * From now on requests with this key are refused. Revoking twice keeps the first time.
   *
   * @throws ProblemException `not_found`
   */
  async revoke(organizationId: string, id: string): Promise<ApiKey> {
    const [rows] = await this.tenancy.run(organizationId, (tx) =>
      tx.query<[ApiKey[], number]>(
        `UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1 RETURNING ${COLUMNS}`,
        [id],
      ),
    );
    const [apiKey] = rows;
    if (apiKey === undefined) throw notFound('API key', id);
    return apiKey;
  }
}
