import path from 'node:path';

import { runCommand } from './run-command.js';
import type { RunAs } from './run-command.js';
import type { RejectedBinaries, ServerBinaries } from './server-binaries.js';

/** BullMQ's PostgreSQL backend and our migrations need this much. */
export const OLDEST_MAJOR = 14;

/**
 * Runs the programs of a folder once, as the account that will use them. That answers everything at once: there,
 * executable, readable for the account, made for this system's C library, and which version.
 */
export async function inspectBinaries(
  folder: string,
  source: ServerBinaries['source'],
  runAs: RunAs | undefined,
): Promise<ServerBinaries | RejectedBinaries> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => path.join(folder, `${name}${suffix}`);
  for (const name of ['postgres', 'initdb', 'pg_ctl']) {
    const answer = await runCommand(program(name), ['--version'], { runAs });
    const major = Number(/(?:PostgreSQL\)?) (\d+)/.exec(answer.output)?.[1] ?? Number.NaN);
    if (!answer.ok || Number.isNaN(major)) {
      return { where: folder, reason: answer.output.trim().split('\n')[0] || `${name} does not run` };
    }
    if (major < OLDEST_MAJOR) {
      return { where: folder, reason: `PostgreSQL ${major} is older than ${OLDEST_MAJOR}` };
    }
    if (name === 'pg_ctl') {
      const [initdb, pgCtl, postgres] = [program('initdb'), program('pg_ctl'), program('postgres')];
      return { folder, initdb, pgCtl, postgres, major, source };
    }
  }
  return { where: folder, reason: 'no programs' };
}
