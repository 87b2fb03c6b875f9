import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { isProcessAlive } from './process-state.js';

const POLL_MS = 50;
/** Nobody holds the lock longer than this: a holder of this age died and its process id was given to another. */
const STALE_AFTER_MS = 180_000;

const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other process (and no other caller in this process) runs work under the same lock file.
 * The file of a holder that died is taken over.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(file) ?? Promise.resolve();
  const turn = before.then(() => lockAndRun(file, work));
  const settled = turn.catch(() => undefined);
  queues.set(file, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(file) === settled) queues.delete(file);
  }
}

async function lockAndRun<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!(await tryLock(file))) {
    if (await isAbandoned(file)) await rm(file, { force: true });
    else await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw err;
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const age = await stat(file).then(
    (info) => Date.now() - info.mtimeMs,
    () => null,
  );
  if (age === null) return false;
  if (age > STALE_AFTER_MS) return true;
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  // An empty file is a holder between creating and writing it.
  if (!Number.isInteger(holder) || holder <= 0) return age > 2_000;
  // Our own id in a file that this process does not hold: an earlier process had it (usual in containers).
  return holder === process.pid || !isProcessAlive(holder);
}
