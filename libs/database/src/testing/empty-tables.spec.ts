import pg from 'pg';

import { emptyTables } from './empty-tables.js';
import { migratedTestDatabase } from './migrated-test-database.js';
import type { TestDatabase } from './test-database.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await migratedTestDatabase();
  pool = new pg.Pool({ connectionString: database.superuserUrl, max: 3 });
  await pool.query('CREATE TABLE first (id int); CREATE TABLE second (id int)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('gives way to a transaction that holds one table and wants the other, and empties both after it', async () => {
  const other = await pool.connect();
  await other.query('BEGIN');
  // It would be the first to notice, and the victim.
  await other.query(`SET LOCAL deadlock_timeout = '200ms'`);
  await other.query('INSERT INTO second VALUES (1)');
  const emptied = emptyTables(pool, 'first, second');
  await untilSomebodyWaits();
  // Crosswise: whoever waits for `second` holds `first` already.
  await other.query('INSERT INTO first VALUES (1)');
  await other.query('COMMIT');
  other.release();
  await emptied;
  const left = await pool.query('SELECT id FROM first UNION ALL SELECT id FROM second');
  expect(left.rows).toEqual([]);
});

it('says what is wrong with a table that does not exist', async () => {
  await expect(emptyTables(pool, 'third')).rejects.toThrow('third');
});

async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const waiting = await pool.query(
      `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'second'::regclass`,
    );
    if (waiting.rows.length > 0) return;
  }
}
