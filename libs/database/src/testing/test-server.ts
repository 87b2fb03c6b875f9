import { createHmac } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { APP_ROLE, databaseUrl, ensureRoles, loginUrl, OWNER_ROLE } from '../embedded/database-roles.js';
import type { DatabaseUrls } from '../embedded/embedded-postgres.js';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { removeEmbeddedPostgres } from '../embedded/remove-embedded-postgres.js';
import { withConnection } from '../embedded/superuser-connection.js';

/** The PostgreSQL server that all test files of this working tree share. */
export interface TestServer {
  readonly superuserUrl: string;
  /** Folder for the lock under which templates are built. */
  readonly folder: string;
  urlsOf(database: string): DatabaseUrls;
}

let connected: Promise<TestServer> | null = null;

/**
 * Joins the shared server, starting it when nobody has. `TEST_DATABASE_URL` (superuser of a server that holds nothing
 * of value: our roles there get new passwords) uses that one instead.
 *
 * It keeps running between test files and is ended by `npm test`, unless another run still uses it: every process
 * that does leaves its id in the folder `users`.
 */
export function testServer(): Promise<TestServer> {
  connected ??= connect();
  return connected;
}

/** Folder of the shared server, inside node_modules so that it is neither committed nor formatted. */
export function testServerFolder(): string {
  return process.env['REKOMI_TEST_DATA'] ?? path.resolve('node_modules/.cache/rekomi-test-postgres');
}

async function connect(): Promise<TestServer> {
  const folder = testServerFolder();
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const external = process.env['TEST_DATABASE_URL'];
  if (external) return connectExternal(external, folder);
  await mkdir(path.join(folder, 'users'), { recursive: true });
  await writeFile(path.join(folder, 'users', String(process.pid)), '');
  const server = await startDisposable(folder);
  return {
    superuserUrl: server.superuserUrl,
    folder,
    urlsOf: (database) => ({
      ownerUrl: databaseUrl(server.ownerUrl, database),
      appUrl: databaseUrl(server.appUrl, database),
    }),
  };
}

/** Without fsync a crash of the machine may leave damaged files; nothing in them is worth repairing. */
async function startDisposable(folder: string): ReturnType<typeof startEmbeddedPostgres> {
  try {
    return await startEmbeddedPostgres({ dataFolder: folder, durable: false });
  } catch {
    await removeEmbeddedPostgres(folder);
    await rm(path.join(folder, 'postgres'), { recursive: true, force: true });
    return startEmbeddedPostgres({ dataFolder: folder, durable: false });
  }
}

async function connectExternal(superuserUrl: string, folder: string): Promise<TestServer> {
  // Every test process must arrive at the same passwords without telling each other.
  const password = (role: string): string =>
    createHmac('sha256', superuserUrl).update(role).digest('base64url');
  const passwords = { ownerPassword: password(OWNER_ROLE), appPassword: password(APP_ROLE) };
  await withConnection(superuserUrl, async (superuser) => {
    await superuser.query("SELECT pg_advisory_lock(hashtext('rekomi-test-roles'))");
    await ensureRoles(superuser, passwords);
  });
  return {
    superuserUrl,
    folder,
    urlsOf: (database) => ({
      ownerUrl: loginUrl(databaseUrl(superuserUrl, database), OWNER_ROLE, passwords.ownerPassword),
      appUrl: loginUrl(databaseUrl(superuserUrl, database), APP_ROLE, passwords.appPassword),
    }),
  };
}
