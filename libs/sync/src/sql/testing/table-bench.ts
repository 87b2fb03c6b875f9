import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { Tenancy, createDataSource } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
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
    await emptyTables(
      this.superuser,
      `lane, delivery, drain, ledger, intention, follow_up, history, attempt, delivery_total, dead_letter, replay, replay_item`,
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

  /** One round of the sweep, from the first connection on. */
  sweep(from: Pick<EntityManager, 'query'> = this.source): Promise<object[]> {
    const lowest = '00000000-0000-0000-0000-000000000000';
    return from.query(`SELECT * FROM sweep_turn(200, '15 seconds', $1, $1)`, [lowest]);
  }

  /**
   * Starts `held`, stops its first statement on a tenant's table after it took its snapshot, lets `meanwhile` run and
   * commit as superuser, and lets go.
   */
  async whileStatementsAreHeld(
    held: () => Promise<unknown>,
    meanwhile: (tx: EntityManager) => Promise<unknown>,
  ): Promise<void> {
    const [policy] = await this.rows<{ source: string }>(
      `SELECT pg_get_functiondef('current_organization()'::regprocedure) AS source`,
    );
    const producer = await this.superuser.connect();
    try {
      await producer.query(`SELECT pg_advisory_lock(42)`);
      await producer.query(`CREATE OR REPLACE FUNCTION current_organization() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
        BEGIN
          PERFORM pg_advisory_lock_shared(42);
          PERFORM pg_advisory_unlock_shared(42);
          RETURN current_setting('app.organization_id')::uuid;
        END $$`);
      const going = held();
      while (
        (await this.rows(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length === 0
      )
        await delay(5);
      await meanwhile({
        query: async (sql: string, parameters: unknown[]) =>
          (await producer.query(sql, parameters)).rows as unknown,
      } as EntityManager);
      await producer.query(`SELECT pg_advisory_unlock(42)`);
      await going;
    } finally {
      await producer.query(policy?.source ?? '');
      producer.release();
    }
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
