import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';
import { AudienceTiers1763900000017 } from './migrations/1763900000017-audience-tiers.js';
import { migratedTestDatabase, type TestDatabase } from './testing/index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await migratedTestDatabase();
});
afterAll(() => database.drop());

/** One that changes a table which is in use all the time. */
async function takeBackOne(): Promise<void> {
  const owner = createDataSource({ url: database.ownerUrl, poolSize: 1, applicationName: 'one-back' });
  await owner.initialize();
  const runner = owner.createQueryRunner();
  await new AudienceTiers1763900000017().down(runner);
  await runner.query(`DELETE FROM migrations WHERE name = 'AudienceTiers1763900000017'`);
  await runner.release();
  await owner.destroy();
}

async function client(): Promise<pg.Client> {
  const made = new pg.Client(database.superuserUrl);
  await made.connect();
  return made;
}

it('a migration that has to wait for a table lets everybody else go first, and is done in the end', async () => {
  await takeBackOne();
  const [longReader, worker] = [await client(), await client()];
  await longReader.query('BEGIN');
  await longReader.query('SELECT count(*) FROM enrolment');

  const migrating = migrate(database.ownerUrl, database.appUrl);
  for (;;) {
    const { rows } = await worker.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'rekomi-migrate' AND wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) break;
    await delay(5);
  }
  // The reader is still there; without giving way this would wait for it, too.
  await worker.query('SELECT count(*) FROM enrolment');
  await longReader.query('COMMIT');

  expect(await migrating).toEqual(['AudienceTiers1763900000017']);
  expect((await worker.query('SELECT given_tier FROM enrolment')).rows).toEqual([]);
  await longReader.end();
  await worker.end();
}, 60_000);

it('nothing is left to be done afterwards', async () => {
  expect(await migrate(database.ownerUrl, database.appUrl)).toEqual([]);
});
