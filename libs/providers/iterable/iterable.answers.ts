import {
  failed,
  isObject,
  plainText,
  saidBy,
  shortened,
  throttled,
  unanswered,
  unknownAnswer,
  within,
  type Answered,
  type Asked,
  type ErrorCode,
  type Failure,
  type JsonObject,
  type VendorAnswer,
  type VendorWords,
} from '@rekomi/provider-contract';

/** The vendor said no to what was asked. */
export interface Declined {
  readonly kind: 'declined';
  /** What it means when nothing better can be done about it. */
  readonly failure: Failure;
  /** A value does not fit; `fields` names which, where the vendor tells. */
  readonly badFields?: readonly string[];
}

export type Reading =
  | { readonly kind: 'ok'; readonly body: JsonObject }
  | Declined
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * What a refusal is about, by the vendor's code. On an error `code` may be "Success" (unknown list) or a generic one, so
 * the message counts as well. https://github.com/block/iterable-go and https://github.com/Iterable/api-client, 2026-11.
 */
const MEANINGS: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [/invalidListId/i, 'audience_missing'],
  [/ForgottenUser/i, 'contact_suppressed'],
  [/InvalidEmailAddress|invalid email/i, 'email_invalid'],
  [/EmailAlreadyExists|UserIdAlreadyExists|ExternalKeyConflict/i, 'identifier_conflict'],
  [/TypesMismatched|TypeMismatch|UniqueFieldsLimit/i, 'field_rejected'],
  [/BadJsonBody/i, 'request_malformed'],
];

/** `failedUpdates` of list calls, which go by address → the code that a single call would have given. Swagger, FailedUserUpdates, 2026-11. */
const FAILED_UPDATES: readonly (readonly [list: RegExp, code: string])[] = [
  [/^forgottenEmails$/, 'ForgottenUserError'],
  [/^conflict(Emails|UserIds)$/, 'ExternalKeyConflict'],
  [/^invalidData(Emails|UserIds)$/, 'RequestFieldsTypesMismatched'],
  [/^notFoundEmails$/, 'UnknownEmailError'],
  [/^invalid(Emails|UserIds)$/, 'InvalidEmailAddressError'],
];

export function readAnswer(answer: VendorAnswer, { family, now, harmless }: Asked): Reading {
  if (answer.kind !== 'answered') return failed(unanswered(answer, family, { harmless }));
  const { status, text } = answer;
  const body = isObject(answer.body) ? answer.body : undefined;
  const words = wordsIn(answer);
  const unavailable = (code: ErrorCode): Reading => failed({ kind: 'unavailable', code, ...words });
  if (status === 429) return failed(throttled(answer, family, now, words.vendorMessage));
  if (body === undefined && text.trim() !== '') return unavailable('vendor_unreadable');
  if (status >= 500) return unavailable('vendor_error');
  // All its successes have this one; any other is a proxy's.
  if (status === 200) return body === undefined ? unavailable('vendor_unreadable') : { kind: 'ok', body };
  if (status < 400) return unavailable('answer_unknown');
  // The same status for a key that is unknown and for one that may not do this; only the words differ.
  if (status === 401) {
    const lacksRight = /insufficient privileges/i.test(words.vendorMessage ?? '');
    const code = lacksRight ? 'right_missing' : 'credentials_rejected';
    return failed({ kind: 'unauthorised', code, credential: 'apiKey', ...words });
  }
  // A bill that is not paid (402) is no word about a contact, whatever the rest says.
  if (status === 402 || typeof body?.code !== 'string') return unavailable('answer_unknown');
  if (status === 403)
    return failed({ kind: 'unauthorised', code: 'right_missing', credential: 'apiKey', ...words });
  return declined(body.code, words, body);
}

/** The answer about the only item of a list call: status 200 also when that one failed. */
export function readItem(reading: Reading): Reading {
  if (reading.kind !== 'ok') return reading;
  const { successCount, failCount, failedUpdates, invalidEmails } = reading.body;
  if (failCount === 0 && typeof successCount === 'number' && successCount > 0) return reading;
  const lists = Object.entries({ invalidEmails, ...(isObject(failedUpdates) ? failedUpdates : {}) });
  const named = lists.find(([, list]) => namesSomebody(list))?.[0] ?? '';
  const code = FAILED_UPDATES.find(([pattern]) => pattern.test(named))?.[1];
  if (code === undefined) return failed(unknownAnswer(200));
  return declined(code, { status: 200, vendorMessage: `failedUpdates.${named}` }, {});
}

function namesSomebody(list: unknown): boolean {
  return Array.isArray(list) && list.some((name) => typeof name === 'string' && name.trim() !== '');
}

function declined(code: string, words: Words, body: JsonObject): Declined {
  const evidence = `${code} ${words.vendorMessage ?? ''}`;
  const meaning = MEANINGS.find(([pattern]) => pattern.test(evidence))?.[1] ?? 'contact_refused';
  if (meaning === 'audience_missing') {
    return {
      kind: 'declined',
      failure: { kind: 'misconfigured', code: meaning, setting: 'audience', ...words },
    };
  }
  const badFields = meaning === 'field_rejected' ? fieldsNamed(body) : undefined;
  const field = meaning === 'email_invalid' ? 'email' : badFields?.[0];
  return {
    kind: 'declined',
    failure: { kind: 'refused', code: meaning, ...words, ...(field === undefined ? {} : { field }) },
    ...(badFields === undefined ? {} : { badFields }),
  };
}

/** The list is gone, or the person is, so that there is no membership either. */
export function isNotThere({ failure: { code, vendorMessage = '' } }: Declined): boolean {
  return (
    code === 'audience_missing' ||
    code === 'contact_suppressed' ||
    /notFound|UnknownEmail/i.test(vendorMessage)
  );
}

/** `params.validationErrors` is keyed by field, with or without a scope in front: `my_project_etl:::plan`. */
function fieldsNamed({ params }: JsonObject): readonly string[] {
  const errors = isObject(params) && isObject(params.validationErrors) ? params.validationErrors : {};
  return Object.keys(errors).map((name) => (name.split(':::').at(-1) ?? name).replace(/^dataFields\./, ''));
}

type Words = VendorWords & { readonly status: number };

/** The envelope is `{msg, code, params}`, of newer endpoints `{error, message, code, data}`. */
function wordsIn(answer: Answered): Words {
  const { status, body } = answer;
  const { msg, message } = within(body);
  const told = [msg, message].find((words) => typeof words === 'string');
  return { status, ...saidBy({ vendorMessage: shortened(told ?? plainText(answer)) }) };
}
