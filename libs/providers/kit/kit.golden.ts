import type { EmulatedAnswer, GoldenAnswer } from '@rekomi/provider-contract';

const PAGES = 'https://developers.kit.com/api-reference (2026-11)';
const PAGE = '<html><head><title>502 Bad Gateway</title></head><body></body></html>';

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EmulatedAnswer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

function text(status: number, body: string, type = 'text/plain'): EmulatedAnswer {
  return { status, headers: { 'content-type': type }, body };
}

const no = (status: number, ...errors: readonly unknown[]): EmulatedAnswer => json(status, { errors });
const FIELDS = json(200, {
  custom_fields: ['last_name', 'rekomi_status', 'rekomi_favourite'].map((key, id) => ({
    id,
    key,
    label: key,
  })),
  pagination: { has_next_page: false },
});
const REJECTED = no(401, 'The access token is invalid');

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  {
    title: 'The key is wrong',
    call: 'upsertContact',
    answers: [REJECTED],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'No credential came',
    call: 'upsertContact',
    answers: [no(401, 'Authentication Failed')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The account has lost its access to the API',
    call: 'upsertContact',
    answers: [no(401, 'Your account does not have access to the API')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The plan is full',
    call: 'upsertContact',
    answers: [FIELDS, no(403, 'This request would exceed your subscriber limit')],
    expect: { kind: 'unauthorised', code: 'right_missing' },
    source: PAGES,
  },
  {
    title: 'The address is bad',
    call: 'upsertContact',
    answers: [FIELDS, no(422, 'Email address is invalid')],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'The address is bad, in a list of lists',
    call: 'upsertContact',
    answers: [FIELDS, no(422, ['Email address is invalid'])],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'A field is bad, and the person is sent again without it',
    call: 'upsertContact',
    answers: [FIELDS, no(422, 'Unknown custom field: last_name'), 'vendor'],
    expect: { kind: 'confirmed', warning: 'field_rejected' },
    source: PAGES,
  },
  {
    title: 'Something is bad that names nothing',
    call: 'upsertContact',
    answers: [FIELDS, no(422, 'Unprocessable'), no(422, 'Unprocessable')],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: PAGES,
  },
  {
    title: 'Too fast, in plain text and without a wait',
    call: 'upsertContact',
    answers: [text(429, 'Retry later')],
    expect: { kind: 'throttled', code: 'vendor_throttled' },
    source: PAGES,
  },
  {
    title: 'Too fast at the write, with a wait all the same',
    call: 'upsertContact',
    answers: [FIELDS, { ...text(429, 'Retry later'), headers: { 'retry-after': '30' } }],
    expect: { kind: 'throttled', code: 'vendor_throttled', untilMs: 30000 },
    source: PAGES,
  },
  {
    title: 'The queue of bulk requests is full',
    call: 'upsertContact',
    answers: [FIELDS, no(413, 'This request exceeds your queued bulk requests limit.')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The vendor is down, without a body',
    call: 'upsertContact',
    answers: [FIELDS, text(500, '')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'The vendor is being worked on',
    call: 'upsertContact',
    answers: [FIELDS, text(503, '')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'A proxy answers with a page',
    call: 'upsertContact',
    answers: [FIELDS, text(502, PAGE, 'text/html')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'A page with a success status',
    call: 'upsertContact',
    answers: [FIELDS, text(200, PAGE, 'text/html')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'A success without a subscriber',
    call: 'upsertContact',
    answers: [FIELDS, json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A success about somebody else',
    call: 'upsertContact',
    answers: [
      FIELDS,
      json(200, { subscriber: { id: 1, email_address: 'other@example.com', state: 'active', fields: {} } }),
    ],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A success with errors inside is a no',
    call: 'upsertContact',
    answers: [FIELDS, json(200, { errors: ['Email address is invalid'] })],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'A 404 that is not the vendor’s',
    call: 'upsertContact',
    answers: [FIELDS, json(404, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A redirect',
    call: 'upsertContact',
    answers: [FIELDS, text(301, '')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The custom fields cannot be listed',
    call: 'upsertContact',
    answers: [no(500, 'x')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'The tag of an event was not there and is found again',
    call: 'trackEvent',
    answers: ['vendor', no(404, 'Not Found'), 'vendor', 'vendor'],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
  {
    title: 'Nobody of that address can be tagged',
    call: 'trackEvent',
    answers: ['vendor', no(404, 'Not Found'), 'vendor', no(404, 'Not Found')],
    expect: { kind: 'refused', code: 'event_refused' },
    source: PAGES,
  },
  {
    title: 'The name of the tag is blank',
    call: 'trackEvent',
    answers: [no(422, 'Name can’t be blank')],
    expect: { kind: 'refused', code: 'event_refused' },
    source: PAGES,
  },
  {
    title: 'Neither id nor address came with the tag',
    call: 'trackEvent',
    answers: [
      'vendor',
      no(422, 'Either subscriber id or email address is required to tag subscriber'),
      'vendor',
      no(422, 'Either subscriber id or email address is required to tag subscriber'),
    ],
    expect: { kind: 'refused', code: 'event_refused' },
    source: PAGES,
  },
  {
    title: 'The tag of an event was set newly',
    call: 'trackEvent',
    answers: [
      json(201, { tag: { id: 5, name: 'rekomi:commission_earned' } }),
      json(201, { subscriber: { id: 1, email_address: 'a@example.com', state: 'active', fields: {} } }),
    ],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
  {
    title: 'The tag of an event was set already',
    call: 'trackEvent',
    answers: [
      json(200, { tag: { id: 5, name: 'rekomi:commission_earned' } }),
      json(200, { subscriber: { id: 1, email_address: 'a@example.com', state: 'active', fields: {} } }),
    ],
    expect: { kind: 'unchanged' },
    source: PAGES,
  },
  {
    title: 'A tag without an id is none',
    call: 'trackEvent',
    answers: [json(201, { tag: {} })],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The event meets a wrong key',
    call: 'trackEvent',
    answers: [REJECTED],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The event comes too fast',
    call: 'trackEvent',
    answers: [text(429, 'Retry later')],
    expect: { kind: 'throttled', code: 'vendor_throttled' },
    source: PAGES,
  },
  {
    title: 'The event meets a vendor that is down',
    call: 'trackEvent',
    answers: [text(504, '')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'A page of tags',
    call: 'listAudiences',
    answers: [
      json(200, {
        tags: [{ id: 5, name: 'Affiliates' }],
        pagination: { has_next_page: true, end_cursor: 'WzEzXQ==' },
      }),
    ],
    expect: { kind: 'page' },
    source: PAGES,
  },
  {
    title: 'A 200 without tags',
    call: 'listAudiences',
    answers: [json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The tags may not be listed',
    call: 'listAudiences',
    answers: [REJECTED],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The tag was made',
    call: 'createAudience',
    answers: [json(201, { tag: { id: 9, name: 'Affiliates' } })],
    expect: { kind: 'created' },
    source: PAGES,
  },
  {
    title: 'The tag was there',
    call: 'createAudience',
    answers: [json(200, { tag: { id: 9, name: 'Affiliates' } })],
    expect: { kind: 'created' },
    source: PAGES,
  },
  {
    title: 'The tag’s name is blank',
    call: 'createAudience',
    answers: [no(422, 'Name can’t be blank')],
    expect: { kind: 'refused', code: 'field_rejected' },
    source: PAGES,
  },
  {
    title: 'A tag that came back without an id',
    call: 'createAudience',
    answers: [json(201, { tag: null })],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'Nobody has this address',
    call: 'readContact',
    answers: [json(200, { subscribers: [], pagination: {} })],
    expect: { kind: 'not_found' },
    source: PAGES,
  },
  {
    title: 'Others were found, this one not',
    call: 'readContact',
    answers: [
      json(200, {
        subscribers: [{ id: 1, email_address: 'other@example.com', state: 'active', fields: {} }],
      }),
    ],
    expect: { kind: 'not_found' },
    source: PAGES,
  },
  {
    title: 'A 200 without subscribers says nothing',
    call: 'readContact',
    answers: [json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The subscriber went between list and look',
    call: 'readContact',
    answers: ['vendor', no(404, 'Not Found')],
    expect: { kind: 'not_found' },
    source: PAGES,
  },
  {
    title: 'The account is told',
    call: 'verify',
    answers: [
      json(200, {
        user: { email: 'owner@example.com', id: 1 },
        account: { id: 2, name: 'Acme', plan_type: 'creator' },
      }),
    ],
    expect: { kind: 'valid' },
    source: PAGES,
  },
  {
    title: 'A key of v3',
    call: 'verify',
    answers: [REJECTED],
    expect: { kind: 'rejected', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'An OAuth token that expired',
    call: 'verify',
    answers: [no(401, 'The access token expired')],
    expect: { kind: 'rejected', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'A 200 without an account is not valid',
    call: 'verify',
    answers: [json(200, {})],
    expect: { kind: 'unreachable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A tag that is off already is off',
    call: 'removeContact',
    answers: ['vendor', no(404, 'Not Found')],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
  {
    title: 'Taking back meets a wrong key',
    call: 'removeContact',
    answers: [REJECTED],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'Taking a tag off with any other success is none',
    call: 'removeContact',
    answers: ['vendor', json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The subscriber is gone, and all of ours with it',
    call: 'removeContact',
    answers: [no(404, 'Not Found')],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
];
