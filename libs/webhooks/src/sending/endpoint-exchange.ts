import { failureReason } from '@rekomi/transport';
import type { Dispatcher } from 'undici';

import type { EndpointAnswer } from './endpoint-request.js';
import { AddressNotAllowed } from './guarded-connector.js';

type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;
type NoAnswerReason = Extract<EndpointAnswer, { kind: 'no_answer' }>['reason'];

/** How an exchange ended, before it is put into words for others. */
export type RawOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** Of a long one the beginning. */
      readonly body: Buffer;
    }
  | { readonly kind: 'not_allowed'; readonly detail: string }
  | {
      readonly kind: 'no_answer';
      readonly maybeSent: boolean;
      readonly reason: NoAnswerReason;
      readonly detail: string;
    };

export interface ExchangeTerms {
  readonly timeoutMs: number;
  /** So much of an answer is read. What comes beyond that is not waited for: the connection is cut. */
  readonly readBytes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * One message on its way, as undici sees it. Settles once.
 *
 * The status decides what becomes of a message; the body is only shown. So once the head of an answer is there, nothing that
 * happens to its body (too long, cut, dripping, broken) takes the answer away again: sending the message anew because of it
 * would be a repeat for a receiver that has said what it thinks.
 */
export class EndpointExchange implements Dispatcher.DispatchHandler {
  readonly #terms: ExchangeTerms;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #sent = false;
  #head: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #outcome: RawOutcome | undefined;
  #resolve: ((outcome: RawOutcome) => void) | undefined;

  constructor(terms: ExchangeTerms) {
    this.#terms = terms;
  }

  /** Starts the clock and hands itself to the dispatcher. Never rejects. */
  run(dispatch: (handler: Dispatcher.DispatchHandler) => void): Promise<RawOutcome> {
    const { timeoutMs, signal } = this.#terms;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (signal?.aborted === true) {
        this.#cut('aborted', 'aborted before it was sent');
        return;
      }
      signal?.addEventListener('abort', this.#onAbort);
      this.#timer = setTimeout(
        () => this.#cut('timeout', `no complete answer within ${timeoutMs} ms`),
        timeoutMs,
      );
      dispatch(this);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#outcome !== undefined) {
      // It ended while it waited for a connection; undici cannot be told earlier than now.
      controller.abort(new Error('ended'));
    } else if (this.#sent) {
      // undici may take up an unanswered request again on a new connection. That is for the engine to decide.
      this.#cut('reset', 'the connection closed before an answer came');
    } else {
      this.#sent = true;
    }
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHeaders): void {
    // 1xx only announces.
    if (status >= 200) this.#head = { status, headers: flat(headers) };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#terms.readBytes - this.#size;
    // Copied, because the chunk is a view of undici's much larger buffer.
    if (room > 0) this.#chunks.push(Buffer.from(chunk.subarray(0, room)));
    this.#size += chunk.length;
    if (this.#size > this.#terms.readBytes) this.#cut('too_large', 'the answer is too long');
  }

  onResponseEnd(): void {
    this.#settle(this.#answered() ?? noAnswer(true, 'malformed', 'an answer without a status'));
  }

  onResponseError(_: Dispatcher.DispatchController, err: Error): void {
    if (err instanceof AddressNotAllowed) this.#settle({ kind: 'not_allowed', detail: err.message });
    else this.#settle(this.#answered() ?? failureReason(err, this.#sent));
  }

  readonly #onAbort = (): void =>
    this.#cut('aborted', this.#sent ? 'aborted while the other side had it' : 'aborted before it was sent');

  /** Ends it from our side: with the answer, if its head is there. */
  #cut(reason: NoAnswerReason, detail: string): void {
    if (!this.#settle(this.#answered() ?? noAnswer(this.#sent, reason, detail))) return;
    this.#controller?.abort(new Error(detail));
  }

  #answered(): RawOutcome | undefined {
    if (this.#head === undefined) return undefined;
    return { kind: 'answered', ...this.#head, body: Buffer.concat(this.#chunks) };
  }

  #settle(outcome: RawOutcome): boolean {
    if (this.#outcome !== undefined) return false;
    this.#outcome = outcome;
    clearTimeout(this.#timer);
    this.#terms.signal?.removeEventListener('abort', this.#onAbort);
    this.#resolve?.(outcome);
    return true;
  }
}

function noAnswer(maybeSent: boolean, reason: NoAnswerReason, detail: string): RawOutcome {
  return { kind: 'no_answer', maybeSent, reason, detail };
}

function flat(headers: IncomingHeaders): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')] as const],
  );
  return Object.fromEntries(entries);
}
