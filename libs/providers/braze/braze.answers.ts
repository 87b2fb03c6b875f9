import {
  failed,
  isObject,
  isPage,
  readAnswer as sorted,
  refused,
  shortened,
  tellsErrors,
  textIn,
  unknownAnswer,
  type AnswerTable,
  type Asked,
  type Declined as PlainDeclined,
  type ErrorCode,
  type Failed,
  type JsonObject,
  type Refused,
  type Taken as PlainTaken,
  type VendorAnswer,
} from '@rekomi/provider-contract';
import { brazeManifest } from './braze.manifest.js';

/** What is wrong with one object of a request. The vendor has no codes, only words. */
export interface ObjectError {
  readonly message: string;
  readonly array?: string;
  readonly index?: number;
}

export interface Declined extends PlainDeclined {
  /** Empty where the vendor said nothing. */
  readonly message: string;
  readonly errors: readonly ObjectError[];
}

export interface Taken extends PlainTaken {
  readonly errors: readonly ObjectError[];
}

export type Reading = Taken | Declined | Failed;

const NOTHING_VALID = /^valid data must be provided/i;
const NO_PERMISSION = /access denied|permission|not authorized|not allowed/i;
const SPEAKS = /\S/;
const TABLE: AnswerTable = {
  credential: 'apiKey',
  resetHeaders: brazeManifest.resetHeaders,
  words: ({ body }) => (isObject(body) ? (textIn(body.message) ?? '') : ''),
  meanings: [
    { status: 408, kind: 'unavailable', code: 'vendor_timeout' },
    // This text has been seen under 401 as well.
    { status: 401, words: NOTHING_VALID, kind: 'declined' },
    // A missing permission is 401 or 403, depending on the page.
    { status: 401, words: NO_PERMISSION, kind: 'unauthorised', code: 'right_missing' },
    { status: 401, kind: 'unauthorised', code: 'credentials_rejected' },
    { status: 403, words: NOTHING_VALID, kind: 'declined' },
    { status: 403, words: SPEAKS, kind: 'unauthorised', code: 'right_missing' },
    { status: 404, words: /api key/i, kind: 'unauthorised', code: 'credentials_rejected' },
    // Of the path, not of what it is about: nobody is refused for it.
    { status: 404, words: /invalid url/i, kind: 'unavailable', code: 'answer_unknown' },
    { status: 404, words: SPEAKS, kind: 'declined' },
  ],
  declines: [400, 413, 415, 422],
  isOwnNo: (_, message) => message !== '',
  // A success status alone is no yes: `message` has to say so.
  success: (_, message) => (/^(success|queued)$/i.test(message) ? 'ok' : 'answer_unknown'),
  isForeign: isPage,
  errorsOfItems: true,
};

/** What every answer means unless a call knows better. */
export function readAnswer(answer: VendorAnswer, asked: Asked): Reading {
  const reading = sorted(answer, asked, TABLE);
  if (reading.kind === 'failed') return reading;
  const errors = errorsIn(reading.body);
  // Errors that cannot be read, or that do not say of which list they speak, leave every item open.
  const unclear = !Array.isArray(reading.body.errors) && tellsErrors(reading.body.errors);
  if (reading.kind === 'ok' && (unclear || errors.some(isOfNobody)))
    return failed(unknownAnswer(reading.status));
  return reading.kind === 'ok'
    ? { ...reading, errors }
    : { ...reading, errors, message: reading.vendorMessage ?? '' };
}

/** It has a position, and no list that the position counts in. */
function isOfNobody({ array, index }: ObjectError): boolean {
  return index !== undefined && array === undefined;
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
  const code = meanings.find(([pattern]) => pattern.test(message))?.[1] ?? otherwise;
  const words = { vendorMessage: message, ...(status === undefined ? {} : { status }) };
  return refused(code, words, fieldIn(message));
}

/** `The value provided for the 'email' field is not a valid email.`, `'quantity' is not valid`. */
export function fieldIn(message: string): string | undefined {
  return /'([^']+)'/.exec(message)?.[1];
}

function errorsIn({ errors }: JsonObject): readonly ObjectError[] {
  if (!Array.isArray(errors)) return [];
  return (errors as readonly unknown[]).map((error) => {
    if (!isObject(error)) return { message: shortened(String(error)) };
    const { type, input_array, index } = error;
    return {
      message: shortened(String(type ?? JSON.stringify(error))),
      ...(typeof input_array === 'string' ? { array: input_array } : {}),
      // Any other would be nobody's, and whoever sets nobody aside sends the same again and again.
      ...(typeof index === 'number' && Number.isInteger(index) && index >= 0 ? { index } : {}),
    };
  });
}
