import { QUEUE_SCHEMA } from '@rekomi/database';
import { postgresBackend, redisBackend, type QueueBackend } from '@rekomi/sync';

import type { ServerSettings } from '../config/settings.js';

/** Redis where one is named, otherwise the product's own PostgreSQL. */
export function queueBackend(settings: ServerSettings): QueueBackend {
  const { REDIS_URL: url, REDIS_PREFIX: prefix } = settings;
  return url === undefined
    ? postgresBackend({ url: settings.DATABASE_URL, schema: QUEUE_SCHEMA })
    : redisBackend({ url, prefix });
}
