import { randomUUID } from 'node:crypto';

import { createDataSource, Tenancy } from '@rekomi/database';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { holdDrain, openDrain, renewDrain } from './drain.js';

const target = { organizationId: randomUUID(), connectionId: randomUUID() };
let database: TestDatabase;
let dataSource: DataSource;
let tenancy: Tenancy;

beforeAll(async () => {
  database = await migratedTestDatabase();
  dataSource = createDataSource({
    url: database.appUrl,
    poolSize: 4,
    applicationName: 'drain-spec',
    statementTimeoutMs: 2_000,
  });
  await dataSource.initialize();
  tenancy = new Tenancy(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

async function openNewDrain(leaseMs: number): Promise<string> {
  const id = randomUUID();
  await tenancy.run(target.organizationId, (tx) => openDrain(tx, target, { id, worker: 'spec', leaseMs }));
  return id;
}

describe('the row of a drain', () => {
  it('can be renewed while the same drain claims and completes, however busy it is', async () => {
    const id = await openNewDrain(4_000);
    const renewed = await tenancy.run(target.organizationId, async (busy) => {
      expect(await holdDrain(busy, target.organizationId, id)).toBe(true);
      return tenancy.run(target.organizationId, (tx) =>
        renewDrain(tx, target.organizationId, { id, leaseMs: 4_000 }),
      );
    });
    expect(renewed).toBe(true);
  });

  it('is left alone by the sweep while its completion is being written, and swept afterwards', async () => {
    const id = await openNewDrain(-1);
    const superuser = new pg.Client({ connectionString: database.superuserUrl });
    await superuser.connect();
    const sweep = async (): Promise<void> => {
      await superuser.query(`SELECT * FROM sweep_expired_drains('15 seconds')`);
    };
    try {
      await tenancy.run(target.organizationId, async (completing) => {
        expect(await holdDrain(completing, target.organizationId, id)).toBe(true);
        await sweep();
      });
      const held = (): Promise<boolean> =>
        tenancy.run(target.organizationId, (tx) => holdDrain(tx, target.organizationId, id));
      expect(await held()).toBe(true);
      await sweep();
      expect(await held()).toBe(false);
    } finally {
      await superuser.end();
    }
  });
});
