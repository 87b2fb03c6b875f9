import {
  shortened,
  throttled,
  unanswered,
  type Answered,
  type ErrorCode,
  type Failure,
  type VendorAnswer,
} from '@rekomi/provider-contract';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  /** Title, detail and the messages of single fields in one text. */
  readonly message: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

export type Reading =
  | { readonly kind: 'ok'; readonly status: number; readonly body: JsonObject }
  | Declined
  | { readonly kind: 'failed'; readonly failure: Failure };

interface Rule {
  readonly status: number;
  readonly words?: RegExp;
  readonly kind: 'unauthorised' | 'unavailable';
  readonly code: ErrorCode;
}

/**
 * https://mailchimp.com/developer/marketing/docs/errors/ (2026-08). The first match counts. A key on the wrong data
 * centre gets 401 by the documentation and has been seen to get 403. A 503 with these words is about the account.
 */
const RULES: readonly Rule[] = [
  { status: 401, kind: 'unauthorised', code: 'credentials_rejected' },
  {
    status: 403,
    words: /linked to datacenter|wrong datacenter|api key/i,
    kind: 'unauthorised',
    code: 'credentials_rejected',
  },
  {
    status: 403,
    words: /deactivat|disabled|suspend|closed/i,
    kind: 'unauthorised',
    code: 'account_inactive',
  },
  { status: 403, words: /\w/, kind: 'unauthorised', code: 'right_missing' },
  // Under heavy load the edge answers without a body of the API's.
  { status: 403, kind: 'unavailable', code: 'vendor_throttled' },
  {
    status: 503,
    words: /ComplianceRelated|method has been disabled/i,
    kind: 'unauthorised',
    code: 'account_inactive',
  },
];

/** Statuses that answer the request itself. */
const DECLINES: readonly number[] = [400, 404, 405, 414, 422];

export function readAnswer(answer: VendorAnswer, family: 'read' | 'write', now: number): Reading {
  if (answer.kind !== 'answered') {
    return { kind: 'failed', failure: unanswered(answer, family, { harmless: family === 'read' }) };
  }
  const { status } = answer;
  const errors = errorsIn(answer.body);
  const message = messageOf(answer, errors);
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  if (status === 429) return { kind: 'failed', failure: throttled(answer, family, now, words.vendorMessage) };
  const rule = RULES.find((one) => one.status === status && (one.words?.test(message) ?? true));
  if (rule !== undefined) {
    const credential = rule.kind === 'unauthorised' ? { credential: 'apiKey' } : {};
    return { kind: 'failed', failure: { kind: rule.kind, code: rule.code, ...credential, ...words } };
  }
  const unavailable = (code: ErrorCode): Reading => ({
    kind: 'failed',
    failure: { kind: 'unavailable', code, ...words },
  });
  if (status === 204) return { kind: 'ok', status, body: {} };
  if (status >= 200 && status < 300) {
    return isObject(answer.body)
      ? { kind: 'ok', status, body: answer.body }
      : unavailable('vendor_unreadable');
  }
  if (status >= 500) return unavailable('vendor_error');
  if (DECLINES.includes(status)) {
    if (!isObject(answer.body)) return unavailable('vendor_unreadable');
    // Every answer of the API has a title; without one it comes from somewhere on the way.
    return message === '' ? unavailable('answer_unknown') : { kind: 'declined', status, message, errors };
  }
  return unavailable('answer_unknown');
}

/** What a no about a person means. The first match counts; matched on title and detail together. */
const REFUSALS: readonly (readonly [words: RegExp, kind: 'refused' | 'unavailable', code: ErrorCode])[] = [
  [/compliance state|forgotten email|permanently deleted/i, 'refused', 'contact_suppressed'],
  // A brake on single people that holds for hours; repeating with growing pauses is right.
  [/a lot of lists very recently/i, 'unavailable', 'vendor_throttled'],
  [/looks fake or invalid|valid email|email_address/i, 'refused', 'email_invalid'],
  [/could not be validated|json pars|method not allowed|not a valid|schema/i, 'refused', 'request_malformed'],
];

export function refusal(declined: Declined): Failure {
  const { status, message } = declined;
  const [, kind, code] = REFUSALS.find(([words]) => words.test(message)) ?? [
    /./,
    'refused',
    'contact_refused',
  ];
  return { kind, code, status, ...(message === '' ? {} : { vendorMessage: message }) };
}

/** A call about an audience found nothing at its address. */
export function audienceMissing({ status, message }: Declined): Failure {
  return {
    kind: 'misconfigured',
    code: 'audience_missing',
    setting: 'audience',
    status,
    vendorMessage: message,
  };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function errorsIn(body: unknown): Declined['errors'] {
  return objectsIn(isObject(body) ? body['errors'] : undefined).map(({ field, message }) => ({
    field: typeof field === 'string' ? field.replace(/^merge_fields\./, '') : '',
    message: typeof message === 'string' ? message : '',
  }));
}

/** Empty for what is no answer of the API. */
function messageOf({ body }: Answered, errors: Declined['errors']): string {
  if (!isObject(body)) return '';
  const fields = errors.map(({ field, message }) => `${field}: ${message}`);
  const parts = [body['title'], body['detail'], ...fields].filter((part) => typeof part === 'string');
  return shortened(parts.join(' · '));
}
