import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Tenancy, createDataSource } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { HttpApiModule, createHttpAdapter } from '@rekomi/http';
import { AccessGuard, ApiKeyService, IdentityModule, OrganizationService } from '@rekomi/identity';
import { ProgramsMemberships, VendorManifests } from '@rekomi/programs';
import {
  ConnectionService,
  DeliveryReader,
  SqlOutbox,
  SyncOutbox,
  TimelineReader,
  WaitingLanes,
} from '@rekomi/sync';
import { VendorTransport } from '@rekomi/transport';
import { Vault, VaultKeyring } from '@rekomi/vault';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { DeliveriesApiModule } from '../../deliveries/deliveries-api.module.js';
import { SERVER_SETTINGS } from '../../resources/resources.module.js';
import { ConnectionsApiModule } from '../connections-api.module.js';
import { VendorInMemory } from './vendor-in-memory.js';

/** The key that the vendor accepts. */
export const GOOD_KEY = 'good-key-4c1d9a7e';

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Headers;
}

/** The routes about connections and deliveries, on a real database and with a vendor on loopback. */
export class ApiBench {
  readonly vendor = new VendorInMemory();
  /** What the vendor's host answers to everybody, instead of looking at the key. */
  vendorStatus: number | undefined;
  verifications = 0;
  readonly woken: string[] = [];
  organizationId = '';
  private key = '';
  private otherKey = '';
  private app: NestFastifyApplication | undefined;
  private origin = '';

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
    private readonly host: Server,
    private readonly transport: VendorTransport,
  ) {}

  static async open(): Promise<ApiBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource({ url: database.appUrl, poolSize: 8, applicationName: 'api-bench' });
    await dataSource.initialize();
    const host = createServer();
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const { port } = host.address() as AddressInfo;
    const transport = new VendorTransport({ userAgent: 'bench', sandboxUrl: `http://127.0.0.1:${port}` });
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const bench = new ApiBench(database, dataSource, superuser, host, transport);
    host.on('request', (request, response) => {
      bench.verifications += 1;
      const sent = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
      response.statusCode = bench.vendorStatus ?? (sent.endsWith(`:${GOOD_KEY}`) ? 200 : 401);
      response.end(JSON.stringify({ you: sent }));
    });
    await bench.start();
    return bench;
  }

  async close(): Promise<void> {
    await this.app?.close();
    await this.transport.close();
    await new Promise((resolve) => this.host.close(resolve));
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  async reset(): Promise<void> {
    this.vendorStatus = undefined;
    this.verifications = 0;
    this.woken.length = 0;
    this.vendor.pages = [];
    await emptyTables(
      this.superuser,
      `connection, lane, delivery, drain, ledger, history, attempt, delivery_total, affiliate, idempotency_key CASCADE`,
    );
  }

  /** A request of the organisation, or with `as: 'stranger'` of another one. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    options: { readonly as?: 'stranger'; readonly idempotencyKey?: string } = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.origin}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${options.as === 'stranger' ? this.otherKey : this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: JSON.parse(text) as Reply['body'],
    };
  }

  async setState(connectionId: string, state: string): Promise<void> {
    await this.superuser.query(`UPDATE connection SET state = $2 WHERE id = $1`, [connectionId, state]);
  }

  /** The database refuses the answers that are kept for repeats. */
  async whileAnswersCannotBeStored(work: () => Promise<void>): Promise<void> {
    await this.superuser.query(`ALTER TABLE idempotency_key ADD CONSTRAINT closed CHECK (false) NOT VALID`);
    try {
      await work();
    } finally {
      await this.superuser.query(`ALTER TABLE idempotency_key DROP CONSTRAINT closed`);
    }
  }

  private async start(): Promise<void> {
    const tenancy = new Tenancy(this.dataSource);
    const outbox = new SqlOutbox({
      wake: (targetId) => void this.woken.push(targetId),
      listen: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const connections = new ConnectionService({
      tenancy,
      providers: { get: (slug) => (slug === this.vendor.manifest.slug ? this.vendor : undefined) },
      transport: this.transport,
      vault: new Vault(VaultKeyring.generate()),
      outbox,
    });
    const providers = [
      { provide: Tenancy, useValue: tenancy },
      { provide: ConnectionService, useValue: connections },
      { provide: VendorManifests, useValue: { manifest: () => this.vendor.manifest } },
      { provide: DeliveryReader, useValue: new DeliveryReader(tenancy) },
      { provide: TimelineReader, useValue: new TimelineReader(tenancy, new ProgramsMemberships()) },
      { provide: SyncOutbox, useValue: outbox },
      { provide: WaitingLanes, useValue: new WaitingLanes(outbox) },
      { provide: SERVER_SETTINGS, useValue: { DOCS_URL: '/problems' } },
    ];

    @Module({})
    class GroundModule {}
    @Module({
      imports: [
        { module: GroundModule, global: true, providers, exports: providers.map(({ provide }) => provide) },
        HttpApiModule.register({ docsUrl: '/problems', requestsPerMinute: 10_000 }),
        IdentityModule,
        ConnectionsApiModule,
        DeliveriesApiModule,
      ],
      providers: [{ provide: APP_GUARD, useExisting: AccessGuard }],
    })
    class BenchModule {}

    const adapter = createHttpAdapter({ bodyLimit: 100_000, docsUrl: '/problems' });
    this.app = await NestFactory.create<NestFastifyApplication>(BenchModule, adapter, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    this.app.setGlobalPrefix('v1');
    await this.app.listen(0, '127.0.0.1');
    this.origin = await this.app.getUrl();
    this.organizationId = (await this.app.get(OrganizationService).create('One', 'one')).id;
    const other = await this.app.get(OrganizationService).create('Two', 'two');
    const keys = this.app.get(ApiKeyService);
    const wanted = { name: 'bench', environment: 'test', scope: 'read_write' } as const;
    this.key = (await keys.create(this.organizationId, wanted)).secret;
    this.otherKey = (await keys.create(other.id, wanted)).secret;
  }
}
