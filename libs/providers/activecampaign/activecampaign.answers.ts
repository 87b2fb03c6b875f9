import {
  failed,
  isObject,
  objectsIn,
  refused,
  saidBy,
  shortened,
  tellsErrors,
  textIn,
  throttled,
  unanswered,
  within,
  type Answered,
  type Asked,
  type Declined as PlainDeclined,
  type ErrorCode,
  type Failed,
  type Failure,
  type Taken,
  type VendorAnswer,
} from '@rekomi/provider-contract';
import { activecampaignManifest } from './activecampaign.manifest.js';

export type Family = 'api' | 'import' | 'events';

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined extends PlainDeclined {
  readonly message: string;
  /** What the errors point at, for instance `/data/attributes/email`. */
  readonly pointers: readonly string[];
  /** What was to be made is there already. */
  readonly duplicate: boolean;
  /** The first error is the one that says so, in the vendor's own code. */
  readonly saysDuplicate: boolean;
}

export type Reading = Taken | Declined | Failed;

/** Statuses that answer the request itself. */
const DECLINES: readonly number[] = [400, 404, 409, 422];

/**
 * https://developers.activecampaign.com/reference/overview and /authentication (2026-08): a wrong key is 403, with or without a body, and has
 * been seen to bring the login page with a success status. A 403 with words is about the permissions of the user's group.
 */
export function readAnswer(
  answer: VendorAnswer,
  { family, now, harmless }: Asked & { readonly family: Family },
): Reading {
  if (answer.kind !== 'answered') return failed(unanswered(answer, family, { harmless }));
  const { status, body } = answer;
  const message = messageOf(body);
  const words = { status, ...saidBy({ vendorMessage: message }) };
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
    // Nothing is documented to be taken in part, and nothing to be taken with errors beside it.
    if (status === 207 || tellsErrors(within(body)['errors'])) return unavailable('answer_unknown');
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
    ...words,
    message,
    pointers: errors.flatMap(({ source }) => texts(within(source)['pointer'])),
    duplicate: errors.some(({ code }) => code === 'duplicate') || /duplicate|already/i.test(message),
    saysDuplicate: status === 422 && errors[0]?.['code'] === 'duplicate',
    body,
  };
}

/** A no about a contact. The vendor often says no more than `{}`. */
export function contactRefusal(declined: Declined): Failure {
  const aboutEmail = [...declined.pointers, declined.message].some((words) => /e-?mail/i.test(words));
  return refused(aboutEmail ? 'email_invalid' : 'contact_refused', declined);
}

export function failureOf(reading: Exclude<Reading, { kind: 'ok' }>): Failure {
  return reading.kind === 'failed' ? reading.failure : contactRefusal(reading);
}

function isLoginPage({ text }: Answered): boolean {
  return /<(form|html|input)/i.test(text) && /password|log ?in|sign ?in/i.test(text);
}

function messageOf(body: unknown): string {
  const { message, errors } = within(body);
  const each = objectsIn(errors).map(({ title, detail }) => texts(title, detail).join(': '));
  return shortened([...texts(message), ...each].join('; '));
}

function texts(...values: readonly unknown[]): readonly string[] {
  return values.flatMap((value) => textIn(value) ?? []);
}
