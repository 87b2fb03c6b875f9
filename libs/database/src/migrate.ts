import { runMigrations as migrateQueue } from 'bullmq';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { MigrationExecutor, type DataSource } from 'typeorm';

import { createDataSource } from './data-source.js';
import { sqlState } from './tenancy.js';
import { migrations } from './migrations/index.js';

/** The schema that BullMQ keeps its tables in. */
export const QUEUE_SCHEMA = 'bullmq';

/**
 * How long a migration waits for a table that somebody is using. While it waits, everybody else who comes after it waits
 * as well, so it gives up soon and comes back.
 */
const LOCK_TIMEOUT_MS = 1_000;
const TIMES = 60;
const PAUSE_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

/** A database set-up that the product refuses to run on; the message says what to do. */
export class DatabaseSetupError extends Error {
  override readonly name = 'DatabaseSetupError';
}

/**
 * Brings the schema up to date. Safe to run by several processes at once and while older workers run.
 *
 * @param ownerUrl URL of the role that owns the database's objects. It needs CREATEROLE for the first run, because two
 *   roles nobody logs in as are created: `rekomi_runtime` and `rekomi_lookup`.
 * @param appUrl URL of the role the product runs as: neither a superuser, nor BYPASSRLS, nor the owner.
 * @returns names of the migrations that ran now.
 */
export async function migrate(ownerUrl: string, appUrl: string): Promise<readonly string[]> {
  const owner = createDataSource({
    url: ownerUrl,
    poolSize: 1,
    applicationName: 'rekomi-migrate',
    statementTimeoutMs: 0,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
  });
  owner.setOptions({ migrations: [...migrations], migrationsTransactionMode: 'each' });
  await owner.initialize();
  const lock = new pg.Client({ connectionString: ownerUrl, application_name: 'rekomi-migrate-lock' });
  try {
    await lock.connect();
    await lock.query(`SELECT pg_advisory_lock(hashtext('rekomi.migrate'))`);
    await refuseUnsafeRole(lock, roleOf(appUrl));
    const ran = await runWhereTablesAreFree(owner, ownerUrl);
    await migrateQueue(lock, QUEUE_SCHEMA);
    for (const statement of grants(roleOf(appUrl))) await lock.query(statement);
    return ran;
  } finally {
    await lock.end();
    await owner.destroy();
  }
}

/** Each migration is a transaction of its own: what was done before one gave way stays done. */
async function runWhereTablesAreFree(owner: DataSource, ownerUrl: string): Promise<readonly string[]> {
  const pending = await new MigrationExecutor(owner).getPendingMigrations();
  for (let time = 1; ; time += 1) {
    try {
      await owner.runMigrations();
      return pending.map(({ name }) => name);
    } catch (err) {
      const state = sqlState(err);
      if (state === '42501') throw rightMissing(ownerUrl, err);
      if (state !== LOCK_NOT_AVAILABLE && state !== DEADLOCK) throw err;
      if (time >= TIMES)
        throw new DatabaseSetupError(
          'A table that has to be changed has been in use for a minute. End what holds it (pg_stat_activity shows long transactions) and run the migrations again.',
          { cause: err },
        );
      await delay(PAUSE_MS);
    }
  }
}

/** Two roles are shared by all databases of a server; another installation's owner may have made them. */
function rightMissing(ownerUrl: string, err: unknown): DatabaseSetupError {
  const owner = pg.escapeIdentifier(roleOf(ownerUrl));
  const said = err instanceof Error ? err.message : String(err);
  return new DatabaseSetupError(
    `The role of DATABASE_OWNER_URL lacks a right (${said}). It needs CREATEROLE; and where another installation on this server has made the roles already, as a superuser: ` +
      `GRANT rekomi_runtime, rekomi_lookup TO ${owner} WITH ADMIN OPTION;`,
    { cause: err },
  );
}

function roleOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

async function refuseUnsafeRole(client: pg.Client, role: string): Promise<void> {
  const found = await client.query<{ rolsuper: boolean; rolbypassrls: boolean; is_owner: boolean }>(
    `SELECT rolsuper, rolbypassrls, rolname = current_user AS is_owner FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  const runtime = found.rows[0];
  if (runtime === undefined) {
    throw new DatabaseSetupError(
      `The role ${role} of DATABASE_URL does not exist. Create it: CREATE ROLE ${pg.escapeIdentifier(role)} LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS;`,
    );
  }
  if (runtime.rolsuper || runtime.rolbypassrls || runtime.is_owner) {
    throw new DatabaseSetupError(
      `The role ${role} of DATABASE_URL ${runtime.is_owner ? 'is the one that owns the tables' : 'passes by row-level security'}, so tenants would not be kept apart. ` +
        `Use another role: CREATE ROLE rekomi_app LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS;`,
    );
  }
}

function grants(role: string): readonly string[] {
  return [
    `GRANT rekomi_runtime TO ${pg.escapeIdentifier(role)}`,
    // Readiness compares what was applied with what the running code expects.
    `GRANT SELECT ON migrations TO rekomi_runtime`,
    // BullMQ makes a sequence for every queue when its first job is added.
    `GRANT USAGE, CREATE ON SCHEMA ${QUEUE_SCHEMA} TO rekomi_runtime`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO rekomi_runtime`,
    // The sequences of queues belong to the runtime role that made them; only what the owner made is the owner's to grant.
    `DO $$ DECLARE made text; BEGIN
       FOR made IN SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences
                    WHERE schemaname = '${QUEUE_SCHEMA}' AND sequenceowner = current_user LOOP
         EXECUTE 'GRANT USAGE, SELECT, UPDATE ON SEQUENCE ' || made || ' TO rekomi_runtime';
       END LOOP;
     END $$`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO rekomi_runtime`,
  ];
}
