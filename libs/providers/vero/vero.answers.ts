import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type ErrorCode,
  type Failure,
  type VendorAnswer,
} from '@rekomi/provider-contract';

/** The vendor took it, said no to what was asked, or nothing can be said. */
export type Reading =
  | { readonly kind: 'ok' }
  | { readonly kind: 'declined'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * All writes answer `{"status":200,"message":"Success."}`, failures with their status in the same envelope; the wording
 * of failures is not published. https://help.getvero.com/api-reference/track/overview, 2026-11.
 *
 * @param refusal What a plain no means for this call.
 */
export function readAnswer(answer: VendorAnswer, now: number, refusal: ErrorCode): Reading {
  if (answer.kind !== 'answered') return failed(unanswered(answer, 'track'));
  const { text } = answer;
  const body = objectIn(answer);
  // The status inside counts for more: a 200 around a failure is none.
  const inside = body?.status;
  const status = answer.status === 200 && typeof inside === 'number' ? inside : answer.status;
  const told = body?.message ?? body?.error ?? (body === undefined && !/^\s*[<[{]/.test(text) ? text : '');
  const message = typeof told === 'string' ? shortened(told) : '';
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  const unavailable = (code: ErrorCode): Reading => failed({ kind: 'unavailable', code, ...words });

  if (answer.status === 429) return failed(throttled(answer, 'track', now, words.vendorMessage));
  const promised = /\bjson\b/i.test(answer.headers['content-type'] ?? '');
  const unreadable = answer.body === undefined && text.trim() !== '' && (promised || /^\s*</.test(text));
  if (unreadable) return unavailable('vendor_unreadable');
  if (status >= 500) return unavailable('vendor_error');
  if (status === 401) {
    return failed({ kind: 'unauthorised', code: 'credentials_rejected', credential: 'apiKey', ...words });
  }
  if (answer.status === 200 && inside === 200) return { kind: 'ok' };
  if (status !== 400 || body === undefined) return unavailable('answer_unknown');
  const aboutAddress = /e-?mail|\bid\b|identity/i.test(message);
  return {
    kind: 'declined',
    failure: aboutAddress
      ? { kind: 'refused', code: 'email_invalid', field: 'email', ...words }
      : { kind: 'refused', code: refusal, ...words },
  };
}

function failed(failure: Failure): Reading {
  return { kind: 'failed', failure };
}

function objectIn({ body }: Answered): Readonly<Record<string, unknown>> | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  return body as Readonly<Record<string, unknown>>;
}
