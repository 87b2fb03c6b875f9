import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type ContactSnapshot,
  type ErrorCode,
  type Failure,
  type FieldValue,
  type VendorAnswer,
} from '@rekomi/provider-contract';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  readonly vendorMessage?: string;
}
export interface Failed {
  readonly kind: 'failed';
  readonly failure: Failure;
}
export type Reading =
  { readonly kind: 'ok'; readonly status: number; readonly body: JsonObject } | Declined | Failed;

/**
 * What a status means whatever was asked. 403 says that the plan has no room ("would exceed your subscriber limit");
 * 413 that too much is waiting. https://developers.kit.com/api-reference (response codes), 2026-11.
 */
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
  // Plain text ("Retry later") without a header that tells when.
  if (status === 429) return { kind: 'failed', failure: throttled(answer, 'api', now, words.vendorMessage) };
  if (status === 204) return { kind: 'ok', status, body: {} };
  if (body === undefined && /^\s*</.test(answer.text)) return unavailable('vendor_unreadable');
  if (status >= 200 && status < 300) {
    if (!isObject(body)) return unavailable('vendor_unreadable');
    return Array.isArray(body.errors) && body.errors.length > 0
      ? { kind: 'declined', status, ...words }
      : { kind: 'ok', status, body };
  }
  if (DECLINES.includes(status)) {
    // A 404 that is not the vendor's own must not pass for "no such tag".
    return words.vendorMessage !== undefined && isObject(body)
      ? { kind: 'declined', status, ...words }
      : unavailable('answer_unknown');
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

export function audienceMissing({ status, vendorMessage }: Declined): Failure {
  const words = vendorMessage === undefined ? {} : { vendorMessage };
  return { kind: 'misconfigured', code: 'audience_missing', setting: 'audience', status, ...words };
}

export function contactRefusal({ status, vendorMessage }: Declined): Failure {
  const aboutAddress = /e-?mail/i.test(vendorMessage ?? '');
  return {
    kind: 'refused',
    code: aboutAddress ? 'email_invalid' : 'contact_refused',
    status,
    ...(aboutAddress ? { field: 'email_address' } : {}),
    ...(vendorMessage === undefined ? {} : { vendorMessage }),
  };
}

/** A subscriber as the vendor shows it. */
export interface Subscriber {
  readonly id: string;
  readonly email: string;
  readonly state: string;
  /** First name and custom fields, by the vendor's keys; empty ones left out. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export function subscriberIn(value: unknown): Subscriber | undefined {
  if (!isObject(value)) return undefined;
  const { id, email_address: email, state, first_name: firstName, fields } = value;
  if ((typeof id !== 'number' && typeof id !== 'string') || typeof email !== 'string') return undefined;
  const all = Object.entries({ first_name: firstName, ...(isObject(fields) ? fields : {}) });
  const filled = all.filter((entry): entry is [string, FieldValue] => isFieldValue(entry[1]));
  return {
    id: String(id),
    email,
    state: typeof state === 'string' ? state : '',
    fields: Object.fromEntries(filled),
  };
}

/** `inactive` waits for a confirmation. A state that we do not know is none of those we do. */
export function consentOf(state: string): ContactSnapshot['consent'] {
  if (state === 'active') return 'subscribed';
  if (state === 'cancelled') return 'unsubscribed';
  return state === 'bounced' || state === 'complained' ? state : 'unknown';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFieldValue(value: unknown): value is FieldValue {
  return typeof value === 'string' ? value !== '' : typeof value === 'number' || typeof value === 'boolean';
}

/** `{"errors":["text"]}`, with arrays inside at some endpoints; OAuth endpoints have `error_description`. */
function wordsOf({ body, text }: Answered): { readonly vendorMessage?: string } {
  const { errors, error_description: described, error, message } = isObject(body) ? body : {};
  const told = Array.isArray(errors) ? (errors as readonly unknown[]).flat(3) : [described, error, message];
  const words = told.filter((one) => typeof one === 'string').join('; ');
  const shown = shortened(words !== '' ? words : body === undefined && !/^\s*</.test(text) ? text : '');
  return shown === '' ? {} : { vendorMessage: shown };
}
