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

export type JsonObject = Readonly<Record<string, unknown>>;

/** One entry of the vendor's `errors`. */
export interface VendorError {
  readonly code: string;
  readonly message: string;
  /** Vendor's name of the attribute or property at fault. */
  readonly field?: string;
  readonly pointer: string;
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
  readonly family: string;
  readonly now: number;
  /** Nothing can have been written, so a missing answer is not ambiguous. */
  readonly harmless: boolean;
  /** Statuses with which the vendor says that this call was taken. */
  readonly done: readonly number[];
}

const BAD_KEY: ReadonlySet<string> = new Set(['authentication_failed', 'not_authenticated']);
const DECLINES: ReadonlySet<number> = new Set([400, 404, 409, 413, 415, 422]);

/** What every answer means unless a call knows better. */
export function readAnswer(answer: VendorAnswer, options: ReadingOptions): Reading {
  const { family, now, harmless } = options;
  if (answer.kind !== 'answered') return failed(unanswered(answer, family, { harmless }));
  const { status } = answer;
  const errors = errorsIn(answer.body);
  const message = shortened(errors.map((error) => error.message).join('; '));
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  const unavailable = (code: ErrorCode): Reading => failed({ kind: 'unavailable', code, ...words });
  const unauthorised = (code: ErrorCode): Reading =>
    failed({ kind: 'unauthorised', code, credential: 'privateKey', ...words });

  if (status === 429) return failed(throttled(answer, family, now, words.vendorMessage));
  if (status === 410) return unauthorised('api_version_retired');
  // Cloudflare stands before the API; a 403 with its challenge says nothing about the key.
  if (isPage(answer)) return unavailable('vendor_unreadable');
  if (options.done.includes(status)) {
    const body = isObject(answer.body) ? answer.body : {};
    // The vendor's yes is either empty or has `data`; anything else came from somebody in between.
    const isTheirs = answer.text.trim() === '' || Object.hasOwn(body, 'data');
    return isTheirs ? { kind: 'ok', status, body } : unavailable('answer_unknown');
  }
  if (status >= 500) return unavailable('vendor_error');
  if (status === 408) return unavailable('vendor_timeout');
  // Older pages name 400 for a bad key, the field shows 401.
  if (status === 401 || errors.some(({ code }) => BAD_KEY.has(code))) {
    return unauthorised('credentials_rejected');
  }
  if (errors.length === 0) return unavailable('answer_unknown');
  if (status === 403) return unauthorised('right_missing');
  return DECLINES.has(status) ? { kind: 'declined', status, errors, message } : unavailable('answer_unknown');
}

export function contactRefusal({ status, errors, message }: Declined): Refused {
  const field = errors.find((error) => error.field !== undefined)?.field;
  const duplicate = errors.some(({ code }) => code === 'duplicate_profile');
  return {
    kind: 'refused',
    code: duplicate
      ? 'identifier_conflict'
      : field === 'email'
        ? 'email_invalid'
        : status === 415
          ? 'request_malformed'
          : 'contact_refused',
    status,
    ...(message === '' ? {} : { vendorMessage: message }),
    ...(field === undefined ? {} : { field }),
  };
}

const EVENT_FIELDS: Readonly<Record<string, ErrorCode>> = {
  name: 'event_name_invalid',
  time: 'event_time_invalid',
  email: 'email_invalid',
};

export function eventRefusal({ status, errors, message }: Declined): Refused {
  const field = errors.find((error) => error.field !== undefined)?.field;
  return {
    kind: 'refused',
    code: status === 413 ? 'event_too_large' : (EVENT_FIELDS[field ?? ''] ?? 'event_refused'),
    status,
    ...(message === '' ? {} : { vendorMessage: message }),
    ...(field === undefined ? {} : { field }),
  };
}

/** A list that is not there: as the path names it, or as the subscription names it. */
export function audienceFailure(declined: Declined): Failure {
  const { status, errors, message } = declined;
  const words = { status, ...(message === '' ? {} : { vendorMessage: message }) };
  const listed = errors.some(({ pointer }) => pointer.includes('/relationships/list'));
  return status === 404 || listed
    ? { kind: 'misconfigured', code: 'audience_missing', setting: 'audience', ...words }
    : { kind: 'refused', code: 'contact_refused', ...words };
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

/** The object behind a path of keys; an empty one where there is none. */
export function within(value: unknown, ...keys: readonly string[]): JsonObject {
  const found = keys.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
  return isObject(found) ? found : {};
}

function failed(failure: Failure): Reading {
  return { kind: 'failed', failure };
}

function errorsIn(body: unknown): readonly VendorError[] {
  const list = isObject(body) && Array.isArray(body.errors) ? (body.errors as readonly unknown[]) : [];
  return list.filter(isObject).map((error) => {
    const pointer = String(within(error, 'source').pointer ?? '');
    const field = fieldOf(pointer);
    return {
      code: String(error.code ?? ''),
      message: String(error.detail ?? error.title ?? error.code ?? ''),
      pointer,
      ...(field === undefined ? {} : { field }),
    };
  });
}

/** `/data/attributes/first_name`, `/data/attributes/properties/rekomi_tier`, `/data/meta/patch_properties/append/…`. */
function fieldOf(pointer: string): string | undefined {
  const found = /\/(?:attributes\/properties|patch_properties\/\w+|attributes)\/([^/]+)/g;
  const last = [...pointer.matchAll(found)].at(-1)?.[1];
  return last?.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isPage(answer: Answered): boolean {
  if (answer.body !== undefined) return false;
  return /\bhtml\b/i.test(answer.headers['content-type'] ?? '') || /^\s*</.test(answer.text);
}
