import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { chooseFreePort } from './free-port.js';
import { removeStalePostmasterFile } from './postmaster.js';
import { runCommand } from './run-command.js';
import type { RunAs } from './run-command.js';
import type { ServerBinaries } from './server-binaries.js';
import { lastLogLines, logSize, rotateServerLog } from './server-log.js';
import { writeServerSettings } from './server-settings.js';

const LOWEST_PORT = 15_432;
const PORT_SPREAD = 4_000;
const PORTS_TRIED = 50;
const START_SECONDS = 120;
const ATTEMPTS = 8;
const RETRY_MS = 750;

export interface ServerStart {
  readonly binaries: ServerBinaries;
  readonly clusterFolder: string;
  readonly dataDirectory: string;
  readonly logFile: string;
  readonly runAs: RunAs | undefined;
  readonly durable: boolean;
  readonly rememberedPort: number | null;
}

/**
 * Starts the server and waits until it accepts connections.
 * @returns the port it listens on: the remembered one, or another when that is taken
 * @throws EmbeddedPostgresError with the server's last log lines
 */
export async function startServer(start: ServerStart): Promise<number> {
  await rotateServerLog(start.logFile);
  let printed = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await chooseFreePort(portsToTry(start.rememberedPort, start.dataDirectory));
    await writeServerSettings(start.dataDirectory, { port, durable: start.durable }, start.runAs);
    const logStart = await logSize(start.logFile);
    const answer = await runCommand(
      start.binaries.pgCtl,
      ['start', '-D', start.dataDirectory, '-l', start.logFile, '-w', '-t', String(START_SECONDS), '-s'],
      { runAs: start.runAs, cwd: start.clusterFolder },
    );
    if (answer.ok) return port;
    printed = (await lastLogLines(start.logFile, logStart)) || answer.output;
    if (!(await isWorthAnotherAttempt(printed, start.dataDirectory))) break;
  }
  throw new EmbeddedPostgresError({
    message: 'The embedded PostgreSQL server did not start.',
    detail: printed,
    fix: `${fixFor(printed)} The whole log: ${start.logFile}`,
  });
}

async function isWorthAnotherAttempt(printed: string, dataDirectory: string): Promise<boolean> {
  // Somebody took the port between choosing and binding it.
  if (/address already in use|could not create any TCP\/IP sockets/i.test(printed)) return true;
  // Processes of a server that was killed need a moment to notice and end.
  const isHeldByOldServer = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/i;
  if (!isHeldByOldServer.test(printed)) return false;
  await delay(RETRY_MS);
  await removeStalePostmasterFile(dataDirectory);
  return true;
}

/**
 * Every data directory has its own place to begin: servers of two projects do not take each other's port while one of
 * them is down. All of it lies below the range from which systems pick ports for outgoing connections.
 */
function* portsToTry(remembered: number | null, dataDirectory: string): Generator<number> {
  if (remembered !== null) yield remembered;
  const digest = createHash('sha256').update(dataDirectory).digest();
  const first = LOWEST_PORT + (digest.readUInt32BE(0) % PORT_SPREAD);
  for (let step = 0; step < PORTS_TRIED; step += 1) yield first + step;
}

function fixFor(printed: string): string {
  if (/no space left/i.test(printed)) return 'free some disk space and start again.';
  if (/permission denied/i.test(printed)) return 'give the data folder back to the user who created it.';
  if (/could not (create|resize) shared memory/i.test(printed))
    return 'enlarge /dev/shm (docker: --shm-size=256m).';
  if (/already exists|shared memory block/i.test(printed))
    return 'end the PostgreSQL that still uses these data.';
  return 'read the lines above; to start over with an empty database: npm start -- --reset.';
}
