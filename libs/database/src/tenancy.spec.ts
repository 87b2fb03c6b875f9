import { randomUUID } from 'node:crypto';

import pg from 'pg';
import type { DataSource } from 'typeorm';

import { createDataSource } from './data-source.js';
import { Tenancy, sqlState } from './tenancy.js';
import { migratedTestDatabase, type TestDatabase } from './testing/index.js';

let database: TestDatabase;
let superuser: pg.Pool;
let app: DataSource;
let tenancy: Tenancy;
const [ours, theirs] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  app = await createDataSource({
    url: database.appUrl,
    poolSize: 2,
    applicationName: 'tenancy',
  }).initialize();
  tenancy = new Tenancy(app);
  for (const [id, slug] of [
    [ours, 'ours'],
    [theirs, 'theirs'],
  ])
    await superuser.query(`INSERT INTO organization (id, slug, name) VALUES ($1, $2, $2)`, [id, slug]);
});
afterAll(async () => {
  await app.destroy();
  await superuser.end();
  await database.drop();
});

async function names(sql: string): Promise<string[]> {
  const found = await superuser.query<{ name: string }>(sql);
  return found.rows.map(({ name }) => name);
}

/** Tables with a tenant in every row; partitions are reached through their parent only. */
const TENANT_TABLES = `
  SELECT c.oid, c.relname, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.relowner
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`;

describe('the catalogue', () => {
  it('knows the tables with a tenant', async () => {
    const tables = await names(
      `SELECT relname AS name FROM (${TENANT_TABLES}) t WHERE NOT relispartition ORDER BY 1`,
    );
    expect(tables).toEqual(
      expect.arrayContaining([
        'affiliate',
        'api_key',
        'campaign',
        'connection',
        'consent',
        'delivery',
        'lane',
        'ledger',
      ]),
    );
  });

  it('forces row-level security on every one of them', async () => {
    const open = await names(`SELECT relname AS name FROM (${TENANT_TABLES}) t
      WHERE NOT relispartition AND NOT (relrowsecurity AND relforcerowsecurity)`);
    expect(open).toEqual([]);
  });

  it('has a policy for all verbs on every one, by the tenant of the transaction, for reading and writing', async () => {
    const without =
      await names(`SELECT relname AS name FROM (${TENANT_TABLES}) t WHERE NOT relispartition AND NOT EXISTS (
      SELECT FROM pg_policy p WHERE p.polrelid = t.oid AND p.polcmd = '*' AND p.polpermissive
         AND p.polroles = ARRAY['rekomi_runtime'::regrole::oid]
         AND pg_get_expr(p.polqual, t.oid) LIKE '(organization_id = ( SELECT current_organization()%'
         AND pg_get_expr(p.polwithcheck, t.oid) = pg_get_expr(p.polqual, t.oid))`);
    expect(without).toEqual([]);
  });

  it('gives nobody but the look-up functions a policy beside it', async () => {
    const others =
      await names(`SELECT format('%s on %s', p.polname, t.relname) AS name FROM (${TENANT_TABLES}) t
      JOIN pg_policy p ON p.polrelid = t.oid
      WHERE p.polname <> 'tenant' AND p.polroles <> ARRAY['rekomi_lookup'::regrole::oid]`);
    expect(others).toEqual([]);
  });

  it('lets the runtime role reach no partition around its parent', async () => {
    const reachable = await names(`SELECT relname AS name FROM (${TENANT_TABLES}) t WHERE relispartition
      AND has_table_privilege('rekomi_app', t.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')`);
    expect(reachable).toEqual([]);
  });

  it('has a runtime role that is no superuser, passes by no policy and owns nothing', async () => {
    const roles = await superuser.query(
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname IN ('rekomi_app', 'rekomi_runtime', 'rekomi_lookup')`,
    );
    expect(roles.rows).toHaveLength(3);
    for (const role of roles.rows)
      expect(role).toEqual({
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
      });
    const owned = await names(`SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND pg_has_role('rekomi_app', c.relowner, 'MEMBER')`);
    expect(owned).toEqual([]);
  });

  it('has the tenant in every foreign key between tables of tenants', async () => {
    const narrow =
      await names(`SELECT format('%s of %s', k.conname, k.conrelid::regclass) AS name FROM pg_constraint k
      JOIN (${TENANT_TABLES}) child ON child.oid = k.conrelid JOIN (${TENANT_TABLES}) parent ON parent.oid = k.confrelid
      WHERE k.contype = 'f' AND NOT EXISTS (
        SELECT FROM unnest(k.conkey, k.confkey) AS pair(mine, other)
          JOIN pg_attribute m ON m.attrelid = k.conrelid AND m.attnum = pair.mine AND m.attname = 'organization_id'
          JOIN pg_attribute o ON o.attrelid = k.confrelid AND o.attnum = pair.other AND o.attname = 'organization_id')`);
    expect(narrow).toEqual([]);
  });

  it('runs functions of other roles with a fixed search path, callable by the runtime role only', async () => {
    const open = await names(`SELECT p.oid::regprocedure::text AS name FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND (
        p.proconfig IS NULL OR NOT 'search_path=public, pg_temp' = ANY(p.proconfig)
        OR EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0))`);
    expect(open).toEqual([]);
  });
});

describe('a transaction of one tenant', () => {
  const key = (organizationId: string): [string, unknown[]] => [
    `INSERT INTO api_key (id, organization_id, name, environment, scope, prefix, last_four, secret_hash)
     VALUES ($1, $2, 'key', 'test', 'read', 'p', '1234', $3)`,
    [randomUUID(), organizationId, Buffer.from(randomUUID())],
  ];

  it('sees and changes its own rows only', async () => {
    for (const organizationId of [ours, theirs])
      await tenancy.run(organizationId, (tx) => tx.query(...key(organizationId)));
    const seen: { organization_id: string }[] = await tenancy.run(ours, (tx) =>
      tx.query(`SELECT organization_id FROM api_key`),
    );
    expect(seen).toEqual([{ organization_id: ours }]);
    await tenancy.run(ours, (tx) => tx.query(`UPDATE api_key SET name = 'renamed'`));
    const renamed = await superuser.query<{ organization_id: string }>(
      `SELECT organization_id FROM api_key WHERE name = 'renamed'`,
    );
    expect(renamed.rows).toEqual([{ organization_id: ours }]);
  });

  it('cannot write a row of another tenant', async () => {
    await expect(tenancy.run(ours, (tx) => tx.query(...key(theirs)))).rejects.toThrow(/row-level security/);
  });

  it('leaves nothing behind in the pool: without a tenant no row is visible', async () => {
    await tenancy.run(ours, (tx) => tx.query('SELECT 1'));
    const seen = await Promise.all([1, 2, 3, 4].map(() => tenancy.lookup('SELECT id FROM api_key')));
    expect(seen.flat()).toEqual([]);
  });

  it('is run again after a deadlock, as a whole, and at most four times', async () => {
    let runs = 0;
    const deadlock = `DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$`;
    await tenancy.run(ours, async (tx) => {
      runs += 1;
      await tx.query(`INSERT INTO idempotency_key (organization_id, caller_id, route, key, fingerprint, status)
        SELECT organization_id, id, 'r', 'k', '', 200 FROM api_key`);
      if (runs < 3) await tx.query(deadlock);
    });
    expect(runs).toBe(3);
    expect((await superuser.query(`SELECT 1 FROM idempotency_key`)).rows).toHaveLength(1);
    const failing = tenancy.run(ours, async (tx) => {
      runs += 1;
      await tx.query(deadlock);
    });
    expect(sqlState(await failing.catch((err: unknown) => err))).toBe('40P01');
    expect(runs).toBe(7);
  });
});
