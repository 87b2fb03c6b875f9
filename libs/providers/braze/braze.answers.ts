import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type ErrorCode,
  type Failure,
  type Outcome,
  type Refused,
  type VendorAnswer,
} from '@rekomi/provider-contract';
import { brazeManifest } from './braze.manifest.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What is wrong with one object of a request. The vendor has no codes, only words. */
export interface ObjectError {
  readonly message: string;
  readonly array?: string;
  readonly index?: number;
}

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  readonly message: string;
  readonly errors: readonly ObjectError[];
}

export type Reading =
  | {
      readonly kind: 'ok';
      readonly status: number;
      readonly body: JsonObject;
      readonly errors: readonly ObjectError[];
    }
  | Declined
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface ReadingOptions {
  readonly family: string;
  readonly now: number;
  /** Nothing can have been written, so a missing answer is not ambiguous. */
  readonly harmless: boolean;
}

const NOTHING_VALID = /^valid data must be provided/i;
const NO_PERMISSION = /access denied|permission|not authorized|not allowed/i;
const DECLINES: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/** What every answer means unless a call knows better. A success status alone is no yes: `message` has to say so. */
export function readAnswer(answer: VendorAnswer, options: ReadingOptions): Reading {
  const { family, now, harmless } = options;
  if (answer.kind !== 'answered') return failed(unanswered(answer, family, { harmless }));
  const { status } = answer;
  const body = isObject(answer.body) ? answer.body : {};
  const message = typeof body.message === 'string' ? shortened(body.message) : '';
  const errors = errorsIn(body);
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  const unavailable = (code: ErrorCode): Reading => failed({ kind: 'unavailable', code, ...words });
  const unauthorised = (code: ErrorCode): Reading =>
    failed({ kind: 'unauthorised', code, credential: 'apiKey', ...words });

  if (status === 429)
    return failed(throttled(answer, family, now, words.vendorMessage, brazeManifest.resetHeaders));
  if (isPage(answer)) return unavailable('vendor_unreadable');
  if (status >= 200 && status < 300) {
    return /^(success|queued)$/i.test(message)
      ? { kind: 'ok', status, body, errors }
      : unavailable('answer_unknown');
  }
  if (status >= 500) return unavailable('vendor_error');
  if (status === 408) return unavailable('vendor_timeout');
  // This text has been seen under 401 as well.
  if (NOTHING_VALID.test(message)) return { kind: 'declined', status, message, errors };
  // A missing permission is 401 or 403, depending on the page.
  if (status === 401)
    return unauthorised(NO_PERMISSION.test(message) ? 'right_missing' : 'credentials_rejected');
  if (message === '') return unavailable('answer_unknown');
  if (status === 403) return unauthorised('right_missing');
  if (status === 404)
    return /api key/i.test(message)
      ? unauthorised('credentials_rejected')
      : { kind: 'declined', status, message, errors };
  return DECLINES.has(status) ? { kind: 'declined', status, message, errors } : unavailable('answer_unknown');
}

type Meanings = readonly (readonly [pattern: RegExp, code: ErrorCode])[];

const CONTACT_MEANINGS: Meanings = [
  [/blacklisted|disallowed/i, 'contact_refused'],
  [/\bemail\b/i, 'email_invalid'],
];

const EVENT_MEANINGS: Meanings = [
  [/\bemail\b|external_id/i, 'email_invalid'],
  [/'name'|event name/i, 'event_name_invalid'],
  [/'time'/i, 'event_time_invalid'],
  [/too large|length exceeded|kb\b|bytes/i, 'event_too_large'],
];

export function contactRefusal(message: string, status?: number): Refused {
  return refusal(message, CONTACT_MEANINGS, 'contact_refused', status);
}

export function eventRefusal(message: string, status?: number): Refused {
  return refusal(message, EVENT_MEANINGS, 'event_refused', status);
}

function refusal(message: string, meanings: Meanings, otherwise: ErrorCode, status?: number): Refused {
  const field = fieldIn(message);
  return {
    kind: 'refused',
    code: meanings.find(([pattern]) => pattern.test(message))?.[1] ?? otherwise,
    ...(status === undefined ? {} : { status }),
    ...(message === '' ? {} : { vendorMessage: message }),
    ...(field === undefined ? {} : { field }),
  };
}

/** `The value provided for the 'email' field is not a valid email.`, `'quantity' is not valid`. */
export function fieldIn(message: string): string | undefined {
  return /'([^']+)'/.exec(message)?.[1];
}

/** A group that is not there. Which status and words it gets is not documented. */
export function audienceFailure({ status, message }: Declined): Failure {
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  return /invalid url/i.test(message)
    ? { kind: 'unavailable', code: 'answer_unknown', ...words }
    : { kind: 'misconfigured', code: 'audience_missing', setting: 'audience', ...words };
}

/** The failure, if it is one of the way to the vendor that the next request would meet as well. */
export function wayFailure(outcome: Outcome | undefined): Failure | undefined {
  return outcome !== undefined &&
    ['throttled', 'unauthorised', 'unavailable', 'ambiguous'].includes(outcome.kind)
    ? (outcome as Failure)
    : undefined;
}

export function unknownAnswer(status: number): Failure {
  return { kind: 'unavailable', code: 'answer_unknown', status };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; undefined when it is none. */
export function objectsIn(value: unknown): readonly JsonObject[] | undefined {
  return Array.isArray(value) ? value.filter(isObject) : undefined;
}

function failed(failure: Failure): Reading {
  return { kind: 'failed', failure };
}

function errorsIn({ errors }: JsonObject): readonly ObjectError[] {
  if (!Array.isArray(errors)) return [];
  return (errors as readonly unknown[]).map((error) => {
    if (!isObject(error)) return { message: shortened(String(error)) };
    const { type, input_array, index } = error;
    return {
      message: shortened(String(type ?? JSON.stringify(error))),
      ...(typeof input_array === 'string' ? { array: input_array } : {}),
      ...(typeof index === 'number' ? { index } : {}),
    };
  });
}

function isPage(answer: Answered): boolean {
  if (answer.body !== undefined) return false;
  return /\bhtml\b/i.test(answer.headers['content-type'] ?? '') || /^\s*</.test(answer.text);
}
