import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { notFound, problem } from '@rekomi/http';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { generateApiKey, hashApiKey } from './api-key-text.js';
import type { ApiKey, ApiKeyChange, CreatedApiKey, NewApiKey } from './api-key.js';

const COLUMNS = `k.id, k.name, k.environment, k.scope, k.prefix, k.last_four AS "lastFour", k.created_at AS "createdAt",
  k.last_used_at AS "lastUsedAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt",
  (SELECT max(f.valid_until) FROM api_key_former_secret f
    WHERE f.api_key_id = k.id AND f.valid_until > now() AND k.revoked_at IS NULL) AS "formerSecretValidUntil"`;

/** Longest time, in hours, for which a rotated key's former secret goes on working. */
export const LONGEST_OVERLAP_HOURS = 7 * 24;
/** As long unless told: enough to bring the new secret everywhere within a working day. */
export const OVERLAP_HOURS = 24;

/** Keys with which programs act for an organisation. Methods with a `tx` work in the caller's transaction. */
@Injectable()
export class ApiKeyService {
  constructor(private readonly tenancy: Tenancy) {}

  create(organizationId: string, wanted: NewApiKey): Promise<CreatedApiKey> {
    return this.tenancy.run(organizationId, (tx) => this.createIn(tx, organizationId, wanted));
  }

  async createIn(tx: EntityManager, organizationId: string, wanted: NewApiKey): Promise<CreatedApiKey> {
    const { secret, prefix, lastFour } = generateApiKey(wanted.environment);
    const id = newId();
    await tx.query(
      `INSERT INTO api_key (id, organization_id, name, environment, scope, prefix, last_four, secret_hash, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        organizationId,
        wanted.name,
        wanted.environment,
        wanted.scope,
        prefix,
        lastFour,
        hashApiKey(secret),
        wanted.expiresAt ?? null,
      ],
    );
    return { apiKey: await this.get(tx, id), secret };
  }

  /** Keys of the organisation, revoked ones too, oldest first. Without `wanted` all of them. */
  list(
    organizationId: string,
    wanted: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<readonly ApiKey[]> {
    return this.tenancy.run(organizationId, (tx) =>
      tx.query<ApiKey[]>(
        `SELECT ${COLUMNS} FROM api_key k WHERE $1::uuid IS NULL OR k.id > $1 ORDER BY k.id LIMIT $2`,
        [wanted.after ?? null, wanted.limit ?? null],
      ),
    );
  }

  /** @throws ProblemException `not_found` */
  async get(tx: EntityManager, id: string): Promise<ApiKey> {
    const [apiKey] = await tx.query<ApiKey[]>(`SELECT ${COLUMNS} FROM api_key k WHERE k.id = $1`, [id]);
    if (apiKey === undefined) throw notFound('API key', id);
    return apiKey;
  }

  /** @throws ProblemException `not_found` */
  async change(tx: EntityManager, id: string, { name }: ApiKeyChange): Promise<ApiKey> {
    await tx.query(`UPDATE api_key SET name = $2 WHERE id = $1`, [id, name]);
    return this.get(tx, id);
  }

  /**
   * A new secret for the same key; the former one works on for `overlapHours` and no longer. Should secrets of earlier
   * rotations still work, they end no later than that either.
   *
   * @throws ProblemException `not_found`, `state_conflict` for a key that was revoked or has expired.
   */
  async rotate(
    tx: EntityManager,
    organizationId: string,
    id: string,
    overlapHours: number = OVERLAP_HOURS,
  ): Promise<CreatedApiKey> {
    const [former] = await tx.query<{ environment: ApiKey['environment']; usable: boolean }[]>(
      `SELECT environment, revoked_at IS NULL AND coalesce(expires_at > now(), true) AS usable
       FROM api_key WHERE id = $1 FOR UPDATE`,
      [id],
    );
    if (former === undefined) throw notFound('API key', id);
    if (!former.usable) {
      throw problem('state_conflict', {
        detail: 'This key was revoked or has expired, so it cannot be rotated. Create a new one.',
      });
    }
    const { secret, prefix, lastFour } = generateApiKey(former.environment);
    await tx.query(
      `UPDATE api_key_former_secret SET valid_until = least(valid_until, now() + make_interval(hours => $2))
       WHERE api_key_id = $1 AND valid_until > now()`,
      [id, overlapHours],
    );
    await tx.query(
      `INSERT INTO api_key_former_secret (organization_id, api_key_id, secret_hash, valid_until)
       SELECT $1, id, secret_hash, now() + make_interval(hours => $3) FROM api_key WHERE id = $2`,
      [organizationId, id, overlapHours],
    );
    await tx.query(`UPDATE api_key SET secret_hash = $2, prefix = $3, last_four = $4 WHERE id = $1`, [
      id,
      hashApiKey(secret),
      prefix,
      lastFour,
    ]);
    return { apiKey: await this.get(tx, id), secret };
  }

  revoke(organizationId: string, id: string): Promise<ApiKey> {
    return this.tenancy.run(organizationId, (tx) => this.revokeIn(tx, id));
  }

  /**
   * From now on requests with this key are refused, whichever of its secrets they carry. Revoking twice keeps the first
   * time.
   *
   * @throws ProblemException `not_found`
   */
  async revokeIn(tx: EntityManager, id: string): Promise<ApiKey> {
    await tx.query(`UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1`, [id]);
    return this.get(tx, id);
  }
}
