import type { EmulatedAnswer, GoldenAnswer } from '@rekomi/provider-contract';

const PAGES = 'https://api.iterable.com/api/docs and https://support.iterable.com (2026-11)';
const PAGE = '<html><head><title>502 Bad Gateway</title></head><body></body></html>';

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EmulatedAnswer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

function text(status: number, body: string, type = 'text/plain'): EmulatedAnswer {
  return { status, headers: { 'content-type': type }, body };
}

const DONE = json(200, { msg: '', code: 'Success', params: null });
const NOBODY = json(200, {});
const LISTED = json(200, { successCount: 1, failCount: 0, filteredOutFields: [], failedUpdates: {} });
const no = (status: number, code: string, msg: string, params: unknown = null): EmulatedAnswer =>
  json(status, { msg, code, params });
const failedAs = (list: string): EmulatedAnswer =>
  json(200, { successCount: 0, failCount: 1, failedUpdates: { [list]: ['ada@example.com'] } });
const BAD_KEY = no(401, 'BadApiKey', 'Invalid API key', { ip: '192.0.2.1', endpoint: '/api/lists' });
const NO_RIGHT = no(401, 'BadApiKey', 'Disabled API key or insufficient privileges', {
  apiKeyType: 'ReadOnly',
});
const person = (more: object = {}): EmulatedAnswer =>
  json(200, { user: { email: 'ada@example.com', dataFields: { emailListIds: [7], ...more } } });

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  {
    title: 'A new user was taken into the list, profile and all',
    call: 'upsertContact',
    answers: [NOBODY, LISTED],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'The key is unknown',
    call: 'upsertContact',
    answers: [BAD_KEY],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The key is unknown, with the code of a success',
    call: 'upsertContact',
    answers: [no(401, 'Success', 'Invalid API key')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'A read-only key shows at the first write',
    call: 'upsertContact',
    answers: [NOBODY, NO_RIGHT],
    expect: { kind: 'unauthorised', code: 'right_missing' },
    source: PAGES,
  },
  {
    title: 'The key may not do this',
    call: 'upsertContact',
    answers: [NOBODY, no(403, 'Forbidden', 'Forbidden')],
    expect: { kind: 'unauthorised', code: 'right_missing' },
    source: PAGES,
  },
  {
    title: 'The list is not known, and the code says Success',
    call: 'upsertContact',
    answers: [
      NOBODY,
      no(400, 'Success', 'error.lists.invalidListId(999999999)', { projectId: 1, listId: 999999999 }),
      DONE,
    ],
    expect: { kind: 'misconfigured', code: 'audience_missing' },
    source: PAGES,
  },
  {
    title: 'The only subscriber has a bad address, in a 200',
    call: 'upsertContact',
    answers: [NOBODY, failedAs('invalidEmails')],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'The only subscriber was erased, in a 200',
    call: 'upsertContact',
    answers: [NOBODY, failedAs('forgottenEmails')],
    expect: { kind: 'refused', code: 'contact_suppressed' },
    source: PAGES,
  },
  {
    title: 'The only subscriber conflicts, in a 200',
    call: 'upsertContact',
    answers: [NOBODY, failedAs('conflictEmails')],
    expect: { kind: 'refused', code: 'identifier_conflict' },
    source: PAGES,
  },
  {
    title: 'The only subscriber is not found, in a 200',
    call: 'upsertContact',
    answers: [NOBODY, failedAs('notFoundEmails')],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: PAGES,
  },
  {
    title: 'A value does not fit, and the call for profiles says which',
    call: 'upsertContact',
    answers: [
      NOBODY,
      failedAs('invalidDataEmails'),
      no(400, 'RequestFieldsTypesMismatched', 'types', {
        validationErrors: { 'my_project_etl:::rekomi_favourite': {} },
      }),
      DONE,
      LISTED,
    ],
    expect: { kind: 'accepted', warning: 'field_rejected' },
    source: PAGES,
  },
  {
    title: 'The project drops a field that it does not know',
    call: 'upsertContact',
    answers: [
      NOBODY,
      json(200, {
        successCount: 1,
        failCount: 0,
        filteredOutFields: ['rekomi_favourite'],
        failedUpdates: {},
      }),
    ],
    expect: { kind: 'accepted', warning: 'field_missing' },
    source: PAGES,
  },
  {
    title: 'A failure in a 200 that names nobody',
    call: 'upsertContact',
    answers: [NOBODY, json(200, { successCount: 0, failCount: 1 })],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A 200 without counts',
    call: 'upsertContact',
    answers: [NOBODY, json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The address is bad',
    call: 'upsertContact',
    answers: [NOBODY, no(400, 'InvalidEmailAddressError', 'Invalid email: sayan')],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'A literal none is no address',
    call: 'upsertContact',
    answers: [NOBODY, no(400, 'GenericError', 'Invalid email: none')],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'The person was erased',
    call: 'upsertContact',
    answers: [NOBODY, no(409, 'ForgottenUserError', 'forgotten')],
    expect: { kind: 'refused', code: 'contact_suppressed' },
    source: PAGES,
  },
  {
    title: 'Address and user id conflict',
    call: 'upsertContact',
    answers: [NOBODY, no(409, 'ExternalKeyConflict', 'conflict')],
    expect: { kind: 'refused', code: 'identifier_conflict' },
    source: PAGES,
  },
  {
    title: 'The address is another user’s',
    call: 'upsertContact',
    answers: [NOBODY, no(400, 'EmailAlreadyExists', 'exists')],
    expect: { kind: 'refused', code: 'identifier_conflict' },
    source: PAGES,
  },
  {
    title: 'The request is no JSON that it knows',
    call: 'upsertContact',
    answers: [
      NOBODY,
      no(400, 'BadJsonBody', '[/api/lists/subscribe] Invalid JSON body', {
        'obj.listId': 'Number value expected',
      }),
    ],
    expect: { kind: 'refused', code: 'request_malformed' },
    source: PAGES,
  },
  {
    title: 'A code that says nothing',
    call: 'upsertContact',
    answers: [NOBODY, no(400, 'GenericError', 'x')],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: PAGES,
  },
  {
    title: 'Too fast',
    call: 'upsertContact',
    answers: [
      NOBODY,
      no(429, 'RateLimitExceeded', 'Exceeded rate limit for endpoint: /api/lists/subscribe, project: 1', {}),
    ],
    expect: { kind: 'throttled', code: 'vendor_throttled' },
    source: PAGES,
  },
  {
    title: 'Too fast, with a wait',
    call: 'upsertContact',
    answers: [NOBODY, json(429, { msg: 'x', code: 'RateLimitExceeded' }, { 'retry-after': '60' })],
    expect: { kind: 'throttled', code: 'vendor_throttled', untilMs: 60000 },
    source: PAGES,
  },
  {
    title: 'The request took the vendor too long',
    call: 'upsertContact',
    answers: [NOBODY, no(503, 'GenericError', 'timed out')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'The database fails',
    call: 'upsertContact',
    answers: [NOBODY, no(500, 'DatabaseError', 'x')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'An unknown path answers with a page',
    call: 'upsertContact',
    answers: [NOBODY, text(404, '<html>Action not found</html>', 'text/html')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'A proxy answers with a page',
    call: 'upsertContact',
    answers: [NOBODY, text(502, PAGE, 'text/html')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'An empty object with 400 is not the vendor’s',
    call: 'upsertContact',
    answers: [NOBODY, json(400, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A redirect',
    call: 'upsertContact',
    answers: [NOBODY, text(301, '')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'Somebody who opted out of mail is not put into the list',
    call: 'upsertContact',
    answers: [
      person({ unsubscribedChannelIds: [3] }),
      json(200, { channels: [{ id: 3, messageMedium: 'Email' }] }),
      DONE,
    ],
    expect: { kind: 'accepted', warning: 'consent_not_raised' },
    source: PAGES,
  },
  {
    title: 'Who opted out of a push channel alone joins',
    call: 'upsertContact',
    answers: [
      person({ unsubscribedChannelIds: [4] }),
      json(200, { channels: [{ id: 4, messageMedium: 'Push' }] }),
      LISTED,
    ],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'The look that has to come first fails',
    call: 'upsertContact',
    answers: [no(500, 'DatabaseError', 'x')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'The event was tracked',
    call: 'trackEvent',
    answers: [person(), no(200, 'Success', 'Event with id: evt_1 tracked.', { id: 'evt_1' })],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'A success with another code is none',
    call: 'trackEvent',
    answers: [person(), no(200, 'GenericError', 'x')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'Nobody of that address is known yet',
    call: 'trackEvent',
    answers: [NOBODY],
    expect: { kind: 'unavailable', code: 'send_withheld' },
    source: PAGES,
  },
  {
    title: 'A property of the event has another type',
    call: 'trackEvent',
    answers: [
      person(),
      no(400, 'RequestFieldsTypesMismatched', 'types', { validationErrors: { amount: {} } }),
      DONE,
    ],
    expect: { kind: 'accepted', warning: 'field_rejected' },
    source: PAGES,
  },
  {
    title: 'The event is refused',
    call: 'trackEvent',
    answers: [person(), no(400, 'BadParams', 'x')],
    expect: { kind: 'refused', code: 'event_refused' },
    source: PAGES,
  },
  {
    title: 'The event is about somebody who was erased',
    call: 'trackEvent',
    answers: [person(), no(409, 'ForgottenUserError', 'x')],
    expect: { kind: 'refused', code: 'contact_suppressed' },
    source: PAGES,
  },
  {
    title: 'The event comes too fast',
    call: 'trackEvent',
    answers: [person(), no(429, 'RateLimitExceeded', 'x', {})],
    expect: { kind: 'throttled', code: 'vendor_throttled' },
    source: PAGES,
  },
  {
    title: 'The user is shown',
    call: 'readContact',
    answers: [person()],
    expect: { kind: 'found' },
    source: PAGES,
  },
  {
    title: 'A user nobody knows is an empty success',
    call: 'readContact',
    answers: [NOBODY],
    expect: { kind: 'not_found' },
    source: PAGES,
  },
  {
    title: 'A user without an address says nothing',
    call: 'readContact',
    answers: [json(200, { user: {} })],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'Lists of every kind',
    call: 'listAudiences',
    answers: [
      json(200, {
        lists: [
          { id: 1, name: 'A', listType: 'Standard' },
          { id: 2, name: 'B', listType: 'Dynamic' },
        ],
      }),
    ],
    expect: { kind: 'page' },
    source: PAGES,
  },
  {
    title: 'A 200 without lists',
    call: 'listAudiences',
    answers: [json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The list was made',
    call: 'createAudience',
    answers: [json(200, { listId: 12 })],
    expect: { kind: 'created' },
    source: PAGES,
  },
  {
    title: 'A list that was perhaps made',
    call: 'createAudience',
    answers: [json(200, {})],
    expect: { kind: 'ambiguous', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The key opens the US',
    call: 'verify',
    answers: [json(200, { lists: [] })],
    expect: { kind: 'valid' },
    source: PAGES,
  },
  {
    title: 'The key opens the EU',
    call: 'verify',
    answers: [BAD_KEY, json(200, { lists: [] })],
    expect: { kind: 'valid' },
    source: PAGES,
  },
  {
    title: 'Neither data centre knows the key',
    call: 'verify',
    answers: [BAD_KEY, BAD_KEY],
    expect: { kind: 'rejected', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The key is disabled',
    call: 'verify',
    answers: [NO_RIGHT, BAD_KEY],
    expect: { kind: 'rejected', code: 'right_missing' },
    source: PAGES,
  },
  {
    title: 'One data centre is down',
    call: 'verify',
    answers: [BAD_KEY, text(503, '')],
    expect: { kind: 'unreachable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'Taken back: out of the list, and our fields emptied',
    call: 'removeContact',
    answers: [person(), LISTED, DONE],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'The list to leave is gone',
    call: 'removeContact',
    answers: [person(), no(400, 'Success', 'error.lists.invalidListId(9)'), DONE],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'Who is gone needs nothing taken back',
    call: 'removeContact',
    answers: [NOBODY],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
];
