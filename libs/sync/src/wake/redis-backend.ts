import { createRedisBackend } from 'bullmq';

import type { QueueBackend } from './queue-backend.js';

export interface RedisBackendOptions {
  /** `redis://[USER:PASSWORD@]HOST:PORT[/DATABASE]`, or `rediss://` for TLS. */
  readonly url: string;
  /** In front of every key: what tells this installation from others in the same Redis. */
  readonly prefix: string;
}

const LONGEST_PAUSE_MS = 2_000;

/** Jobs in Redis or Valkey, for many workers. */
export function redisBackend({ url, prefix }: RedisBackendOptions): QueueBackend {
  const connection = {
    url,
    // Forever: the sweep does without the queue until it is back.
    retryStrategy: (times: number) => Math.min(LONGEST_PAUSE_MS, 100 * times),
    connectionName: 'rekomi-wake',
  };
  return {
    factory: createRedisBackend,
    producing: { ...connection, enableOfflineQueue: false, maxRetriesPerRequest: 1 },
    listening: { ...connection, maxRetriesPerRequest: null },
    prefix,
  };
}
