import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { removeEmbeddedPostgres } from '@rekomi/database';

import { LauncherProblem } from './launcher-problem.js';

const MARKER = 'rekomi-data.json';

/**
 * Creates the data folder and marks it as ours. A folder that holds anything else is refused: `--reset` deletes
 * what is in it.
 */
export async function claimDataFolder(folder: string): Promise<void> {
  // Root's folder stays enterable for the account of the database server; the files in it are private one by one.
  await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 }).catch(
    refuse(folder),
  );
  if (await isOurs(folder)) return;
  const entries = (await readdir(folder).catch(refuse(folder))).filter((entry) => entry !== 'lost+found');
  if (entries.length > 0) {
    throw new LauncherProblem(
      `The data folder ${folder} holds other files (${entries.slice(0, 3).join(', ')}). Set REKOMI_DATA to an empty folder.`,
    );
  }
  const marker = {
    createdAt: new Date().toISOString(),
    purpose: 'Data of Rekomi CRM Sync. Delete with: npm start -- --reset',
  };
  await writeFile(path.join(folder, MARKER), `${JSON.stringify(marker, null, 2)}\n`).catch(refuse(folder));
  await mkdir(path.join(folder, 'logs'), { recursive: true, mode: 0o700 });
}

/** Deletes everything in the folder, and the database files wherever they live. */
export async function emptyDataFolder(folder: string): Promise<void> {
  if (!(await isOurs(folder))) return;
  await removeEmbeddedPostgres(folder);
  const entries = (await readdir(folder)).filter((entry) => entry !== MARKER && entry !== 'lost+found');
  for (const entry of entries) await rm(path.join(folder, entry), { recursive: true, force: true });
  // The marker goes last: an interrupted reset can be repeated.
  await rm(path.join(folder, MARKER), { force: true });
}

function isOurs(folder: string): Promise<boolean> {
  return access(path.join(folder, MARKER)).then(
    () => true,
    () => false,
  );
}

function refuse(folder: string): (err: Error) => never {
  return (err) => {
    throw new LauncherProblem(
      `The data folder ${folder} cannot be used: ${err.message}. Set REKOMI_DATA to another one.`,
    );
  };
}
