import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type ErrorCode,
  type Failure,
  type VendorAnswer,
} from '@rekomi/provider-contract';
import { activecampaignManifest } from './activecampaign.manifest.js';

export type JsonObject = Readonly<Record<string, unknown>>;
export type Family = 'api' | 'import' | 'events';

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  readonly message: string;
  /** What the errors point at, for instance `/data/attributes/email`. */
  readonly pointers: readonly string[];
  /** What was to be made is there already. */
  readonly duplicate: boolean;
  readonly body: JsonObject;
}

export interface Failed {
  readonly kind: 'failed';
  readonly failure: Failure;
}

export type Reading =
  { readonly kind: 'ok'; readonly status: number; readonly body: JsonObject } | Declined | Failed;

/** Statuses that answer the request itself. */
const DECLINES: readonly number[] = [400, 404, 409, 422];

/**
 * https://developers.activecampaign.com/reference/overview and /authentication (2026-08): a wrong key is 403, with or without a body, and has
 * been seen to bring the login page with a success status. A 403 with words is about the permissions of the user's group.
 */
export function readAnswer(
  answer: VendorAnswer,
  { family, now, harmless }: { readonly family: Family; readonly now: number; readonly harmless: boolean },
): Reading {
  if (answer.kind !== 'answered') return failed(unanswered(answer, family, { harmless }));
  const { status, body } = answer;
  const message = messageOf(body);
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  const unavailable = (code: ErrorCode): Failed => failed({ kind: 'unavailable', code, ...words });
  const unauthorised = (code: ErrorCode): Failed =>
    failed({ kind: 'unauthorised', code, credential: 'apiKey', ...words });

  if (status === 429)
    return failed(throttled(answer, family, now, words.vendorMessage, activecampaignManifest.resetHeaders));
  if (status === 401) return unauthorised('credentials_rejected');
  if (status === 402) return unauthorised('account_inactive');
  if (status === 403) {
    return unauthorised(/permission|forbidden/i.test(message) ? 'right_missing' : 'credentials_rejected');
  }
  if (status >= 200 && status < 300) {
    if (isObject(body)) return { kind: 'ok', status, body };
    return isLoginPage(answer) ? unauthorised('credentials_rejected') : unavailable('vendor_unreadable');
  }
  if (status >= 500) return unavailable('vendor_error');
  if (!DECLINES.includes(status)) return unavailable('answer_unknown');
  if (!isObject(body)) return unavailable('vendor_unreadable');
  // A bad request may get `{}`; whoever finds nothing says what was looked for.
  if (status === 404 && message === '') return unavailable('answer_unknown');
  // https://developers.activecampaign.com/reference/bulk-import-contacts (2026-08): no 429 there.
  if (status === 400 && /rate limit exceeded/i.test(message)) {
    const until = new Date(now + 60_000);
    return failed({ kind: 'throttled', code: 'vendor_throttled', family, until, ...words });
  }
  const errors = objectsIn(body['errors']);
  return {
    kind: 'declined',
    status,
    message,
    pointers: errors.flatMap(({ source }) => (isObject(source) ? textOf(source['pointer']) : [])),
    duplicate: errors.some(({ code }) => code === 'duplicate') || /duplicate|already/i.test(message),
    body,
  };
}

export function failed(failure: Failure): Failed {
  return { kind: 'failed', failure };
}

/** A no about a contact. The vendor often says no more than `{}`. */
export function contactRefusal({ status, message, pointers }: Declined): Failure {
  const aboutEmail = [...pointers, message].some((words) => /e-?mail/i.test(words));
  return {
    kind: 'refused',
    code: aboutEmail ? 'email_invalid' : 'contact_refused',
    status,
    ...(message === '' ? {} : { vendorMessage: message }),
  };
}

export function failureOf(reading: Exclude<Reading, { kind: 'ok' }>): Failure {
  return reading.kind === 'failed' ? reading.failure : contactRefusal(reading);
}

/** A success status without the sign that was to come with it. */
export function unknownAnswer(status: number): Failure {
  return { kind: 'unavailable', code: 'answer_unknown', status };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Ids are numbers as text, and now and then numbers. */
export function idIn(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function isLoginPage({ text }: Answered): boolean {
  return /<(form|html|input)/i.test(text) && /password|log ?in|sign ?in/i.test(text);
}

function textOf(value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

function messageOf(body: unknown): string {
  if (!isObject(body)) return '';
  const errors = objectsIn(body['errors']).map(({ title, detail }) =>
    [...textOf(title), ...textOf(detail)].join(': '),
  );
  return shortened([...textOf(body['message']), ...errors].join('; '));
}
