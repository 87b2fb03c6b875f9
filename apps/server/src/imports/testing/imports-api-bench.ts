import { Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { createHttpAdapter, HttpApiModule } from '@rekomi/http';
import { AccessGuard, ApiKeyService, IdentityModule, OrganizationService } from '@rekomi/identity';
import { programEntities, VendorManifests } from '@rekomi/programs';
import { DeliveryReader, SqlOutbox, SyncOutbox } from '@rekomi/sync';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { ProgramsApiModule } from '../../programs/programs-api.module.js';
import { ENGINE_TENANCY, SERVER_SETTINGS } from '../../resources/resources.module.js';
import { ImportsApiModule } from '../imports-api.module.js';
import { ImportsWorkerModule } from '../imports-worker.module.js';

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Headers;
}

interface CallOptions {
  readonly as?: 'stranger';
  readonly headers?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/** The routes about imports and the loop that works them off, over HTTP on a real database. */
export class ImportsApiBench {
  organizationId = '';
  origin = '';
  key = '';
  #strangersKey = '';
  #app: NestFastifyApplication | undefined;

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
  ) {}

  static async open(): Promise<ImportsApiBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource(
      { url: database.appUrl, poolSize: 8, applicationName: 'imports-api-bench' },
      programEntities,
    );
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const bench = new ImportsApiBench(database, dataSource, superuser);
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
    await emptyTables(this.superuser, 'import_run, affiliate, campaign, idempotency_key CASCADE');
  }

  /** A request with a JSON body. */
  call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Reply> {
    return this.send(
      method,
      path,
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      options,
    );
  }

  /** Sends a file as the body. */
  upload(content: string | Buffer, options: CallOptions & { readonly type?: string } = {}): Promise<Reply> {
    const headers = { 'content-type': options.type ?? 'text/csv' };
    return this.send(
      'POST',
      '/imports?fileName=affiliates.csv',
      { body: new Uint8Array(Buffer.from(content)), headers },
      options,
    );
  }

  async send(method: string, path: string, init: RequestInit, options: CallOptions = {}): Promise<Reply> {
    const response = await fetch(`${this.origin}/v1${path}`, {
      ...init,
      method,
      headers: {
        authorization: `Bearer ${options.as === 'stranger' ? this.#strangersKey : this.key}`,
        ...(init.headers as Record<string, string> | undefined),
        ...options.headers,
      },
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as Reply['body']) : {},
    };
  }

  /** Asks until the import is in this state. */
  async until(id: string, state: string): Promise<Reply['body']> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const { body } = await this.call('GET', `/imports/${id}`);
      if (body['state'] === state) return body;
      if (Date.now() > end || body['state'] === 'failed')
        throw new Error(`Never ${state}: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.superuser.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
    return rows[0]?.count ?? 0;
  }

  async #start(): Promise<void> {
    const outbox = new SqlOutbox({
      wake: () => undefined,
      listen: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const tenancy = new Tenancy(this.dataSource);
    const providers = [
      { provide: Tenancy, useValue: tenancy },
      { provide: ENGINE_TENANCY, useValue: tenancy },
      { provide: SyncOutbox, useValue: outbox },
      { provide: DeliveryReader, useValue: new DeliveryReader(tenancy) },
      { provide: SERVER_SETTINGS, useValue: {} },
      { provide: VendorManifests, useValue: { manifest: () => undefined } },
    ];

    @Module({})
    class GroundModule {}
    @Module({
      imports: [
        {
          module: GroundModule,
          global: true,
          providers,
          exports: providers.map(({ provide }) => provide),
        },
        HttpApiModule.register({ docsUrl: '/problems', requestsPerMinute: 100_000 }),
        IdentityModule,
        ProgramsApiModule,
        ImportsApiModule,
        ImportsWorkerModule,
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
    this.origin = (await this.#app.getUrl()).replace('[::1]', '127.0.0.1');
    const organizations = this.#app.get(OrganizationService);
    const keys = this.#app.get(ApiKeyService);
    const wanted = { name: 'bench', environment: 'test', scope: 'read_write' } as const;
    this.organizationId = (await organizations.create('One', 'one')).id;
    this.key = (await keys.create(this.organizationId, wanted)).secret;
    this.#strangersKey = (await keys.create((await organizations.create('Two', 'two')).id, wanted)).secret;
  }
}
