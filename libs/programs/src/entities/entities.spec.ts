import { createDataSource } from '@rekomi/database';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';

import { programEntities } from './index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await migratedTestDatabase();
});
afterAll(() => database.drop());

it('the entities describe exactly the columns that the migrations make', async () => {
  const source = createDataSource(
    { url: database.ownerUrl, poolSize: 1, applicationName: 'drift' },
    programEntities,
  );
  await source.initialize();
  // TypeORM looks the expressions of generated columns up in a table that only its own synchronisation makes.
  await source.query(
    'CREATE TABLE typeorm_metadata (type text, database text, schema text, "table" text, name text, value text)',
  );
  await source.query(
    `INSERT INTO typeorm_metadata VALUES
       ('GENERATED_COLUMN', current_database(), 'public', 'affiliate', 'email_key', 'lower(email)'),
       ('GENERATED_COLUMN', current_database(), 'public', 'affiliate', 'referral_slug_key', 'lower(referral_slug)'),
       ('GENERATED_COLUMN', current_database(), 'public', 'affiliate', 'person_key', 'person_key(email)')`,
  );
  const drift = await source.driver.createSchemaBuilder().log();
  // Keys, checks and indexes are the migrations' alone: no code depends on an entity repeating them.
  const columns = drift.upQueries
    .map(({ query }) => query)
    .filter((query) => !/DROP (CONSTRAINT|INDEX)/.test(query));
  expect(columns).toEqual([]);
  await source.destroy();
});
