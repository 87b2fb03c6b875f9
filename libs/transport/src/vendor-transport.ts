import type { VendorHttp } from '@rekomi/provider-contract';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { ConnectionPools } from './connection-pools.js';
import { MaskStore } from './credential-masks.js';
import type { ObservedExchange } from './observed-exchange.js';
import { PacedVendorHttp } from './paced-vendor-http.js';
import type { VendorBinding } from './paced-vendor-http.js';
import { undiciAdapter } from './undici-adapter.js';

export interface VendorTransportOptions {
  /** Where the emulated vendors listen, for instance `http://127.0.0.1:4300`. Needed for sandbox connections only. */
  readonly sandboxUrl?: string;
  readonly userAgent: string;
  /** Largest answer in bytes, packed and unpacked. 5 MB unless told. */
  readonly maximumBytes?: number;
  /** Sockets to one origin from this process. 256 unless told. */
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
  readonly #axios: AxiosInstance;
  readonly #masks = new MaskStore();
  #closing = false;

  constructor(options: VendorTransportOptions) {
    this.#options = options;
    this.#pools = new ConnectionPools({
      connectionsPerOrigin: options.connectionsPerOrigin ?? 256,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    });
    this.#axios = axios.create({
      adapter: undiciAdapter(this.#pools),
      // Bodies are text already and answers stay bytes; a status is an answer, whatever it is.
      transformRequest: [],
      transformResponse: [],
      validateStatus: () => true,
    });
  }

  /** Throws when a sandbox connection is opened and no sandbox is configured. */
  open(binding: VendorBinding): VendorHttp {
    const terms = {
      axios: this.#axios,
      maximumBytes: this.#options.maximumBytes ?? 5 * 1024 * 1024,
      defaultHeaders: {
        accept: 'application/json',
        // Answers are small; packing them costs both sides more than it saves.
        'accept-encoding': 'identity',
        'user-agent': this.#options.userAgent,
      },
      prefix: binding.environment === 'live' ? 'https://' : this.#sandboxPrefix(),
      isClosing: () => this.#closing,
      now: this.#options.now ?? Date.now,
      onExchange: this.#options.onExchange,
    };
    return new PacedVendorHttp(binding, terms, this.#masks.of(binding.credentials, binding.manifest));
  }

  /** Sends nothing more, waits for what is under way (its time-outs bound that) and closes the connections. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#pools.close();
  }

  #sandboxPrefix(): string {
    const { sandboxUrl } = this.#options;
    if (sandboxUrl === undefined)
      throw new Error('This connection uses the sandbox, and none is configured.');
    return `${sandboxUrl.replace(/\/+$/, '')}/`;
  }
}
