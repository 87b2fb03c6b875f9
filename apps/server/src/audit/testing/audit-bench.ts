import { createHash, randomBytes, randomUUID } from 'node:crypto';

import { Tenancy } from '@rekomi/database';
import { ApiKeyService, csrfTokenOf, type Role, SessionCookie } from '@rekomi/identity';
import type pg from 'pg';

import { ApiKeysApiModule } from '../../api-keys/api-keys-api.module.js';
import { MailsApiModule } from '../../mail/mails-api.module.js';
import { type Reply, ServedModules } from '../../testing/served-modules.js';
import { AuditApiModule } from '../audit-api.module.js';

export type { Reply } from '../../testing/served-modules.js';

/** Headers that say who sends a request. */
export type Credentials = Readonly<Record<string, string>>;

/** The routes about API keys, the audit log and mails on a real database, with people who are signed in. */
export class AuditBench {
  readonly organizationId: string;
  readonly otherOrganizationId: string;
  readonly superuser: pg.Pool;

  private constructor(private readonly served: ServedModules) {
    this.organizationId = served.organizationId;
    this.otherOrganizationId = served.otherOrganizationId;
    this.superuser = served.superuser;
  }

  static async open(): Promise<AuditBench> {
    return new AuditBench(
      await ServedModules.start({
        name: 'audit-bench',
        imports: [ApiKeysApiModule, AuditApiModule, MailsApiModule],
        bodyLimit: 100_000,
      }),
    );
  }

  close(): Promise<void> {
    return this.served.close();
  }

  /** Takes the keys too, those of the bench included. */
  async reset(): Promise<void> {
    await this.served.empty('audit_entry, api_key, idempotency_key, mail CASCADE');
  }

  get tenancy(): Tenancy {
    return new Tenancy(this.served.dataSource);
  }

  call(
    method: string,
    path: string,
    credentials: Credentials,
    body?: unknown,
    headers: Credentials = {},
  ): Promise<Reply> {
    return this.served.send(method, `/v1${path}`, {
      headers: {
        ...credentials,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Somebody who is signed in with a browser. */
  async person(role: Role, organizationId = this.organizationId): Promise<Credentials> {
    const userId = randomUUID();
    const token = randomBytes(32).toString('base64url');
    await this.superuser.query(`INSERT INTO app_user (id, email, name) VALUES ($1, $2, 'Mara')`, [
      userId,
      `${role}-${userId}@acme.example`,
    ]);
    await this.superuser.query(
      `INSERT INTO membership (organization_id, user_id, role) VALUES ($1, $2, $3)`,
      [organizationId, userId, role],
    );
    await this.superuser.query(
      `INSERT INTO session (id, organization_id, user_id, token_hash, expires_at)
       VALUES ($1, $2, $3, $4, now() + interval '1 day')`,
      [randomUUID(), organizationId, userId, createHash('sha256').update(token).digest()],
    );
    return {
      cookie: `${new SessionCookie().name}=${token}`,
      'x-csrf-token': csrfTokenOf(token),
      'sec-fetch-site': 'same-origin',
    };
  }

  /** A program with a key. */
  async program(
    scope: 'read' | 'read_write' = 'read_write',
    organizationId = this.organizationId,
  ): Promise<Credentials> {
    const keys = new ApiKeyService(this.tenancy);
    const { secret } = await keys.create(organizationId, { name: 'Shop', environment: 'test', scope });
    return { authorization: `Bearer ${secret}` };
  }
}
