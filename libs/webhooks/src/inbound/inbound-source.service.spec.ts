import { randomUUID } from 'node:crypto';

import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { Vault, VaultKeyring } from '@rekomi/vault';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

import { InboundSourceService } from './inbound-source.service.js';

const [ours, theirs] = [randomUUID(), randomUUID()];
let database: TestDatabase;
let dataSource: DataSource;
let superuser: pg.Pool;
let tenancy: Tenancy;
let sources: InboundSourceService;

beforeAll(async () => {
  database = await migratedTestDatabase();
  dataSource = createDataSource({ url: database.appUrl, poolSize: 4, applicationName: 'inbound-spec' });
  await dataSource.initialize();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  await superuser.query(
    `INSERT INTO organization (id, slug, name) VALUES ($1, 'ours', 'Ours'), ($2, 'theirs', 'Theirs')`,
    [ours, theirs],
  );
  tenancy = new Tenancy(dataSource);
  sources = new InboundSourceService(tenancy, new Vault(VaultKeyring.generate()));
});
afterAll(async () => {
  await dataSource.destroy();
  await superuser.end();
  await database.drop();
});
beforeEach(() => emptyTables(superuser, 'inbound_source CASCADE'));

const run = <T>(work: (tx: EntityManager) => Promise<T>, organization = ours): Promise<T> =>
  tenancy.run(organization, work);
const create = () => run((tx) => sources.create(tx, ours, { kind: 'conversions', name: 'Shop' }));

it('is found by its id alone, with the secret that was shown once', async () => {
  const { source, secret } = await create();
  expect(await sources.open(source.id)).toEqual({
    organizationId: ours,
    id: source.id,
    kind: 'conversions',
    secrets: [secret],
  });
  expect(await sources.open(randomUUID())).toBeUndefined();
});

it('keeps its secret out of the table', async () => {
  const { secret } = await create();
  const { rows } = await superuser.query<{ row: string }>('SELECT x::text AS row FROM inbound_secret x');
  expect(rows).toHaveLength(1);
  expect(rows[0]?.row).not.toContain(secret.slice('whsec_'.length, -4));
});

it('accepts the old secret until the overlap ends, and a second change does not lengthen that', async () => {
  const { source, secret } = await create();
  const rotate = (overlapHours: number) => run((tx) => sources.rotate(tx, ours, source.id, { overlapHours }));
  const second = await rotate(1);
  const third = await rotate(48);
  expect((await sources.open(source.id))?.secrets.toSorted()).toEqual(
    [secret, second!.secret, third!.secret].toSorted(),
  );
  await superuser.query(`UPDATE inbound_secret SET expires_at = expires_at - interval '61 minutes'`);
  expect((await sources.open(source.id))?.secrets.toSorted()).toEqual(
    [second!.secret, third!.secret].toSorted(),
  );
  const fourth = await rotate(0);
  expect((await sources.open(source.id))?.secrets).toEqual([fourth!.secret]);
});

it('takes nothing any more once it is revoked, and its secrets are gone', async () => {
  const { source } = await create();
  const first = await run((tx) => sources.revoke(tx, ours, source.id));
  const again = await run((tx) => sources.revoke(tx, ours, source.id));
  expect(again?.revokedAt).toEqual(first?.revokedAt);
  expect(await sources.open(source.id)).toBeUndefined();
  expect(await run((tx) => sources.rotate(tx, ours, source.id, { overlapHours: 1 }))).toBeUndefined();
  expect((await superuser.query('SELECT 1 FROM inbound_secret')).rows).toEqual([]);
});

it('cannot be seen, changed or ended by another organisation', async () => {
  const { source } = await create();
  expect(await run((tx) => sources.list(tx, theirs, { limit: 10 }), theirs)).toEqual([]);
  expect(
    await run((tx) => sources.rotate(tx, theirs, source.id, { overlapHours: 0 }), theirs),
  ).toBeUndefined();
  expect(await run((tx) => sources.revoke(tx, theirs, source.id), theirs)).toBeUndefined();
  // Under their tenancy the rows stay invisible even when our id is named.
  expect(await run((tx) => sources.revoke(tx, ours, source.id), theirs)).toBeUndefined();
  expect((await sources.open(source.id))?.secrets).toHaveLength(1);
});
