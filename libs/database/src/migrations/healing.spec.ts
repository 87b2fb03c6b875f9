import { createDataSource } from '../data-source.js';
import { migratedTestDatabase, type TestDatabase } from '../testing/index.js';
import { Healing1763900000021 } from './1763900000021-healing.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await migratedTestDatabase();
});
afterAll(() => database.drop());

it('goes back and forth, and leaves the pace as it was before', async () => {
  const source = createDataSource({ url: database.ownerUrl, poolSize: 1, applicationName: 'migration' });
  const superuser = createDataSource({ url: database.superuserUrl, poolSize: 1, applicationName: 'before' });
  await source.initialize();
  await superuser.initialize();
  const migration = new Healing1763900000021();
  const runner = source.createQueryRunner();
  const failures = (): Promise<unknown> =>
    superuser.query(`SELECT pace_failure('\\x01', 'all', 5, 1000, 60000) AS failures`);
  try {
    await migration.down(runner);
    expect(await failures()).toEqual([{ failures: 1 }]);
    await migration.up(runner);
    expect(await failures()).toEqual([{ failures: 2 }]);
  } finally {
    await runner.release();
    await source.destroy();
    await superuser.destroy();
  }
});
