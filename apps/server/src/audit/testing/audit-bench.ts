import { randomBytes, randomUUID } from 'node:crypto';

import { Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { createHttpAdapter, HttpApiModule } from '@rekomi/http';
import {
  AccessGuard,
  ApiKeyService,
  csrfTokenOf,
  IdentityModule,
  OrganizationService,
  type Role,
  SessionCookie,
} from '@rekomi/identity';
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { ApiKeysApiModule } from '../../api-keys/api-keys-api.module.js';
import { MailsApiModule } from '../../mail/mails-api.module.js';
import { AuditApiModule } from '../audit-api.module.js';

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Headers;
}

/** Headers that say who sends a request. */
export type Credentials = Readonly<Record<string, string>>;

/** The routes about API keys, the audit log and mails on a real database, with people who are signed in. */
export class AuditBench {
  organizationId = '';
  otherOrganizationId = '';
  #app: NestFastifyApplication | undefined;
  #origin = '';

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
  ) {}

  static async open(): Promise<AuditBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource({
      url: database.appUrl,
      poolSize: 8,
      applicationName: 'audit-bench',
    });
    await dataSource.initialize();
    const bench = new AuditBench(
      database,
      dataSource,
      new pg.Pool({ connectionString: database.superuserUrl, max: 2 }),
    );
    await bench.#start();
    return bench;
  }

  async close(): Promise<void> {
    await this.#app?.close();
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  async reset(): Promise<void> {
    await emptyTables(this.superuser, 'audit_entry, api_key, idempotency_key, mail CASCADE');
  }

  get tenancy(): Tenancy {
    return new Tenancy(this.dataSource);
  }

  async call(
    method: string,
    path: string,
    credentials: Credentials,
    body?: unknown,
    headers: Credentials = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.#origin}/v1${path}`, {
      method,
      headers: {
        ...credentials,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: json ? (JSON.parse(text) as Reply['body']) : {},
    };
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

  async #start(): Promise<void> {
    @Module({ providers: [{ provide: Tenancy, useValue: this.tenancy }], exports: [Tenancy] })
    class TenancyModule {}
    @Module({
      imports: [
        { module: TenancyModule, global: true },
        HttpApiModule.register({ docsUrl: '/problems', requestsPerMinute: 100_000 }),
        IdentityModule,
        ApiKeysApiModule,
        AuditApiModule,
        MailsApiModule,
      ],
      providers: [{ provide: APP_GUARD, useExisting: AccessGuard }],
    })
    class BenchModule {}
    const adapter = createHttpAdapter({ bodyLimit: 100_000, docsUrl: '/problems' });
    this.#app = await NestFactory.create<NestFastifyApplication>(BenchModule, adapter, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    this.#app.setGlobalPrefix('v1');
    await this.#app.listen(0, '127.0.0.1');
    this.#origin = await this.#app.getUrl();
    const organizations = this.#app.get(OrganizationService);
    this.organizationId = (await organizations.create('Acme', 'acme')).id;
    this.otherOrganizationId = (await organizations.create('Globex', 'globex')).id;
  }
}
