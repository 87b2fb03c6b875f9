import { WatchedClient } from '@rekomi/database';
import { createPostgresBackend, type BackendFactory, type IQueueBackend } from 'bullmq';
import pg from 'pg';

import type { QueueBackend } from './queue-backend.js';

export interface PostgresBackendOptions {
  /** `postgres://…` of the runtime role. */
  readonly url: string;
  /** Schema of BullMQ's tables, made by the migration. */
  readonly schema: string;
  /** See `WatchedClient`. */
  readonly silentMs?: number;
}

/** One of them listens, where the process does. */
const CONNECTIONS = 4;

/**
 * Jobs in the product's own PostgreSQL: nothing else to run. The pool is ours, not BullMQ's: left to itself, BullMQ finds
 * out within a quarter of an hour, if at all, that the connection it listens on is half open.
 */
export function postgresBackend({ url, schema, silentMs }: PostgresBackendOptions): QueueBackend {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    application_name: 'rekomi-wake',
    keepAlive: true,
    options: `-c search_path=${pg.escapeIdentifier(schema)}`,
    Client: WatchedClient,
    ...(silentMs === undefined ? {} : { silentMs }),
  });
  // BullMQ complains of what breaks in its hands; what breaks in the pool is opened anew.
  pool.on('error', () => undefined);
  let ended: Promise<void> | undefined;
  return {
    factory: createPostgresBackend as unknown as BackendFactory<IQueueBackend, object>,
    producing: pool,
    listening: pool,
    close: () => (ended ??= pool.end()),
  };
}
