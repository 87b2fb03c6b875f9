import { appendFile, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runCommand } from './run-command.js';
import type { RunAs } from './run-command.js';
import type { ServerBinaries } from './server-binaries.js';
import { SETTINGS_FILE } from './server-settings.js';

export const SUPERUSER = 'postgres';

/** Major version of the server that wrote a data directory, or null when there is none yet. */
export async function clusterMajor(dataDirectory: string): Promise<number | null> {
  const text = await readFile(path.join(dataDirectory, 'PG_VERSION'), 'utf8').catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

export interface NewCluster {
  readonly binaries: ServerBinaries;
  readonly clusterFolder: string;
  readonly dataDirectory: string;
  readonly runAs: RunAs | undefined;
  readonly superuserPassword: string;
  readonly durable: boolean;
}

/** Creates the data directory. Built beside and renamed: an interrupted initdb leaves nothing that looks finished. */
export async function initialiseCluster(cluster: NewCluster): Promise<void> {
  const { runAs, clusterFolder } = cluster;
  const unfinished = `${cluster.dataDirectory}.new`;
  const passwordFile = path.join(clusterFolder, 'initial-password');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, cluster.superuserPassword, { mode: 0o600 });
  if (runAs) {
    await chown(unfinished, runAs.uid, runAs.gid);
    await chown(passwordFile, runAs.uid, runAs.gid);
  }
  const args = [
    `--pgdata=${unfinished}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...localeArguments(cluster.binaries.major),
    ...(cluster.durable ? [] : ['--no-sync']),
  ];
  const made = await runCommand(cluster.binaries.initdb, args, { runAs, cwd: clusterFolder });
  await rm(passwordFile, { force: true });
  if (!made.ok) {
    await rm(unfinished, { recursive: true, force: true });
    throw new EmbeddedPostgresError({
      message: `The database files could not be created in ${clusterFolder}.`,
      detail: made.output.trim().split('\n').slice(-8).join('\n'),
      fix: 'free disk space or choose another folder with REKOMI_DATA, then start again.',
    });
  }
  await appendFile(path.join(unfinished, 'postgresql.conf'), `\ninclude = '${SETTINGS_FILE}'\n`);
  await rename(unfinished, cluster.dataDirectory);
}

/** Letters of every script fold (`lower('Ä')`) and rows sort by code point, whatever the machine's locales are. */
function localeArguments(major: number): string[] {
  if (major >= 17) return ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  return ['--locale=C.UTF-8'];
}
