import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { commandLineOf, hasProcessWorkingIn } from './process-state.js';

/** The server process of a data directory, as its `postmaster.pid` names it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** The running server of a data directory; null when there is none, whatever a left-over `postmaster.pid` says. */
export async function runningPostmaster(dataDirectory: string): Promise<Postmaster | null> {
  const recorded = await recordedPostmaster(dataDirectory);
  if (recorded === null) return null;
  const commandLine = await commandLineOf(recorded.pid);
  const isOurs =
    commandLine === null || (commandLine.includes('postgres') && commandLine.includes(dataDirectory));
  return isOurs ? recorded : null;
}

/**
 * Removes a `postmaster.pid` whose process id belongs to another program by now. The server does that itself for an id
 * that is free; it has to refuse an id that is in use. Left alone while any process of the old server still works in
 * the directory: the file is what keeps two servers from writing the same data.
 */
export async function removeStalePostmasterFile(dataDirectory: string): Promise<boolean> {
  if ((await recordedPostmaster(dataDirectory)) === null) return false;
  if ((await runningPostmaster(dataDirectory)) !== null) return false;
  if (await hasProcessWorkingIn(dataDirectory)) return false;
  await rm(path.join(dataDirectory, 'postmaster.pid'), { force: true });
  return true;
}

/** Lines of the file: pid, data directory, start time, port, ... */
async function recordedPostmaster(dataDirectory: string): Promise<Postmaster | null> {
  const text = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n');
  const recorded = { pid: Number(pid), port: Number(port) };
  return recorded.pid > 0 && recorded.port > 0 ? recorded : null;
}
