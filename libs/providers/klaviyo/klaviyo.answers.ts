import {
  audienceMissing,
  isPage,
  objectsIn,
  readAnswer as sorted,
  refused,
  within,
  type AnswerTable,
  type Asked,
  type Declined as PlainDeclined,
  type ErrorCode,
  type Failed,
  type Failure,
  type JsonObject,
  type Refused,
  type Taken,
  type VendorAnswer,
} from '@rekomi/provider-contract';

/** One entry of the vendor's `errors`. */
export interface VendorError {
  readonly code: string;
  readonly message: string;
  /** Vendor's name of the attribute or property at fault. */
  readonly field?: string;
  readonly pointer: string;
}

export interface Declined extends PlainDeclined {
  readonly errors: readonly VendorError[];
}

export type Reading = Taken | Declined | Failed;

export interface ReadingOptions extends Asked {
  /** Statuses with which the vendor says that this call was taken. */
  readonly done: readonly number[];
}

const BAD_KEY: ReadonlySet<string> = new Set(['authentication_failed', 'not_authenticated']);
const hasBadKey = (body: JsonObject): boolean => errorsIn(body).some(({ code }) => BAD_KEY.has(code));
const hasErrors = (body: JsonObject): boolean => errorsIn(body).some(({ message }) => message !== '');

const TABLE: AnswerTable = {
  credential: 'privateKey',
  words: ({ body }) =>
    errorsIn(body)
      .map(({ message }) => message)
      .join('; '),
  meanings: [
    { status: 410, kind: 'unauthorised', code: 'api_version_retired' },
    { status: 408, kind: 'unavailable', code: 'vendor_timeout' },
    // Older pages name 400 for a bad key, the field shows 401.
    { status: 401, kind: 'unauthorised', code: 'credentials_rejected' },
    { status: 400, body: hasBadKey, kind: 'unauthorised', code: 'credentials_rejected' },
    { status: 403, body: hasBadKey, kind: 'unauthorised', code: 'credentials_rejected' },
    { status: 403, body: hasErrors, kind: 'unauthorised', code: 'right_missing' },
    { status: 403, kind: 'unavailable', code: 'answer_unknown' },
  ],
  declines: [400, 404, 409, 413, 415, 422],
  isOwnNo: hasErrors,
  // Cloudflare stands before the API; a 403 with its challenge says nothing about the key.
  isForeign: (answer) => answer.status !== 410 && isPage(answer),
};

/** What every answer means unless a call knows better. */
export function readAnswer(answer: VendorAnswer, { done, ...asked }: ReadingOptions): Reading {
  // The vendor's yes is either empty or has `data`; anything else came from somebody in between.
  const success: AnswerTable['success'] = ({ status, text, body }) =>
    done.includes(status) && (text.trim() === '' || Object.hasOwn(within(body), 'data'))
      ? 'ok'
      : 'answer_unknown';
  const reading = sorted(answer, asked, { ...TABLE, success });
  return reading.kind === 'declined' ? { ...reading, errors: errorsIn(reading.body) } : reading;
}

export function contactRefusal(declined: Declined): Refused {
  const { status, errors } = declined;
  const field = errors.find((error) => error.field !== undefined)?.field;
  const duplicate = errors.some(({ code }) => code === 'duplicate_profile');
  const code = duplicate
    ? 'identifier_conflict'
    : field === 'email'
      ? 'email_invalid'
      : status === 415
        ? 'request_malformed'
        : 'contact_refused';
  return refused(code, declined, field);
}

const EVENT_FIELDS: Readonly<Record<string, ErrorCode>> = {
  name: 'event_name_invalid',
  time: 'event_time_invalid',
  email: 'email_invalid',
};

export function eventRefusal(declined: Declined): Refused {
  const field = declined.errors.find((error) => error.field !== undefined)?.field;
  const code = declined.status === 413 ? 'event_too_large' : (EVENT_FIELDS[field ?? ''] ?? 'event_refused');
  return refused(code, declined, field);
}

/** A list that is not there: as the path names it, or as the subscription names it. */
export function audienceFailure(declined: Declined): Failure {
  const { status, errors } = declined;
  const listed = errors.some(({ pointer }) => pointer.includes('/relationships/list'));
  return status === 404 || listed ? audienceMissing(declined) : refused('contact_refused', declined);
}

function errorsIn(body: unknown): readonly VendorError[] {
  return objectsIn(within(body).errors).map((error) => {
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
