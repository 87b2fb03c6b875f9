import { rm } from 'node:fs/promises';
import path from 'node:path';

import { readClusterState, stateFile } from './cluster-state.js';
import { findBinaries } from './find-binaries.js';
import { clusterMajor } from './initialise-cluster.js';
import { runningPostmaster } from './postmaster.js';
import { serviceAccount } from './service-account.js';
import { stopServer } from './stop-server.js';

/**
 * Stops the server of a data folder and deletes its data, wherever they live. Nothing to do when there are none.
 * A damaged `postgres.json` does not stand in the way of starting over; only data outside the folder stay then.
 */
export async function removeEmbeddedPostgres(folder: string): Promise<void> {
  const dataFolder = path.resolve(folder);
  const state = await readClusterState(dataFolder).catch(() => null);
  const clusterFolder = path.resolve(dataFolder, state?.clusterFolder ?? 'postgres');
  const dataDirectory = path.join(clusterFolder, 'data');
  if ((await runningPostmaster(dataDirectory)) !== null) {
    const runAs = await serviceAccount(dataDirectory);
    const binaries = await findBinaries({ dataFolder, runAs, major: await clusterMajor(dataDirectory) });
    const logFile = path.join(clusterFolder, 'postgresql.log');
    await stopServer({ binaries, clusterFolder, dataDirectory, logFile, runAs });
  }
  await rm(clusterFolder, { recursive: true, force: true });
  await rm(stateFile(dataFolder), { force: true });
}
