import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runningPostmaster } from './postmaster.js';
import { runCommand } from './run-command.js';
import type { RunAs } from './run-command.js';
import type { ServerBinaries } from './server-binaries.js';
import { lastLogLines } from './server-log.js';

const STOP_SECONDS = 20;

export interface ServerStop {
  readonly binaries: ServerBinaries;
  readonly clusterFolder: string;
  readonly dataDirectory: string;
  readonly logFile: string;
  readonly runAs: RunAs | undefined;
}

/** Ends the server and waits until it is gone. Nothing to do when it is not running. */
export async function stopServer(stop: ServerStop): Promise<void> {
  // "immediate" leaves a recovery to the next start, nothing worse: the fallback when a session does not let go.
  for (const mode of ['fast', 'immediate']) {
    if ((await runningPostmaster(stop.dataDirectory)) === null) return;
    const args = ['stop', '-D', stop.dataDirectory, '-m', mode, '-w', '-t', String(STOP_SECONDS), '-s'];
    const answer = await runCommand(stop.binaries.pgCtl, args, {
      runAs: stop.runAs,
      cwd: stop.clusterFolder,
    });
    if (answer.ok) return;
  }
  throw new EmbeddedPostgresError({
    message: 'The embedded PostgreSQL server did not stop.',
    detail: await lastLogLines(stop.logFile, 0),
    fix: `end it by hand: kill -QUIT $(head -1 ${stop.dataDirectory}/postmaster.pid)`,
  });
}
