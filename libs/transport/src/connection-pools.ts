import { Pool } from 'undici';
import type { Dispatcher } from 'undici';

export interface PoolTerms {
  /** Upper bound per origin. Concurrency per vendor account is the pace gate's business; this protects the process. */
  readonly connectionsPerOrigin: number;
  readonly connectTimeoutMs: number;
}

/** Keep-alive connections, one pool per origin, opened as needed. */
export class ConnectionPools {
  readonly #terms: PoolTerms;
  readonly #pools = new Map<string, Pool>();

  constructor(terms: PoolTerms) {
    this.#terms = terms;
  }

  of(origin: string): Dispatcher {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: this.#terms.connectionsPerOrigin,
        pipelining: 1,
        allowH2: false,
        // Servers commonly drop idle connections after 5 seconds or later; writing to one that is about to close makes
        // an ambiguous outcome, so ours go first. A server's own `Keep-Alive: timeout` is believed, less 2 seconds.
        keepAliveTimeout: 4_000,
        keepAliveMaxTimeout: 30_000,
        keepAliveTimeoutThreshold: 2_000,
        connect: {
          timeout: this.#terms.connectTimeoutMs,
          // Said out loud, because it then wins over NODE_TLS_REJECT_UNAUTHORIZED=0.
          rejectUnauthorized: true,
        },
      });
      this.#pools.set(origin, pool);
    }
    return pool;
  }

  /** Waits for what is under way, which its time-outs bound. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }
}
