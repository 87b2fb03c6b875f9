import type { EmulatedAnswer, GoldenAnswer } from '@rekomi/provider-contract';
import {
  after,
  emptyAnswer,
  goldenAtEveryStep,
  goldenRows,
  jsonAnswer,
  standing,
  UNDOCUMENTED,
  type GoldenStep,
  type StandingAnswer,
} from '@rekomi/vendor-emulation';

const REFERENCE = 'https://developers.beehiiv.com/api-reference';
const PUBLICATIONS = `${REFERENCE}/publications/index (2026-08)`;
const CUSTOM_FIELDS = `${REFERENCE}/custom-fields/index (2026-08)`;
const LOOK = `${REFERENCE}/subscriptions/get-by-email (2026-08)`;
const CREATE = `${REFERENCE}/subscriptions/create (2026-08)`;
const UPDATE = `${REFERENCE}/subscriptions/put (2026-08)`;
const DELETE = `${REFERENCE}/subscriptions/delete (2026-08)`;
const TAGS = `${REFERENCE}/subscription-tags/create (2026-08)`;
const ERRORS = `${REFERENCE} (2026-08)`;
const LIMITS = 'https://developers.beehiiv.com/welcome/rate-limiting (2026-08)';
const TAKEN_ADDRESS = 'https://github.com/spatie/laravel-newsletter/pull/351 (2026-08)';
const FIELD = 'met in the field, named by no page (2026-08)';

/** The vendor's error body. Its codes are not listed anywhere, so nothing hangs on them. */
function error(status: number, statusText: string, message: string, headers = {}): EmulatedAnswer {
  return jsonAnswer(status, { status, statusText, errors: [{ message, code: 'UNKNOWN' }] }, headers);
}

const data = (value: unknown) => jsonAnswer(200, { data: value });
const NOT_FOUND = error(404, 'Not Found', 'Not found');
const badRequest = (message: string) => error(400, 'Bad Request', message);
const SOMEBODY_ELSE = data({
  id: 'sub_00000000-0000-0000-0000-000000000000',
  email: 'grace@example.com',
  status: 'active',
  created: 1_666_800_076,
});

const WRONG_KEY = { kind: 'unauthorised', code: 'credentials_rejected' } as const;
const NO_RIGHT = { kind: 'unauthorised', code: 'right_missing' } as const;
const TOO_FAST = { kind: 'throttled', code: 'vendor_throttled' } as const;
const BROKEN = { kind: 'unavailable', code: 'vendor_error' } as const;
const UNKNOWN = { kind: 'unavailable', code: 'answer_unknown' } as const;
const UNREADABLE = { kind: 'unavailable', code: 'vendor_unreadable' } as const;

/** The requests of each call, in the order in which they go out. The emulated workspace has three publications. */
const STEPS: readonly GoldenStep[] = [
  { call: 'verify', title: 'the publications', requests: 0 },
  { call: 'listAudiences', title: 'the page', requests: 0 },
  { call: 'upsertContact', title: 'the custom fields', requests: 0 },
  { call: 'upsertContact', title: 'the look', requests: 1 },
  { call: 'upsertContact', title: 'the subscription', requests: 2 },
  { call: 'upsertContact', title: 'the tags', requests: 3 },
  { call: 'trackEvent', title: 'the publications', requests: 0 },
  { call: 'trackEvent', title: 'the look', requests: 3 },
  { call: 'trackEvent', title: 'the tag', requests: 4 },
  { call: 'readContact', title: 'the publications', requests: 0 },
  { call: 'readContact', title: 'the look', requests: 3 },
  { call: 'removeContact', title: 'the look', requests: 0 },
  { call: 'removeContact', title: 'the custom fields', requests: 1 },
  { call: 'eraseContact', title: 'the publications', requests: 0 },
  { call: 'eraseContact', title: 'the look', requests: 3 },
  { call: 'eraseContact', title: 'the deletion', requests: 4 },
];

const STANDING: readonly StandingAnswer[] = [
  standing(
    'the key is missing, wrong or expired',
    error(401, 'Unauthorized', 'Invalid API key'),
    { ...WRONG_KEY, says: 'Invalid API key' },
    ERRORS,
  ),
  standing('the key is wrong, without a word', jsonAnswer(401, {}), WRONG_KEY, ERRORS),
  standing(
    'the scope or the plan lacks this',
    error(403, 'Forbidden', 'Your plan does not include the API'),
    { ...NO_RIGHT, says: 'Your plan' },
    ERRORS,
  ),
  standing(
    'too fast',
    error(429, 'Too Many Requests', 'Rate limit exceeded'),
    { ...TOO_FAST, says: 'Rate limit' },
    LIMITS,
  ),
  standing(
    'the request took too long',
    error(408, 'Request Timeout', ''),
    { kind: 'unavailable', code: 'vendor_timeout' },
    FIELD,
  ),
  standing(
    'the vendor is broken',
    error(500, 'Internal Server Error', 'Something went wrong'),
    { ...BROKEN, says: 'Something went wrong' },
    ERRORS,
  ),
  standing('a gateway failed without a word', UNDOCUMENTED.emptyFailure, BROKEN, FIELD),
  standing('a proxy answers with a page', UNDOCUMENTED.proxyPage, UNREADABLE, FIELD),
  standing('another network answers with a page', UNDOCUMENTED.successPage, UNREADABLE, FIELD),
  standing('a not found that is none of the vendor', jsonAnswer(404, {}), UNKNOWN, FIELD),
  standing('a bad request that is none of the vendor', jsonAnswer(400, {}), UNKNOWN, FIELD),
  standing(
    'a status that no page names',
    error(405, 'Method Not Allowed', 'No such method'),
    { ...UNKNOWN, says: 'No such method' },
    FIELD,
  ),
  standing('a redirect', UNDOCUMENTED.redirect, UNKNOWN, FIELD),
  standing('a success without a word', UNDOCUMENTED.emptyObject, UNKNOWN, FIELD),
  standing('a success without a body', UNDOCUMENTED.emptySuccess, UNREADABLE, FIELD),
  standing('a success with a list', UNDOCUMENTED.list, UNREADABLE, FIELD),
  standing('a success that breaks off', UNDOCUMENTED.brokenOff, UNREADABLE, FIELD),
];

const verify = goldenRows('verify');
const list = goldenRows('listAudiences');
const upsert = goldenRows('upsertContact');
const track = goldenRows('trackEvent');
const read = goldenRows('readContact');
const remove = goldenRows('removeContact');
const erase = goldenRows('eraseContact');

const IN = { kind: 'accepted' } as const;
const LEFT_OUT = { kind: 'accepted', warning: 'field_rejected' } as const;
const GONE = { kind: 'misconfigured', code: 'audience_missing' } as const;
const REFUSED = { kind: 'refused', code: 'contact_refused' } as const;
const NOT_RECORDED = { kind: 'refused', code: 'event_refused' } as const;
const FULL = badRequest('A publication can have at most 100 tags');

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  ...goldenAtEveryStep(STEPS, STANDING),

  verify('The key opens a workspace', ['vendor'], { kind: 'valid' }, PUBLICATIONS),
  verify('The key opens no publication', [data([])], { kind: 'valid' }, PUBLICATIONS),
  verify(
    'The workspace is not told, which costs its name',
    after(1, error(401, 'Unauthorized', 'No')),
    { kind: 'valid' },
    ERRORS,
  ),
  verify(
    'Nothing is known of this',
    [NOT_FOUND],
    { kind: 'unreachable', code: 'answer_unknown', says: 'Not found' },
    ERRORS,
  ),

  list(
    'One publication, as the pages show it',
    [
      jsonAnswer(200, {
        data: [
          {
            id: 'pub_1',
            name: 'Acme',
            organization_name: 'Acme',
            referral_program_enabled: false,
            created: 1_666_800_076,
          },
        ],
        limit: 100,
        page: 1,
        total_results: 1,
        total_pages: 1,
      }),
    ],
    { kind: 'page' },
    PUBLICATIONS,
  ),
  list(
    'Too fast, with the moment in which there is room again',
    [
      error(429, 'Too Many Requests', 'Rate limit exceeded', {
        'ratelimit-reset': String(Date.UTC(2026, 8, 3, 10) / 1000 + 30),
      }),
    ],
    { ...TOO_FAST, untilMs: 30_000 },
    LIMITS,
  ),
  list(
    'A no with words of its own',
    [badRequest('Invalid page')],
    { ...UNKNOWN, says: 'Invalid page' },
    PUBLICATIONS,
  ),
  list(
    'A success with an error in it',
    [{ ...badRequest('Invalid page'), status: 200 }],
    { ...UNKNOWN, says: 'Invalid page' },
    FIELD,
  ),

  upsert('The person was subscribed and tagged', ['vendor'], IN, CREATE),
  upsert('The publication is gone, or not for this key', [NOT_FOUND], GONE, CUSTOM_FIELDS),
  upsert(
    'The custom fields are refused for another reason',
    [badRequest('Invalid page')],
    { ...UNKNOWN, says: 'Invalid page' },
    CUSTOM_FIELDS,
  ),
  upsert('The custom fields have another shape', [jsonAnswer(200, { data: {} })], UNKNOWN, CUSTOM_FIELDS),
  upsert('Nobody has this address', after(1, NOT_FOUND), IN, LOOK),
  upsert(
    'The look is refused',
    after(1, badRequest('Invalid email')),
    { ...UNKNOWN, says: 'Invalid email' },
    LOOK,
  ),
  upsert('Somebody else came back from the look', after(1, SOMEBODY_ELSE), UNKNOWN, LOOK),
  upsert(
    'A subscription without a status',
    after(1, data({ id: 'sub_1', email: 'ada@example.com' })),
    UNKNOWN,
    LOOK,
  ),
  upsert('A subscription of nobody', after(1, data(null)), UNKNOWN, LOOK),
  upsert(
    'The address is not valid',
    after(2, badRequest('Email is invalid')),
    { kind: 'refused', code: 'email_invalid', field: 'email', says: 'Email is invalid' },
    CREATE,
  ),
  upsert(
    'One custom field is named, and the person is sent again without it',
    after(2, badRequest('First Name is not valid')),
    LEFT_OUT,
    CREATE,
  ),
  upsert(
    'A no without a name, and the person is sent again without custom fields',
    after(2, badRequest('Something is wrong')),
    LEFT_OUT,
    CREATE,
  ),
  upsert(
    'A no again',
    after(2, badRequest('Something is wrong'), 'vendor', badRequest('Something is wrong')),
    { ...REFUSED, says: 'Something is wrong' },
    CREATE,
  ),
  upsert(
    'The address is taken, and the look after it fails',
    after(2, badRequest('Something is wrong'), error(500, 'Internal Server Error', 'No')),
    BROKEN,
    TAKEN_ADDRESS,
  ),
  upsert(
    'A no by a status that the pages leave out',
    after(2, error(422, 'Unprocessable Entity', 'Email is invalid')),
    { kind: 'refused', code: 'email_invalid' },
    FIELD,
  ),
  upsert(
    'A conflict, and nobody is there',
    after(2, error(409, 'Conflict', 'Already taken'), 'vendor', error(409, 'Conflict', 'Already taken')),
    REFUSED,
    FIELD,
  ),
  upsert('The publication went away before the person was subscribed', after(2, NOT_FOUND), GONE, CREATE),
  upsert(
    'A success with an error in it',
    after(2, { ...badRequest('Email is invalid'), status: 200 }),
    { kind: 'refused', code: 'email_invalid' },
    FIELD,
  ),
  upsert('Somebody else was subscribed', after(2, SOMEBODY_ELSE), { ...UNKNOWN, unwritten: true }, CREATE),
  upsert('Nobody was subscribed', after(2, data({})), { ...UNKNOWN, unwritten: true }, CREATE),
  upsert(
    'There is no room for another tag',
    after(3, FULL),
    { kind: 'accepted', warning: 'tag_limit_reached' },
    TAGS,
  ),
  upsert(
    'The address is still being checked, and takes no tag yet',
    after(3, badRequest('Not possible now')),
    { ...UNKNOWN, says: 'Not possible now' },
    TAGS,
  ),
  upsert(
    'The subscription is gone when it is tagged',
    after(3, NOT_FOUND),
    { ...UNKNOWN, says: 'Not found' },
    TAGS,
  ),
  upsert('The publication is gone when the person is tagged', after(3, NOT_FOUND, NOT_FOUND), GONE, TAGS),
  upsert('Somebody else was tagged', after(3, SOMEBODY_ELSE), UNKNOWN, TAGS),

  track('The tag was taken', ['vendor'], IN, TAGS),
  track(
    'There is no room for another tag',
    after(4, FULL),
    { kind: 'refused', code: 'tag_limit_reached' },
    TAGS,
  ),
  track(
    'The tag is refused',
    after(4, badRequest('tags must be a list of names')),
    { ...NOT_RECORDED, says: 'must be a list' },
    TAGS,
  ),
  track('The subscription is gone', after(4, NOT_FOUND), NOT_RECORDED, TAGS),
  track('The publication is gone', after(4, NOT_FOUND, NOT_FOUND), GONE, TAGS),
  track('Somebody else was tagged', after(4, SOMEBODY_ELSE), UNKNOWN, TAGS),
  track('The key opens no publication', [data([])], NOT_RECORDED, PUBLICATIONS),

  read('The subscription was found', ['vendor'], { kind: 'found' }, LOOK),
  read('Nobody has this address', after(3, NOT_FOUND), { kind: 'not_found' }, LOOK),
  read('The key opens no publication', [data([])], { kind: 'not_found' }, PUBLICATIONS),
  read('Somebody else came back', after(3, SOMEBODY_ELSE), UNKNOWN, LOOK),

  remove(
    'The custom fields were taken back',
    ['vendor'],
    { kind: 'accepted', warning: 'left_in_place' },
    UPDATE,
  ),
  remove('Nobody has this address any more', [NOT_FOUND], { kind: 'unchanged' }, LOOK),
  remove(
    'The custom fields are not given back',
    after(1, badRequest('Something is wrong')),
    LEFT_OUT,
    UPDATE,
  ),
  remove('The subscription went away in between', after(1, NOT_FOUND), UNKNOWN, UPDATE),
  remove('Somebody else was changed', after(1, SOMEBODY_ELSE), UNKNOWN, UPDATE),
  erase('The subscription was deleted', after(4, emptyAnswer(204)), { kind: 'confirmed' }, DELETE),
  erase('The subscription is deleted already', after(4, NOT_FOUND), { kind: 'confirmed' }, DELETE),
  erase(
    'The deletion is refused',
    after(4, badRequest('Not possible')),
    { ...UNKNOWN, says: 'Not possible' },
    DELETE,
  ),
  erase('Nobody has this address', after(3, NOT_FOUND), { kind: 'unchanged' }, LOOK),
];
