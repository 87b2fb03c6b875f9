import type { EmulatedAnswer, GoldenAnswer } from '@rekomi/provider-contract';

const TRACK = 'https://docs.customer.io/integrations/api/track/ (2026-08)';
const APP = 'https://docs.customer.io/integrations/api/app/ (2026-08)';
const RECORDED = 'recorded by a public integration, 2023-03';
const HTML = '<html><head><title>503 Service Temporarily Unavailable</title></head><body></body></html>';

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EmulatedAnswer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

const TAKEN = json(200, {});
const UNAUTHORISED = json(401, { meta: { error: 'Unauthorized request' } });
const WRONG_DATACENTER = json(
  301,
  { errors: [{ detail: 'wrong datacenter', status: '301' }] },
  { location: 'https://api.customer.io/v1/segments' },
);
const NOT_FOUND = json(404, {
  errors: [{ detail: 'not found (reference 01FCCC6WTYJ24V0W2BX96BW0GT)', status: '404' }],
});

/** Before somebody joins a segment a look says in which segments they are: here nobody of the address is known. */
const STRANGER = NOT_FOUND;

/** The vendor's documented and recorded answers, and what each has to come to. */
export const GOLDEN: readonly GoldenAnswer[] = [
  {
    title: 'The person and the membership were taken',
    call: 'upsertContact',
    answers: [STRANGER, TAKEN, TAKEN],
    expect: { kind: 'accepted' },
    source: TRACK,
  },
  {
    title: 'The Track credentials are wrong',
    call: 'upsertContact',
    answers: [STRANGER, UNAUTHORISED],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: TRACK,
  },
  {
    title: 'One attribute is too long, and the person is sent again without it',
    call: 'upsertContact',
    answers: [
      STRANGER,
      json(400, {
        meta: { errors: ["value for attribute 'rekomi_favourite' cannot be longer than 1000 bytes"] },
      }),
      TAKEN,
      TAKEN,
    ],
    expect: { kind: 'accepted', warning: 'field_rejected' },
    source: RECORDED,
  },
  {
    title: 'The address in the path is not the identifier in the body',
    call: 'upsertContact',
    answers: [
      STRANGER,
      json(400, { meta: { errors: ['id attribute and identifier are not the same value'] } }),
    ],
    expect: { kind: 'refused', code: 'identifier_conflict' },
    source: RECORDED,
  },
  {
    title: 'The vendor says no in the envelope with one error',
    call: 'upsertContact',
    answers: [STRANGER, json(400, { meta: { error: 'email is invalid' } })],
    expect: { kind: 'refused', code: 'email_invalid' },
    source: TRACK,
  },
  {
    title: 'A success status with an error inside is a no',
    call: 'upsertContact',
    answers: [STRANGER, json(200, { meta: { errors: ['customer is suppressed'] } })],
    expect: { kind: 'refused', code: 'contact_suppressed' },
    source: TRACK,
  },
  {
    title: 'Too fast, with a wait in seconds',
    call: 'upsertContact',
    answers: [STRANGER, json(429, { meta: { error: 'too many requests' } }, { 'retry-after': '7' })],
    expect: { kind: 'throttled', code: 'vendor_throttled', untilMs: 7000 },
    source: TRACK,
  },
  {
    title: 'Too fast, without a word on how long',
    call: 'upsertContact',
    answers: [STRANGER, json(429, {})],
    expect: { kind: 'throttled', code: 'vendor_throttled' },
    source: TRACK,
  },
  {
    title: 'A proxy answers with a page',
    call: 'upsertContact',
    answers: [STRANGER, { status: 503, headers: { 'content-type': 'text/html' }, body: HTML }],
    expect: { kind: 'unavailable', code: 'vendor_unreadable' },
    source: TRACK,
  },
  {
    title: 'The vendor is down',
    call: 'upsertContact',
    answers: [STRANGER, json(500, { meta: { error: 'internal error' } })],
    expect: { kind: 'unavailable', code: 'vendor_error' },
    source: TRACK,
  },
  {
    title: 'The segment is gone, and a look at it says so',
    call: 'upsertContact',
    answers: [STRANGER, TAKEN, json(400, { meta: { error: 'segment not found' } }), NOT_FOUND],
    expect: { kind: 'misconfigured', code: 'audience_missing' },
    source: TRACK,
  },
  {
    title: 'The segment computes its members itself',
    call: 'upsertContact',
    answers: [
      STRANGER,
      TAKEN,
      json(400, { meta: { error: 'invalid request' } }),
      json(200, { segment: { id: 1, name: 'Signed up', type: 'dynamic' } }),
    ],
    expect: { kind: 'misconfigured', code: 'audience_rule_based' },
    source: APP,
  },
  {
    title: 'Half a 207: one of three was not taken, and goes again without the attribute',
    call: 'upsertContacts',
    answers: [
      STRANGER,
      STRANGER,
      STRANGER,
      json(207, {
        errors: [
          {
            batch_index: 1,
            reason: 'invalid',
            field: 'attributes.rekomi_favourite',
            message: 'property value cannot be longer than 1000 bytes',
          },
        ],
      }),
      TAKEN,
      TAKEN,
    ],
    expect: [{ kind: 'accepted' }, { kind: 'accepted', warning: 'field_rejected' }, { kind: 'accepted' }],
    source: TRACK,
  },
  {
    title: 'Half a 207: an identifier that is no address stays out',
    call: 'upsertContacts',
    answers: [
      STRANGER,
      STRANGER,
      STRANGER,
      json(207, { errors: [{ batch_index: 2, reason: 'invalid', field: 'email', message: 'is invalid' }] }),
      TAKEN,
    ],
    expect: [{ kind: 'accepted' }, { kind: 'accepted' }, { kind: 'refused', code: 'email_invalid' }],
    source: TRACK,
  },
  {
    title: 'A 207 that does not say which',
    call: 'upsertContacts',
    answers: [STRANGER, STRANGER, STRANGER, json(207, {})],
    expect: { kind: 'unavailable', code: 'answer_unknown' },
    source: TRACK,
  },
  {
    title: 'The event was taken',
    call: 'trackEvent',
    answers: [TAKEN],
    expect: { kind: 'accepted' },
    source: TRACK,
  },
  {
    title: 'The name of the event is too long',
    call: 'trackEvent',
    answers: [json(400, { meta: { errors: ['event name cannot be longer than 100 bytes'] } })],
    expect: { kind: 'refused', code: 'event_name_invalid' },
    source: TRACK,
  },
  {
    title: 'The data of the event are too large',
    call: 'trackEvent',
    answers: [json(413, {})],
    expect: { kind: 'refused', code: 'event_too_large' },
    source: TRACK,
  },
  {
    title: 'One event of three was not taken',
    call: 'trackEvents',
    answers: [
      json(207, {
        errors: [
          { batch_index: 0, reason: 'invalid', field: 'timestamp', message: 'must be a unix timestamp' },
        ],
      }),
    ],
    expect: [{ kind: 'refused', code: 'event_time_invalid' }, { kind: 'accepted' }, { kind: 'accepted' }],
    source: TRACK,
  },
  {
    title: 'An empty list of segments is null',
    call: 'listAudiences',
    answers: [json(200, { segments: null })],
    expect: { kind: 'page' },
    source: APP,
  },
  {
    title: 'The plan does not include this part of the App API',
    call: 'listAudiences',
    answers: [json(403, { meta: { error: 'not entitled' } })],
    expect: { kind: 'unauthorised', code: 'right_missing' },
    source: APP,
  },
  {
    title: 'The App API key is wrong',
    call: 'listAudiences',
    answers: [json(401, { errors: [{ detail: 'unauthorized', status: '401' }] })],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: APP,
  },
  {
    title: 'The App API key belongs to the other data centre than the Site ID',
    call: 'listAudiences',
    answers: [WRONG_DATACENTER, 'vendor'],
    expect: { kind: 'unauthorised', code: 'credentials_rejected' },
    source: 'https://github.com/customerio/customerio-node/issues/134 (2023)',
  },
  {
    title: 'Nobody has this address',
    call: 'readContact',
    answers: [NOT_FOUND],
    expect: { kind: 'not_found' },
    source: APP,
  },
  {
    title: 'The workspace does not identify people by address',
    call: 'readContact',
    answers: [json(400, { errors: [{ detail: 'id_type is not enabled', status: 400 }] })],
    expect: { kind: 'refused', code: 'contact_refused' },
    source: APP,
  },
  {
    title: 'The credentials open a workspace in the US',
    call: 'verify',
    answers: [
      json(200, { url: 'https://track.customer.io', region: 'us', environment_id: 3 }),
      json(200, { segments: null }),
      json(200, { workspaces: [{ id: 3, name: 'Acme' }] }),
    ],
    expect: { kind: 'valid' },
    source: TRACK,
  },
  {
    title: 'Neither host accepts the Track credentials',
    call: 'verify',
    answers: [UNAUTHORISED, UNAUTHORISED],
    expect: { kind: 'rejected', code: 'credentials_rejected' },
    source: TRACK,
  },
];
