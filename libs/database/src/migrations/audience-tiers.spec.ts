import { createDataSource } from '../data-source.js';
import { migratedTestDatabase, type TestDatabase } from '../testing/index.js';
import { AudienceTiers1763900000017 } from './1763900000017-audience-tiers.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await migratedTestDatabase();
});
afterAll(() => database.drop());

it('keeps the tiers of before as given ones, and the table closed to its owner', async () => {
  const source = createDataSource({ url: database.ownerUrl, poolSize: 1, applicationName: 'migration' });
  const superuser = createDataSource({ url: database.superuserUrl, poolSize: 1, applicationName: 'before' });
  await source.initialize();
  await superuser.initialize();
  const migration = new AudienceTiers1763900000017();
  const runner = source.createQueryRunner();
  await migration.down(runner);
  await superuser.query(`INSERT INTO organization (id, slug, name) VALUES (new_id(), 'one', 'One')`);
  await superuser.query(
    `INSERT INTO affiliate (id, organization_id, email, joined_at)
     SELECT new_id(), o.id, p || '@example.com', now() FROM organization o, unnest(ARRAY['ada', 'ben']) AS p`,
  );
  await superuser.query(
    `INSERT INTO campaign (id, organization_id, name, slug) SELECT new_id(), id, 'C', 'c' FROM organization`,
  );
  await superuser.query(
    `INSERT INTO enrolment (id, organization_id, campaign_id, affiliate_id, status, tier)
     SELECT new_id(), a.organization_id, c.id, a.id, 'approved', CASE WHEN a.email LIKE 'ada%' THEN 'gold' END
       FROM affiliate a, campaign c`,
  );
  await migration.up(runner);
  await runner.release();
  expect(await superuser.query(`SELECT tier, given_tier FROM enrolment ORDER BY tier`)).toEqual([
    { tier: 'gold', given_tier: 'gold' },
    { tier: null, given_tier: null },
  ]);
  expect(await source.query(`SELECT * FROM enrolment`)).toEqual([]);
  await source.destroy();
  await superuser.destroy();
});
