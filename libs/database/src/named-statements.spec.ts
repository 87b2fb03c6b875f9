import { randomUUID } from 'node:crypto';

import pg from 'pg';
import type { DataSource } from 'typeorm';

import { createDataSource } from './data-source.js';
import { NamedStatements, StatementTexts } from './named-statements.js';
import { Tenancy } from './tenancy.js';
import { migratedTestDatabase, type TestDatabase } from './testing/index.js';

const OFTEN_ENOUGH = 6;
const ORGANIZATION = randomUUID();

let database: TestDatabase;
let superuser: pg.Pool;
let app: DataSource;
let tenancy: Tenancy;

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 1 });
  // One connection, so that every statement is prepared where the one before was.
  app = await createDataSource({ url: database.appUrl, poolSize: 1, applicationName: 'named' }).initialize();
  tenancy = new Tenancy(app);
  await superuser.query('CREATE TABLE changing (name text)');
  await superuser.query('GRANT SELECT ON changing TO PUBLIC');
  await superuser.query(`INSERT INTO changing VALUES ('Ada')`);
});
afterAll(async () => {
  await app.destroy();
  await superuser.end();
  await database.drop();
});

function ask(sql: string, ...values: unknown[]): Promise<unknown[]> {
  return tenancy.run(ORGANIZATION, (tx) => tx.query(sql, values));
}

async function askOften(sql: string, ...values: unknown[]): Promise<void> {
  for (let n = 0; n < OFTEN_ENOUGH; n += 1) await ask(sql, ...values);
}

async function isPrepared(sql: string): Promise<boolean> {
  const found: unknown[] = await app.query('SELECT 1 FROM pg_prepared_statements WHERE statement = $1', [
    sql,
  ]);
  return found.length > 0;
}

describe('a statement that comes again and again', () => {
  it('is prepared, and one that came once is not', async () => {
    const often = 'SELECT $1::int + 1 AS next';
    const once = 'SELECT $1::int + 2 AS next';
    await askOften(often, 1);
    await ask(once, 1);
    expect(await isPrepared(often)).toBe(true);
    expect(await isPrepared(once)).toBe(false);
    expect(await ask(often, 41)).toEqual([{ next: 42 }]);
  });

  it('is planned by its values where they are many, because a plan for few would take minutes', async () => {
    const sql = 'SELECT count(*)::int AS items FROM unnest($1::int[])';
    const many = Array.from({ length: 5_000 }, (_, n) => n);
    await askOften(sql, many);
    expect(await isPrepared(sql)).toBe(false);
    await askOften(sql, [1, 2, 3]);
    expect(await isPrepared(sql)).toBe(true);
    expect(await ask(sql, many)).toEqual([{ items: 5_000 }]);
  });

  it('goes on after another process has migrated its table', async () => {
    const sql = 'SELECT * FROM changing WHERE name = $1';
    await askOften(sql, 'Ada');
    expect(await isPrepared(sql)).toBe(true);
    await superuser.query('ALTER TABLE changing ADD COLUMN age int');
    expect(await ask(sql, 'Ada')).toEqual([{ name: 'Ada', age: null }]);
    await superuser.query('ALTER TABLE changing ADD COLUMN city text');
    expect(await tenancy.lookup(sql, ['Ada'])).toEqual([{ name: 'Ada', age: null, city: null }]);
  });

  it('goes on when a pooler hands out sessions that know nothing of it', async () => {
    const sql = 'SELECT $1::int + 3 AS next';
    await askOften(sql, 1);
    await app.query('DEALLOCATE ALL');
    expect(await ask(sql, 1)).toEqual([{ next: 4 }]);
    const later = 'SELECT $1::int + 4 AS next';
    await askOften(later, 1);
    expect(await isPrepared(later)).toBe(false);
  });
});

describe('the names of a connection', () => {
  it('are as many as a session can bear', () => {
    const names = new NamedStatements(new StatementTexts());
    const given = new Set<string>();
    for (let n = 0; n < 5_000; n += 1)
      for (let run = 0; run < OFTEN_ENOUGH; run += 1) {
        const name = names.nameOf(`SELECT ${n} + $1`, [run]);
        if (name !== undefined) given.add(name);
      }
    expect(given.size).toBe(400);
  });
});
