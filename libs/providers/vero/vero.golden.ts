import type { EmulatedAnswer, GoldenAnswer } from '@rekomi/provider-contract';

const PAGES = 'https://help.getvero.com/api-reference/overview and /track/overview (2026-11)';
const PAGE = '<html><head><title>502 Bad Gateway</title></head><body></body></html>';

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EmulatedAnswer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

function text(status: number, body: string, type = 'text/plain'): EmulatedAnswer {
  return { status, headers: { 'content-type': type }, body };
}

const DONE = json(200, { status: 200, message: 'Success.' });
const no = (status: number, message: string): EmulatedAnswer => json(status, { status, message });

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  {
    title: 'Profile and tags were taken',
    call: 'upsertContact',
    answers: [DONE, DONE],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'The secret is wrong',
    call: 'upsertContact',
    answers: [no(401, 'Unauthorized')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The secret is wrong, told inside a success',
    call: 'upsertContact',
    answers: [json(200, { status: 401, message: 'Unauthorized' })],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The secret is wrong, without a body',
    call: 'upsertContact',
    answers: [text(401, '')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'A property is bad, and the profile goes without properties',
    call: 'upsertContact',
    answers: [no(400, 'Invalid data'), DONE, DONE],
    expect: { kind: 'accepted', warning: 'field_rejected' },
    source: PAGES,
  },
  {
    title: 'A property is bad, told inside a success',
    call: 'upsertContact',
    answers: [json(200, { status: 400, message: 'Invalid data' }), DONE, DONE],
    expect: { kind: 'accepted', warning: 'field_rejected' },
    source: PAGES,
  },
  {
    title: 'The id is bad, also without properties',
    call: 'upsertContact',
    answers: [no(400, 'id is invalid'), no(400, 'id is invalid')],
    expect: { kind: 'refused', code: 'email_invalid', field: 'email' },
    source: PAGES,
  },
  {
    title: 'A required parameter is missing, for a reason that names nothing',
    call: 'upsertContact',
    answers: [no(400, 'Bad request'), no(400, 'Bad request')],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: PAGES,
  },
  {
    title: 'Neither adding nor removing a tag is a bad request',
    call: 'upsertContact',
    answers: [DONE, no(400, 'Either add or remove is required')],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: PAGES,
  },
  {
    title: 'The tags meet a wrong secret',
    call: 'upsertContact',
    answers: [DONE, no(401, 'Unauthorized')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The tags meet a vendor that is down',
    call: 'upsertContact',
    answers: [DONE, no(500, 'Internal error')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'Too fast, with a wait in seconds',
    call: 'upsertContact',
    answers: [json(429, { status: 429, message: 'Too many requests' }, { 'retry-after': '9' })],
    expect: { kind: 'throttled', code: 'vendor_throttled', untilMs: 9000 },
    source: PAGES,
  },
  {
    title: 'Too fast, without a word on how long',
    call: 'upsertContact',
    answers: [text(429, '')],
    expect: { kind: 'throttled', code: 'vendor_throttled' },
    source: PAGES,
  },
  {
    title: 'The path is not known',
    call: 'upsertContact',
    answers: [no(404, 'Not found')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The vendor is down',
    call: 'upsertContact',
    answers: [no(500, 'Internal error')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'The vendor is being worked on',
    call: 'upsertContact',
    answers: [no(503, 'Service unavailable')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'A failure of the vendor inside a success',
    call: 'upsertContact',
    answers: [json(200, { status: 500, message: 'Internal error' })],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'A proxy answers with a page',
    call: 'upsertContact',
    answers: [text(502, PAGE, 'text/html')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'A page with a success status',
    call: 'upsertContact',
    answers: [text(200, PAGE, 'text/html')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'A success without the status inside',
    call: 'upsertContact',
    answers: [json(200, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A success without a body',
    call: 'upsertContact',
    answers: [text(200, '')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A success that breaks off',
    call: 'upsertContact',
    answers: [text(200, '{"status":2', 'application/json')],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: PAGES,
  },
  {
    title: 'A status that nobody documented',
    call: 'upsertContact',
    answers: [json(202, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'A redirect',
    call: 'upsertContact',
    answers: [text(302, '')],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The event was taken',
    call: 'trackEvent',
    answers: [DONE],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'The event meets a wrong secret',
    call: 'trackEvent',
    answers: [no(401, 'Unauthorized')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The event has a bad parameter',
    call: 'trackEvent',
    answers: [no(400, 'event_name is missing')],
    expect: { kind: 'refused', code: 'event_refused' },
    source: PAGES,
  },
  {
    title: 'The event is about an identity that is none',
    call: 'trackEvent',
    answers: [no(400, 'identity is invalid')],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'The event comes too fast',
    call: 'trackEvent',
    answers: [json(429, {}, { 'retry-after': '3' })],
    expect: { kind: 'throttled', code: 'vendor_throttled', untilMs: 3000 },
    source: PAGES,
  },
  {
    title: 'The event meets a vendor that is down',
    call: 'trackEvent',
    answers: [text(503, '')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'A success around nothing is no sign of an event',
    call: 'trackEvent',
    answers: [json(200, { message: 'Success.' })],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: PAGES,
  },
  {
    title: 'The tags were taken off',
    call: 'removeContact',
    answers: [DONE],
    expect: { kind: 'accepted', warning: 'left_in_place' },
    source: PAGES,
  },
  {
    title: 'Taking tags off meets a bad parameter',
    call: 'removeContact',
    answers: [no(400, 'Bad request')],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: PAGES,
  },
  {
    title: 'Taking tags off meets a wrong secret',
    call: 'removeContact',
    answers: [no(401, 'Unauthorized')],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: PAGES,
  },
  {
    title: 'The profile was deleted',
    call: 'eraseContact',
    answers: [DONE],
    expect: { kind: 'accepted' },
    source: PAGES,
  },
  {
    title: 'Deleting meets a bad parameter',
    call: 'eraseContact',
    answers: [no(400, 'id is missing')],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: PAGES,
  },
  {
    title: 'Deleting meets a vendor that is down',
    call: 'eraseContact',
    answers: [no(502, 'Bad gateway')],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'The heartbeat says nothing about the secret',
    call: 'verify',
    answers: [json(200, { status: 200, message: 'Success.' })],
    expect: { kind: 'untestable', code: 'credentials_untested' },
    source: PAGES,
  },
  {
    title: 'The heartbeat is gone',
    call: 'verify',
    answers: [no(404, 'Not found')],
    expect: { kind: 'untestable', code: 'credentials_untested' },
    source: PAGES,
  },
  {
    title: 'The heartbeat meets a vendor that is down',
    call: 'verify',
    answers: [text(503, '')],
    expect: { kind: 'unreachable', code: 'vendor_error' },
    source: PAGES,
  },
  {
    title: 'The heartbeat meets a page',
    call: 'verify',
    answers: [text(502, PAGE, 'text/html')],
    expect: { kind: 'unreachable', code: 'vendor_unreadable' },
    source: PAGES,
  },
];
