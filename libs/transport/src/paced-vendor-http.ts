import { isAllowedHost, roomAgainAt } from '@rekomi/provider-contract';
import type {
  NoAnswer,
  ProviderManifest,
  VendorAnswer,
  VendorHttp,
  VendorRequest,
  Withheld,
} from '@rekomi/provider-contract';
import { answerText, parsedJson } from './answer-body.js';
import type { ConnectionPools } from './connection-pools.js';
import type { CredentialMasks } from './credential-masks.js';
import type { CredentialSource } from './credential-source.js';
import { CutBySignal } from './cut-by-signal.js';
import type { ExchangeRecord } from './exchange-record.js';
import { maskedExchange } from './masked-exchange.js';
import { noAnswer } from './no-answer.js';
import { type ObservedExchange, serverOf } from './observed-exchange.js';
import type { PaceAnswer, PaceGate, PaceGo, PaceResult } from './pace-gate.js';
import { prepareRequest } from './prepared-request.js';
import type { PreparedRequest } from './prepared-request.js';
import type { SecretMask } from './secret-mask.js';
import { VendorExchange } from './vendor-exchange.js';
import type { RouteOf } from './vendor-route.js';

/** What one connection sends with. */
export interface VendorBinding {
  readonly manifest: ProviderManifest;
  readonly environment: 'live' | 'sandbox';
  readonly credentials: CredentialSource;
  readonly pace: PaceGate;
  /** Receives every exchange that was handed to the network, also one that failed; not one that was withheld. */
  readonly record: (exchange: ExchangeRecord) => void;
  /** The lease or the process ends: nothing more is sent, and what is under way is cut. */
  readonly signal: AbortSignal;
  /** Whether enough of the lease is left. Asked in the moment before the first byte is written. */
  readonly mayStillSend?: () => boolean;
  /** Nothing that could change anything leaves; it is shown instead, as it would have been. */
  readonly preview?: PreviewTerms;
}

export interface PreviewTerms {
  /** Which requests are made all the same. */
  readonly makes: 'reads' | 'nothing';
  /** Receives what is not made, masked like every record; of an answer it knows nothing. */
  readonly shown: (request: ExchangeRecord) => void;
}

export interface SendingTerms {
  readonly pools: ConnectionPools;
  readonly maximumBytes: number;
  readonly defaultHeaders: Readonly<Record<string, string>>;
  readonly routeOf: RouteOf;
  readonly isClosing: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onExchange: ((exchange: ObservedExchange) => void) | undefined;
}

export class PacedVendorHttp implements VendorHttp {
  readonly #binding: VendorBinding;
  readonly #terms: SendingTerms;
  readonly #recordMask: SecretMask;
  readonly #answerMask: SecretMask;

  constructor(binding: VendorBinding, terms: SendingTerms, masks: CredentialMasks) {
    this.#binding = binding;
    this.#terms = terms;
    this.#recordMask = masks.record;
    this.#answerMask = masks.answer;
  }

  async request(request: VendorRequest): Promise<VendorAnswer> {
    const limit = this.#binding.manifest.limits[request.family];
    if (limit === undefined) throw new TypeError(`The manifest has no family "${request.family}".`);
    if (!isAllowedHost(this.#binding.manifest, request.host)) {
      const detail = `${request.host} is not among the hosts of ${this.#binding.manifest.name}`;
      return { kind: 'withheld', reason: 'host_not_allowed', detail };
    }
    const { defaultHeaders } = this.#terms;
    const prepared = prepareRequest(request, defaultHeaders, this.#binding.credentials);
    if (prepared.unsendable !== undefined) {
      return noAnswer(
        'malformed',
        false,
        `the header "${prepared.unsendable}" holds characters that can't be sent`,
      );
    }
    if (this.#isOnlyShown(request)) return this.#show(request, prepared);
    const room = await this.#waitForPace(request.family);
    if (room.kind === 'withheld') return room;

    let result: PaceResult = { failed: true };
    try {
      const answer = await this.#send(request, prepared, limit.timeoutMs);
      result = this.#paceResult(answer);
      return answer;
    } finally {
      this.#binding.pace.release(request.family, result, room);
    }
  }

  #isOnlyShown(request: VendorRequest): boolean {
    const { preview } = this.#binding;
    if (preview === undefined) return false;
    return preview.makes === 'nothing' || (request.method !== 'GET' && request.onlyReads !== true);
  }

  #show(request: VendorRequest, prepared: PreparedRequest): Withheld {
    const nothing = { status: undefined, headers: undefined, text: undefined, failure: undefined };
    const facts = { request, prepared, startedAt: this.#terms.now(), durationMs: 0, ...nothing };
    this.#binding.preview?.shown(maskedExchange(facts, this.#recordMask));
    return { kind: 'withheld', reason: 'preview', detail: 'a preview shows it and does not send it' };
  }

  async #waitForPace(family: string): Promise<PaceGo | Withheld> {
    const { pace, signal } = this.#binding;
    const stopped = this.#stopped();
    if (stopped !== undefined) return stopped;
    let room: PaceAnswer;
    try {
      room = await pace.acquire(family, signal);
      if (room.kind === 'wait') {
        const detail = `no room in "${family}" before ${room.until.toISOString()}`;
        return this.#stopped() ?? { kind: 'withheld', reason: 'paced', until: room.until, detail };
      }
    } catch (err) {
      const stoppedMeanwhile = this.#stopped();
      if (stoppedMeanwhile === undefined) throw err;
      return stoppedMeanwhile;
    }
    const stoppedMeanwhile = this.#stopped();
    if (stoppedMeanwhile !== undefined) pace.release(family, { failed: false }, room);
    return stoppedMeanwhile ?? room;
  }

  #stopped(): Withheld | undefined {
    if (!this.#binding.signal.aborted && !this.#terms.isClosing()) return undefined;
    return { kind: 'withheld', reason: 'aborted', detail: 'aborted before it was sent' };
  }

  async #send(request: VendorRequest, prepared: PreparedRequest, timeoutMs: number): Promise<VendorAnswer> {
    const exchange = new VendorExchange({
      timeoutMs,
      maximumBytes: this.#terms.maximumBytes,
      mayStillSend: this.#binding.mayStillSend ?? (() => true),
    });
    const startedAt = this.#terms.now();
    const started = performance.now();
    const arrived = await this.#exchange(request, prepared, exchange);
    if (typeof arrived !== 'string' && arrived.kind === 'withheld') return arrived;

    const text = typeof arrived === 'string' ? arrived : undefined;
    const failure = typeof arrived === 'string' ? undefined : arrived;
    const { status, headers } = exchange;
    const elapsedMs = performance.now() - started;
    const durationMs = Math.round(elapsedMs);
    const { manifest, environment } = this.#binding;
    const server = serverOf(manifest, environment, request.host);
    this.#terms.onExchange?.({ server, durationMs: elapsedMs, ...(status === undefined ? {} : { status }) });
    this.#binding.record(
      maskedExchange(
        { request, prepared, startedAt, durationMs, status, headers, text, failure },
        this.#recordMask,
      ),
    );
    if (typeof arrived !== 'string') return { ...arrived, detail: this.#recordMask.text(arrived.detail) };
    return this.#answered(exchange, arrived);
  }

  /** The answer's text, or why there is none. */
  async #exchange(
    request: VendorRequest,
    prepared: PreparedRequest,
    exchange: VendorExchange,
  ): Promise<string | NoAnswer | Withheld> {
    const { origin, path } = this.#terms.routeOf(request.host, prepared.target);
    const { method } = request;
    const headers = wireHeaders(prepared);
    const body = prepared.body ?? null;
    // Time is the exchange's own business: it covers connecting as well.
    const timers = { headersTimeout: 0, bodyTimeout: 0 };
    const cut = CutBySignal.of(this.#binding.signal);
    cut.follow(exchange);
    try {
      const end = await exchange.run((handler) => {
        this.#terms.pools.of(origin).dispatch({ path, method, headers, body, ...timers }, handler);
      });
      return end.kind === 'raw' ? await answerText(end.headers, end.body, this.#terms.maximumBytes) : end;
    } finally {
      cut.unfollow(exchange);
    }
  }

  #answered(exchange: VendorExchange, text: string): VendorAnswer {
    const seen = this.#answerMask.text(text);
    const arrived = exchange.headers ?? {};
    const headers: Record<string, string> = {};
    for (const name of Object.keys(arrived)) headers[name] = this.#answerMask.header(arrived[name] ?? '');
    return {
      kind: 'answered',
      status: exchange.status ?? 0,
      headers,
      body: parsedJson(headers, seen),
      text: seen,
    };
  }

  #paceResult(answer: VendorAnswer): PaceResult {
    if (answer.kind !== 'answered') return { failed: answer.kind === 'no_answer' };
    const { status } = answer;
    const { resetHeaders } = this.#binding.manifest;
    const hadEnough = status === 429 || status === 503;
    const notBefore = hadEnough ? roomAgainAt(answer.headers, this.#terms.now(), resetHeaders) : undefined;
    return { status, failed: false, ...(notBefore === undefined ? {} : { notBefore }) };
  }
}

/** Names and values by turns, the secret among them. */
function wireHeaders({ headers, authorization }: PreparedRequest): string[] {
  const list: string[] = [];
  for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
  if (authorization !== undefined) list.push(authorization.name, authorization.value);
  return list;
}
