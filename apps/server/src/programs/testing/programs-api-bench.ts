import { randomUUID } from 'node:crypto';

import { Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { createHttpAdapter, HttpApiModule } from '@rekomi/http';
import { AccessGuard, ApiKeyService, IdentityModule, OrganizationService } from '@rekomi/identity';
import type { ProviderManifest } from '@rekomi/provider-contract';
import { programEntities, VendorManifests } from '@rekomi/programs';
import { DeliveryReader, SqlOutbox, SyncOutbox } from '@rekomi/sync';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { SERVER_SETTINGS } from '../../resources/resources.module.js';
import { ProgramsApiModule } from '../programs-api.module.js';

/** A vendor that keeps names for itself. */
function benchManifest(): ProviderManifest {
  const manifest: Partial<ProviderManifest> = {
    name: 'Customer.io',
    reservedAttributes: ['unsubscribed'],
    eventNames: { maximumBytes: 100, reserved: ['user deleted'], source: 'a test' },
  };
  return manifest as ProviderManifest;
}

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** The routes about campaigns, affiliates and events on a real database, with nobody who works the lanes off. */
export class ProgramsApiBench {
  readonly woken: string[] = [];
  organizationId = '';
  #key = '';
  #strangersKey = '';
  #app: NestFastifyApplication | undefined;
  #origin = '';

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
  ) {}

  static async open(): Promise<ProgramsApiBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource(
      { url: database.appUrl, poolSize: 8, applicationName: 'programs-api-bench' },
      programEntities,
    );
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const bench = new ProgramsApiBench(database, dataSource, superuser);
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
    this.woken.length = 0;
    await emptyTables(
      this.superuser,
      'connection, lane, delivery, affiliate, campaign, event_type, idempotency_key CASCADE',
    );
  }

  /** A request of the organisation, or with `as: 'stranger'` of another one. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    options: { readonly as?: 'stranger'; readonly idempotencyKey?: string } = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.#origin}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${options.as === 'stranger' ? this.#strangersKey : this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? {} : (JSON.parse(text) as Reply['body']),
    };
  }

  /** A file that the organisation downloads. */
  async download(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${this.#origin}/v1${path}`, {
      headers: { authorization: `Bearer ${this.#key}` },
    });
    return { status: response.status, text: await response.text() };
  }

  /** A stored connection; @returns its id. */
  async connection(): Promise<string> {
    const id = randomUUID();
    await this.superuser.query(
      `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
       VALUES ($1, $2, 'customer-io', 'Acme', 'sandbox', 'verified', $3)`,
      [id, this.organizationId, Buffer.from(id)],
    );
    return id;
  }

  /** A campaign with one destination; @returns ids of both. */
  async campaign(
    name = 'Summer',
  ): Promise<{ readonly id: string; readonly slug: string; readonly connectionId: string }> {
    const { body } = await this.call('POST', '/campaigns', { name });
    const connectionId = await this.connection();
    await this.call('PUT', `/campaigns/${String(body['id'])}/destinations/${connectionId}`, {});
    return { id: String(body['id']), slug: String(body['slug']), connectionId };
  }

  async #start(): Promise<void> {
    const outbox = new SqlOutbox({
      wake: (id) => void this.woken.push(id),
      listen: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const tenancy = new Tenancy(this.dataSource);
    const providers = [
      { provide: Tenancy, useValue: tenancy },
      { provide: DeliveryReader, useValue: new DeliveryReader(tenancy) },
      { provide: SERVER_SETTINGS, useValue: { DOCS_URL: '/problems' } },
      { provide: SyncOutbox, useValue: outbox },
      { provide: VendorManifests, useValue: { manifest: benchManifest } },
    ];

    @Module({})
    class GroundModule {}
    @Module({
      imports: [
        { module: GroundModule, global: true, providers, exports: providers.map(({ provide }) => provide) },
        HttpApiModule.register({ docsUrl: '/problems', requestsPerMinute: 100_000 }),
        IdentityModule,
        ProgramsApiModule,
      ],
      providers: [{ provide: APP_GUARD, useExisting: AccessGuard }],
    })
    class BenchModule {}

    const adapter = createHttpAdapter({ bodyLimit: 2_000_000, docsUrl: '/problems' });
    this.#app = await NestFactory.create<NestFastifyApplication>(BenchModule, adapter, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    this.#app.setGlobalPrefix('v1');
    await this.#app.listen(0, '127.0.0.1');
    this.#origin = await this.#app.getUrl();
    const organizations = this.#app.get(OrganizationService);
    const keys = this.#app.get(ApiKeyService);
    const wanted = { name: 'bench', environment: 'test', scope: 'read_write' } as const;
    this.organizationId = (await organizations.create('One', 'one')).id;
    this.#key = (await keys.create(this.organizationId, wanted)).secret;
    this.#strangersKey = (await keys.create((await organizations.create('Two', 'two')).id, wanted)).secret;
  }
}
