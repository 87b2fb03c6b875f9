import { DataSource, type DataSourceOptions } from 'typeorm';

import { WatchedClient } from './watched-client.js';

export interface DatabaseOptions {
  /** `postgres://…` of the runtime role (or of the owner, for migrations). */
  readonly url: string;
  /** Connections at the most. */
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** A statement running longer is ended by the server. */
  readonly statementTimeoutMs?: number;
  /** A statement that waits longer than this for a lock fails with 55P03. Absent: it waits. */
  readonly lockTimeoutMs?: number;
}

/**
 * Makes a data source; call `initialize()` on it. Entities are the caller's, because each library maps its own tables;
 * the engine maps none and writes its SQL by hand. The schema is made by migrations only.
 */
export function createDataSource(
  options: DatabaseOptions,
  entities: DataSourceOptions['entities'] = [],
): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    poolSize: options.poolSize,
    applicationName: options.applicationName,
    synchronize: false,
    migrationsRun: false,
    logging: false,
    // A connection that breaks while idle in the pool must not end the process; the next query opens a new one.
    poolErrorHandler: () => undefined,
    entities: entities ?? [],
    extra: {
      statement_timeout: options.statementTimeoutMs ?? 30_000,
      idle_in_transaction_session_timeout: 60_000,
      ...(options.lockTimeoutMs === undefined ? {} : { lock_timeout: options.lockTimeoutMs }),
      keepAlive: true,
      // Statements that nobody waits between go to the server together.
      pipeline: true,
      // A connection that broke without a word is noticed within seconds, not when the system gives up on it.
      Client: WatchedClient,
    },
  });
}
