import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { createOwnedDatabase, databaseUrl, dropOwnedDatabase } from '../embedded/database-roles.js';
import type { DatabaseUrls } from '../embedded/embedded-postgres.js';
import { withConnection } from '../embedded/superuser-connection.js';
import { CLONE_PREFIX, templateDatabase } from './template-database.js';
import type { SchemaPreparation } from './template-database.js';
import { testServer } from './test-server.js';

/** A database of its own for one test file. */
export interface TestDatabase extends DatabaseUrls {
  /** The same database, as superuser: for looking behind row-level security. */
  readonly superuserUrl: string;
  /** Deletes the database, ending whatever connections are left. */
  drop(): Promise<void>;
}

/** A fresh copy of the migrated template, on the server that all test files share. About 50 ms after the first. */
export async function testDatabase(preparation: SchemaPreparation): Promise<TestDatabase> {
  const server = await testServer();
  const template = await templateDatabase(server, preparation);
  const name = `${CLONE_PREFIX}${process.pid}_${randomBytes(5).toString('hex')}`;
  await createOwnedDatabase(server.superuserUrl, name, template);
  return {
    ...server.urlsOf(name),
    superuserUrl: databaseUrl(server.superuserUrl, name),
    drop: async () => {
      await sessionsAreOver(server.superuserUrl, name);
      await dropOwnedDatabase(server.superuserUrl, name);
    },
  };
}

const OVER_WITHIN_MS = 1_000;

/**
 * A pool that was ended says goodbye without waiting. Ended by the server in that moment, a client would raise an error
 * that nobody hears any more.
 */
async function sessionsAreOver(superuserUrl: string, name: string): Promise<void> {
  await withConnection(superuserUrl, async (client) => {
    const deadline = performance.now() + OVER_WITHIN_MS;
    for (;;) {
      const { rows } = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [name]);
      if (rows.length === 0 || performance.now() > deadline) return;
      await pause(10);
    }
  });
}
