import { randomBytes } from 'node:crypto';
import { chown, mkdir } from 'node:fs/promises';
import path from 'node:path';

import { runCommand } from './run-command.js';
import type { RunAs } from './run-command.js';
import { serviceFolder } from './service-folder.js';

/** Creates the data folder when missing. Root's stays enterable, so that the service account reaches the cluster inside. */
export async function ensureDataFolder(dataFolder: string): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}

/**
 * Decides where a new cluster lives: inside the data folder, unless the service account cannot get there (a project in
 * /root, mode 0700). Then it gets a folder of its own outside, which the data folder's state file remembers.
 * @returns the path as it is to be remembered: relative when inside the data folder, so that the folder may be moved.
 */
export async function chooseClusterFolder(dataFolder: string, runAs: RunAs | undefined): Promise<string> {
  if (runAs === undefined || (await canEnter(dataFolder, runAs))) return 'postgres';
  const folder = path.join(await serviceFolder(), `cluster-${randomBytes(6).toString('hex')}`);
  return folder;
}

export async function createClusterFolder(folder: string, runAs: RunAs | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (runAs) await chown(folder, runAs.uid, runAs.gid);
}

/** Asks the system itself: modes, ACLs and mounts of every folder on the way count. */
async function canEnter(folder: string, runAs: RunAs): Promise<boolean> {
  return (await runCommand('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { runAs })).ok;
}
