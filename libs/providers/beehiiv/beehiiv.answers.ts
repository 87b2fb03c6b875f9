import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type ErrorCode,
  type Failure,
  type Outcome,
  type VendorAnswer,
} from '@rekomi/provider-contract';
import { beehiivManifest } from './beehiiv.manifest.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  readonly vendorMessage?: string;
}

export type Reading =
  | { readonly kind: 'ok'; readonly status: number; readonly body: JsonObject }
  | Declined
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What a status means whatever was asked. Codes in the body are not documented, so only statuses count. */
const STATUS: Readonly<Record<number, { kind: 'unauthorised' | 'unavailable'; code: ErrorCode }>> = {
  401: { kind: 'unauthorised', code: 'credentials_rejected' },
  403: { kind: 'unauthorised', code: 'right_missing' },
  408: { kind: 'unavailable', code: 'vendor_timeout' },
};
const DECLINES: readonly number[] = [400, 404, 409, 422];

export function readAnswer(answer: VendorAnswer, now: number, harmless: boolean): Reading {
  if (answer.kind !== 'answered') return { kind: 'failed', failure: unanswered(answer, 'api', { harmless }) };
  const { status, body } = answer;
  const words = wordsOf(answer);
  const unavailable = (code: ErrorCode): Reading => ({
    kind: 'failed',
    failure: { kind: 'unavailable', code, status, ...words },
  });
  if (status === 429) {
    const failure = throttled(answer, 'api', now, words.vendorMessage, beehiivManifest.resetHeaders);
    return { kind: 'failed', failure };
  }
  if (status === 204) return { kind: 'ok', status, body: {} };
  if (body === undefined && /^\s*</.test(answer.text)) return unavailable('vendor_unreadable');
  if (status >= 200 && status < 300) {
    if (!isObject(body)) return unavailable('vendor_unreadable');
    const refusedWithin = Array.isArray(body.errors) && body.errors.length > 0;
    return refusedWithin ? { kind: 'declined', status, ...words } : { kind: 'ok', status, body };
  }
  if (DECLINES.includes(status)) {
    // A 404 that is not the vendor's own must not pass for "nobody there".
    const own = isObject(body) && (Array.isArray(body.errors) || typeof body.statusText === 'string');
    return own ? { kind: 'declined', status, ...words } : unavailable('answer_unknown');
  }
  if (status >= 500) return unavailable('vendor_error');
  const rule = STATUS[status];
  if (rule?.kind !== 'unauthorised') return unavailable(rule?.code ?? 'answer_unknown');
  return {
    kind: 'failed',
    failure: { ...rule, kind: 'unauthorised', credential: 'apiKey', status, ...words },
  };
}

/** Without what was asked for in it, a success status is no positive sign. */
export const UNKNOWN: Failure = { kind: 'unavailable', code: 'answer_unknown' };

export function publicationMissing({ status, vendorMessage }: Declined): Failure {
  const words = vendorMessage === undefined ? {} : { vendorMessage };
  return { kind: 'misconfigured', code: 'audience_missing', setting: 'audience', status, ...words };
}

export function contactRefusal({ status, vendorMessage }: Declined): Failure {
  const aboutAddress = /e-?mail/i.test(vendorMessage ?? '');
  return {
    kind: 'refused',
    code: aboutAddress ? 'email_invalid' : 'contact_refused',
    status,
    ...(aboutAddress ? { field: 'email' } : {}),
    ...(vendorMessage === undefined ? {} : { vendorMessage }),
  };
}

export function isTagLimit({ vendorMessage = '' }: Declined): boolean {
  return /limit|maximum|too many|\b100\b/i.test(vendorMessage);
}

/** Whether the next request would meet the same failure. */
export function endsTheCall(failure: Failure | undefined): boolean {
  return failure !== undefined && failure.kind !== 'refused' && failure.kind !== 'misconfigured';
}

/**
 * Where a subscription stands. `out` cannot be raised by anything a sync does: `inactive` unsubscribed, `paused` took a
 * break, `invalid` and `needs_attention` are held back by the vendor. So is a status that we do not know.
 */
export function standingOf(status: string): 'in' | 'confirming' | 'out' {
  if (status === 'active' || status === 'validating') return 'in';
  return status === 'pending' ? 'confirming' : 'out';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the calls of one contact add up to. Without a write nothing changed. */
export function outcomeOf(
  sent: boolean,
  { failure, written, warnings = [] }: Pick<Outcome, 'written' | 'warnings'> & { readonly failure?: Failure },
): Outcome {
  return {
    ...(failure ?? { kind: sent ? 'accepted' : 'unchanged' }),
    ...(written === undefined ? {} : { written }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** `{"status":400,"statusText":"…","errors":[{"message":"…","code":"…"}]}` */
function wordsOf({ body, text }: Answered): { readonly vendorMessage?: string } {
  const errors = isObject(body) && Array.isArray(body.errors) ? (body.errors as readonly unknown[]) : [];
  const messages = errors.flatMap((error) =>
    isObject(error) && typeof error.message === 'string' ? [error.message] : [],
  );
  const words = shortened(messages.length > 0 ? messages.join('; ') : /^\s*[<{[]/.test(text) ? '' : text);
  return words === '' ? {} : { vendorMessage: words };
}
