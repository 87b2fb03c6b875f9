import { createPostgresBackend, type BackendFactory, type IQueueBackend } from 'bullmq';

import type { QueueBackend } from './queue-backend.js';

export interface PostgresBackendOptions {
  /** `postgres://…` of the runtime role. */
  readonly url: string;
  /** Schema of BullMQ's tables, made by the migration. */
  readonly schema: string;
}

/** Jobs in the product's own PostgreSQL: nothing else to run. */
export function postgresBackend({ url, schema }: PostgresBackendOptions): QueueBackend {
  const connection = {
    connectionString: url,
    schema,
    max: 3,
    application_name: 'rekomi-wake',
    keepAlive: true,
    skipMigrations: true,
  };
  return {
    factory: createPostgresBackend as unknown as BackendFactory<IQueueBackend, object>,
    producing: connection,
    listening: connection,
  };
}
