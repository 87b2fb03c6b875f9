import { createHash } from 'node:crypto';
import path from 'node:path';

import { createOwnedDatabase, databaseExists, dropOwnedDatabase } from '../embedded/database-roles.js';
import { withFileLock } from '../embedded/file-lock.js';
import { isProcessAlive } from '../embedded/process-state.js';
import { withConnection } from '../embedded/superuser-connection.js';
import type { TestServer } from './test-server.js';

/** How an empty database becomes one that tests can use. */
export interface SchemaPreparation {
  /** Brings an empty database to the newest schema. */
  readonly migrate: (ownerUrl: string) => Promise<void>;
  /** Changes whenever `migrate` would produce something else. */
  readonly fingerprint: string;
}

const TEMPLATE_PREFIX = 'rekomi_template_';
export const CLONE_PREFIX = 'rekomi_test_';

/** Builds the migrated template once per fingerprint; everybody else finds it. */
export async function templateDatabase(server: TestServer, preparation: SchemaPreparation): Promise<string> {
  const hash = createHash('sha256').update(preparation.fingerprint).digest('hex').slice(0, 12);
  const template = `${TEMPLATE_PREFIX}${hash}`;
  if (await exists(server, template)) return template;
  await withFileLock(path.join(server.folder, 'template.lock'), async () => {
    if (!(await exists(server, template))) await build(server, template, preparation);
  });
  return template;
}

/** Built under another name: a migration that fails half way leaves no template behind. */
async function build(server: TestServer, template: string, preparation: SchemaPreparation): Promise<void> {
  const unfinished = `${template}_unfinished`;
  await dropLeftOvers(server);
  await dropOwnedDatabase(server.superuserUrl, unfinished);
  await createOwnedDatabase(server.superuserUrl, unfinished);
  await preparation.migrate(server.urlsOf(unfinished).ownerUrl);
  await withConnection(server.superuserUrl, async (superuser) => {
    // A session that the migration left open would make every copy fail.
    await superuser.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      unfinished,
    ]);
    await superuser.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
    await superuser.query(`ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
  });
}

/** Copies of test files that were killed. Their process id is part of the name. */
async function dropLeftOvers(server: TestServer): Promise<void> {
  const names = await withConnection(server.superuserUrl, async (superuser) => {
    const found = await superuser.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [CLONE_PREFIX],
    );
    return found.rows.map((row) => row.datname);
  });
  for (const name of names) {
    const pid = Number(name.slice(CLONE_PREFIX.length).split('_')[0]);
    if (!isProcessAlive(pid)) await dropOwnedDatabase(server.superuserUrl, name);
  }
}

function exists(server: TestServer, name: string): Promise<boolean> {
  return withConnection(server.superuserUrl, (superuser) => databaseExists(superuser, name));
}
