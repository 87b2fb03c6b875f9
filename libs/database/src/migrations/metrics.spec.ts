import { createDataSource } from '../data-source.js';
import { migratedTestDatabase, type TestDatabase } from '../testing/index.js';
import { Metrics1763900000024 } from './1763900000024-metrics.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await migratedTestDatabase();
});
afterAll(() => database.drop());

it('goes back and forth, and leaves nothing of its rights behind', async () => {
  const source = createDataSource({ url: database.ownerUrl, poolSize: 1, applicationName: 'migration' });
  await source.initialize();
  const runner = source.createQueryRunner();
  const mayCount = (): Promise<unknown> =>
    runner.query(
      `SELECT bool_or(has_any_column_privilege('rekomi_lookup', t, 'SELECT')) AS counts,
              has_column_privilege('rekomi_lookup', 'delivery', 'payload', 'SELECT') AS reads
         FROM unnest(ARRAY['delivery', 'delivery_total', 'dead_letter', 'ledger']) t`,
    );
  try {
    expect(await mayCount()).toEqual([{ counts: true, reads: false }]);
    const migration = new Metrics1763900000024();
    await migration.down(runner);
    expect(await mayCount()).toEqual([{ counts: false, reads: false }]);
    await migration.up(runner);
    expect(await runner.query(`SELECT * FROM metrics_drains()`).catch(String)).toMatch(/permission denied/);
    expect(await mayCount()).toEqual([{ counts: true, reads: false }]);
  } finally {
    await runner.release();
    await source.destroy();
  }
});
