import type { EmulatedAnswer, GoldenAnswer } from '@rekomi/provider-contract';
import { after, emptyAnswer, goldenRows, jsonAnswer, UNDOCUMENTED } from '@rekomi/vendor-emulation';
import {
  fault,
  FIELD,
  FORBIDDEN,
  MEDIA_TYPE,
  STANDING_ROWS,
  TOO_FAST,
  UNKNOWN,
  WRONG_KEY,
} from './klaviyo.standing.golden.js';

const DEVELOPERS = 'https://developers.klaviyo.com/en';
const AUTHENTICATION = `${DEVELOPERS}/docs/authenticate_ (2026-08)`;
const LIMITS = `${DEVELOPERS}/docs/rate_limits_and_error_handling (2026-08)`;
const CONSENT = `${DEVELOPERS}/docs/collect_email_and_sms_consent_via_api (2026-08)`;
const IMPORT = `${DEVELOPERS}/reference/create_or_update_profile (2026-08)`;
const PROFILES = `${DEVELOPERS}/reference/get_profiles (2026-08)`;
const SUBSCRIBE = `${DEVELOPERS}/reference/bulk_subscribe_profiles (2026-08)`;
const MEMBERS = `${DEVELOPERS}/reference/add_profiles_to_list (2026-08)`;
const LISTS = `${DEVELOPERS}/reference/get_lists (2026-08)`;
const EVENTS = `${DEVELOPERS}/reference/create_event (2026-08)`;
const ERASURE = `${DEVELOPERS}/reference/data_privacy_api_overview (2026-08)`;
const SCHEMA = 'https://github.com/klaviyo/openapi, revision 2026-07-15 (2026-08)';
const DUPLICATE = 'https://github.com/klaviyo/klaviyo-api-node/issues/74 (2026-08)';

const data = (status: number, value: unknown, more: object = {}) =>
  jsonAnswer(status, { data: value, ...more }, MEDIA_TYPE);
const invalid = (pointer: string, detail: string) =>
  fault(400, { code: 'invalid', title: 'Invalid input.', detail, pointer });
const notFound = (detail: string) => fault(404, { code: 'not_found', title: 'Not found.', detail });

const NO_LIST = notFound('A list with id Y6nRLr does not exist.');
const NO_PROFILE = notFound('A profile with id 01HZ does not exist.');

/** A profile that was there, as the import answers it, with our tag. */
function profile(marketing?: object): EmulatedAnswer {
  const subscriptions = marketing === undefined ? {} : { subscriptions: { email: { marketing } } };
  const properties = { rekomi_tags: ['spring'] };
  return data(200, { type: 'profile', id: '01HZ', attributes: { properties, ...subscriptions } });
}

const suppressed = (reason: string) =>
  profile({ consent: 'NEVER_SUBSCRIBED', suppression: [{ reason }], list_suppressions: [] });

const verify = goldenRows('verify');
const list = goldenRows('listAudiences');
const create = goldenRows('createAudience');
const upsert = goldenRows('upsertContact');
const bulk = goldenRows('upsertContacts');
const track = goldenRows('trackEvent');
const events = goldenRows('trackEvents');
const read = goldenRows('readContact');
const remove = goldenRows('removeContact');
const erase = goldenRows('eraseContact');

const IN = { kind: 'accepted' } as const;
const LEFT_OUT = { kind: 'accepted', warning: 'field_rejected' } as const;
const OPTED_OUT = { kind: 'confirmed', warning: 'consent_not_raised' } as const;
const GONE = { kind: 'misconfigured', code: 'audience_missing' } as const;
const NOT_RECORDED = { kind: 'refused', code: 'event_refused' } as const;
const ADDED = emptyAnswer(204);
/** The vendor's own yes has no body. */
const NOT_KLAVIYO = jsonAnswer(202, { ok: true });
const NOBODY = data(200, []);

/** The vendor's documented answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  ...STANDING_ROWS,

  verify('The key opens an account', ['vendor'], { kind: 'valid' }, AUTHENTICATION),
  verify('The key may not list lists, and is good', [FORBIDDEN], { kind: 'valid' }, AUTHENTICATION),
  verify(
    'The revision is retired',
    [jsonAnswer(410, {})],
    { kind: 'unreachable', code: 'api_version_retired' },
    AUTHENTICATION,
  ),
  verify(
    'The account is asked for too often for its name',
    after(1, jsonAnswer(429, {})),
    { kind: 'valid' },
    LIMITS,
  ),

  list(
    'No next page',
    [data(200, [], { links: { self: '…', prev: null, next: null } })],
    { kind: 'page' },
    LISTS,
  ),
  list(
    'The next page cannot be read from the link',
    [data(200, [], { links: { next: 'https://a.klaviyo.com/api/lists' } })],
    UNKNOWN,
    LISTS,
  ),
  list(
    'The filter is not understood',
    [invalid('', 'Invalid page size.')],
    { ...UNKNOWN, says: 'page size' },
    LISTS,
  ),

  create('The list was made', ['vendor'], { kind: 'created' }, SCHEMA),
  create(
    'The name is taken',
    [fault(409, { code: 'conflict', title: 'Conflict.', detail: 'A list with that name exists.' })],
    { kind: 'refused', code: 'field_rejected' },
    SCHEMA,
  ),
  create(
    'The name is not valid',
    [invalid('/data/attributes/name', 'Name is required.')],
    { kind: 'refused', code: 'field_rejected', field: 'name' },
    SCHEMA,
  ),
  create(
    'A list without an id may have been made',
    [data(201, {})],
    { kind: 'ambiguous', code: 'answer_unknown' },
    SCHEMA,
  ),

  upsert('The profile was made and subscribed', ['vendor'], IN, IMPORT),
  upsert(
    'The person is subscribed already, and is only added',
    [profile({ consent: 'SUBSCRIBED', suppression: [], list_suppressions: [] }), 'vendor', ADDED],
    { kind: 'confirmed' },
    MEMBERS,
  ),
  upsert(
    'The person unsubscribed',
    [profile({ consent: 'UNSUBSCRIBED', suppression: [], list_suppressions: [] }), 'vendor', ADDED],
    OPTED_OUT,
    CONSENT,
  ),
  ...['HARD_BOUNCE', 'INVALID_EMAIL', 'SPAM_COMPLAINT', 'UNSUBSCRIBE', 'USER_SUPPRESSED'].map((reason) =>
    upsert(
      `Mail to the person is suppressed: ${reason}`,
      [suppressed(reason), 'vendor', ADDED],
      OPTED_OUT,
      CONSENT,
    ),
  ),
  upsert(
    'The answer says nothing about consent, and nobody is subscribed',
    [profile(), 'vendor', ADDED],
    OPTED_OUT,
    IMPORT,
  ),
  upsert(
    'The address and another identifier belong to two profiles',
    [
      fault(409, {
        code: 'duplicate_profile',
        title: 'Conflict.',
        detail: 'A profile already exists with one of these identifiers.',
        pointer: '/data/attributes',
      }),
    ],
    { kind: 'refused', code: 'identifier_conflict', says: 'already exists' },
    DUPLICATE,
  ),
  upsert(
    'The address is not valid',
    [invalid('/data/attributes/email', 'Invalid email address')],
    { kind: 'refused', code: 'email_invalid', field: 'email' },
    IMPORT,
  ),
  upsert(
    'One property is not taken, and the profile is sent again without it',
    [invalid('/data/attributes/properties/rekomi_favourite', 'Value too large.')],
    LEFT_OUT,
    IMPORT,
  ),
  upsert(
    'A name is not taken, and the profile is sent again without it',
    [invalid('/data/attributes/first_name', 'Not a valid string.')],
    LEFT_OUT,
    IMPORT,
  ),
  upsert(
    'A refusal that points at nothing',
    [invalid('/data', 'Invalid input.')],
    { kind: 'refused', code: 'contact_refused' },
    IMPORT,
  ),
  upsert(
    'The media type is not taken',
    [fault(415, { code: 'unsupported_media_type', title: 'Unsupported media type.' })],
    { kind: 'refused', code: 'request_malformed' },
    LIMITS,
  ),
  upsert(
    'The profile is too large',
    [fault(413, { code: 'payload_too_large', title: 'Payload too large.' })],
    { kind: 'refused', code: 'contact_refused' },
    IMPORT,
  ),
  upsert('A no without an error in it is none of the vendor', [jsonAnswer(400, {})], UNKNOWN, FIELD),
  upsert(
    'A no by a status that the pages leave out',
    [fault(422, { code: 'invalid', title: 'Invalid input.' })],
    { kind: 'refused', code: 'contact_refused' },
    FIELD,
  ),
  upsert(
    'A success with an error in it is a no',
    [{ ...FORBIDDEN, status: 200 }],
    { kind: 'refused', code: 'contact_refused' },
    FIELD,
  ),
  upsert(
    'A profile without an id',
    [data(200, { type: 'profile' })],
    { ...UNKNOWN, unwritten: true },
    IMPORT,
  ),
  upsert(
    'Taken for later, where the vendor answers at once',
    [data(202, { type: 'profile', id: '01HZ' })],
    { ...UNKNOWN, unwritten: true },
    IMPORT,
  ),
  upsert('A redirect', [UNDOCUMENTED.redirect], UNKNOWN, FIELD),
  upsert('A list in place of an object', [UNDOCUMENTED.list], UNKNOWN, FIELD),
  upsert(
    'The tags are not taken, and the person is in',
    after(1, invalid('/data/meta/patch_properties/append/rekomi_tags', 'Invalid value.')),
    LEFT_OUT,
    IMPORT,
  ),
  upsert('The list is gone when it is looked at', after(2, NO_LIST), GONE, LISTS),
  upsert('The key may not read lists, and still fills them', after(2, FORBIDDEN), IN, AUTHENTICATION),
  upsert('The list is gone when the person is subscribed', after(3, NO_LIST), GONE, SUBSCRIBE),
  upsert(
    'The subscription names a list that is not there',
    after(3, invalid('/data/relationships/list/data/id', 'Invalid list id.')),
    GONE,
    SUBSCRIBE,
  ),
  upsert(
    'The subscription is refused',
    after(3, invalid('/data/attributes/profiles', 'Invalid profile.')),
    { kind: 'refused', code: 'contact_refused' },
    SUBSCRIBE,
  ),
  upsert('The subscription is answered with another success', after(3, emptyAnswer(200)), UNKNOWN, SUBSCRIBE),
  upsert('A subscription is confirmed by somebody on the way', after(3, NOT_KLAVIYO), UNKNOWN, FIELD),
  upsert(
    'The list is gone when somebody is added',
    [profile({ consent: 'SUBSCRIBED', suppression: [], list_suppressions: [] }), NO_LIST],
    GONE,
    MEMBERS,
  ),

  bulk('All are subscribed together', ['vendor'], IN, SUBSCRIBE),
  bulk(
    'The key is refused for all',
    thrice(fault(401, { code: 'authentication_failed', title: 'No.' })),
    WRONG_KEY,
    AUTHENTICATION,
  ),
  bulk('Too fast for all', thrice(jsonAnswer(429, {}, { 'retry-after': '1' })), TOO_FAST, LIMITS),
  bulk(
    'No address is valid',
    thrice(invalid('/data/attributes/email', 'Invalid email address')),
    { kind: 'refused', code: 'email_invalid' },
    IMPORT,
  ),
  bulk('Nothing is said to anybody', thrice(jsonAnswer(200, {})), UNKNOWN, FIELD),
  bulk('The list is gone for all', after(6, NO_LIST), GONE, LISTS),

  track('The event was taken', after(1, emptyAnswer(202)), IN, EVENTS),
  track(
    'The metric has no valid name',
    after(1, invalid('/data/attributes/metric/data/attributes/name', 'Too long.')),
    { kind: 'refused', code: 'event_name_invalid' },
    EVENTS,
  ),
  track(
    'The time is out of range',
    after(1, invalid('/data/attributes/time', 'Out of range.')),
    { kind: 'refused', code: 'event_time_invalid' },
    EVENTS,
  ),
  track(
    'The address in the event is not valid',
    after(1, invalid('/data/attributes/profile/data/attributes/email', 'Invalid email address')),
    { kind: 'refused', code: 'email_invalid' },
    EVENTS,
  ),
  track(
    'The event is too large',
    after(1, fault(413, { code: 'payload_too_large', title: 'Payload too large.' })),
    { kind: 'refused', code: 'event_too_large' },
    EVENTS,
  ),
  track('The profile is gone', after(1, NO_PROFILE), NOT_RECORDED, EVENTS),
  track(
    'A refusal that points at nothing',
    after(1, invalid('/data', 'Invalid input.')),
    NOT_RECORDED,
    EVENTS,
  ),
  track('The event is confirmed by somebody on the way', after(1, NOT_KLAVIYO), UNKNOWN, FIELD),
  track('Nobody has this address', [NOBODY], NOT_RECORDED, PROFILES),
  track('A profile without an id', [data(200, [{ type: 'profile' }])], UNKNOWN, PROFILES),
  events('All three were taken', ['vendor'], IN, EVENTS),
  events('Nobody is known', thrice(NOBODY), NOT_RECORDED, PROFILES),
  events(
    'None is valid',
    after(3, ...thrice(invalid('/data/attributes/time', 'Out of range.'))),
    { kind: 'refused', code: 'event_time_invalid' },
    EVENTS,
  ),
  events(
    'Too fast for all',
    after(3, ...thrice(jsonAnswer(429, {}, { 'retry-after': '1' }))),
    TOO_FAST,
    LIMITS,
  ),

  read('The profile was found', ['vendor'], { kind: 'found' }, PROFILES),
  read('Nobody has this address', [NOBODY], { kind: 'not_found' }, PROFILES),
  read(
    'The filter is not understood',
    [invalid('/filter', 'Invalid filter.')],
    { kind: 'refused', code: 'contact_refused' },
    PROFILES,
  ),
  read('Its lists cannot be read, and the profile was found', after(1, FORBIDDEN), { kind: 'found' }, SCHEMA),

  remove('Fields, tags and membership were taken back', ['vendor'], { kind: 'confirmed' }, SCHEMA),
  remove('The profile is gone, also by its address', [NO_PROFILE, NOBODY], { kind: 'confirmed' }, SCHEMA),
  remove('The list is gone', after(1, NO_LIST), { kind: 'confirmed' }, MEMBERS),
  remove('Another profile came back', [data(200, { type: 'profile', id: '01HY' })], UNKNOWN, SCHEMA),
  remove(
    'The fields are not given back',
    [invalid('/data/meta/patch_properties', 'Invalid.')],
    { kind: 'refused', code: 'contact_refused' },
    SCHEMA,
  ),
  erase('The deletion was taken', [emptyAnswer(202)], IN, ERASURE),
  erase('The deletion is confirmed by somebody on the way', [NOT_KLAVIYO], UNKNOWN, FIELD),
  erase('Nobody has this address', [NO_PROFILE], { kind: 'unchanged' }, ERASURE),
  erase(
    'The key lacks the scope for it, and everything else goes on',
    [FORBIDDEN],
    { kind: 'refused', code: 'right_missing' },
    ERASURE,
  ),
];

/** For calls that ask for each of three people side by side. */
function thrice(answer: EmulatedAnswer): readonly EmulatedAnswer[] {
  return [answer, answer, answer];
}
