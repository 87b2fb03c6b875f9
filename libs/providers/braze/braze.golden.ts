import type { EmulatedAnswer, GoldenAnswer } from '@rekomi/provider-contract';
import { after, emptyAnswer, goldenRows, jsonAnswer, UNDOCUMENTED } from '@rekomi/vendor-emulation';
import {
  DENIED,
  FIELD,
  INVALID_KEY,
  NO_RIGHT,
  says,
  STANDING_ROWS,
  UNKNOWN,
} from './braze.standing.golden.js';

const ERRORS = 'https://www.braze.com/docs/api/errors/ (2026-08)';
const ENDPOINTS = 'https://www.braze.com/docs/api/endpoints';
const TRACK = `${ENDPOINTS}/user_data/post_user_track/ (2026-08)`;
const EXPORT = `${ENDPOINTS}/export/user_data/post_users_identifier/ (2026-08)`;
const DELETE = `${ENDPOINTS}/user_data/post_user_delete/ (2026-08)`;
const GROUPS = `${ENDPOINTS}/subscription_groups/get_list_user_subscription_group_status/ (2026-08)`;
const JOIN = `${ENDPOINTS}/subscription_groups/post_update_user_subscription_group_status_v2/ (2026-08)`;
const SEGMENTS = `${ENDPOINTS}/export/segments/get_segment/ (2026-08)`;
const EVENTS = 'https://www.braze.com/docs/api/objects_filters/event_object/ (2026-08)';
const RUDDER = 'https://github.com/rudderlabs/rudder-transformer, fixtures for Braze (2026-08)';

const NOTHING_VALID = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";
const BAD_EMAIL = "The value provided for the 'email' field is not a valid email.";
const NOBODY_NAMED = "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required";
const BLACKLISTED = 'provided external_id is blacklisted and disallowed';

type Input = 'attributes' | 'events';
const fault = (type: string, index?: number, input_array: Input = 'attributes') => ({
  type,
  input_array,
  ...(index === undefined ? {} : { index }),
});
const taken = (more: object = {}, status = 201) => says(status, 'success', more);
const nothingTaken = (...errors: readonly object[]) => says(400, NOTHING_VALID, { errors });
const inGroup = (state: string) => taken({ status: { 'partner-42': state } }, 200);
const exported = (...users: readonly object[]) => taken({ users });
const subscribed = exported({ email: 'ada@example.com', email_subscribe: 'subscribed' });
const NO_GROUP = says(400, 'The provided subscription_group_id is not valid.');

/** For calls that ask for each of three people side by side, or in three ways. */
const thrice = (answer: EmulatedAnswer): readonly EmulatedAnswer[] => [answer, answer, answer];

const verify = goldenRows('verify');
const upsert = goldenRows('upsertContact');
const bulk = goldenRows('upsertContacts');
const track = goldenRows('trackEvent');
const events = goldenRows('trackEvents');
const read = goldenRows('readContact');
const remove = goldenRows('removeContact');
const erase = goldenRows('eraseContact');

const IN = { kind: 'accepted' } as const;
const LEFT_OUT = { kind: 'accepted', warning: 'field_rejected' } as const;
const KEPT_OUT = { kind: 'accepted', warning: 'consent_not_raised' } as const;
const GONE = { kind: 'misconfigured', code: 'audience_missing' } as const;
const BAD_ADDRESS = { kind: 'refused', code: 'email_invalid' } as const;
const REFUSED = { kind: 'refused', code: 'contact_refused' } as const;
const TOO_LARGE = { kind: 'refused', code: 'event_too_large' } as const;

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  ...STANDING_ROWS,

  verify(
    'An authorised key is told what is missing',
    [says(400, NOTHING_VALID), DENIED, DENIED],
    { kind: 'valid' },
    TRACK,
  ),
  verify(
    'The key lacks every permission that is asked for, and is known',
    thrice(DENIED),
    { kind: 'valid' },
    ERRORS,
  ),
  verify(
    'The key is wrong, or of another instance',
    thrice(INVALID_KEY),
    { kind: 'rejected', code: 'credentials_rejected' },
    ERRORS,
  ),
  verify(
    'The key is unknown, by another status',
    thrice(says(404, 'Unknown REST API Key')),
    { kind: 'rejected', code: 'credentials_rejected' },
    ERRORS,
  ),
  verify(
    'Segments are enough of a sign',
    [jsonAnswer(500, {}), taken({ segments: [] }, 200), jsonAnswer(500, {})],
    { kind: 'valid' },
    SEGMENTS,
  ),
  verify('Too fast', thrice(jsonAnswer(429, {})), { kind: 'unreachable', code: 'vendor_throttled' }, ERRORS),
  verify(
    'The vendor is broken',
    thrice(says(500, 'Internal Server Error')),
    { kind: 'unreachable', code: 'vendor_error' },
    ERRORS,
  ),
  verify(
    'A page in place of the API',
    thrice(UNDOCUMENTED.successPage),
    { kind: 'unreachable', code: 'vendor_unreadable' },
    FIELD,
  ),
  verify(
    'A success without a word',
    thrice(jsonAnswer(200, {})),
    { kind: 'unreachable', code: 'answer_unknown' },
    FIELD,
  ),

  upsert('The user was taken', after(2, taken({ attributes_processed: 1 })), IN, TRACK),
  upsert(
    'The user was taken, by the other success status',
    after(2, taken({ attributes_processed: 1 }, 200)),
    IN,
    TRACK,
  ),
  upsert('The user was queued during maintenance', after(2, says(202, 'queued')), IN, TRACK),
  upsert(
    'A success that counts nobody',
    after(2, taken({ attributes_processed: 0 })),
    { ...UNKNOWN, unwritten: true },
    TRACK,
  ),
  upsert(
    'A success without the words',
    after(2, jsonAnswer(201, { attributes_processed: 1 })),
    { ...UNKNOWN, unwritten: true },
    TRACK,
  ),
  upsert(
    'A success that names one attribute, and the user is sent again without it',
    after(2, taken({ attributes_processed: 0, errors: [fault("'first_name' is not valid", 0)] })),
    LEFT_OUT,
    TRACK,
  ),
  upsert(
    'Nothing was taken because of one attribute',
    after(2, nothingTaken(fault("'rekomi_favourite' is not valid", 0))),
    LEFT_OUT,
    TRACK,
  ),
  upsert(
    'A success that names the address',
    after(2, taken({ errors: [fault(BAD_EMAIL, 0)] })),
    { ...BAD_ADDRESS, says: 'not a valid email' },
    TRACK,
  ),
  upsert(
    'Nothing was taken because of the address',
    after(2, nothingTaken(fault(BAD_EMAIL, 0))),
    BAD_ADDRESS,
    RUDDER,
  ),
  upsert(
    'Nothing was taken, under the status of a wrong key',
    after(2, { ...nothingTaken(fault(BAD_EMAIL, 0)), status: 401 }),
    BAD_ADDRESS,
    RUDDER,
  ),
  upsert(
    'Nothing was taken, under the status of a missing permission',
    after(2, { ...nothingTaken(fault(BAD_EMAIL, 0)), status: 403 }),
    BAD_ADDRESS,
    FIELD,
  ),
  upsert(
    'No identifier came with the user',
    after(2, nothingTaken(fault(NOBODY_NAMED, 0))),
    BAD_ADDRESS,
    TRACK,
  ),
  upsert(
    'The user is blocked as a dummy',
    after(2, taken({ errors: [fault(BLACKLISTED, 0)] })),
    REFUSED,
    RUDDER,
  ),
  upsert(
    'The address is valid and blocked as a dummy',
    after(2, taken({ errors: [fault('provided email is blacklisted and disallowed', 0)] })),
    REFUSED,
    FIELD,
  ),
  upsert(
    'A success with an error that names nobody',
    after(2, taken({ attributes_processed: 1, errors: [fault('something')] })),
    UNKNOWN,
    TRACK,
  ),
  upsert(
    'A success with an error about an object that was not sent',
    after(2, taken({ errors: [fault('something', 0, 'events')] })),
    UNKNOWN,
    TRACK,
  ),
  upsert(
    'A success with an error in plain words',
    after(2, taken({ errors: ['something'] })),
    UNKNOWN,
    FIELD,
  ),
  upsert(
    'Too many objects',
    after(2, says(400, 'Max Input Length Exceeded')),
    { ...REFUSED, says: 'Max Input' },
    TRACK,
  ),
  upsert('Too large', after(2, says(413, 'Payload Too Large')), REFUSED, ERRORS),
  upsert('The media type is not taken', after(2, says(415, 'Unsupported Media Type')), REFUSED, ERRORS),
  upsert('A no without a word', after(2, jsonAnswer(400, {})), UNKNOWN, FIELD),
  upsert('A list in place of an object', after(2, UNDOCUMENTED.list), UNKNOWN, FIELD),
  upsert('The group is gone, and the user is in', [NO_GROUP], GONE, GROUPS),
  upsert('The person is in the group already', [inGroup('Subscribed')], IN, GROUPS),
  upsert('The person left the group', [inGroup('Unsubscribed')], KEPT_OUT, GROUPS),
  upsert('A state that no page names', [inGroup('Snoozed')], KEPT_OUT, GROUPS),
  upsert('The key may not look into the group', [DENIED], KEPT_OUT, ERRORS),
  upsert('A look into the group without states', [taken({}, 200)], UNKNOWN, GROUPS),
  upsert(
    'The address opted out of everything',
    after(1, exported({ email_subscribe: 'unsubscribed' })),
    KEPT_OUT,
    EXPORT,
  ),
  upsert(
    'The state of the address is not shown',
    after(1, exported({ email: 'ada@example.com' })),
    KEPT_OUT,
    EXPORT,
  ),
  upsert('The key may not look at the address', after(1, DENIED), KEPT_OUT, ERRORS),
  upsert('A look at the address without users', after(1, taken()), UNKNOWN, EXPORT),
  upsert('Somebody undecided joins the group', [inGroup('Unknown'), subscribed, 'vendor', taken()], IN, JOIN),
  upsert(
    'The group is gone when somebody joins',
    [inGroup('Unknown'), subscribed, 'vendor', NO_GROUP],
    GONE,
    JOIN,
  ),
  upsert(
    'The key may not let anybody join',
    [inGroup('Unknown'), subscribed, 'vendor', DENIED],
    NO_RIGHT,
    ERRORS,
  ),
  upsert(
    'Joining is answered with an error',
    [inGroup('Unknown'), subscribed, 'vendor', taken({ errors: ['something'] })],
    UNKNOWN,
    JOIN,
  ),

  bulk('All three were taken', after(6, taken({ attributes_processed: 3 })), IN, TRACK),
  bulk(
    'One of three is named in a success',
    after(6, taken({ attributes_processed: 2, errors: [fault(BAD_EMAIL, 1)] })),
    [IN, BAD_ADDRESS, IN],
    TRACK,
  ),
  bulk(
    'Nothing was taken because of one, and the others go again',
    after(6, nothingTaken(fault(BAD_EMAIL, 1))),
    [IN, BAD_ADDRESS, IN],
    TRACK,
  ),
  bulk(
    'Nothing was taken and nobody named: told of each, for the engine to divide',
    after(6, nothingTaken()),
    [REFUSED, REFUSED, REFUSED],
    TRACK,
  ),
  bulk('A success that counts two of three', after(6, taken({ attributes_processed: 2 })), UNKNOWN, TRACK),
  bulk(
    'A position that nobody has',
    after(6, taken({ attributes_processed: 3, errors: [fault(BAD_EMAIL, 9)] })),
    UNKNOWN,
    TRACK,
  ),
  bulk(
    'One attribute of one is not taken',
    after(6, taken({ attributes_processed: 2, errors: [fault("'first_name' is not valid", 2)] })),
    [IN, IN, LEFT_OUT],
    TRACK,
  ),

  track('The event was taken', [taken({ events_processed: 1 })], IN, TRACK),
  track('The event was queued during maintenance', [says(202, 'queued')], IN, TRACK),
  track('A success that counts no event', [taken({ events_processed: 0 })], UNKNOWN, TRACK),
  track(
    'The name is missing',
    [nothingTaken(fault("'name' is required", 0, 'events'))],
    { kind: 'refused', code: 'event_name_invalid' },
    EVENTS,
  ),
  track(
    'The time is not valid',
    [taken({ errors: [fault("'time' is not valid", 0, 'events')] })],
    { kind: 'refused', code: 'event_time_invalid' },
    EVENTS,
  ),
  track(
    'The address is not valid',
    [taken({ errors: [fault(BAD_EMAIL, 0, 'events')] })],
    BAD_ADDRESS,
    EVENTS,
  ),
  track(
    'The event is refused for another reason',
    [nothingTaken(fault('something', 0, 'events'))],
    { kind: 'refused', code: 'event_refused', says: 'something' },
    EVENTS,
  ),
  track('Too much', [says(400, 'Max Input Length Exceeded')], TOO_LARGE, TRACK),
  track('Too large', [says(413, 'Payload Too Large')], TOO_LARGE, ERRORS),
  track(
    'A gateway gave up, and the event may have been taken',
    [emptyAnswer(504)],
    { kind: 'ambiguous', code: 'vendor_error' },
    FIELD,
  ),
  track(
    'A gateway failed with a page, and the event may have been taken',
    [{ ...UNDOCUMENTED.proxyPage, status: 502 }],
    { kind: 'ambiguous', code: 'vendor_unreadable' },
    FIELD,
  ),
  events('All three were taken', [taken({ events_processed: 3 })], IN, TRACK),
  events(
    'One of three is named in a success',
    [taken({ events_processed: 2, errors: [fault("'time' is not valid", 0, 'events')] })],
    [{ kind: 'refused', code: 'event_time_invalid' }, IN, IN],
    EVENTS,
  ),
  events(
    'Nothing was taken because of one, and the others go again',
    [nothingTaken(fault("'name' is required", 2, 'events'))],
    [IN, IN, { kind: 'refused', code: 'event_name_invalid' }],
    EVENTS,
  ),
  events('A success that counts two of three', [taken({ events_processed: 2 })], UNKNOWN, TRACK),

  read('The user was found', ['vendor'], { kind: 'found' }, EXPORT),
  read(
    'Nobody has this address',
    [taken({ users: [], invalid_user_ids: ['ada@example.com'] })],
    { kind: 'not_found' },
    EXPORT,
  ),
  read('Nothing is said about users', [taken()], UNKNOWN, EXPORT),
  read('The groups may not be seen, and the user was found', after(1, DENIED), { kind: 'found' }, GROUPS),
  read('The address is no identifier', [says(400, 'No identifier was provided.')], REFUSED, EXPORT),

  remove(
    'Attributes and tags were taken back',
    [taken({ attributes_processed: 1 })],
    { kind: 'accepted', warning: 'left_in_place' },
    TRACK,
  ),
  remove('The address is not taken any more', [nothingTaken(fault(BAD_EMAIL, 0))], BAD_ADDRESS, TRACK),
  erase('The deletion was taken', after(1, taken({ deleted: 1 })), IN, DELETE),
  erase('Nobody has this address', [exported()], { kind: 'unchanged' }, EXPORT),
  erase('A user without an id', [exported({ email: 'ada@example.com' })], UNKNOWN, EXPORT),
  erase('A deletion with an error', after(1, taken({ errors: ['something'] })), UNKNOWN, DELETE),
  erase(
    'The key lacks the permission for it, and everything else goes on',
    after(1, DENIED),
    { kind: 'refused', code: 'right_missing' },
    ERRORS,
  ),
  erase(
    'The deletion is refused',
    after(1, says(400, 'Between 1 and 50 users are needed.')),
    REFUSED,
    DELETE,
  ),
];
