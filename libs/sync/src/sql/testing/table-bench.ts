import { randomUUID } from 'node:crypto';

import { Tenancy, createDataSource } from '@rekomi/database';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

import type { ClaimedLane, LaneResult } from '../../core/delivery.js';
import type { OutboxItem } from '../../ports.js';
import { claimLanes } from '../claim.js';
import { openDrain } from '../drain.js';
import { enqueue } from '../enqueue.js';

export interface Tenant {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** The engine's tables with two tenants, and several sessions to use them from. */
export class TableBench {
  private constructor(
    private readonly database: TestDatabase,
    readonly source: DataSource,
    readonly tenancy: Tenancy,
    readonly superuser: pg.Pool,
    readonly ours: Tenant,
    readonly theirs: Tenant,
  ) {}

  static async open(): Promise<TableBench> {
    const database = await migratedTestDatabase();
    const source = await createDataSource({
      url: database.appUrl,
      poolSize: 6,
      applicationName: 'tables',
    }).initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 3 });
    const tenant = async (slug: string): Promise<Tenant> => {
      const made = { organizationId: randomUUID(), connectionId: randomUUID() };
      await superuser.query(`INSERT INTO organization (id, slug, name) VALUES ($1, $2, $2)`, [
        made.organizationId,
        slug,
      ]);
      await superuser.query(
        `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
         VALUES ($1, $2, 'scripted', 'Bench', 'live', 'verified', $3)`,
        [made.connectionId, made.organizationId, Buffer.from(made.connectionId)],
      );
      return made;
    };
    return new TableBench(
      database,
      source,
      new Tenancy(source),
      superuser,
      await tenant('ours'),
      await tenant('theirs'),
    );
  }

  async close(): Promise<void> {
    await this.source.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  async clear(): Promise<void> {
    await this.superuser.query(
      `TRUNCATE lane, delivery, drain, ledger, follow_up, history, attempt, delivery_total`,
    );
  }

  run<T>(work: (tx: EntityManager) => Promise<T>, tenant = this.ours): Promise<T> {
    return this.tenancy.run(tenant.organizationId, work);
  }

  enqueue(items: readonly OutboxItem[], tenant = this.ours): Promise<readonly string[]> {
    return this.run((tx) => enqueue(tx, tenant.organizationId, items), tenant);
  }

  /** A drain with what it claimed. */
  async claim(
    most = 100,
    tenant = this.ours,
    watermark = '-infinity',
  ): Promise<{ drainId: string; lanes: readonly ClaimedLane[] }> {
    const drainId = randomUUID();
    const lanes = await this.run(async (tx) => {
      await openDrain(tx, tenant, { id: drainId, worker: 'bench', leaseMs: 60_000 });
      return (await claimLanes(tx, tenant, { drainId, watermark, most })).lanes;
    }, tenant);
    return { drainId, lanes };
  }

  async rows<Row extends pg.QueryResultRow>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.superuser.query<Row>(sql, [...parameters])).rows;
  }

  async count(table: string): Promise<number> {
    return Number((await this.rows<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);
  }
}

export function contactOf(tenant: Tenant, contactId: string = randomUUID()): OutboxItem {
  return { kind: 'contact', connectionId: tenant.connectionId, contactId, cause: 'test' };
}

export function eventOf(tenant: Tenant, contactId: string): OutboxItem {
  const event = {
    id: randomUUID(),
    name: 'happened',
    occurredAt: '2026-11-01T12:00:00.000Z',
    data: { a: 1 },
  };
  return { kind: 'event', connectionId: tenant.connectionId, contactId, cause: 'test', event };
}

/** Everything that the lane held when it was claimed is delivered. */
export function deliveredAll(lane: ClaimedLane): LaneResult {
  return {
    lane,
    settlements: lane.pending.map((delivery) => ({ delivery, state: 'delivered', attempts: 1 })),
    attempts: [],
    next: { kind: 'done' },
    rewritten: true,
    findings: [],
  };
}
