import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { commandLineOf, withFileLock } from '@rekomi/database';

import { LauncherProblem } from './launcher-problem.js';

interface RunningLauncher {
  readonly pid: number;
}

/**
 * Takes the data folder for this process; two launchers on one folder would start everything twice.
 * @returns gives the folder back
 * @throws LauncherProblem when another launcher has it
 */
export function takeDataFolder(dataFolder: string): Promise<() => Promise<void>> {
  const file = path.join(dataFolder, 'launcher.json');
  return withFileLock(`${file}.lock`, async () => {
    const other = await readRunning(file);
    if (other !== null && other.pid !== process.pid && (await isLauncher(other.pid))) {
      throw new LauncherProblem(
        `Rekomi already runs with the data in ${dataFolder} (process ${other.pid}).\n` +
          `Stop it with Ctrl-C in its terminal, or: kill ${other.pid}`,
      );
    }
    await writeFile(file, JSON.stringify({ pid: process.pid }), { mode: 0o600 });
    return () => rm(file, { force: true });
  });
}

/** The id alone proves nothing: after a crash or a reboot another program may have it. */
async function isLauncher(pid: number): Promise<boolean> {
  const commandLine = await commandLineOf(pid);
  return commandLine === null || /start\.mjs|launcher/.test(commandLine);
}

async function readRunning(file: string): Promise<RunningLauncher | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as RunningLauncher;
  } catch {
    return null;
  }
}
