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

const ERRORS = 'https://mailchimp.com/developer/marketing/docs/errors/ (2026-08)';
const LIMITS = 'https://mailchimp.com/developer/marketing/docs/fundamentals/ (2026-08)';
const PING = 'https://mailchimp.com/developer/marketing/api/ping/ (2026-08)';
const LISTS = 'https://mailchimp.com/developer/marketing/api/lists/ (2026-08)';
const MEMBERS =
  'https://mailchimp.com/developer/marketing/api/list-members/add-or-update-list-member/ (2026-08)';
const MEMBER = 'https://mailchimp.com/developer/marketing/api/list-members/get-member-info/ (2026-08)';
const TAGS = 'https://mailchimp.com/developer/marketing/api/list-member-tags/ (2026-08)';
const EVENTS = 'https://mailchimp.com/developer/marketing/api/list-member-events/ (2026-08)';
const ERASURE = 'https://mailchimp.com/developer/marketing/api/list-members/ (2026-08)';
const WORDPRESS = 'https://github.com/ibericode/mailchimp-for-wordpress/issues (506 to 798, read 2026-08)';
const RUDDER = 'https://github.com/rudderlabs/rudder-transformer, fixtures for Mailchimp (2026-08)';
const FIELD = 'met in the field, named by no page (2026-08)';

const ABOUT = 'https://mailchimp.com/developer/marketing/docs/errors/';
const NOT_VALID =
  "The resource submitted could not be validated. For field-specific details, see the 'errors' array.";

interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** The vendor's error body, RFC 7807. `type` is sometimes missing, which changes nothing. */
function problem(
  status: number,
  title: string,
  detail: string,
  errors?: readonly FieldFault[],
): EmulatedAnswer {
  const body = { type: ABOUT, title, status, detail, instance: '995c5cb0-3280-4a6e-808b-3b096d0bb219' };
  const type = { 'content-type': 'application/problem+json; charset=utf-8' };
  return jsonAnswer(status, errors === undefined ? body : { ...body, errors }, type);
}

function invalid(detail: string, ...errors: readonly FieldFault[]): EmulatedAnswer {
  return problem(400, 'Invalid Resource', detail, errors);
}

const NOT_FOUND = problem(404, 'Resource Not Found', 'The requested resource could not be found.');
const NO_METHOD = problem(405, 'Method Not Allowed', 'The requested method and resource are not compatible.');
const NOT_JSON = problem(400, 'JSON Parse Error', 'We encountered an unspecified JSON parsing error.');
const IN_COMPLIANCE = problem(
  400,
  'Member In Compliance State',
  'ada@example.com is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.',
);
const FORGOTTEN = problem(
  400,
  'Forgotten Email Not Subscribed',
  'ada@example.com was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.',
);
const FAVOURITE_NOT_TAKEN = { field: 'MMERGE7', message: 'Please enter a value' };
const SOMEBODY_ELSE = jsonAnswer(200, {
  id: '62eeb292278cc15f5817cb78f7790b08',
  email_address: 'urist.mcvankab@freddiesjokes.com',
  status: 'subscribed',
});
const NO_CONTENT = emptyAnswer(204);

/** The requests of each call, in the order in which they go out. */
const STEPS: readonly GoldenStep[] = [
  { call: 'verify', title: 'the ping', requests: 0 },
  { call: 'listAudiences', title: 'the page', requests: 0 },
  { call: 'upsertContact', title: 'the audience', requests: 0 },
  { call: 'upsertContact', title: 'its fields', requests: 1 },
  { call: 'upsertContact', title: 'the member', requests: 2 },
  { call: 'upsertContact', title: 'the tags', requests: 3 },
  { call: 'trackEvent', title: 'the audiences of the person', requests: 0 },
  { call: 'trackEvent', title: 'the event', requests: 1 },
  { call: 'readContact', title: 'the audiences of the person', requests: 0 },
  { call: 'readContact', title: 'the member', requests: 1 },
  { call: 'removeContact', title: 'the tags', requests: 0 },
  { call: 'removeContact', title: 'the fields', requests: 3 },
  { call: 'eraseContact', title: 'the audiences', requests: 0 },
  { call: 'eraseContact', title: 'the deletion', requests: 1 },
];

const WRONG_KEY = { kind: 'unauthorised', code: 'credentials_rejected' } as const;
const NO_RIGHT = { kind: 'unauthorised', code: 'right_missing' } as const;
const INACTIVE = { kind: 'unauthorised', code: 'account_inactive' } as const;
const TOO_FAST = { kind: 'throttled', code: 'vendor_throttled' } as const;
const BROKEN = { kind: 'unavailable', code: 'vendor_error' } as const;
const UNKNOWN = { kind: 'unavailable', code: 'answer_unknown' } as const;
const UNREADABLE = { kind: 'unavailable', code: 'vendor_unreadable' } as const;

const STANDING: readonly StandingAnswer[] = [
  standing(
    'the key is wrong or revoked',
    problem(
      401,
      'API Key Invalid',
      "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
    ),
    { ...WRONG_KEY, says: 'API Key Invalid' },
    ERRORS,
  ),
  standing(
    'the key belongs to another data centre',
    problem(403, 'Forbidden', "The API key provided is linked to datacenter 'us6'"),
    WRONG_KEY,
    RUDDER,
  ),
  standing(
    'the role of the user is too low',
    problem(403, 'Forbidden', 'User does not have access to the requested operation'),
    { ...NO_RIGHT, says: 'does not have access' },
    ERRORS,
  ),
  standing(
    'the account is deactivated',
    problem(403, 'Forbidden', 'This account has been deactivated.'),
    INACTIVE,
    ERRORS,
  ),
  standing(
    'the account is under review',
    problem(503, 'ComplianceRelated', 'This method has been disabled.'),
    INACTIVE,
    ERRORS,
  ),
  standing(
    'too many connections at once',
    problem(429, 'Too Many Requests', 'You have exceeded the limit of 10 simultaneous connections.'),
    { ...TOO_FAST, says: '10 simultaneous connections' },
    LIMITS,
  ),
  standing(
    'the edge is overrun and answers with a page',
    { ...UNDOCUMENTED.proxyPage, status: 403 },
    { kind: 'unavailable', code: 'vendor_throttled' },
    LIMITS,
  ),
  standing(
    'the vendor is broken',
    problem(500, 'Internal Server Error', 'An unexpected internal error has occurred.'),
    { ...BROKEN, says: 'unexpected internal error' },
    ERRORS,
  ),
  standing(
    'a status that the tables do not name',
    problem(426, 'Upgrade Required', 'Your request was made with the HTTP protocol.'),
    { ...UNKNOWN, says: 'made with the HTTP protocol' },
    ERRORS,
  ),
  standing('a success without a word', UNDOCUMENTED.emptyObject, UNKNOWN, FIELD),
  standing('a success that breaks off', UNDOCUMENTED.brokenOff, UNREADABLE, FIELD),
];

const verify = goldenRows('verify');
const list = goldenRows('listAudiences');
const upsert = goldenRows('upsertContact');
const track = goldenRows('trackEvent');
const read = goldenRows('readContact');
const remove = goldenRows('removeContact');
const erase = goldenRows('eraseContact');

const SUPPRESSED = { kind: 'refused', code: 'contact_suppressed' } as const;
const GONE = { kind: 'misconfigured', code: 'audience_missing' } as const;
const LEFT_OUT = { kind: 'confirmed', warning: 'field_rejected' } as const;
const TAKEN_BACK = { kind: 'confirmed', warning: 'left_in_place' } as const;

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  ...goldenAtEveryStep(STEPS, STANDING),

  verify('The key opens an account', ['vendor', 'vendor', 'vendor'], { kind: 'valid' }, PING),
  verify(
    'The health check says so in its own words',
    [jsonAnswer(200, { health_status: "Everything's Chimpy!" })],
    { kind: 'valid' },
    PING,
  ),
  verify(
    'The account may not be read, which costs its name',
    ['vendor', problem(403, 'Forbidden', 'User does not have access to the requested operation')],
    { kind: 'valid' },
    ERRORS,
  ),
  verify(
    'A page in place of the API',
    [UNDOCUMENTED.successPage],
    { kind: 'unreachable', code: 'vendor_unreadable' },
    FIELD,
  ),
  verify('A redirect', [UNDOCUMENTED.redirect], { kind: 'unreachable', code: 'answer_unknown' }, FIELD),

  list(
    'A page with limits beside the audiences',
    [
      jsonAnswer(200, {
        lists: [{ id: 'a1b2c3d4e5', name: 'Newsletter', double_optin: false, stats: { member_count: 412 } }],
        total_items: 1,
        constraints: { may_create: true, max_instances: 1, current_total_instances: 1 },
      }),
    ],
    { kind: 'page' },
    LISTS,
  ),
  list('No audience yet', [jsonAnswer(200, { lists: [], total_items: 0 })], { kind: 'page' }, LISTS),
  list('A number of audiences and none of them', [jsonAnswer(200, { total_items: 3 })], UNKNOWN, LISTS),

  upsert('The member and the tags were taken', ['vendor'], { kind: 'confirmed' }, MEMBERS),
  upsert('The audience is gone', [NOT_FOUND], GONE, ERRORS),
  upsert('The audience went away after it was read', after(2, NOT_FOUND), GONE, ERRORS),
  upsert(
    'The audience does not say whether people have to confirm',
    [jsonAnswer(200, { id: 'a1b2c3d4e5' })],
    UNKNOWN,
    LISTS,
  ),
  upsert('The member unsubscribed or bounced', after(2, IN_COMPLIANCE), SUPPRESSED, WORDPRESS),
  upsert('The member was deleted for good', after(2, FORGOTTEN), SUPPRESSED, WORDPRESS),
  upsert(
    'One field was not taken, and the member is sent again without it',
    after(
      2,
      invalid('Your merge fields were invalid.', { field: 'MMERGE7', message: 'Please enter a value' }),
    ),
    LEFT_OUT,
    WORDPRESS,
  ),
  upsert(
    'Fields were not taken, and none of ours is named',
    after(2, invalid('Your merge fields were invalid.')),
    LEFT_OUT,
    WORDPRESS,
  ),
  upsert(
    'A field has another shape than its schema',
    after(
      2,
      invalid(NOT_VALID, {
        field: 'merge_fields.FNAME',
        message: 'Data did not match any of the schemas described in anyOf.',
      }),
    ),
    LEFT_OUT,
    'https://github.com/brandonseydel/MailChimp.Net/issues/416 (2026-08)',
  ),
  upsert(
    'Fields are refused a second time',
    after(2, invalid('Your merge fields were invalid.'), invalid('Your merge fields were invalid.')),
    { kind: 'refused', code: 'contact_refused', says: 'merge fields were invalid' },
    WORDPRESS,
  ),
  upsert(
    'The body is not what the schema asks for',
    after(
      2,
      invalid(NOT_VALID, { field: 'status_if_new', message: 'Schema describes string, NULL found instead' }),
    ),
    { kind: 'refused', code: 'request_malformed' },
    WORDPRESS,
  ),
  upsert(
    'The address looks invented',
    after(2, invalid('ada@example.com looks fake or invalid, please enter a real email address.')),
    { kind: 'refused', code: 'email_invalid', says: 'looks fake or invalid' },
    WORDPRESS,
  ),
  upsert(
    'The address field is blank',
    after(2, invalid(NOT_VALID, { field: 'email_address', message: 'This value should not be blank.' })),
    { kind: 'refused', code: 'email_invalid' },
    ERRORS,
  ),
  upsert(
    'The person signed up to a lot of lists just now',
    after(
      2,
      invalid(
        "ada@example.com has signed up to a lot of lists very recently; we're not allowing more signups for now",
      ),
    ),
    { kind: 'unavailable', code: 'vendor_throttled', says: 'a lot of lists' },
    'https://github.com/verbb/formie/issues/2387 (2026-08)',
  ),
  upsert('The body is no JSON', after(2, NOT_JSON), { kind: 'refused', code: 'request_malformed' }, ERRORS),
  upsert(
    'The method is not allowed',
    after(2, NO_METHOD),
    { kind: 'refused', code: 'request_malformed' },
    ERRORS,
  ),
  upsert(
    'The address of the resource is too long',
    after(2, problem(414, 'Request URI Too Long', 'The URI requested was too long.')),
    { kind: 'refused', code: 'contact_refused' },
    ERRORS,
  ),
  upsert(
    'A no for a reason that no page names',
    after(2, problem(422, 'Unprocessable', 'Something about this contact.')),
    { kind: 'refused', code: 'contact_refused', says: 'Something about this contact.' },
    FIELD,
  ),
  upsert(
    'A not found of a proxy is none of the vendor',
    after(2, { ...UNDOCUMENTED.proxyPage, status: 404 }),
    UNREADABLE,
    FIELD,
  ),
  upsert('A no without a word is none of the vendor', after(2, jsonAnswer(400, {})), UNKNOWN, FIELD),
  upsert('Another member came back', after(2, SOMEBODY_ELSE), { ...UNKNOWN, unwritten: true }, MEMBERS),
  upsert('A success with an error inside', after(2, { ...IN_COMPLIANCE, status: 200 }), UNKNOWN, FIELD),
  upsert('A success status with a list', after(2, UNDOCUMENTED.list), UNREADABLE, FIELD),
  upsert('A redirect', after(2, UNDOCUMENTED.redirect), UNKNOWN, FIELD),
  upsert('The member went away before the tags', after(3, NOT_FOUND), UNKNOWN, TAGS),
  upsert('The audience went away before the tags', after(3, NOT_FOUND, NOT_FOUND), GONE, TAGS),
  upsert(
    'A tag was not taken, and the member is there',
    after(3, invalid(NOT_VALID, { field: 'tags.item:0.name', message: 'This value is too long.' })),
    LEFT_OUT,
    TAGS,
  ),
  upsert('Tags with a success status and nothing more', after(3, jsonAnswer(200, {})), UNKNOWN, TAGS),

  track('The event was taken', after(1, NO_CONTENT), { kind: 'confirmed' }, EVENTS),
  track('The member is not there', after(1, NOT_FOUND), { kind: 'refused', code: 'event_refused' }, EVENTS),
  track('The audience is gone', after(1, NOT_FOUND, NOT_FOUND), GONE, EVENTS),
  track(
    'The name of the event is too short',
    after(
      1,
      invalid(NOT_VALID, {
        field: 'name',
        message: 'This value is too short. It should have 2 characters or more.',
      }),
    ),
    { kind: 'refused', code: 'event_refused', says: 'too short' },
    EVENTS,
  ),
  track('The person may not be written to', after(1, IN_COMPLIANCE), SUPPRESSED, ERRORS),
  track(
    'The person is in no audience',
    [jsonAnswer(200, { lists: [], total_items: 0 })],
    { kind: 'refused', code: 'event_refused' },
    LISTS,
  ),

  read('The member was found', ['vendor'], { kind: 'found' }, MEMBER),
  read(
    'Nobody has this address',
    [jsonAnswer(200, { lists: [], total_items: 0 })],
    { kind: 'not_found' },
    LISTS,
  ),
  read('The member went away in between', ['vendor', NOT_FOUND], { kind: 'not_found' }, MEMBER),
  read(
    'A not found of a proxy does not mean that nobody is there',
    ['vendor', { ...UNDOCUMENTED.proxyPage, status: 404 }],
    UNREADABLE,
    FIELD,
  ),

  remove('Tags and fields were taken back', ['vendor'], TAKEN_BACK, TAGS),
  remove('The member is gone already', [NOT_FOUND, 'vendor', 'vendor', NOT_FOUND], TAKEN_BACK, TAGS),
  remove(
    'The fields cannot be emptied, and that is told',
    ['vendor', 'vendor', 'vendor', invalid('Your merge fields were invalid.', FAVOURITE_NOT_TAKEN)],
    TAKEN_BACK,
    MEMBERS,
  ),
  erase('The member was deleted for good', ['vendor'], { kind: 'confirmed' }, ERASURE),
  erase('A success without the sign of a deletion', ['vendor', jsonAnswer(200, {})], UNKNOWN, ERASURE),
];
