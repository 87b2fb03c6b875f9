import { Module, type ModuleMetadata, RequestMethod } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { createHttpAdapter, HttpApiModule, type HttpApiOptions } from '@rekomi/http';
import { AccessGuard, ApiKeyService, IdentityModule, OrganizationService } from '@rekomi/identity';
import { programEntities, VendorManifests } from '@rekomi/programs';
import { DeliveryReader, SqlOutbox, SyncOutbox } from '@rekomi/sync';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { ENGINE_TENANCY, SERVER_SETTINGS } from '../resources/resources.module.js';

export interface Reply {
  readonly status: number;
  /** Empty where the answer is no JSON. */
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Headers;
}

/** Something that every module can have injected. */
export interface Injectable {
  readonly provide: NonNullable<Exclude<ModuleMetadata['exports'], undefined>[number]>;
  readonly useValue: unknown;
}

export interface ServedOptions {
  /** Named in the database's list of sessions. */
  readonly name: string;
  /** The modules under test. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly controllers?: NonNullable<ModuleMetadata['controllers']>;
  /** Beside the guard of the API. */
  readonly providers?: NonNullable<ModuleMetadata['providers']>;
  /** For all modules; one that stands among the usual ones replaces it. */
  readonly globals?: readonly Injectable[];
  readonly bodyLimit?: number;
  /** Paths that do not stand below /v1. */
  readonly pages?: readonly string[];
  readonly problemPage?: HttpApiOptions['problemPage'];
  /** Told which connections have work. Nobody works it off. */
  readonly wake?: (connectionId: string) => void;
}

/**
 * Modules of the server on a real database, listening on loopback, with two organisations and a key of each: what a bench
 * needs before it begins with its own.
 */
export class ServedModules {
  private constructor(
    private readonly database: TestDatabase,
    readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
    private readonly app: NestFastifyApplication,
    readonly origin: string,
    readonly organizationId: string,
    readonly otherOrganizationId: string,
    /** Of the first organisation. */
    readonly key: string,
    /** Of the other one. */
    readonly strangersKey: string,
  ) {}

  static async start(options: ServedOptions): Promise<ServedModules> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource(
      { url: database.appUrl, poolSize: 8, applicationName: options.name },
      programEntities,
    );
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const app = await listen(options, new Tenancy(dataSource));
    const organizations = app.get(OrganizationService);
    const keys = app.get(ApiKeyService);
    const wanted = { name: 'bench', environment: 'test', scope: 'read_write' } as const;
    const { id } = await organizations.create('One', 'one');
    const { id: otherId } = await organizations.create('Two', 'two');
    return new ServedModules(
      ...([database, dataSource, superuser, app, await app.getUrl(), id, otherId] as const),
      (await keys.create(id, wanted)).secret,
      (await keys.create(otherId, wanted)).secret,
    );
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  /** @param tables as in `TRUNCATE`. */
  empty(tables: string): Promise<void> {
    return emptyTables(this.superuser, tables);
  }

  /** Headers of a program of the organisation, or with `stranger` of the other one. */
  authorization(as?: 'stranger'): { readonly authorization: string } {
    return { authorization: `Bearer ${as === 'stranger' ? this.strangersKey : this.key}` };
  }

  async send(method: string, path: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(`${this.origin}${path}`, { method, redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as Reply['body']) : {},
    };
  }
}

async function listen(options: ServedOptions, tenancy: Tenancy): Promise<NestFastifyApplication> {
  const outbox = new SqlOutbox({
    wake: (id) => options.wake?.(id),
    listen: () => Promise.resolve(),
    close: () => Promise.resolve(),
  });
  const usual: readonly Injectable[] = [
    { provide: Tenancy, useValue: tenancy },
    { provide: ENGINE_TENANCY, useValue: tenancy },
    { provide: SyncOutbox, useValue: outbox },
    { provide: DeliveryReader, useValue: new DeliveryReader(tenancy) },
    { provide: SERVER_SETTINGS, useValue: { DOCS_URL: '/problems' } },
    { provide: VendorManifests, useValue: { manifest: () => undefined } },
  ];
  const globals = options.globals ?? [];
  const replaced = new Set(globals.map(({ provide }) => provide));
  const providers = [...usual.filter(({ provide }) => !replaced.has(provide)), ...globals];

  @Module({})
  class GroundModule {}
  @Module({
    imports: [
      {
        module: GroundModule,
        global: true,
        providers: providers as NonNullable<ModuleMetadata['providers']>,
        exports: providers.map(({ provide }) => provide),
      },
      HttpApiModule.register({
        docsUrl: '/problems',
        requestsPerMinute: 100_000,
        ...(options.problemPage === undefined ? {} : { problemPage: options.problemPage }),
      }),
      IdentityModule,
      ...options.imports,
    ],
    controllers: [...(options.controllers ?? [])],
    providers: [...(options.providers ?? []), { provide: APP_GUARD, useExisting: AccessGuard }],
  })
  class BenchModule {}

  const adapter = createHttpAdapter({ bodyLimit: options.bodyLimit ?? 2_000_000, docsUrl: '/problems' });
  const app = await NestFactory.create<NestFastifyApplication>(BenchModule, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.setGlobalPrefix('v1', {
    exclude: (options.pages ?? []).map((path) => ({ path, method: RequestMethod.ALL })),
  });
  await app.listen(0, '127.0.0.1');
  return app;
}
