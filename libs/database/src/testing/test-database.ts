import { randomBytes } from 'node:crypto';

import { createOwnedDatabase, databaseUrl, dropOwnedDatabase } from '../embedded/database-roles.js';
import type { DatabaseUrls } from '../embedded/embedded-postgres.js';
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
    drop: () => dropOwnedDatabase(server.superuserUrl, name),
  };
}
