import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type Failure,
  type VendorAnswer,
} from '@rekomi/provider-contract';

type Json = Readonly<Record<string, unknown>>;

/** What an answer says, once everything is taken out that any call may meet. */
export type Reading =
  | { readonly kind: 'ok'; readonly body: Json }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** @param sign The key that the answer has to have: the vendor's word that it did just this. */
export function read(answer: VendorAnswer, sign: string, now: number, harmless = false): Reading {
  if (answer.kind !== 'answered') return failed(unanswered(answer, 'api', { harmless }));
  const body = bodyOf(answer);
  const error = typeof body['error'] === 'string' ? body['error'] : undefined;
  const { status } = answer;
  const words = { status, ...(error === undefined ? {} : { vendorMessage: shortened(error) }) };
  if (status === 429) return failed(throttled(answer, 'api', now));
  if (status === 401)
    return failed({ kind: 'unauthorised', code: 'credentials_rejected', credential: 'apiKey', ...words });
  if (error === 'contact_not_found') return { kind: 'nobody' };
  if (error === 'list_not_found') {
    return failed({ kind: 'misconfigured', code: 'audience_missing', setting: 'audience', ...words });
  }
  if (status === 400 && error?.startsWith('invalid_email')) {
    return failed({ kind: 'refused', code: 'email_invalid', field: 'email', ...words });
  }
  if (status === 400 && error === 'not_accepted')
    return failed({ kind: 'refused', code: 'contact_refused', ...words });
  if (status === 200 && Object.hasOwn(body, sign)) return { kind: 'ok', body };
  if (status >= 500) return failed({ kind: 'unavailable', code: 'vendor_error', ...words });
  return failed({ kind: 'unavailable', code: 'answer_unknown', ...words });
}

function failed(failure: Failure): Reading {
  return { kind: 'failed', failure };
}

function bodyOf({ body }: Answered): Json {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Json) : {};
}
