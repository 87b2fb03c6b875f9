import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Tenancy, createDataSource } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { VendorTransport } from '@rekomi/transport';
import { Vault, VaultKeyring } from '@rekomi/vault';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

import type { ActiveConnection } from '../../engine/connection.js';
import { Pacer } from '../../engine/pacer.js';
import { SqlOutbox } from '../../outbox/sql-outbox.js';
import type { ConnectionNotices, OutboxItem } from '../../ports.js';
import { claimLanes } from '../../sql/claim.js';
import { openDrain } from '../../sql/drain.js';
import type { CreationRequest } from '../audience-creation.js';
import type { ConnectionResult } from '../connection-problem.js';
import type { ConnectionView } from '../connection-view.js';
import { ConnectionService } from '../connection.service.js';
import { type ConnectionChecks, makeConnectionChecks } from '../make-connection-checks.js';
import { StoredConnectionKeeper } from '../stored-connection-keeper.js';
import { ScriptedProvider } from './scripted-provider.js';

interface Conservation {
  readonly created: number;
  readonly settled: number;
  readonly open: number;
}

/** Connections on a real database and a real transport, with a vendor host on loopback that repeats what it was sent. */
export class ConnectionBench {
  readonly provider = new ScriptedProvider();
  readonly organizationId = randomUUID();
  readonly otherOrganizationId = randomUUID();
  readonly woken: string[] = [];
  /** What the vendor's host was sent, headers and all. */
  readonly received: string[] = [];
  readonly service: ConnectionService;
  readonly keeper: StoredConnectionKeeper;
  readonly checks: ConnectionChecks;
  /** What people were told, in a line each. */
  readonly told: string[] = [];
  private readonly open = new Set<string>();
  /** Names of audiences that a check brought along. */
  readonly names: string[] = [];
  readonly outbox: SqlOutbox;

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
    private readonly vendor: Server,
    private readonly transport: VendorTransport,
    readonly tenancy: Tenancy,
  ) {
    this.outbox = new SqlOutbox({
      wake: (id) => void this.woken.push(id),
      listen: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const providers = { get: (slug: string) => (slug === 'scripted' ? this.provider : undefined) };
    const notices: ConnectionNotices = {
      broke: async (_tx, _organization, { matter, code }) => {
        if (!this.open.has(matter)) this.told.push(`${matter}: ${code}`);
        this.open.add(matter);
      },
      over: async (_tx, _organization, _id, matters, how) => {
        const over = matters.filter((matter) => this.open.delete(matter));
        if (how === 'told') this.told.push(...over.map((matter) => `over: ${matter}`));
      },
    };
    const parts = {
      ...{ tenancy, providers, transport, notices, outbox: this.outbox, random: () => 0.5 },
      vault: new Vault(VaultKeyring.generate()),
    };
    this.service = new ConnectionService(parts);
    this.checks = makeConnectionChecks({
      ...parts,
      pacer: new Pacer(tenancy),
      audienceNames: {
        seen: async (_tx, _target, audiences) => void this.names.push(...audiences.map(({ name }) => name)),
      },
      onFailure: (err) => {
        throw err;
      },
    });
    this.keeper = new StoredConnectionKeeper(providers, this.service);
    vendor.on('request', (request, response) => {
      this.received.push(JSON.stringify([request.url, request.headers]));
      response.end(JSON.stringify({ echo: request.headers }));
    });
  }

  static async open(): Promise<ConnectionBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource({
      url: database.appUrl,
      poolSize: 8,
      applicationName: 'connection-bench',
    });
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const vendor = createServer();
    await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
    const { port } = vendor.address() as AddressInfo;
    const transport = new VendorTransport({ userAgent: 'bench', sandboxUrl: `http://127.0.0.1:${port}` });
    const bench = new ConnectionBench(
      database,
      dataSource,
      superuser,
      vendor,
      transport,
      new Tenancy(dataSource),
    );
    await superuser.query(
      `INSERT INTO organization (id, slug, name) VALUES ($1, 'one', 'One'), ($2, 'two', 'Two')`,
      [bench.organizationId, bench.otherOrganizationId],
    );
    return bench;
  }

  async close(): Promise<void> {
    await this.transport.close();
    await new Promise((resolve) => this.vendor.close(resolve));
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  async reset(): Promise<void> {
    Object.assign(this.provider, new ScriptedProvider());
    this.woken.length = 0;
    this.received.length = 0;
    this.told.length = 0;
    this.open.clear();
    this.names.length = 0;
    await emptyTables(
      this.superuser,
      `connection, lane, delivery, drain, ledger, follow_up, delivery_total, history, attempt, pace,
         affiliate, campaign CASCADE`,
    );
  }

  private inTenant<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.tenancy.run(this.organizationId, work);
  }

  /** The time of the connection's next check comes; @returns how many were due. */
  async check(connectionId: string): Promise<number> {
    await this.superuser.query(`UPDATE connection SET check_at = now() WHERE id = $1`, [connectionId]);
    return this.checks.checkDue();
  }

  /** In how many seconds the connection is verified again, rounded. */
  async checkInSeconds(connectionId: string): Promise<number> {
    const [row] = await this.rows<{ seconds: string }>(
      `SELECT round(extract(epoch FROM check_at - now())) AS seconds FROM connection WHERE id = $1`,
      [connectionId],
    );
    return Number(row?.seconds);
  }

  /** As the engine reports it: the vendor no longer accepts the key. */
  async refuseKey(connectionId: string): Promise<void> {
    await this.keeper.markUnauthorised(await this.load(connectionId), {
      code: 'credentials_rejected',
      credential: 'apiKey',
    });
  }

  /** The connection as a drain would have it. */
  async load(connectionId: string): Promise<ActiveConnection> {
    const loaded = await this.inTenant((tx) => this.keeper.load(tx, connectionId));
    if (loaded === undefined) throw new Error('There is no such connection.');
    return loaded;
  }

  async view(connectionId: string): Promise<ConnectionView> {
    const found = await this.service.get(this.organizationId, connectionId);
    if (!found.ok) throw new Error(found.problem.reason);
    return found.value;
  }

  pause(connectionId: string): Promise<ConnectionResult<ConnectionView>> {
    return this.inTenant((tx) => this.service.pause(tx, this.organizationId, connectionId));
  }

  resume(connectionId: string): Promise<ConnectionResult<ConnectionView>> {
    return this.inTenant((tx) => this.service.resume(tx, this.organizationId, connectionId));
  }

  /** A request to create an audience. */
  request(connectionId: string, requestId?: string): CreationRequest {
    const { organizationId } = this;
    return { organizationId, connectionId, ...(requestId === undefined ? {} : { requestId }) };
  }

  /** Earlier attempts at creating audiences were made so long ago that they no longer land. */
  async passLandingTime(): Promise<void> {
    await this.superuser.query(`UPDATE audience_creation SET attempted_at = now() - interval '16 seconds'`);
  }

  /** A stored connection; @returns its id. */
  async connect(
    changes: { readonly siteId?: string; readonly organizationId?: string } = {},
  ): Promise<string> {
    const created = await this.service.create(changes.organizationId ?? this.organizationId, {
      provider: 'scripted',
      environment: 'sandbox',
      credentials: { siteId: changes.siteId ?? 'ab12', apiKey: 'key-one', appKey: 'app-one' },
    });
    if (!created.ok) throw new Error(JSON.stringify(created.problem));
    return created.value.connection.id;
  }

  async record(items: readonly OutboxItem[]): Promise<void> {
    await this.tenancy.run(this.organizationId, (tx) => this.outbox.record(tx, this.organizationId, items));
  }

  /** A contact of whom the ledger says that we wrote them. */
  async written(connectionId: string, contactId: string = randomUUID(), present = true): Promise<string> {
    await this.superuser.query(
      `INSERT INTO ledger (organization_id, connection_id, contact_id, present, state, written, written_at)
       VALUES ($1, $2, $3, $4, 'delivered', $5, now())`,
      [
        this.organizationId,
        connectionId,
        contactId,
        present,
        JSON.stringify({ email: 'a@b.example', fields: {}, tags: [], audiences: [] }),
      ],
    );
    return contactId;
  }

  /** Takes the due lanes as a drain would; @returns the drain's id. */
  async takeInHand(connectionId: string): Promise<string> {
    const target = { organizationId: this.organizationId, connectionId };
    const drainId = randomUUID();
    await this.tenancy.run(this.organizationId, async (tx) => {
      await openDrain(tx, target, { id: drainId, worker: 'bench', leaseMs: 60_000 });
      await claimLanes(tx, target, { drainId, watermark: '-infinity', most: 100 });
    });
    return drainId;
  }

  async rows<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.superuser.query<Row>(sql, [...parameters])).rows;
  }

  async conservation(): Promise<Conservation> {
    const [row] = await this.rows<Record<keyof Conservation, string>>(`SELECT
      (SELECT coalesce(sum(deliveries), 0) FROM delivery_total WHERE state = 'created')
        + (SELECT coalesce(sum(tail_seq), 0) FROM lane) AS created,
      (SELECT coalesce(sum(deliveries), 0) FROM delivery_total WHERE state <> 'created') AS settled,
      (SELECT count(*) FROM delivery) AS open`);
    return { created: Number(row?.created), settled: Number(row?.settled), open: Number(row?.open) };
  }

  /** Everything in the database, as text. */
  async everything(): Promise<string> {
    const tables = await this.rows<{ name: string }>(
      `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`,
    );
    const texts = await Promise.all(tables.map(({ name }) => this.rows(`SELECT t::text FROM ${name} t`)));
    return JSON.stringify(texts);
  }
}
