import {
  anyObject,
  contactRefused,
  idIn,
  isObject,
  isPlain,
  readAnswer as sorted,
  within,
  type Answered,
  type AnswerTable,
  type ContactSnapshot,
  type Declined,
  type Failure,
  type FieldValue,
  type Reading,
  type VendorAnswer,
} from '@rekomi/provider-contract';

const TABLE: AnswerTable = {
  credential: 'apiKey',
  words: wordsIn,
  /**
   * 403 says that the plan has no room ("would exceed your subscriber limit"); 413 that too much is waiting.
   * https://developers.kit.com/api-reference (response codes), 2026-11.
   */
  meanings: [
    { status: 401, kind: 'unauthorised', code: 'credentials_rejected' },
    { status: 403, kind: 'unauthorised', code: 'right_missing' },
    { status: 408, kind: 'unavailable', code: 'vendor_timeout' },
  ],
  declines: [400, 404, 409, 422],
  // `error` alone is how doors in front of the API speak.
  isOwnNo: ({ errors, message }, words) =>
    Array.isArray(errors) ? words !== '' : typeof message === 'string' && message.trim() !== '',
  success: (answer) => {
    const { errors } = within(answer.body);
    return Array.isArray(errors) && errors.length > 0 ? 'declined' : anyObject(answer);
  },
};

export function readAnswer(answer: VendorAnswer, now: number, harmless: boolean): Reading {
  return sorted(answer, { family: 'api', now, harmless }, TABLE);
}

export function contactRefusal(declined: Declined): Failure {
  return contactRefused(declined, 'email_address');
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
  const key = idIn(id);
  if (key === undefined || typeof email !== 'string') return undefined;
  const all = Object.entries({ first_name: firstName, ...within(fields) });
  const filled = all.filter((entry): entry is [string, FieldValue] => isPlain(entry[1]) && entry[1] !== '');
  return {
    id: key,
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

/** `{"errors":["text"]}`, with arrays inside at some endpoints; OAuth endpoints have `error_description`. */
function wordsIn({ body, text }: Answered): string {
  const { errors, error_description: described, error, message } = within(body);
  const told = Array.isArray(errors) ? errors.flat(3) : [described, error, message];
  const words = told.filter((one) => typeof one === 'string').join('; ');
  return words !== '' ? words : body === undefined && !/^\s*</.test(text) ? text : '';
}
