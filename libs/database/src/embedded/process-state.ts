import { readdir, readFile, readlink } from 'node:fs/promises';

import { runCommand } from './run-command.js';

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The command line of a process; an empty string when it is gone or a zombie; null when the system does not tell.
 * A living process id alone proves nothing: after a reboot or in a new container it belongs to another program.
 */
export async function commandLineOf(pid: number): Promise<string | null> {
  if (!isProcessAlive(pid)) return '';
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
    return raw === null ? null : raw.replaceAll('\0', ' ').trim();
  }
  if (process.platform === 'win32') return null;
  const listed = await runCommand('ps', ['-ww', '-p', String(pid), '-o', 'args=']);
  return listed.ok ? listed.output.trim() : null;
}

/** Whether any process works in this folder (every PostgreSQL process of a cluster does). False where unknown. */
export async function hasProcessWorkingIn(folder: string): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => null)));
  return folders.includes(folder);
}
