import type { NoAnswer, Withheld } from '@rekomi/provider-contract';
import type { Dispatcher } from 'undici';
import { failureReason } from './failure-reason.js';
import { SendFailure, noAnswer } from './send-failure.js';

type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A complete answer as it came off the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Settle {
  resolve(answer: RawAnswer): void;
  reject(failure: SendFailure): void;
}

export interface ExchangeTerms {
  /** Covers connecting, sending, and reading to the last byte. */
  readonly timeoutMs: number;
  readonly maximumBytes: number;
  /** Asked in the moment before the first byte is written. */
  readonly mayStillSend: () => boolean;
  /** Name and value of the header that holds the secret; it joins the request behind axios's back. */
  readonly authorization: readonly [name: string, value: string] | undefined;
}

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
  #failure: SendFailure | undefined;
  #settle: Settle | undefined;

  constructor(terms: ExchangeTerms) {
    this.#terms = terms;
  }

  get authorization(): ExchangeTerms['authorization'] {
    return this.#terms.authorization;
  }

  get timeoutMs(): number {
    return this.#terms.timeoutMs;
  }

  /** Of the answer so far; a failed exchange may have a status. */
  get status(): number | undefined {
    return this.#status;
  }

  get headers(): Readonly<Record<string, string>> | undefined {
    return this.#headers;
  }

  /** Starts the clock and hands itself to the dispatcher. Rejects with `SendFailure` only. */
  run(dispatch: (handler: Dispatcher.DispatchHandler) => void): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#settle = { resolve, reject };
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
      controller.abort(this.#failure);
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
    const settle = this.#finish();
    settle?.resolve({ status: this.#status ?? 0, headers: this.#headers ?? {}, body });
  }

  onResponseError(_: Dispatcher.DispatchController, err: Error): void {
    this.#fail(failureReason(err, this.#sent));
  }

  #failTooLarge(): void {
    this.#fail(noAnswer('too_large', true, `the answer is larger than ${this.#terms.maximumBytes} bytes`));
  }

  #fail(outcome: NoAnswer | Withheld): void {
    if (this.#failure !== undefined) return;
    this.#failure = new SendFailure(outcome);
    this.#chunks.length = 0;
    this.#finish()?.reject(this.#failure);
    this.#controller?.abort(this.#failure);
  }

  #finish(): Settle | undefined {
    clearTimeout(this.#timer);
    const settle = this.#settle;
    this.#settle = undefined;
    return settle;
  }
}

function flat(headers: IncomingHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return result;
}
