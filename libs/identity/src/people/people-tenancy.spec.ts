import { createDataSource, Tenancy } from '@rekomi/database';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';

let database: TestDatabase;
let superuser: pg.Pool;
let app: DataSource;
let tenancy: Tenancy;
const [ours, theirs, we, they, both] = [newId(), newId(), newId(), newId(), newId()];

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  app = await createDataSource({ url: database.appUrl, poolSize: 2, applicationName: 'test' }).initialize();
  tenancy = new Tenancy(app);
  for (const [id, slug] of [
    [ours, 'ours'],
    [theirs, 'theirs'],
  ])
    await superuser.query(`INSERT INTO organization (id, slug, name) VALUES ($1, $2, $2)`, [id, slug]);
  for (const [id, name, ...organizations] of [
    [we, 'we', ours],
    [they, 'they', theirs],
    [both, 'both', ours, theirs],
  ]) {
    await superuser.query(
      `INSERT INTO app_user (id, email, name, password_hash) VALUES ($1, $2 || '@example.com', $2, 'secret')`,
      [id, name],
    );
    for (const organization of organizations) {
      await superuser.query(`INSERT INTO membership VALUES ($1, $2, 'owner')`, [organization, id]);
      await superuser.query(
        `INSERT INTO session (id, organization_id, user_id, token_hash, expires_at)
         VALUES ($1, $2, $3, $4, now() + interval '1 day')`,
        [newId(), organization, id, Buffer.from(newId())],
      );
    }
  }
});

afterAll(async () => {
  await app.destroy();
  await superuser.end();
  await database.drop();
});

const inOurs = <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row> =>
  tenancy.run(ours, (tx) => tx.query<Row>(sql, [...parameters]));

describe('an organisation', () => {
  it('sees its own people, not those of others', async () => {
    expect(await inOurs('SELECT name FROM app_user ORDER BY name')).toEqual([
      { name: 'both' },
      { name: 'we' },
    ]);
  });

  it('sees nobody before it is known which organisation it is', async () => {
    expect(await tenancy.lookup('SELECT name FROM app_user')).toEqual([]);
  });

  it.each([
    'SELECT password_hash FROM app_user',
    `UPDATE app_user SET name = 'x'`,
    `UPDATE app_user SET password_hash = 'x'`,
    `INSERT INTO app_user (id, email, name) VALUES (gen_random_uuid(), 'x@example.com', 'x')`,
    'DELETE FROM app_user',
    'SELECT * FROM password_reset_link',
    'DELETE FROM session',
  ])('cannot run: %s', async (sql) => {
    await expect(inOurs(sql)).rejects.toThrow(/permission denied/);
  });

  it('sees sessions in itself only, also of somebody who belongs to two', async () => {
    const seen = await inOurs<{ organization_id: string }[]>('SELECT organization_id FROM session');
    expect(seen).toEqual([{ organization_id: ours }, { organization_id: ours }]);
  });

  it('cannot make somebody a member of another one', async () => {
    const join = inOurs(`INSERT INTO membership VALUES ($1, $2, 'owner')`, [theirs, we]);
    await expect(join).rejects.toThrow(/row-level security/);
  });
});

describe('a session', () => {
  it('cannot be in an organisation that its person does not belong to', async () => {
    const open = inOurs(
      `INSERT INTO session (id, organization_id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, $4, now())`,
      [newId(), ours, they, Buffer.from('x')],
    );
    await expect(open).rejects.toThrow(/foreign key/);
  });
});

describe('an address', () => {
  it('is one person’s, in whatever case', async () => {
    const twice = tenancy.lookup<{ id: string | null }>(
      `SELECT create_user(gen_random_uuid(), 'WE@example.com', 'x', NULL) AS id`,
    );
    expect(await twice).toEqual([{ id: null }]);
  });
});
