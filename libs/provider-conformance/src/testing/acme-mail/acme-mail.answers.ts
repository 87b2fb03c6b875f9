import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type Failure,
  type VendorAnswer,
} from '@rekomi/provider-contract';

/** An answer, sorted: what was asked for, or why not. */
export type Reading =
  | { readonly kind: 'ok'; readonly body: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'declined';
      readonly error: string;
      readonly field?: string;
      readonly failure: Failure;
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Acme Mail's errors are `{error, message, field?}`. A success is JSON that names what it is about (`sign`). */
export function readAnswer(
  answer: VendorAnswer,
  {
    sign,
    now,
    harmless = false,
  }: {
    readonly sign: string;
    readonly now: number;
    readonly harmless?: boolean;
  },
): Reading {
  if (answer.kind !== 'answered') return failed(unanswered(answer, 'api', { harmless }));
  const { status } = answer;
  const body = objectIn(answer);
  const vendorMessage = shortened(String(body['message'] ?? answer.text));
  if (status >= 200 && status < 300 && sign in body) return { kind: 'ok', body };
  if (status === 429) return failed(throttled(answer, 'api', now, vendorMessage));
  if (status === 401)
    return failed({
      kind: 'unauthorised',
      code: 'credentials_rejected',
      credential: 'apiKey',
      status,
      vendorMessage,
    });
  if (status === 403)
    return failed({
      kind: 'unauthorised',
      code: 'right_missing',
      credential: 'apiKey',
      status,
      vendorMessage,
    });
  if (status >= 500)
    return failed({
      kind: 'unavailable',
      code: 'vendor_error',
      status,
      vendorMessage,
    });
  const { error, field } = body;
  if (typeof error !== 'string')
    return failed({
      kind: 'unavailable',
      code: 'answer_unknown',
      status,
      vendorMessage,
    });
  const named = typeof field === 'string' ? { field } : {};
  const code =
    error === 'email_invalid'
      ? 'email_invalid'
      : error === 'list_not_found'
        ? 'audience_missing'
        : 'contact_refused';
  const failure: Failure =
    code === 'audience_missing'
      ? {
          kind: 'misconfigured',
          code,
          setting: 'audience',
          status,
          vendorMessage,
        }
      : { kind: 'refused', code, status, vendorMessage, ...named };
  return { kind: 'declined', error, ...named, failure };
}

function failed(failure: Failure): Reading {
  return { kind: 'failed', failure };
}

function objectIn({ body }: Answered): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? (body as Readonly<Record<string, unknown>>)
    : {};
}
