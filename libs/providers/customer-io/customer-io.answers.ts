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

/** The vendor's two doors; also the endpoint families of the manifest. */
export type Door = 'track' | 'app';

export type JsonObject = Readonly<Record<string, unknown>>;

/** One error of an answer, whichever of the vendor's three envelopes it came in. */
export interface VendorError {
  /** Position of the item in a batch. */
  readonly index?: number;
  /** Vendor's name of the attribute or key at fault. */
  readonly field?: string;
  readonly message: string;
}

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  readonly errors: readonly VendorError[];
  readonly message: string;
}

export type Reading =
  | { readonly kind: 'ok'; readonly status: number; readonly body: JsonObject }
  | Declined
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface ReadingOptions {
  readonly door: Door;
  readonly now: number;
  /** Nothing can have been written, so a missing answer is not ambiguous. */
  readonly harmless: boolean;
  /** Statuses that this call answers with a reasoned no. Any other unlisted one is an unknown answer. */
  readonly declines: readonly number[];
}

const CREDENTIAL: Readonly<Record<Door, string>> = { track: 'trackApiKey', app: 'appApiKey' };

/**
 * What every status means unless a call knows better. The App API uses 403 for what the plan does not include; at the
 * Track API it can only be the account's IP allow-list, whose status is not documented
 * (https://docs.customer.io/accounts-and-workspaces/managing-credentials.md, 2026-08).
 */
const STATUS: Readonly<
  Record<
    number,
    { readonly kind: 'unauthorised' | 'unavailable'; readonly code: Readonly<Record<Door, ErrorCode>> }
  >
> = {
  401: { kind: 'unauthorised', code: { track: 'credentials_rejected', app: 'credentials_rejected' } },
  403: { kind: 'unauthorised', code: { track: 'credentials_rejected', app: 'right_missing' } },
  408: { kind: 'unavailable', code: { track: 'vendor_timeout', app: 'vendor_timeout' } },
};

export function readAnswer(answer: VendorAnswer, options: ReadingOptions): Reading {
  const { door, now, harmless } = options;
  if (answer.kind !== 'answered') return { kind: 'failed', failure: unanswered(answer, door, { harmless }) };
  const { status } = answer;
  const errors = errorsIn(answer.body);
  const message = messageOf(answer, errors);
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  const unavailable = (code: ErrorCode): Reading => ({
    kind: 'failed',
    failure: { kind: 'unavailable', code, ...words },
  });

  if (status === 429) return { kind: 'failed', failure: throttled(answer, door, now, words.vendorMessage) };
  if (status >= 300 && status < 400) return unavailable('region_moved');
  if (isPage(answer)) return unavailable('vendor_unreadable');
  if (status >= 200 && status < 300) {
    return isObject(answer.body)
      ? { kind: 'ok', status, body: answer.body }
      : unavailable('vendor_unreadable');
  }
  // The vendor's own no is a document; a text or a broken one comes from somebody on the way.
  const isEmpty = answer.text.trim() === '';
  const isOwnNo = isObject(answer.body) || status === 413 || (status === 404 && isEmpty);
  if (options.declines.includes(status) && !isOwnNo) return unavailable('vendor_unreadable');
  if (options.declines.includes(status)) return { kind: 'declined', status, errors, message };
  if (status >= 500) return unavailable('vendor_error');
  const rule = STATUS[status];
  if (rule?.kind === 'unauthorised') {
    return {
      kind: 'failed',
      failure: { kind: rule.kind, code: rule.code[door], credential: CREDENTIAL[door], ...words },
    };
  }
  return unavailable(rule?.code[door] ?? 'answer_unknown');
}

/** A success status whose body nevertheless holds errors is a no: the positive sign is missing. */
export function withoutErrors(reading: Reading): Reading {
  if (reading.kind !== 'ok') return reading;
  const errors = errorsIn(reading.body);
  if (errors.length === 0) {
    // "Partly" about a single thing, without a word on what is missing, is no yes.
    if (reading.status !== 207) return reading;
    return { kind: 'failed', failure: { kind: 'unavailable', code: 'answer_unknown', status: 207 } };
  }
  return { kind: 'declined', status: reading.status, errors, message: joined(errors) };
}

/**
 * Reads `{"meta":{"error":…}}` and `{"meta":{"errors":[…]}}` (Track v1), `{"errors":[{"batch_index","field","message"}]}`
 * (Track v2) and `{"errors":[{"detail","status"}]}` (App).
 */
export function errorsIn(body: unknown): readonly VendorError[] {
  if (!isObject(body)) return [];
  const meta = isObject(body.meta) ? body.meta : {};
  if (meta.error === undefined && meta.errors === undefined && body.errors === undefined) return [];
  return [meta.error, meta.errors, body.errors]
    .flatMap((part) => (Array.isArray(part) ? (part as readonly unknown[]) : [part]))
    .flatMap(oneError);
}

function oneError(entry: unknown): readonly VendorError[] {
  if (entry === undefined || entry === null || entry === '') return [];
  if (!isObject(entry)) return [withAttribute({ message: String(entry) })];
  const message = [entry.message, entry.detail, entry.reason].find((text) => typeof text === 'string');
  const index = entry.batch_index;
  return [
    withAttribute({
      message: message ?? JSON.stringify(entry),
      ...(typeof index === 'number' && Number.isInteger(index) ? { index } : {}),
      ...(typeof entry.field === 'string' ? { field: entry.field.replace(/^attributes\./, '') } : {}),
    }),
  ];
}

/** Track v1 names the attribute only in its sentence: `value for attribute 'token' cannot be longer than 1000 bytes`. */
function withAttribute(error: VendorError): VendorError {
  if (error.field !== undefined) return error;
  const field = /attribute ['"`]([^'"`]+)['"`]/i.exec(error.message)?.[1];
  return field === undefined ? error : { ...error, field };
}

type Meaning = readonly (readonly [pattern: RegExp, code: ErrorCode])[];

const CONTACT_MEANINGS: Meaning = [
  [/not the same value|already associated|different profile/i, 'identifier_conflict'],
  [/suppress/i, 'contact_suppressed'],
  [/\b(email|identifier)\b.*(longer|too long|exceed)/i, 'email_too_long'],
  [/\b(email|identifier)\b/i, 'email_invalid'],
  [/valid json|malformed|must be one of/i, 'request_malformed'],
];

const EVENT_MEANINGS: Meaning = [
  [/suppress/i, 'contact_suppressed'],
  [/\b(email|identifier)\b/i, 'email_invalid'],
  [/\bname\b/i, 'event_name_invalid'],
  [/timestamp/i, 'event_time_invalid'],
  [/too large|bytes|kb\b/i, 'event_too_large'],
  [/valid json|malformed|must be one of/i, 'request_malformed'],
];

export function contactRefusal(declined: Declined): Refused {
  return refusal(declined, CONTACT_MEANINGS, 'contact_refused');
}

export function eventRefusal(declined: Declined): Refused {
  return refusal(declined, EVENT_MEANINGS, declined.status === 413 ? 'event_too_large' : 'event_refused');
}

export function refusal(declined: Declined, meanings: Meaning, otherwise: ErrorCode): Refused {
  const field = declined.errors.find((error) => error.field !== undefined)?.field;
  const evidence = [declined.message, field ?? ''].join(' ');
  return {
    kind: 'refused',
    code: meanings.find(([pattern]) => pattern.test(evidence))?.[1] ?? otherwise,
    status: declined.status,
    ...(declined.message === '' ? {} : { vendorMessage: shortened(declined.message) }),
    ...(field === undefined ? {} : { field }),
  };
}

/** The failure, if it is one of the way to the vendor that the next request would meet as well. */
export function wayFailure(outcome: Outcome | undefined): Failure | undefined {
  switch (outcome?.kind) {
    case 'throttled':
    case 'unauthorised':
    case 'unavailable':
    case 'ambiguous':
      return outcome;
    default:
      return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPage(answer: Answered): boolean {
  if (answer.body !== undefined) return false;
  return /\bhtml\b/i.test(answer.headers['content-type'] ?? '') || /^\s*</.test(answer.text);
}

function messageOf(answer: Answered, errors: readonly VendorError[]): string {
  if (errors.length > 0) return joined(errors);
  return isPage(answer) || answer.body !== undefined ? '' : shortened(answer.text);
}

function joined(errors: readonly VendorError[]): string {
  return shortened(errors.map(({ message }) => message).join('; '));
}
