import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type ContactSnapshot,
  type ErrorCode,
  type Failure,
  type VendorAnswer,
} from '@rekomi/provider-contract';

export type JsonObject = Readonly<Record<string, unknown>>;
/** Endpoint families of the manifest. */
export type Family = 'api' | 'tags';

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  /** Paths of the fields that a validation found fault with: `customProperties.level`. */
  readonly fields: readonly string[];
  readonly vendorMessage?: string;
}
export interface Failed {
  readonly kind: 'failed';
  readonly failure: Failure;
}
export type Reading =
  { readonly kind: 'ok'; readonly status: number; readonly body: JsonObject } | Declined | Failed;

export interface ReadingOptions {
  readonly family: Family;
  readonly now: number;
  /** Nothing can have been written, so a missing answer is not ambiguous. */
  readonly harmless: boolean;
}

/**
 * What a status means whatever was asked. A retired version of the API pauses the connection as a wrong key does: no
 * repeat helps. https://api-docs.omnisend.com/reference/rate-limit-timeouts-errors.md, 2026-11.
 */
const STATUS: Readonly<
  Record<number, { readonly kind: 'unauthorised' | 'unavailable'; readonly code: ErrorCode }>
> = {
  401: { kind: 'unauthorised', code: 'credentials_rejected' },
  403: { kind: 'unauthorised', code: 'right_missing' },
  408: { kind: 'unavailable', code: 'vendor_timeout' },
  410: { kind: 'unauthorised', code: 'api_version_retired' },
};
const DECLINES: readonly number[] = [400, 404, 409, 413, 422];
/** The vendor's edge gave up waiting: what stood behind it may have gone on. */
const GAVE_UP: readonly number[] = [504, 524];

export function readAnswer(answer: VendorAnswer, { family, now, harmless }: ReadingOptions): Reading {
  if (answer.kind !== 'answered') return failed(unanswered(answer, family, { harmless }));
  const { status, body } = answer;
  const words = wordsOf(answer);
  const unavailable = (code: ErrorCode): Reading => failed({ kind: 'unavailable', code, status, ...words });
  if (status === 429) return failed(waiting(answer, family, now, words.vendorMessage));
  if (GAVE_UP.includes(status) && !harmless)
    return failed({ kind: 'ambiguous', code: 'vendor_timeout', status });
  if (body === undefined && /^\s*</.test(answer.text)) return unavailable('vendor_unreadable');
  if (status >= 200 && status < 300) {
    if (answer.text.trim() === '') return { kind: 'ok', status, body: {} };
    if (!isObject(body)) return unavailable('vendor_unreadable');
    return isProblem(body)
      ? { kind: 'declined', status, fields: fieldsIn(body), ...words }
      : { kind: 'ok', status, body };
  }
  if (DECLINES.includes(status)) {
    // A 404 that is not the vendor's own must not pass for "nobody there".
    return isObject(body) && isProblem(body)
      ? { kind: 'declined', status, fields: fieldsIn(body), ...words }
      : unavailable('answer_unknown');
  }
  if (status >= 500) return unavailable('vendor_error');
  const rule = STATUS[status];
  if (rule?.kind !== 'unauthorised') return unavailable(rule?.code ?? 'answer_unknown');
  const credential = rule.code === 'api_version_retired' ? {} : { credential: 'apiKey' };
  return failed({ ...rule, kind: 'unauthorised', status, ...credential, ...words });
}

/** Without what was asked for in it, a success status is no positive sign. */
export const UNKNOWN: Failure = { kind: 'unavailable', code: 'answer_unknown' };

export function failed(failure: Failure): Failed {
  return { kind: 'failed', failure };
}

/** How long to wait stands in the body, at some endpoints. */
function waiting(answer: Answered, family: Family, now: number, words: string | undefined): Failure {
  const told = throttled(answer, family, now, words);
  const seconds = isObject(answer.body) ? answer.body.retryAfter : undefined;
  if (told.until !== undefined || typeof seconds !== 'number' || !(seconds > 0)) return told;
  return { ...told, until: new Date(now + Math.min(seconds, 24 * 60 * 60) * 1000) };
}

export function contactRefusal({ status, fields, vendorMessage }: Declined): Failure {
  const aboutAddress =
    fields.some((field) => /^identifiers|email/i.test(field)) || /e-?mail/i.test(vendorMessage ?? '');
  return {
    kind: 'refused',
    code: status === 409 ? 'identifier_conflict' : aboutAddress ? 'email_invalid' : 'contact_refused',
    status,
    ...(aboutAddress ? { field: 'email' } : {}),
    ...(vendorMessage === undefined ? {} : { vendorMessage }),
  };
}

export function eventRefusal({ status, fields, vendorMessage }: Declined): Failure {
  const named = (pattern: RegExp): boolean => fields.some((field) => pattern.test(field));
  const code =
    status === 413
      ? 'event_too_large'
      : named(/^eventName/)
        ? 'event_name_invalid'
        : named(/^eventTime/)
          ? 'event_time_invalid'
          : 'event_refused';
  return { kind: 'refused', code, status, ...(vendorMessage === undefined ? {} : { vendorMessage }) };
}

/** `nonSubscribed` never said yes or no, so it counts as neither. */
export function consentOf(status: string | undefined): ContactSnapshot['consent'] {
  return status === 'subscribed' || status === 'unsubscribed' ? status : 'unknown';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 9457: `{"type":"https://problems.omnisend.com/…","title","status","detail","errors":[{"field","code","message"}]}` */
function isProblem({ type, title, errors }: JsonObject): boolean {
  return Array.isArray(errors) || (typeof type === 'string' && typeof title === 'string');
}

function fieldsIn({ errors }: JsonObject): readonly string[] {
  return errorsIn(errors).flatMap(({ field }) => (typeof field === 'string' ? [field] : []));
}

function errorsIn(errors: unknown): readonly JsonObject[] {
  return Array.isArray(errors) ? (errors as readonly unknown[]).filter(isObject) : [];
}

function wordsOf({ body, text }: Answered): { readonly vendorMessage?: string } {
  const { detail, title, errors } = isObject(body) ? body : {};
  const each = errorsIn(errors).map(({ field, message }) =>
    [field, message].filter((one) => typeof one === 'string').join(': '),
  );
  const told = [typeof detail === 'string' ? detail : title, ...each]
    .filter((one) => typeof one === 'string')
    .join('; ');
  const words = shortened(told !== '' ? told : body === undefined && !/^\s*</.test(text) ? text : '');
  return words === '' ? {} : { vendorMessage: words };
}
