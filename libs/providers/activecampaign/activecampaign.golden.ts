import type { GoldenAnswer } from '@rekomi/provider-contract';
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

const REFERENCE = 'https://developers.activecampaign.com/reference';
const AUTHENTICATION = `${REFERENCE}/authentication (2026-08)`;
const OVERVIEW = `${REFERENCE}/overview (2026-08)`;
const ME = `${REFERENCE}/retrieve-account-information (2026-08)`;
const LISTS = `${REFERENCE}/retrieve-all-lists (2026-08)`;
const SYNC = `${REFERENCE}/sync-a-contacts-data (2026-08)`;
const CONTACT = `${REFERENCE}/get-contact (2026-08)`;
const MEMBERSHIP = `${REFERENCE}/update-list-status-for-contact (2026-08)`;
const NEW_TAG = `${REFERENCE}/create-a-new-tag (2026-08)`;
const CONTACT_TAG = `${REFERENCE}/create-contact-tag (2026-08)`;
const FIELDS = `${REFERENCE}/retrieve-fields (2026-08)`;
const IMPORT = `${REFERENCE}/bulk-import-contacts (2026-08)`;
const TRACKER = `${REFERENCE}/track-event (2026-08)`;
const LIMITS = `${REFERENCE}/rate-limits (2026-08)`;
const RUDDER =
  'https://github.com/rudderlabs/rudder-transformer, src/v0/destinations/active_campaign (2026-08)';
const RECYCLED = 'https://github.com/GearPlug/activecampaign-python/issues/11 (2026-08)';
const FIELD = 'met in the field, named by no page (2026-08)';

const says = (status: number, message: string) => jsonAnswer(status, { message });
const errors = (status: number, ...list: readonly object[]) => jsonAnswer(status, { errors: list });
const pointer = (name: string) => ({ source: { pointer: `/data/attributes/${name}` } });

const LOGIN_PAGE = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><form action="/admin/"><input name="pass" type="password"></form></body></html>',
};
const NOTHING = jsonAnswer(400, {});
const NO_CONTACT = says(404, 'No Result found for Subscriber with id 1');
const NO_PERMISSION = errors(403, {
  status: 403,
  title: 'Forbidden',
  detail: 'You do not have permission to view lists.',
});
const IS_THERE = { title: 'There is already a tag with this name', detail: '', code: 'duplicate' };
const MISSING = errors(422, { status: 422, title: 'Missing attribute', ...pointer('contact') });
/** The tracker says no with a success status. */
const no = (message: string) => jsonAnswer(200, { success: 0, message });
/** An import names who keeps it from being queued; positions count from 0. */
const failed = (contact: number, failureReason: string) =>
  jsonAnswer(400, { success: 0, message: 'Not queued', failureReasons: [{ contact, failureReason }] });
/** The list of a row has the id 10. */
const membership = (list: string | number, status: string | number) =>
  jsonAnswer(201, { contacts: [], contactList: { contact: '10', list, status, id: '5' } });
const TAG = { id: '16', tag: 'spring', tagType: 'contact', description: '' };

/** The requests of each call, in the order in which they go out. */
const STEPS: readonly GoldenStep[] = [
  { call: 'listAudiences', title: 'the page', requests: 0 },
  { call: 'upsertContact', title: 'the custom fields', requests: 0 },
  { call: 'upsertContact', title: 'the contact', requests: 1 },
  { call: 'upsertContact', title: 'the look at its lists', requests: 2 },
  { call: 'upsertContact', title: 'the list', requests: 3 },
  { call: 'upsertContact', title: 'the look at its tags', requests: 4 },
  { call: 'upsertContact', title: 'the search for the tag', requests: 5 },
  { call: 'upsertContact', title: 'the new tag', requests: 7 },
  { call: 'upsertContact', title: 'the tag', requests: 8 },
  { call: 'upsertContacts', title: 'the search for the tag', requests: 0 },
  { call: 'upsertContacts', title: 'the custom fields', requests: 2 },
  { call: 'upsertContacts', title: 'the import', requests: 4 },
  { call: 'trackEvent', title: 'the contact', requests: 0 },
  { call: 'readContact', title: 'the search', requests: 0 },
  { call: 'readContact', title: 'the contact', requests: 1 },
  { call: 'readContact', title: 'the custom fields', requests: 2 },
  { call: 'removeContact', title: 'the search', requests: 0 },
  { call: 'removeContact', title: 'its tags', requests: 1 },
  { call: 'removeContact', title: 'the fields', requests: 5 },
  { call: 'eraseContact', title: 'the search', requests: 0 },
];

/** Here an empty object is the vendor's yes. */
const DELETIONS: readonly GoldenStep[] = [
  { call: 'removeContact', title: 'the tag', requests: 3 },
  { call: 'eraseContact', title: 'the deletion', requests: 1 },
];

const WRONG_KEY = { kind: 'unauthorised', code: 'credentials_rejected' } as const;
const NO_RIGHT = { kind: 'unauthorised', code: 'right_missing' } as const;
const INACTIVE = { kind: 'unauthorised', code: 'account_inactive' } as const;
const TOO_FAST = { kind: 'throttled', code: 'vendor_throttled' } as const;
const BROKEN = { kind: 'unavailable', code: 'vendor_error' } as const;
const REJECTED = { kind: 'rejected', code: 'credentials_rejected' } as const;
const UNKNOWN = { kind: 'unavailable', code: 'answer_unknown' } as const;
const UNREADABLE = { kind: 'unavailable', code: 'vendor_unreadable' } as const;

const STANDING: readonly StandingAnswer[] = [
  standing('the key was reset, without a body or a content type', emptyAnswer(403), WRONG_KEY, RECYCLED),
  standing('the key is wrong by another status', says(401, 'Unauthorized'), WRONG_KEY, FIELD),
  standing('the key expired, and the login page comes with a success status', LOGIN_PAGE, WRONG_KEY, RUDDER),
  standing(
    'the group of the user lacks the permission',
    NO_PERMISSION,
    { ...NO_RIGHT, says: 'You do not have permission' },
    LISTS,
  ),
  standing('a payment is due', jsonAnswer(402, {}), INACTIVE, FIELD),
  standing(
    'too fast',
    jsonAnswer(429, {}, { 'retry-after': '1', 'ratelimit-limit': '5', 'ratelimit-remaining': '0' }),
    { ...TOO_FAST, untilMs: 1000 },
    LIMITS,
  ),
  standing(
    'the vendor is broken',
    says(500, 'Internal Server Error'),
    { ...BROKEN, says: 'Internal Server Error' },
    OVERVIEW,
  ),
  standing('a proxy answers with a page', UNDOCUMENTED.proxyPage, BROKEN, FIELD),
  standing(
    'a status that no page names',
    says(405, 'No route found'),
    { ...UNKNOWN, says: 'No route found' },
    FIELD,
  ),
  standing('a not found without a word', jsonAnswer(404, {}), UNKNOWN, FIELD),
  standing('a success that breaks off', UNDOCUMENTED.brokenOff, UNREADABLE, FIELD),
];

/** The event's own key opens nothing but the tracker: what is wrong with it refuses the event, and stops nothing else. */
const TRACKING: readonly GoldenStep[] = [{ call: 'trackEvent', title: 'the event', requests: 3 }];
const OF_THE_EVENT = STANDING.map((row) =>
  row.expect.kind === 'unauthorised' ? { ...row, expect: { ...row.expect, kind: 'refused' as const } } : row,
);

const WORDLESS: readonly StandingAnswer[] = [
  standing('a success without a word', UNDOCUMENTED.emptyObject, UNKNOWN, FIELD),
];

const verify = goldenRows('verify');
const list = goldenRows('listAudiences');
const upsert = goldenRows('upsertContact');
const bulk = goldenRows('upsertContacts');
const track = goldenRows('trackEvent');
const read = goldenRows('readContact');
const remove = goldenRows('removeContact');
const erase = goldenRows('eraseContact');

const LEFT_OUT = { kind: 'confirmed', warning: 'field_rejected' } as const;
const GONE = { kind: 'misconfigured', code: 'audience_missing' } as const;
const NOT_RECORDED = { kind: 'refused', code: 'event_refused' } as const;
const IN = { kind: 'accepted' } as const;

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  ...goldenAtEveryStep([...STEPS, ...DELETIONS], STANDING),
  ...goldenAtEveryStep([...STEPS, ...TRACKING], WORDLESS),
  ...goldenAtEveryStep(TRACKING, OF_THE_EVENT),

  verify('The key opens the account of its user', ['vendor'], { kind: 'valid' }, ME),
  verify('The key is wrong', [emptyAnswer(403)], REJECTED, AUTHENTICATION),
  verify('The login page with a success status', [LOGIN_PAGE], REJECTED, RUDDER),
  verify('A payment is due', [jsonAnswer(402, {})], { kind: 'rejected', code: 'account_inactive' }, FIELD),
  verify('Another address than the account’s', [jsonAnswer(404, {})], REJECTED, FIELD),
  verify(
    'Nobody belongs to the key',
    [jsonAnswer(200, { user: {} })],
    { kind: 'unreachable', code: 'answer_unknown' },
    ME,
  ),
  verify('Too fast', [jsonAnswer(429, {})], { kind: 'unreachable', code: 'vendor_throttled' }, LIMITS),
  verify(
    'The vendor is broken',
    [UNDOCUMENTED.proxyPage],
    { kind: 'unreachable', code: 'vendor_error' },
    FIELD,
  ),
  verify('Lists may not be seen, and the key is good', after(1, NO_PERMISSION), { kind: 'valid' }, LISTS),

  list(
    'Ids and totals are texts',
    [jsonAnswer(200, { lists: [{ id: '1', name: 'Affiliates' }], meta: { total: '1' } })],
    { kind: 'page' },
    LISTS,
  ),
  list('No list yet', [jsonAnswer(200, { lists: [], meta: { total: '0' } })], { kind: 'page' }, LISTS),

  upsert('The contact is in the list and has its tag', ['vendor'], { kind: 'confirmed' }, SYNC),
  upsert(
    'A bad request, of which nothing is told, goes again without custom fields',
    after(1, NOTHING),
    LEFT_OUT,
    SYNC,
  ),
  upsert(
    'A bad request again',
    after(1, NOTHING, NOTHING),
    { kind: 'refused', code: 'contact_refused' },
    SYNC,
  ),
  upsert(
    'One field is named, and the contact is sent again without it',
    after(1, errors(422, { title: 'Invalid value', detail: '', ...pointer('firstName') })),
    LEFT_OUT,
    SYNC,
  ),
  upsert(
    'The address is not valid',
    after(1, errors(422, { title: 'Email address is not valid.', detail: '', ...pointer('email') })),
    { kind: 'refused', code: 'email_invalid', says: 'not valid' },
    SYNC,
  ),
  upsert(
    'A page of a proxy does not refuse anybody',
    after(1, { ...UNDOCUMENTED.proxyPage, status: 404 }),
    UNREADABLE,
    FIELD,
  ),
  upsert(
    'Another contact came back',
    after(1, jsonAnswer(201, { contact: { id: '10', email: 'grace@example.com' } })),
    { ...UNKNOWN, unwritten: true },
    SYNC,
  ),
  upsert('A contact without an id came back', after(1, jsonAnswer(200, { contact: {} })), UNKNOWN, SYNC),
  upsert('A redirect', after(1, UNDOCUMENTED.redirect), UNKNOWN, FIELD),
  upsert('The contact is gone when its lists are looked at', after(2, NO_CONTACT), UNKNOWN, CONTACT),
  upsert(
    'The membership came back with numbers',
    after(3, membership(10, 1)),
    { kind: 'confirmed' },
    MEMBERSHIP,
  ),
  upsert('The membership came back as unsubscribed', after(3, membership('10', '2')), UNKNOWN, MEMBERSHIP),
  upsert('The membership of another list came back', after(3, membership('9', '1')), UNKNOWN, MEMBERSHIP),
  upsert(
    'The list is gone, and a look at it says so',
    after(3, NOTHING, says(404, 'No Result found for List with id 1')),
    GONE,
    MEMBERSHIP,
  ),
  upsert(
    'The list is there and takes nobody',
    after(3, NOTHING),
    { kind: 'refused', code: 'contact_refused' },
    MEMBERSHIP,
  ),
  upsert(
    'Somebody else made the tag in the same moment',
    after(
      7,
      errors(422, IS_THERE),
      jsonAnswer(200, { tags: [TAG], meta: { total: '1' } }),
      jsonAnswer(201, { contactTag: { contact: '10', tag: '16', id: '1' } }),
    ),
    { kind: 'confirmed' },
    NEW_TAG,
  ),
  upsert(
    'A tag is not made, and the contact is there',
    after(7, errors(422, { title: 'Tag is too long', detail: '' })),
    LEFT_OUT,
    NEW_TAG,
  ),
  upsert('The new tag came back without an id', after(7, jsonAnswer(201, { tag: {} })), UNKNOWN, NEW_TAG),
  upsert('The tag is attached already', after(8, errors(422, IS_THERE)), { kind: 'confirmed' }, CONTACT_TAG),
  upsert(
    'The tag is attached already, and nothing but the code says so',
    after(8, errors(422, { title: '', detail: '', code: 'duplicate' })),
    { kind: 'confirmed' },
    CONTACT_TAG,
  ),
  upsert(
    'The contact is gone when the tag is attached',
    after(8, errors(404, { status: 404, title: 'Not Found', detail: 'Contact not found' })),
    UNKNOWN,
    CONTACT_TAG,
  ),
  upsert(
    'The remembered tag is gone, and another one is looked for',
    after(8, errors(404, { status: 404, title: 'Not Found', detail: 'Tag not found' })),
    { kind: 'confirmed' },
    CONTACT_TAG,
  ),
  upsert(
    'The tag is not attached for want of an attribute',
    after(8, MISSING, 'vendor', MISSING),
    LEFT_OUT,
    CONTACT_TAG,
  ),
  upsert('The custom fields have another shape', [jsonAnswer(200, { fields: null })], UNKNOWN, FIELDS),

  bulk('The import is queued', ['vendor'], IN, IMPORT),
  bulk(
    'One of three is named and stays out',
    after(4, failed(1, 'Invalid email address')),
    [IN, { kind: 'refused', code: 'email_invalid', says: 'Invalid email' }, IN],
    IMPORT,
  ),
  bulk(
    'Two of three are named one after the other',
    after(4, failed(0, 'Contact has no fields'), failed(1, 'Invalid email address')),
    [{ kind: 'refused', code: 'contact_refused' }, IN, { kind: 'refused', code: 'email_invalid' }],
    IMPORT,
  ),
  bulk(
    'A position that nobody has',
    after(4, failed(7, 'Invalid email address')),
    { kind: 'refused', code: 'contact_refused' },
    IMPORT,
  ),
  bulk(
    'Too many imports within a minute, which is no 429',
    after(
      4,
      jsonAnswer(400, {
        success: 0,
        message: 'Rate limit exceeded.',
        failureReasons: ['Up to 100 imports may be requested per minute'],
      }),
    ),
    { kind: 'throttled', code: 'vendor_throttled', untilMs: 60_000 },
    IMPORT,
  ),
  bulk(
    'A success that says no',
    after(4, jsonAnswer(200, { Success: 0, message: 'Not queued' })),
    UNKNOWN,
    IMPORT,
  ),
  bulk(
    'One list is gone, and the people are in',
    after(3, says(404, 'No Result found for List with id 1')),
    GONE,
    LISTS,
  ),
  bulk('Whether the list is there cannot be told', after(3, NO_PERMISSION), IN, LISTS),

  track(
    'The event was spawned',
    after(3, jsonAnswer(200, { success: 1, message: 'Event spawned' })),
    IN,
    TRACKER,
  ),
  track(
    'A no with a success status',
    after(3, no('Invalid visit')),
    { ...NOT_RECORDED, says: 'Invalid visit' },
    TRACKER,
  ),
  track(
    'Key or actid are wrong, with a success status',
    after(3, no('Invalid key or actid')),
    { kind: 'refused', code: 'credentials_rejected' },
    TRACKER,
  ),
  track(
    'Event tracking is switched off',
    after(3, no('Event tracking is disabled')),
    { kind: 'refused', code: 'right_missing' },
    TRACKER,
  ),
  track('A bad request without a word', after(3, NOTHING), NOT_RECORDED, TRACKER),
  track(
    'Nobody has this address',
    [jsonAnswer(200, { contacts: [], meta: { total: '0' } })],
    NOT_RECORDED,
    CONTACT,
  ),
  track('Names of events may not be read, and the event goes', after(1, says(403, 'Forbidden')), IN, TRACKER),
  track('Names of events may not be made, and the event goes', after(2, says(403, 'Forbidden')), IN, TRACKER),
  track('Names of events cannot be read just now', after(1, jsonAnswer(503, {})), BROKEN, TRACKER),

  read('The contact was found', ['vendor'], { kind: 'found' }, CONTACT),
  read(
    'Nobody has this address',
    [jsonAnswer(200, { contacts: [], meta: { total: '0' } })],
    { kind: 'not_found' },
    CONTACT,
  ),
  read('The contact went away in between', after(1, NO_CONTACT), { kind: 'not_found' }, CONTACT),

  remove(
    'Tags and fields were taken back',
    ['vendor'],
    { kind: 'confirmed', warning: 'left_in_place' },
    CONTACT_TAG,
  ),
  remove('The contact is gone already', [jsonAnswer(200, { contacts: [] })], { kind: 'unchanged' }, CONTACT),
  remove(
    'The tag is detached already',
    after(3, says(404, 'No Result found for SubscriberTag with id 1')),
    { kind: 'confirmed' },
    CONTACT_TAG,
  ),
  remove(
    'The fields cannot be emptied, and that is told',
    after(5, NOTHING),
    { kind: 'confirmed', warning: 'left_in_place' },
    CONTACT,
  ),
  erase('The contact was deleted', after(1, jsonAnswer(200, {})), { kind: 'confirmed' }, CONTACT),
  erase('The contact is deleted already', after(1, NO_CONTACT), { kind: 'unchanged' }, CONTACT),
];
