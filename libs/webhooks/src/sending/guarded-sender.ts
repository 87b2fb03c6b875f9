import { NO_ALLOWED_HOSTS, type AllowedHosts } from './allowed-hosts.js';
import { unsendableHeader } from './custom-headers.js';
import { EndpointExchange, type RawOutcome } from './endpoint-exchange.js';
import { EndpointPools } from './endpoint-pools.js';
import type { EndpointAnswer, EndpointRequest, EndpointSender } from './endpoint-request.js';
import { readTarget, type TargetReading } from './endpoint-target.js';
import { nameServerResolver, type ResolveHost } from './host-resolver.js';
import { PRESET_HOSTS } from './presets.js';
import { answerMask, shownBody, shownHeaders } from './shown-answer.js';

export interface GuardedSenderOptions {
  readonly userAgent: string;
  /** What the operator opens beyond the internet. */
  readonly allowedHosts?: AllowedHosts;
  /** Where the emulated vendors listen, for instance `http://127.0.0.1:4300`. Needed for `sandbox` requests only. */
  readonly sandboxUrl?: string;
  /** The machine's name servers unless told. */
  readonly resolve?: ResolveHost;
  /** 10 seconds unless told; a request's own time-out counts as well. */
  readonly connectTimeoutMs?: number;
  /** Sockets of one endpoint. 8 unless told. */
  readonly connectionsPerEndpoint?: number;
  /** Endpoints whose connections are kept at the same time. 256 unless told. */
  readonly maximumPools?: number;
  /** Of unused connections' pools. A minute unless told. */
  readonly idleMs?: number;
  /** PEM. The ones of Node.js unless told; `NODE_EXTRA_CA_CERTS` adds to those. */
  readonly certificateAuthorities?: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic?: () => number;
}

/** Much more than is shown: reading a moderate rest keeps the connection usable. */
const READ_BYTES = 64 * 1024;

/** The way out to endpoints. Nothing but the internet is reached through it, unless the operator says so. */
export class GuardedSender implements EndpointSender {
  readonly #options: GuardedSenderOptions;
  readonly #allowed: AllowedHosts;
  readonly #pools: EndpointPools;
  readonly #monotonic: () => number;
  #closing = false;

  constructor(options: GuardedSenderOptions) {
    this.#options = options;
    this.#allowed = options.allowedHosts ?? NO_ALLOWED_HOSTS;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#pools = new EndpointPools({
      resolve: options.resolve ?? nameServerResolver(),
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      certificateAuthorities: options.certificateAuthorities,
      connectionsPerEndpoint: options.connectionsPerEndpoint ?? 8,
      maximumPools: options.maximumPools ?? 256,
      idleMs: options.idleMs ?? 60_000,
      monotonic: this.#monotonic,
    });
  }

  async send(request: EndpointRequest): Promise<EndpointAnswer> {
    const started = this.#monotonic();
    const outcome = await this.#exchange(request);
    const durationMs = Math.max(0, Math.round(this.#monotonic() - started));
    if (outcome.kind === 'not_allowed') return { ...outcome, durationMs };
    const mask = answerMask(request.headers);
    if (outcome.kind === 'no_answer') return { ...outcome, detail: mask.text(outcome.detail), durationMs };
    const { status, headers, body } = outcome;
    return {
      kind: 'answered',
      status,
      headers: shownHeaders(headers, mask),
      body: shownBody(headers, body, mask),
      durationMs,
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#pools.close();
  }

  async #exchange(request: EndpointRequest): Promise<RawOutcome> {
    if (this.#closing) return unsent('aborted', 'the process ends');
    const reading =
      request.environment === 'sandbox' ? this.#sandboxed(request.url) : this.#read(request.url);
    if (!reading.ok) return { kind: 'not_allowed', detail: reading.detail };
    const header = unsendableHeader(request.headers);
    if (header !== undefined)
      return unsent('malformed', 'a header has a name or a value that cannot be sent');
    const { target } = reading;
    const { timeoutMs, signal } = request;
    const exchange = new EndpointExchange({ timeoutMs, readBytes: READ_BYTES, signal });
    return exchange.run((handler) =>
      this.#pools.of(request.endpointId ?? '', target).dispatch(
        {
          path: target.path,
          method: 'POST',
          headers: this.#headers(request.headers),
          body: request.body,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
        },
        handler,
      ),
    );
  }

  #read(url: string): TargetReading {
    return readTarget(url, this.#allowed);
  }

  /** `https://HOST/path` becomes `/HOST/path` at the sandbox. The hosts are those of presets, so nothing else is found. */
  #sandboxed(url: string): TargetReading {
    const reading = this.#read(url);
    if (!reading.ok) return reading;
    const { sandboxUrl } = this.#options;
    const { origin, hostname, path } = reading.target;
    if (sandboxUrl === undefined) {
      return refused('This endpoint uses the sandbox, and none is configured.');
    }
    if (!PRESET_HOSTS.has(hostname) || origin !== `https://${hostname}`) {
      return refused(
        `The sandbox stands for ${[...PRESET_HOSTS].join(', ')} only. Switch the endpoint to live.`,
      );
    }
    const sandbox = new URL(sandboxUrl);
    return {
      ok: true,
      target: {
        origin: sandbox.origin,
        hostname: sandbox.hostname,
        path: `${sandbox.pathname.replace(/\/+$/, '')}/${hostname}${path}`,
        opened: true,
      },
    };
  }

  #headers(given: Readonly<Record<string, string>>): string[] {
    const lower = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const all = {
      accept: '*/*',
      'user-agent': this.#options.userAgent,
      ...lower,
      'accept-encoding': 'identity',
    };
    return Object.entries(all).flat();
  }
}

function unsent(reason: 'aborted' | 'malformed', detail: string): RawOutcome {
  return { kind: 'no_answer', maybeSent: false, reason, detail };
}

function refused(detail: string): TargetReading {
  return { ok: false, code: 'url_not_in_sandbox', detail };
}
