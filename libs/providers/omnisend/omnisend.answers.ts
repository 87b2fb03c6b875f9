import {
  anyObject,
  failed,
  objectsIn,
  readAnswer as sorted,
  refused,
  within,
  type Answered,
  type AnswerTable,
  type Asked,
  type ContactSnapshot,
  type Declined as PlainDeclined,
  type Failed,
  type Failure,
  type JsonObject,
  type Taken,
  type Throttled,
  type VendorAnswer,
} from '@rekomi/provider-contract';

/** Endpoint families of the manifest. */
export type Family = 'api' | 'tags';

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined extends PlainDeclined {
  /** Paths of the fields that a validation found fault with: `customProperties.level`. */
  readonly fields: readonly string[];
}
export type Reading = Taken | Declined | Failed;

/**
 * A retired version of the API pauses the connection as a wrong key does: no repeat helps.
 * https://api-docs.omnisend.com/reference/rate-limit-timeouts-errors.md, 2026-11.
 */
const TABLE: AnswerTable = {
  credential: 'apiKey',
  words: wordsIn,
  meanings: [
    { status: 401, kind: 'unauthorised', code: 'credentials_rejected' },
    { status: 403, kind: 'unauthorised', code: 'right_missing' },
    { status: 408, kind: 'unavailable', code: 'vendor_timeout' },
    { status: 410, kind: 'unauthorised', code: 'api_version_retired', withoutCredential: true },
  ],
  declines: [400, 404, 409, 413, 422],
  isOwnNo: isProblem,
  success: (answer) => {
    if (answer.text.trim() === '') return 'ok';
    return isProblem(within(answer.body)) ? 'declined' : anyObject(answer);
  },
};
/** The vendor's edge gave up waiting: what stood behind it may have gone on. */
const GAVE_UP: readonly number[] = [504, 524];

export function readAnswer(answer: VendorAnswer, asked: Asked & { readonly family: Family }): Reading {
  if (answer.kind === 'answered' && GAVE_UP.includes(answer.status) && !asked.harmless)
    return failed({ kind: 'ambiguous', code: 'vendor_timeout', status: answer.status });
  const reading = sorted(answer, asked, TABLE);
  if (reading.kind === 'declined') return { ...reading, fields: fieldsIn(reading.body) };
  if (reading.kind !== 'failed' || reading.failure.kind !== 'throttled' || answer.kind !== 'answered')
    return reading;
  return failed(waiting(reading.failure, answer, asked.now));
}

/** How long to wait stands in the body, at some endpoints. */
function waiting(told: Throttled, { body }: Answered, now: number): Failure {
  const { retryAfter: seconds } = within(body);
  if (told.until !== undefined || typeof seconds !== 'number' || !(seconds > 0)) return told;
  return { ...told, until: new Date(now + Math.min(seconds, 24 * 60 * 60) * 1000) };
}

export function contactRefusal(declined: Declined): Failure {
  const { status, fields, vendorMessage = '' } = declined;
  const aboutAddress =
    fields.some((field) => /^identifiers|email/i.test(field)) || /e-?mail/i.test(vendorMessage);
  const code = status === 409 ? 'identifier_conflict' : aboutAddress ? 'email_invalid' : 'contact_refused';
  return refused(code, declined, aboutAddress ? 'email' : undefined);
}

export function eventRefusal(declined: Declined): Failure {
  const named = (pattern: RegExp): boolean => declined.fields.some((field) => pattern.test(field));
  const code =
    declined.status === 413
      ? 'event_too_large'
      : named(/^eventName/)
        ? 'event_name_invalid'
        : named(/^eventTime/)
          ? 'event_time_invalid'
          : 'event_refused';
  return refused(code, declined);
}

/** `nonSubscribed` never said yes or no, so it counts as neither. */
export function consentOf(status: string | undefined): ContactSnapshot['consent'] {
  return status === 'subscribed' || status === 'unsubscribed' ? status : 'unknown';
}

/** RFC 9457: `{"type":"https://problems.omnisend.com/…","title","status","detail","errors":[{"field","code","message"}]}` */
function isProblem({ type, title, errors }: JsonObject): boolean {
  return Array.isArray(errors) || (typeof type === 'string' && typeof title === 'string');
}

function fieldsIn({ errors }: JsonObject): readonly string[] {
  return objectsIn(errors).flatMap(({ field }) => (typeof field === 'string' ? [field] : []));
}

function wordsIn({ body, text }: Answered): string {
  const { detail, title, errors } = within(body);
  const each = objectsIn(errors).map(({ field, message }) =>
    [field, message].filter((one) => typeof one === 'string').join(': '),
  );
  const told = [typeof detail === 'string' ? detail : title, ...each].filter(
    (one) => typeof one === 'string',
  );
  const words = told.join('; ');
  return words !== '' ? words : body === undefined && !/^\s*</.test(text) ? text : '';
}
