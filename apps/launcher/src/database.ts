import { startEmbeddedPostgres } from '@rekomi/database';
import type { EmbeddedPostgres } from '@rekomi/database';

import type { ExternalDatabase } from './options.js';

/** The database of this run. */
export interface RunningDatabase extends ExternalDatabase {
  /** Null when the database is the operator's own. */
  readonly embedded: EmbeddedPostgres | null;
  stop(): Promise<void>;
}

const WATCH_MS = 2_000;

export function externalDatabase(database: ExternalDatabase): RunningDatabase {
  return { ...database, embedded: null, stop: () => Promise.resolve() };
}

/**
 * Starts the embedded server and keeps it running: one that dies is started again with the same data, port and
 * passwords, so that the children's pools find it where it was.
 * @param onLost told when it cannot be brought back
 */
export async function embeddedDatabase(
  dataFolder: string,
  print: (line: string) => void,
  onLost: (reason: string) => void,
): Promise<RunningDatabase> {
  const embedded = await startEmbeddedPostgres({ dataFolder, log: print });
  let revival: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    revival = revival.then(revive).catch((err: unknown) => {
      clearInterval(timer);
      onLost((err as Error).message);
    });
  }, WATCH_MS);

  async function revive(): Promise<void> {
    if (await embedded.isRunning()) return;
    print('postgres: ended unexpectedly; starting it again.');
    const again = await startEmbeddedPostgres({ dataFolder });
    if (again.port !== embedded.port)
      throw new Error(`its port ${embedded.port} is taken by another program`);
  }

  return {
    embedded,
    appUrl: embedded.appUrl,
    ownerUrl: embedded.ownerUrl,
    async stop() {
      clearInterval(timer);
      await revival;
      await embedded.stop();
    },
  };
}
