import path from 'node:path';

import { chooseClusterFolder, createClusterFolder, ensureDataFolder } from './cluster-folder.js';
import { newClusterState, readClusterState, writeClusterState } from './cluster-state.js';
import type { ClusterState } from './cluster-state.js';
import {
  APP_ROLE,
  createOwnedDatabase,
  databaseExists,
  databaseUrl,
  dropOwnedDatabase,
  ensureRoles,
  loginUrl,
  OWNER_ROLE,
} from './database-roles.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { withFileLock } from './file-lock.js';
import { findBinaries } from './find-binaries.js';
import { clusterMajor, initialiseCluster, SUPERUSER } from './initialise-cluster.js';
import { runningPostmaster } from './postmaster.js';
import { serviceAccount } from './service-account.js';
import { startServer } from './start-server.js';
import { stopServer } from './stop-server.js';
import { withConnection } from './superuser-connection.js';

export interface EmbeddedPostgresOptions {
  /** Folder that keeps the data and the passwords; created when missing. */
  readonly dataFolder: string;
  /** False switches fsync off: faster, for data that can be made again. Default true. */
  readonly durable?: boolean;
  /** Told in one sentence what is going on when it takes time. */
  readonly log?: (message: string) => void;
}

export interface DatabaseUrls {
  /** Role for migrations. */
  readonly ownerUrl: string;
  /** Role for everything else; bound by row-level security. */
  readonly appUrl: string;
}

export interface EmbeddedPostgres extends DatabaseUrls {
  /** For setting up and tearing down; the product never runs as superuser. */
  readonly superuserUrl: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly logFile: string;
  /** For example "18.4". */
  readonly version: string;
  /** True when a server of the same data folder was running already. */
  readonly reused: boolean;
  /** Whether the server is up now. */
  isRunning(): Promise<boolean>;
  /** Ends the server, also a reused one. Close every pool first: the server disconnects whoever is left. */
  stop(): Promise<void>;
  createDatabase(name: string, template?: string): Promise<DatabaseUrls>;
  dropDatabase(name: string): Promise<void>;
}

const DATABASE = 'rekomi';

/**
 * Starts the PostgreSQL server of a data folder, or joins the one that is running, and makes sure that its roles and
 * its database exist. Safe to call from several processes at once.
 * @throws EmbeddedPostgresError with the server's own last words and a fix
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataFolder = path.resolve(options.dataFolder);
  await ensureDataFolder(dataFolder);
  return withFileLock(path.join(dataFolder, 'postgres.lock'), async () => {
    const state = await loadState(dataFolder);
    return start(dataFolder, state, options);
  });
}

async function loadState(dataFolder: string): Promise<ClusterState> {
  const known = await readClusterState(dataFolder);
  if (known) return known;
  if ((await clusterMajor(path.join(dataFolder, 'postgres', 'data'))) !== null) {
    throw new EmbeddedPostgresError({
      message: `${dataFolder} holds a database, but postgres.json with its passwords is missing.`,
      fix: 'restore that file from a backup, or start over with an empty database: npm start -- --reset',
    });
  }
  const clusterFolder = await chooseClusterFolder(dataFolder, await serviceAccount(null));
  const state = newClusterState(clusterFolder);
  await writeClusterState(dataFolder, state);
  return state;
}

async function start(
  dataFolder: string,
  state: ClusterState,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const durable = options.durable ?? true;
  const clusterFolder = path.resolve(dataFolder, state.clusterFolder);
  const dataDirectory = path.join(clusterFolder, 'data');
  const logFile = path.join(clusterFolder, 'postgresql.log');
  const major = await clusterMajor(dataDirectory);
  const runAs = await serviceAccount(major === null ? null : dataDirectory);
  const binaries = await findBinaries({ dataFolder, runAs, major });
  if (binaries.source === 'system')
    log(`Using the PostgreSQL ${binaries.major} installed in ${binaries.folder}.`);
  if (major === null) {
    if (state.port !== null) throw dataVanished(dataDirectory);
    log(`Creating the database files in ${clusterFolder}.`);
    await createClusterFolder(clusterFolder, runAs);
    const { superuserPassword } = state;
    await initialiseCluster({ binaries, clusterFolder, dataDirectory, runAs, superuserPassword, durable });
  }
  const running = await runningPostmaster(dataDirectory);
  const port =
    running?.port ??
    (await startServer({
      ...{ binaries, clusterFolder, dataDirectory, logFile, runAs, durable },
      rememberedPort: state.port,
    }));
  if (state.port !== null && state.port !== port)
    log(`Port ${state.port} is taken; PostgreSQL listens on ${port}.`);
  if (state.port !== port) await writeClusterState(dataFolder, { ...state, port });

  const superuserUrl = `postgres://${SUPERUSER}:${state.superuserPassword}@127.0.0.1:${port}/postgres`;
  const urls = (database: string): DatabaseUrls => ({
    ownerUrl: loginUrl(databaseUrl(superuserUrl, database), OWNER_ROLE, state.ownerPassword),
    appUrl: loginUrl(databaseUrl(superuserUrl, database), APP_ROLE, state.appPassword),
  });
  const version = await prepareDatabase(superuserUrl, state);
  return {
    ...urls(DATABASE),
    ...{ superuserUrl, port, dataDirectory, logFile, version },
    reused: running !== null,
    isRunning: async () => (await runningPostmaster(dataDirectory)) !== null,
    stop: () => stopServer({ binaries, clusterFolder, dataDirectory, logFile, runAs }),
    async createDatabase(name, template) {
      await createOwnedDatabase(superuserUrl, name, template);
      return urls(name);
    },
    dropDatabase: (name) => dropOwnedDatabase(superuserUrl, name),
  };
}

/** Repeated at every start: a first start may have been interrupted anywhere. */
async function prepareDatabase(superuserUrl: string, state: ClusterState): Promise<string> {
  const { version, isMissing } = await withConnection(superuserUrl, async (superuser) => {
    await ensureRoles(superuser, state);
    const answer = await superuser.query<{ server_version: string }>('SHOW server_version');
    const isMissing = !(await databaseExists(superuser, DATABASE));
    return { version: answer.rows[0]?.server_version ?? '', isMissing };
  });
  if (isMissing) await createOwnedDatabase(superuserUrl, DATABASE);
  return version;
}

/** A server ran here before: an empty database in its place would look like lost data. */
function dataVanished(dataDirectory: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError({
    message: `The database files are gone: ${dataDirectory}`,
    fix: 'mount or restore that folder, or start over with an empty database: npm start -- --reset',
  });
}
