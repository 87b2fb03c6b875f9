import type { EmulatedAnswer, GoldenAnswer } from '@rekomi/provider-contract';

const PAGES = 'https://developers.brevo.com/reference and /docs (2026-11)';
const PAGE = '<html><head><title>502 Bad Gateway</title></head><body></body></html>';

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EmulatedAnswer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

function text(status: number, body: string, type = 'text/plain'): EmulatedAnswer {
  return { status, headers: { 'content-type': type }, body };
}

const DONE = { status: 204, body: '' };
const no = (status: number, code: string, message: string): EmulatedAnswer => json(status, { code, message });
const ATTRIBUTES = json(200, {
  attributes: ['FIRSTNAME', 'LASTNAME', 'REKOMI_STATUS', 'REKOMI_TAGS', 'REKOMI_FAVOURITE'].map((name) => ({
    name,
    category: 'normal',
    type: 'text',
  })),
});
const NOBODY = no(404, 'document_not_found', 'Contact does not exist');
const TWICE = no(
  400,
  'duplicate_parameter',
  'Unable to create contact, email is already associated with another Contact',
);
const person = (more: object = {}): EmulatedAnswer =>
  json(200, {
    id: 5,
    email: 'ada@example.com',
    emailBlacklisted: false,
    attributes: {},
    listIds: [],
    ...more,
  });

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  {
    title: 'The contact was made',
    call: 'upsertContact',
    answers: [ATTRIBUTES, json(201, { id: 123 })],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
  {
    title: 'A made contact without an id is none',
    call: 'upsertContact',
    answers: [ATTRIBUTES, json(201, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The status of an update is no sign of a new contact',
    call: 'upsertContact',
    answers: [ATTRIBUTES, DONE],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'Two of one address: it is looked at and updated',
    call: 'upsertContact',
    answers: [ATTRIBUTES, TWICE, person({ listIds: [4] }), DONE],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
  {
    title: 'Two of one address, told in the older words',
    call: 'upsertContact',
    answers: [
      ATTRIBUTES,
      no(400, 'duplicate_parameter', 'Contact already exist'),
      person({ emailBlacklisted: true }),
      DONE,
    ],
    expect: { kind: 'confirmed', warning: 'consent_not_raised' },
    source: PAGES,
  },
  {
    title: 'A double that nobody can see',
    call: 'upsertContact',
    answers: [ATTRIBUTES, TWICE, NOBODY],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A look that does not tell of the block',
    call: 'upsertContact',
    answers: [ATTRIBUTES, TWICE, json(200, { id: 5, email: 'ada@example.com' })],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The address is bad',
    call: 'upsertContact',
    answers: [ATTRIBUTES, no(400, 'invalid_parameter', 'Invalid email address')],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'The attributes are bad, and the contact comes without them',
    call: 'upsertContact',
    answers: [
      ATTRIBUTES,
      no(400, 'invalid_parameter', 'Invalid attributes'),
      no(400, 'invalid_parameter', 'Invalid attributes'),
      json(201, { id: 5 }),
      no(404, 'document_not_found', 'List ID does not exist'),
    ],
    expect: { kind: 'misconfigured', code: 'audience_missing' },
    source: PAGES,
  },
  {
    title: 'Everything is refused, whatever is left out',
    call: 'upsertContact',
    answers: [
      ATTRIBUTES,
      no(400, 'invalid_parameter', 'no'),
      no(400, 'invalid_parameter', 'no'),
      no(400, 'invalid_parameter', 'no'),
    ],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: PAGES,
  },
  {
    title: 'A no without a code',
    call: 'upsertContact',
    answers: [
      ATTRIBUTES,
      json(400, { message: 'no' }),
      json(400, { message: 'no' }),
      json(400, { message: 'no' }),
    ],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: PAGES,
  },
  {
    title: 'A 400 that is not the vendor’s',
    call: 'upsertContact',
    answers: [ATTRIBUTES, json(400, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The key is wrong',
    call: 'upsertContact',
    answers: [no(401, 'unauthorized', 'Key not found')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The header is missing',
    call: 'upsertContact',
    answers: [no(401, 'unauthorized', 'authentication not found in headers')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The key is good and our address is not known',
    call: 'upsertContact',
    answers: [no(401, 'unauthorized', 'We have detected you are using an unrecognised IP address 192.0.2.1')],
    expect: { kind: 'unauthorised', code: 'address_blocked' },
    source: PAGES,
  },
  {
    title: 'No credits are left',
    call: 'upsertContact',
    answers: [ATTRIBUTES, no(402, 'not_enough_credits', 'x')],
    expect: { kind: 'unauthorised', code: 'account_inactive' },
    source: PAGES,
  },
  {
    title: 'The plan does not include it',
    call: 'upsertContact',
    answers: [ATTRIBUTES, no(403, 'permission_denied', 'x')],
    expect: { kind: 'unauthorised', code: 'right_missing' },
    source: PAGES,
  },
  {
    title: 'The account is being looked at',
    call: 'upsertContact',
    answers: [ATTRIBUTES, no(403, 'account_under_validation', 'x')],
    expect: { kind: 'unauthorised', code: 'account_inactive' },
    source: PAGES,
  },
  {
    title: 'The method is not allowed',
    call: 'upsertContact',
    answers: [ATTRIBUTES, no(405, 'method_not_allowed', 'x')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The form is not acceptable',
    call: 'upsertContact',
    answers: [ATTRIBUTES, no(406, 'not_acceptable', 'x')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'It took too long',
    call: 'upsertContact',
    answers: [ATTRIBUTES, json(408, {})],
    expect: { kind: 'unavailable', code: 'vendor_timeout' },
    source: PAGES,
  },
  {
    title: 'Too fast, with the seconds that are left',
    call: 'upsertContact',
    answers: [ATTRIBUTES, json(429, { message: 'x' }, { 'x-sib-ratelimit-reset': '17' })],
    expect: { kind: 'throttled', code: 'vendor_throttled', untilMs: 17000 },
    source: PAGES,
  },
  {
    title: 'Too fast, without a word',
    call: 'upsertContact',
    answers: [json(429, {})],
    expect: { kind: 'throttled', code: 'vendor_throttled' },
    source: PAGES,
  },
  {
    title: 'The vendor is down',
    call: 'upsertContact',
    answers: [ATTRIBUTES, json(500, {})],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'The vendor is being worked on',
    call: 'upsertContact',
    answers: [ATTRIBUTES, text(503, '')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'A proxy answers with a page',
    call: 'upsertContact',
    answers: [ATTRIBUTES, text(502, PAGE, 'text/html')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'A page with a success status',
    call: 'upsertContact',
    answers: [ATTRIBUTES, text(200, PAGE, 'text/html')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'A redirect',
    call: 'upsertContact',
    answers: [ATTRIBUTES, text(301, '')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The attributes cannot be listed',
    call: 'upsertContact',
    answers: [json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The event was taken',
    call: 'trackEvent',
    answers: ['vendor', DONE],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'An event with a body as an answer is not known',
    call: 'trackEvent',
    answers: ['vendor', json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The event is bad',
    call: 'trackEvent',
    answers: ['vendor', no(400, 'invalid_parameter', 'event_name is invalid')],
    expect: { kind: 'refused', code: 'event_refused' },
    source: PAGES,
  },
  {
    title: 'The event meets a wrong key',
    call: 'trackEvent',
    answers: ['vendor', no(401, 'unauthorized', 'Key not found')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'Nobody has this address, so there is no event',
    call: 'trackEvent',
    answers: [NOBODY],
    expect: { kind: 'refused', code: 'event_refused' },
    source: PAGES,
  },
  {
    title: 'The event comes too fast',
    call: 'trackEvent',
    answers: ['vendor', json(429, {}, { 'x-sib-ratelimit-reset': '2' })],
    expect: { kind: 'throttled', code: 'vendor_throttled', untilMs: 2000 },
    source: PAGES,
  },
  {
    title: 'The contact is shown',
    call: 'readContact',
    answers: [person({ listUnsubscribed: [4] })],
    expect: { kind: 'found' },
    source: PAGES,
  },
  {
    title: 'Nobody has this address',
    call: 'readContact',
    answers: [NOBODY],
    expect: { kind: 'not_found' },
    source: PAGES,
  },
  {
    title: 'A 404 that is not the vendor’s',
    call: 'readContact',
    answers: [json(404, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'Lists with their count',
    call: 'listAudiences',
    answers: [json(200, { count: 1, lists: [{ id: 4, name: 'Affiliates' }] })],
    expect: { kind: 'page' },
    source: PAGES,
  },
  {
    title: 'No lists, without the key',
    call: 'listAudiences',
    answers: [json(200, { count: 0 })],
    expect: { kind: 'page' },
    source: PAGES,
  },
  {
    title: 'No lists, told by an empty object twice',
    call: 'listAudiences',
    answers: [json(200, {}), json(200, {})],
    expect: { kind: 'page' },
    source: PAGES,
  },
  {
    title: 'The list was made',
    call: 'createAudience',
    answers: ['vendor', json(201, { id: 9 })],
    expect: { kind: 'created' },
    source: PAGES,
  },
  {
    title: 'A list that was perhaps made',
    call: 'createAudience',
    answers: ['vendor', json(201, {})],
    expect: { kind: 'ambiguous', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The list’s name is bad',
    call: 'createAudience',
    answers: ['vendor', no(400, 'invalid_parameter', 'x')],
    expect: { kind: 'refused', code: 'field_rejected' },
    source: PAGES,
  },
  {
    title: 'The key works',
    call: 'verify',
    answers: [json(200, { count: 0, lists: [] }), json(200, { companyName: 'Acme', email: 'a@example.com' })],
    expect: { kind: 'valid' },
    source: PAGES,
  },
  {
    title: 'The key is not known',
    call: 'verify',
    answers: [no(401, 'unauthorized', 'Key not found')],
    expect: { kind: 'rejected', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The key may not read contacts',
    call: 'verify',
    answers: [no(403, 'permission_denied', 'x')],
    expect: { kind: 'rejected', code: 'right_missing' },
    source: PAGES,
  },
  {
    title: 'The name of the account is over its hourly limit',
    call: 'verify',
    answers: [json(200, { count: 0, lists: [] }), json(429, {})],
    expect: { kind: 'valid' },
    source: PAGES,
  },
  {
    title: 'Out of the list, and our texts taken back',
    call: 'removeContact',
    answers: [DONE, DONE],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
  {
    title: 'Who is gone needs nothing taken back',
    call: 'removeContact',
    answers: [NOBODY, NOBODY],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
  {
    title: 'The contact was deleted',
    call: 'eraseContact',
    answers: [DONE],
    expect: { kind: 'confirmed' },
    source: PAGES,
  },
  {
    title: 'Nobody was there to be deleted',
    call: 'eraseContact',
    answers: [NOBODY],
    expect: { kind: 'unchanged' },
    source: PAGES,
  },
  {
    title: 'Any other success is no deletion',
    call: 'eraseContact',
    answers: [json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
];
