import { createRedisBackend } from 'bullmq';

import type { QueueBackend } from './queue-backend.js';

export interface RedisBackendOptions {
  /** `redis://[USER:PASSWORD@]HOST:PORT[/DATABASE]`, or `rediss://` for TLS. */
  readonly url: string;
  /** In front of every key: what tells this installation from others in the same Redis. */
  readonly prefix: string;
  /** Milliseconds after which a connection that answers nothing counts as broken; shorter in tests. */
  readonly silentMs?: number;
}

const LONGEST_PAUSE_MS = 2_000;
/** A listener is answered every five seconds, even when there is nothing; a connection that is half open never answers. */
const SILENT_MS = 12_000;

/** Jobs in Redis or Valkey, for many workers. */
export function redisBackend({ url, prefix, silentMs = SILENT_MS }: RedisBackendOptions): QueueBackend {
  const connection = {
    url,
    // Forever: the sweep does without the queue until it is back.
    retryStrategy: (times: number) => Math.min(LONGEST_PAUSE_MS, 100 * times),
    socketTimeout: silentMs,
    connectionName: 'rekomi-wake',
  };
  return {
    factory: createRedisBackend,
    producing: { ...connection, enableOfflineQueue: false, maxRetriesPerRequest: 1 },
    listening: { ...connection, maxRetriesPerRequest: null },
    prefix,
  };
}
