import type { NoAnswer, Withheld } from '@rekomi/provider-contract';
import type { Dispatcher } from 'undici';
import { failureReason } from './failure-reason.js';
import { noAnswer } from './no-answer.js';

type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A complete answer as it came off the wire. */
export interface RawAnswer {
  readonly kind: 'raw';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ExchangeTerms {
  /** Covers connecting, sending, and reading to the last byte. */
  readonly timeoutMs: number;
  readonly maximumBytes: number;
  /** Asked in the moment before the first byte is written. */
  readonly mayStillSend: () => boolean;
}

/** How one request ended. */
export type ExchangeEnd = RawAnswer | NoAnswer | Withheld;

/** One request on its way, as undici sees it. It settles once; whatever comes later finds it settled. */
export class VendorExchange implements Dispatcher.DispatchHandler {
  readonly #terms: ExchangeTerms;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #sent = false;
  #status: number | undefined;
  #headers: Record<string, string> | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: NoAnswer | Withheld | undefined;
  #settle: ((end: ExchangeEnd) => void) | undefined;

  constructor(terms: ExchangeTerms) {
    this.#terms = terms;
  }

  /** Of the answer so far; a failed exchange may have a status. */
  get status(): number | undefined {
    return this.#status;
  }

  get headers(): Readonly<Record<string, string>> | undefined {
    return this.#headers;
  }

  /** Starts the clock and hands itself to the dispatcher. */
  run(dispatch: (handler: Dispatcher.DispatchHandler) => void): Promise<ExchangeEnd> {
    return new Promise((resolve) => {
      if (this.#failure !== undefined) {
        resolve(this.#failure);
        return;
      }
      this.#settle = resolve;
      const { timeoutMs } = this.#terms;
      this.#timer = setTimeout(() => {
        this.#fail(noAnswer('timeout', this.#sent, `no complete answer within ${timeoutMs} ms`));
      }, timeoutMs);
      dispatch(this);
    });
  }

  /** Ends it because lease or process end. */
  abort(): void {
    this.#fail(
      this.#sent
        ? noAnswer('aborted', true, 'aborted while the vendor had the request')
        : { kind: 'withheld', reason: 'aborted', detail: 'aborted before it was sent' },
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It ended while it waited for a connection; undici can't be told earlier than now.
    if (this.#failure !== undefined) {
      controller.abort(new Error(this.#failure.detail));
    } else if (this.#sent) {
      // undici may take up an unanswered request again on a new connection. A write must not be repeated unasked.
      this.#fail(noAnswer('reset', true, 'the connection closed before an answer came'));
    } else if (!this.#terms.mayStillSend()) {
      this.#fail({ kind: 'withheld', reason: 'aborted', detail: 'the lease no longer allows it to be sent' });
    } else {
      this.#sent = true;
    }
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = flat(headers);
    const announced = Number(this.#headers['content-length'] ?? 0);
    if (announced > this.#terms.maximumBytes) this.#failTooLarge();
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#terms.maximumBytes) this.#failTooLarge();
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first, ...others] = this.#chunks;
    const body = others.length === 0 ? (first ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
    this.#finish({ kind: 'raw', status: this.#status ?? 0, headers: this.#headers ?? {}, body });
  }

  onResponseError(_: Dispatcher.DispatchController, err: Error): void {
    this.#fail(failureReason(err, this.#sent));
  }

  #failTooLarge(): void {
    this.#fail(noAnswer('too_large', true, `the answer is larger than ${this.#terms.maximumBytes} bytes`));
  }

  #fail(outcome: NoAnswer | Withheld): void {
    if (this.#failure !== undefined) return;
    this.#failure = outcome;
    this.#chunks.length = 0;
    this.#finish(outcome);
    this.#controller?.abort(new Error(outcome.detail));
  }

  #finish(end: ExchangeEnd): void {
    clearTimeout(this.#timer);
    this.#settle?.(end);
    this.#settle = undefined;
  }
}

function flat(headers: IncomingHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return result;
}
