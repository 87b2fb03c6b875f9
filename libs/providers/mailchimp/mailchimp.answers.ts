import {
  isObject,
  objectsIn,
  readAnswer as sorted,
  saidBy,
  within,
  type Answered,
  type AnswerTable,
  type Declined as PlainDeclined,
  type ErrorCode,
  type Failed,
  type Failure,
  type Taken,
  type VendorAnswer,
} from '@rekomi/provider-contract';

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined extends PlainDeclined {
  /** Title, detail and the messages of single fields in one text. */
  readonly message: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

export type Reading = Taken | Declined | Failed;

/** Statuses that answer the request itself. */
const DECLINES: readonly number[] = [400, 404, 405, 414, 422];

/**
 * https://mailchimp.com/developer/marketing/docs/errors/ (2026-08). A key on the wrong data centre gets 401 by the
 * documentation and has been seen to get 403. A 503 with these words is about the account.
 */
const TABLE: AnswerTable = {
  credential: 'apiKey',
  words: wordsIn,
  meanings: [
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
  ],
  declines: DECLINES,
  // Every answer of the API has a title; without one it comes from somewhere on the way.
  isOwnNo: ({ type, title, detail }) =>
    [type, title, detail].some((told) => typeof told === 'string' && told.trim() !== ''),
  isForeign: ({ status, body }) => DECLINES.includes(status) && !isObject(body),
};

export function readAnswer(answer: VendorAnswer, family: 'read' | 'write', now: number): Reading {
  const reading = sorted(answer, { family, now, harmless: family === 'read' }, TABLE);
  if (reading.kind !== 'declined') return reading;
  return { ...reading, message: reading.vendorMessage ?? '', errors: errorsIn(reading.body) };
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
  return { kind, code, status, ...saidBy({ vendorMessage: message }) };
}

function errorsIn(body: unknown): Declined['errors'] {
  return objectsIn(within(body)['errors']).map(({ field, message }) => ({
    field: typeof field === 'string' ? field.replace(/^merge_fields\./, '') : '',
    message: typeof message === 'string' ? message : '',
  }));
}

/** Empty for what is no answer of the API. */
function wordsIn({ body }: Answered): string {
  const { title, detail } = within(body);
  const fields = errorsIn(body).map(({ field, message }) => `${field}: ${message}`);
  return [title, detail, ...fields].filter((part) => typeof part === 'string').join(' · ');
}
