import { createDataSource } from '../data-source.js';
import { migratedTestDatabase, type TestDatabase } from '../testing/index.js';
import { PaceWindows1763900000018 } from './1763900000018-pace-windows.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await migratedTestDatabase();
});
afterAll(() => database.drop());

const RESERVE = `SELECT granted FROM pace_reserve($1, 'people', 8, 1000, $2::jsonb, 5)`;
const QUOTA = [Buffer.from('account'), JSON.stringify([{ requests: 10, perMs: 86_400_000 }])];

it('goes on with what is left of a running quota, and back again', async () => {
  const source = createDataSource({ url: database.ownerUrl, poolSize: 1, applicationName: 'migration' });
  const runtime = createDataSource({ url: database.appUrl, poolSize: 1, applicationName: 'worker' });
  await source.initialize();
  await runtime.initialize();
  const migration = new PaceWindows1763900000018();
  const runner = source.createQueryRunner();
  await migration.down(runner);
  expect(await runtime.query(RESERVE, QUOTA)).toEqual([{ granted: 8 }]);
  await migration.up(runner);
  expect(await runtime.query(RESERVE, QUOTA)).toEqual([{ granted: 2 }]);
  expect(await runtime.query(RESERVE, QUOTA)).toEqual([{ granted: 0 }]);
  await migration.down(runner);
  expect(await runtime.query(RESERVE, [Buffer.from('another'), '[]'])).toEqual([{ granted: 8 }]);
  await migration.up(runner);
  await expect(runtime.query(`SELECT * FROM pace_place`)).rejects.toThrow('permission denied');
  await runner.release();
  await source.destroy();
  await runtime.destroy();
});
