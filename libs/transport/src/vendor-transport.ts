import type { VendorHttp } from '@rekomi/provider-contract';
import { ConnectionPools } from './connection-pools.js';
import { MaskStore } from './credential-masks.js';
import type { ObservedExchange } from './observed-exchange.js';
import { PacedVendorHttp } from './paced-vendor-http.js';
import type { SendingTerms, VendorBinding } from './paced-vendor-http.js';
import { liveRoute, sandboxRoute, type RouteOf } from './vendor-route.js';

export interface VendorTransportOptions {
  /** Where the emulated vendors listen, for instance `http://127.0.0.1:4300`. Needed for sandbox connections only. */
  readonly sandboxUrl?: string;
  readonly userAgent: string;
  /** Largest answer in bytes, packed and unpacked. 5 MB unless told. */
  readonly maximumBytes?: number;
  /**
   * Sockets to one origin from this process. 1,024 unless told: accounts of one vendor share them, so one that hangs with all
   * that it may have under way must leave room for others.
   */
  readonly connectionsPerOrigin?: number;
  /** A request's own time-out counts as well. 10 seconds unless told. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds since 1970; the system's clock unless told. */
  readonly now?: () => number;
  /** Told of every exchange that was handed to the network, once it has ended. */
  readonly onExchange?: (exchange: ObservedExchange) => void;
}

/** The process's one way out to vendors. It owns the connections and lends them to bindings. */
export class VendorTransport {
  readonly #options: VendorTransportOptions;
  readonly #pools: ConnectionPools;
  readonly #masks = new MaskStore();
  readonly #live: SendingTerms;
  readonly #sandbox: SendingTerms | undefined;
  #closing = false;

  constructor(options: VendorTransportOptions) {
    this.#options = options;
    this.#pools = new ConnectionPools({
      connectionsPerOrigin: options.connectionsPerOrigin ?? 1_024,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    });
    this.#live = this.#termsOf(liveRoute);
    this.#sandbox =
      options.sandboxUrl === undefined ? undefined : this.#termsOf(sandboxRoute(options.sandboxUrl));
  }

  /** Throws when a sandbox connection is opened and no sandbox is configured. */
  open(binding: VendorBinding): VendorHttp {
    const terms = binding.environment === 'live' ? this.#live : this.#sandbox;
    if (terms === undefined) throw new Error('This connection uses the sandbox, and none is configured.');
    return new PacedVendorHttp(binding, terms, this.#masks.of(binding.credentials, binding.manifest));
  }

  /** Sends nothing more, waits for what is under way (its time-outs bound that) and closes the connections. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#pools.close();
  }

  #termsOf(routeOf: RouteOf): SendingTerms {
    const { maximumBytes = 5 * 1024 * 1024, now = Date.now, userAgent, onExchange } = this.#options;
    return {
      pools: this.#pools,
      maximumBytes,
      defaultHeaders: {
        accept: 'application/json',
        // Answers are small; packing them costs both sides more than it saves.
        'accept-encoding': 'identity',
        'user-agent': userAgent,
      },
      routeOf,
      isClosing: () => this.#closing,
      now,
      onExchange,
    };
  }
}
