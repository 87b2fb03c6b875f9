import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { removeEmbeddedPostgres } from '../embedded/remove-embedded-postgres.js';
import { withConnection } from '../embedded/superuser-connection.js';
import { testDatabase } from './test-database.js';

let folder: string;
let built = 0;
const preparation = {
  fingerprint: 'one table',
  migrate: async (ownerUrl: string): Promise<void> => {
    built += 1;
    await withConnection(ownerUrl, async (client) => {
      await client.query('CREATE TABLE note (text text NOT NULL)');
      await client.query('GRANT SELECT, INSERT ON note TO rekomi_app');
    });
  },
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rekomi-test-server-'));
  process.env['REKOMI_TEST_DATA'] = folder;
  delete process.env['TEST_DATABASE_URL'];
});

afterAll(async () => {
  await removeEmbeddedPostgres(folder);
  await rm(folder, { recursive: true, force: true });
});

const countNotes = (url: string): Promise<number> =>
  withConnection(url, async (client) => (await client.query('SELECT * FROM note')).rows.length);

describe('a database for one test file', () => {
  it('starts from the migrated schema and shares nothing with the next one', async () => {
    const [first, second] = await Promise.all([testDatabase(preparation), testDatabase(preparation)]);
    await withConnection(first.appUrl, (client) => client.query("INSERT INTO note VALUES ('mine')"));
    expect(await countNotes(first.superuserUrl)).toBe(1);
    expect(await countNotes(second.appUrl)).toBe(0);
    expect(built).toBe(1);
    await Promise.all([first.drop(), second.drop()]);
  });

  it('is gone after drop, even while somebody is connected', async () => {
    const database = await testDatabase(preparation);
    await withConnection(database.appUrl, async () => database.drop());
    await expect(countNotes(database.superuserUrl)).rejects.toThrow(/does not exist/);
  });

  it('is built anew when the schema changes', async () => {
    const before = built;
    const database = await testDatabase({ ...preparation, fingerprint: 'another table' });
    expect(built).toBe(before + 1);
    await database.drop();
  });

  it('does not hand out a template whose migration failed', async () => {
    const failing = { fingerprint: 'broken', migrate: () => Promise.reject(new Error('syntax error')) };
    await expect(testDatabase(failing)).rejects.toThrow('syntax error');
    const database = await testDatabase({ ...preparation, fingerprint: 'broken' });
    expect(await countNotes(database.appUrl)).toBe(0);
    await database.drop();
  });
});
