import { Pool, type Dispatcher } from 'undici';

import type { EndpointTarget } from './endpoint-target.js';
import { guardedConnector, type ConnectorTerms } from './guarded-connector.js';

export interface EndpointPoolTerms extends ConnectorTerms {
  /** Sockets of one endpoint to one origin. */
  readonly connectionsPerEndpoint: number;
  readonly maximumPools: number;
  /** A pool that nobody has asked for so long is closed. */
  readonly idleMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number;
}

interface OpenPool {
  readonly pool: Pool;
  usedAt: number;
}

/** Keep-alive connections, one small pool per endpoint and origin. The least recently used goes first. */
export class EndpointPools {
  /** In the order of use, the latest last. */
  readonly #open = new Map<string, OpenPool>();
  readonly #closing = new Set<Promise<void>>();

  constructor(private readonly terms: EndpointPoolTerms) {}

  get size(): number {
    return this.#open.size;
  }

  of(endpointId: string, target: EndpointTarget): Dispatcher {
    const key = `${target.origin} ${String(target.opened)} ${endpointId}`;
    const now = this.terms.monotonic();
    const { pool } = this.#open.get(key) ?? { pool: this.#create(target) };
    this.#open.delete(key);
    this.#open.set(key, { pool, usedAt: now });
    this.#shrink(now);
    return pool;
  }

  async close(): Promise<void> {
    for (const key of [...this.#open.keys()]) this.#drop(key);
    await Promise.all(this.#closing);
  }

  #shrink(now: number): void {
    for (const [key, { usedAt }] of this.#open) {
      if (this.#open.size <= this.terms.maximumPools && now - usedAt < this.terms.idleMs) return;
      this.#drop(key);
    }
  }

  /** What is under way in it is finished first. */
  #drop(key: string): void {
    const found = this.#open.get(key);
    if (found === undefined) return;
    this.#open.delete(key);
    const closing = found.pool.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #create(target: EndpointTarget): Pool {
    return new Pool(target.origin, {
      connections: this.terms.connectionsPerEndpoint,
      pipelining: 1,
      allowH2: false,
      // As for vendors: servers commonly drop idle connections after 5 seconds, so ours go first.
      keepAliveTimeout: 4_000,
      keepAliveMaxTimeout: 30_000,
      keepAliveTimeoutThreshold: 2_000,
      // A connection keeps its address; now and then the name is looked up again.
      maxRequestsPerClient: 1_000,
      maxHeaderSize: 16_384,
      connect: guardedConnector(target, this.terms),
    });
  }
}
