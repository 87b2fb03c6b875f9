import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { problem, type ProblemCode } from '@rekomi/http';

import type { Tenant } from '../access/tenant.js';
import { LastSeen } from '../sessions/last-seen.js';
import { hashApiKey, parseApiKey } from './api-key-text.js';
import type { ApiKey } from './api-key.js';
import { SharedLook } from './shared-look.js';

interface StoredKey extends Pick<ApiKey, 'id' | 'name' | 'environment' | 'scope'> {
  readonly organizationId: string;
  readonly expired: boolean;
  readonly revoked: boolean;
  /** The key was rotated, and the time in which its former secret works on is over. */
  readonly replaced: boolean;
}

interface Owner {
  readonly organizationId: string;
  readonly keyId: string;
}

/** Above this many, all are forgotten and found again. */
const OWNERS_KEPT = 10_000;

/** Finds out who a request comes from. */
@Injectable()
export class ApiKeyAuthenticator implements OnModuleDestroy {
  readonly #lastSeen = new LastSeen();
  /** Every request asks the database, so that a revoked key ends at once; those of one moment ask together. */
  readonly #looks = new SharedLook<StoredKey | undefined>();

  /** Whose key a secret is, by its hash. That never changes; whether the key is good is not remembered. */
  readonly #owners = new Map<string, Owner>();

  constructor(private readonly tenancy: Tenancy) {}

  /**
   * @param authorization the header.
   * @throws ProblemException `api_key_missing`, `api_key_malformed` (both without asking the database),
   *   `api_key_unknown`, `api_key_revoked`, `api_key_replaced`, `api_key_expired`
   */
  async authenticate(authorization: string | undefined): Promise<Tenant> {
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorised('api_key_missing');
    if (parseApiKey(token) === undefined) throw unauthorised('api_key_malformed');
    const hash = hashApiKey(token);
    const digest = hash.toString('base64');
    const key = await this.#looks.ask(digest, () => this.#find(hash, digest));
    if (key === undefined) throw unauthorised('api_key_unknown');
    if (key.revoked) throw unauthorised('api_key_revoked');
    if (key.replaced) throw unauthorised('api_key_replaced');
    if (key.expired) throw unauthorised('api_key_expired');
    const { id, organizationId, name, environment, scope } = key;
    const tenant: Tenant = {
      organizationId,
      callerId: id,
      actor: { kind: 'api_key', id, label: name, environment, scope },
    };
    this.#touch(tenant);
    return tenant;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#lastSeen.settle();
  }

  async #find(hash: Buffer, digest: string): Promise<StoredKey | undefined> {
    const known = this.#owners.get(digest);
    const key = known === undefined ? undefined : await this.#read(known, hash);
    if (key !== undefined) return key;
    const [found] = await this.tenancy.lookup<{ organization_id: string; api_key_id: string }>(
      `SELECT organization_id, api_key_id FROM find_api_key($1)
       UNION ALL SELECT organization_id, api_key_id FROM find_former_api_key($1)`,
      [hash],
    );
    if (found === undefined) return undefined;
    const owner = { organizationId: found.organization_id, keyId: found.api_key_id };
    if (this.#owners.size >= OWNERS_KEPT) this.#owners.clear();
    this.#owners.set(digest, owner);
    return this.#read(owner, hash);
  }

  async #read({ organizationId, keyId }: Owner, hash: Buffer): Promise<StoredKey | undefined> {
    const [key] = await this.tenancy.query<Omit<StoredKey, 'organizationId'>>(
      organizationId,
      `SELECT k.id, k.name, k.environment, k.scope, coalesce(k.expires_at <= now(), false) AS expired,
         k.revoked_at IS NOT NULL AS revoked, coalesce(f.valid_until <= now(), false) AS replaced
       FROM api_key k LEFT JOIN api_key_former_secret f ON f.api_key_id = k.id AND f.secret_hash = $2
       WHERE k.id = $1 AND (k.secret_hash = $2 OR f.secret_hash = $2)`,
      [keyId, hash],
    );
    return key === undefined ? undefined : { ...key, organizationId };
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

function unauthorised(code: ProblemCode & `api_key_${string}`): Error {
  const challenge =
    code === 'api_key_missing' ? 'Bearer realm="rekomi"' : 'Bearer realm="rekomi", error="invalid_token"';
  return problem(code, { headers: { 'www-authenticate': challenge } });
}
