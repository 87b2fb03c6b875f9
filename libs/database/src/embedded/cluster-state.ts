import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** What a data folder remembers about its database server, in `postgres.json` (mode 0600). */
export interface ClusterState {
  /** Absolute, or relative to the data folder. */
  readonly clusterFolder: string;
  /** Loopback TCP port; null before the first start. */
  readonly port: number | null;
  readonly superuserPassword: string;
  readonly ownerPassword: string;
  readonly appPassword: string;
}

export function newClusterState(clusterFolder: string): ClusterState {
  const password = (): string => randomBytes(24).toString('base64url');
  return {
    clusterFolder,
    port: null,
    superuserPassword: password(),
    ownerPassword: password(),
    appPassword: password(),
  };
}

/** @throws EmbeddedPostgresError when the file is there but cannot be used. */
export async function readClusterState(dataFolder: string): Promise<ClusterState | null> {
  const file = stateFile(dataFolder);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new EmbeddedPostgresError({
      message: `${file} cannot be read: ${(err as Error).message}.`,
      fix: 'start as the user who started Rekomi first, or use another data folder (REKOMI_DATA).',
    });
  }
  const state = parseState(text);
  if (state) return state;
  throw new EmbeddedPostgresError({
    message: `${file} is damaged; it holds the passwords of the embedded database.`,
    fix: 'restore it from a backup, or start over with an empty database: npm start -- --reset',
  });
}

/** Written beside and renamed, so that a crash leaves either the old or the new file. */
export async function writeClusterState(dataFolder: string, state: ClusterState): Promise<void> {
  const file = stateFile(dataFolder);
  const beside = `${file}.${process.pid}.new`;
  await writeFile(beside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(beside, file);
}

export function stateFile(dataFolder: string): string {
  return path.join(dataFolder, 'postgres.json');
}

function parseState(text: string): ClusterState | null {
  try {
    const value = JSON.parse(text) as Partial<ClusterState>;
    const texts = [value.clusterFolder, value.superuserPassword, value.ownerPassword, value.appPassword];
    if (!texts.every((entry) => typeof entry === 'string' && entry !== '')) return null;
    return { ...(value as ClusterState), port: typeof value.port === 'number' ? value.port : null };
  } catch {
    return null;
  }
}
