import type { Answered, VendorAnswer } from './access.js';
import { throttled, unanswered } from './answers.js';
import type { ErrorCode } from './error-codes.js';
import { saidBy } from './failures.js';
import { isObject, tellsErrors, type JsonObject } from './json-values.js';
import { shortened, type Failure } from './outcome.js';

/** The vendor took it, or told what was asked. `body` is empty where the answer was. */
export interface Taken {
  readonly kind: 'ok';
  readonly status: number;
  readonly body: JsonObject;
}

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  readonly body: JsonObject;
  readonly vendorMessage?: string;
}

/** Nothing can be said about what was asked: no answer, or one that means the same whatever is asked. */
export interface Failed {
  readonly kind: 'failed';
  readonly failure: Failure;
}

/** An answer, sorted. */
export type Reading = Taken | Declined | Failed;

export function failed(failure: Failure): Failed {
  return { kind: 'failed', failure };
}

/** What one request asked. */
export interface Asked {
  /** Endpoint family of the manifest. */
  readonly family: string;
  /** `access.now()`. */
  readonly now: number;
  /** Nothing can have been written, so a missing answer is not ambiguous. */
  readonly harmless: boolean;
}

/** What a status means whatever was asked. */
export interface StatusMeaning {
  readonly status: number;
  /** Holds only where the vendor's message matches; absent: whatever it says. */
  readonly words?: RegExp;
  /** Holds only for such a body (an empty object where there is none). */
  readonly body?: (body: JsonObject) => boolean;
  /** `unauthorised` names the credential of the table; `declined` hands the answer on as a no to what was asked. */
  readonly kind: 'unauthorised' | 'unavailable' | 'declined';
  /** For `declined` without meaning. */
  readonly code?: ErrorCode;
  /** Of `unauthorised`: the credential is not at fault. */
  readonly withoutCredential?: boolean;
}

/** How one vendor answers. The rules that are the same everywhere are in `readAnswer`. */
export interface AnswerTable {
  /** Credential field that an `unauthorised` names. */
  readonly credential: string;
  /** The manifest's. */
  readonly resetHeaders?: readonly string[];
  /** The vendor's own words in an answer, unshortened; empty when there are none. */
  readonly words: (answer: Answered) => string;
  /** Told before anything else but a 429; the first match counts. */
  readonly meanings: readonly StatusMeaning[];
  /** Statuses that answer the request itself. */
  readonly declines: readonly number[];
  /** Whether such an answer is the vendor's own: a 404 of a proxy must not pass for "nobody there". */
  readonly isOwnNo: (body: JsonObject, vendorMessage: string) => boolean;
  /**
   * What an answer with a success status is: taken, a no in disguise, or neither. Without this function 204 and every
   * object is a yes, anything else `vendor_unreadable`.
   */
  readonly success?: (answer: Answered, vendorMessage: string) => 'ok' | 'declined' | ErrorCode;
  /** `errors` beside a success are about single items, and the calls read them themselves. */
  readonly errorsOfItems?: true;
  /** Whether it came from somebody on the way, whatever its status. Without this function: what begins like markup. */
  readonly isForeign?: (answer: Answered) => boolean;
}

/**
 * Sorts an answer by a vendor's table. What it does not name is `unavailable`: without a positive sign there is no
 * success, and without one of the vendor's own there is no refusal either.
 */
export function readAnswer(answer: VendorAnswer, asked: Asked, table: AnswerTable): Reading {
  const { family, now, harmless } = asked;
  if (answer.kind !== 'answered') return failed(unanswered(answer, family, { harmless }));
  const { status } = answer;
  const body = isObject(answer.body) ? answer.body : {};
  const message = shortened(table.words(answer));
  const words = { status, ...saidBy({ vendorMessage: message }) };
  const unavailable = (code: ErrorCode): Failed => failed({ kind: 'unavailable', code, ...words });
  const declined: Declined = { kind: 'declined', body, ...words };

  if (status === 429) return failed(throttled(answer, family, now, words.vendorMessage, table.resetHeaders));
  if ((table.isForeign ?? isMarkup)(answer)) return unavailable('vendor_unreadable');
  const meaning = table.meanings.find(
    (one) =>
      one.status === status &&
      (one.words?.test(message) ?? true) &&
      (one.body === undefined || one.body(body)),
  );
  if (meaning !== undefined) {
    const { kind, code = 'answer_unknown', withoutCredential = false } = meaning;
    if (kind === 'declined') return declined;
    if (kind === 'unavailable') return unavailable(code);
    const credential = withoutCredential ? {} : { credential: table.credential };
    return failed({ kind, code, ...credential, ...words });
  }
  if (status >= 200 && status < 300) {
    // "Partly": something is missing, and a call that documents no such answer cannot tell what.
    if (status === 207) return unavailable('answer_unknown');
    if (table.errorsOfItems !== true && tellsErrors(body.errors)) return declined;
    const success = (table.success ?? anyObject)(answer, message);
    if (success === 'declined') return declined;
    return success === 'ok' ? { kind: 'ok', status, body } : unavailable(success);
  }
  if (status >= 500) return unavailable('vendor_error');
  const isOwn = table.declines.includes(status) && isObject(answer.body) && table.isOwnNo(body, message);
  return isOwn ? declined : unavailable('answer_unknown');
}

/** The default of `AnswerTable.success`. */
export function anyObject({ status, body }: Answered): 'ok' | 'vendor_unreadable' {
  return status === 204 || isObject(body) ? 'ok' : 'vendor_unreadable';
}

/** A page of HTML or XML where JSON was to come. */
export function isMarkup({ body, text }: Answered): boolean {
  return body === undefined && /^\s*</.test(text);
}

/** As `isMarkup`; an empty page that only says it is HTML counts, too. */
export function isPage(answer: Answered): boolean {
  if (isMarkup(answer)) return true;
  return answer.body === undefined && /\bhtml\b/i.test(answer.headers['content-type'] ?? '');
}

/** The text of an answer that is no JSON, if it is made for reading: no markup, no broken JSON. */
export function plainText({ text }: Answered): string {
  return /^\s*[<[{]/.test(text) ? '' : text;
}
