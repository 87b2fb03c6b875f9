import { applyWritten } from '@rekomi/provider-contract';
import { ALL_KEYS, change, codeOf, connect, NOW, TRACK_KEYS, written } from './testing/access.js';
import { APP_UNAUTHORISED, json, OK, page, text, TIMED_OUT } from './testing/scripted-vendor.js';

const PUT = 'PUT track.customer.io/api/v1/customers/jane%40example.com';
const ADD = (id: string) => `POST track.customer.io/api/v1/segments/${id}/add_customers?id_type=email`;
const REMOVE = (id: string) => `POST track.customer.io/api/v1/segments/${id}/remove_customers?id_type=email`;

describe('A contact', () => {
  it('is put with its fields, then added to the segment by address', async () => {
    const { http, access, provider } = connect([
      { request: PUT, answer: OK },
      { request: ADD('7'), answer: OK },
    ]);
    const outcome = await provider.upsertContact(
      access,
      change({
        firstName: 'Jane',
        status: 'approved',
        tags: ['gold'],
        audiences: ['7'],
        createdAt: '2024-04-05T19:32:25Z',
      }),
    );
    expect(outcome).toEqual({
      kind: 'accepted',
      written: {
        email: 'jane@example.com',
        fields: {
          first_name: 'Jane',
          rekomi_status: 'approved',
          rekomi_tags: 'gold',
          created_at: 1712345545,
        },
        tagsAdded: ['gold'],
        tagsRemoved: [],
        audiencesJoined: ['7'],
        audiencesLeft: [],
      },
    });
    expect(http.bodies).toEqual([
      {
        email: 'jane@example.com',
        first_name: 'Jane',
        rekomi_status: 'approved',
        rekomi_tags: 'gold',
        created_at: 1712345545,
      },
      { ids: ['jane@example.com'] },
    ]);
    expect(http.requests.map(({ family, authorization }) => ({ family, authorization }))).toEqual(
      Array(2).fill({
        family: 'track',
        authorization: { kind: 'basic', user: 'siteId', password: 'trackApiKey' },
      }),
    );
  });

  it('is not sent again when nothing changed', async () => {
    const { access, provider } = connect([]);
    const previous = written({ fields: { first_name: 'Jane' }, audiences: ['7'] });
    expect(
      await provider.upsertContact(access, change({ firstName: 'Jane', audiences: ['7'] }, { previous })),
    ).toEqual({ kind: 'unchanged' });
  });

  it('is never called unchanged when it was never written, however little is known', async () => {
    const { http, access, provider } = connect([{ request: PUT, answer: OK }]);
    expect((await provider.upsertContact(access, change())).kind).toBe('accepted');
    expect(http.bodies).toEqual([{ email: 'jane@example.com' }]);
  });

  it('lands first and gets its sign-up date after a look, without being brought back to life for it', async () => {
    const first = connect([{ request: PUT, answer: OK }], { credentials: ALL_KEYS });
    const wish = { createdAt: '2024-04-05T19:32:25Z' };
    const landed = await first.provider.upsertContact(first.access, change(wish));
    expect(landed).toMatchObject({ kind: 'accepted', deferred: ['created_at'] });
    expect(first.http.bodies).toEqual([{ email: 'jane@example.com' }]);

    const second = connect([{ request: PUT, answer: OK }], { credentials: ALL_KEYS });
    const previous = applyWritten(undefined, landed.written!, 'jane@example.com');
    const observed = {
      email: 'jane@example.com',
      fields: {},
      consent: 'subscribed' as const,
      seenAt: '2026-09-03T10:00:00Z',
    };
    const added = await second.provider.upsertContact(second.access, change(wish, { previous, observed }));
    expect(second.http.bodies).toEqual([{ _update: true, created_at: 1712345545 }]);
    expect(added).toEqual({
      kind: 'accepted',
      written: { email: 'jane@example.com', fields: { created_at: 1712345545 } },
    });

    const third = connect([], { credentials: ALL_KEYS });
    const known = applyWritten(previous, added.written!, 'jane@example.com');
    expect(await third.provider.upsertContact(third.access, change(wish, { previous: known }))).toEqual({
      kind: 'unchanged',
    });
  });

  it('without a change still waits for a look at its date', async () => {
    const { access, provider } = connect([], { credentials: ALL_KEYS });
    const outcome = await provider.upsertContact(
      access,
      change({ createdAt: '2024-04-05T19:32:25Z' }, { previous: written() }),
    );
    expect(outcome).toEqual({ kind: 'unchanged', deferred: ['created_at'] });
  });

  it('gets in without the attribute that the vendor names, and the merchant is told', async () => {
    const answer = json(400, {
      meta: { errors: ["value for attribute 'rekomi_note' cannot be longer than 1000 bytes"] },
    });
    const { http, access, provider } = connect([
      { request: PUT, answer },
      { request: PUT, answer: OK },
    ]);
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', attributes: { note: 'x' } }),
    );
    expect(http.bodies[1]).toEqual({ email: 'jane@example.com', first_name: 'Jane' });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: { fields: { first_name: 'Jane' } },
      warnings: [
        { code: 'field_rejected', field: 'rekomi_note', detail: expect.stringContaining('1000 bytes') },
      ],
    });
    expect(outcome.written?.fields).not.toHaveProperty('rekomi_note');
  });

  it('is sent without a rejected attribute once, not again and again', async () => {
    const answer = (name: string) =>
      json(400, { meta: { errors: [`value for attribute '${name}' is invalid`] } });
    const { access, provider } = connect([
      { request: PUT, answer: answer('rekomi_a') },
      { request: PUT, answer: answer('rekomi_b') },
    ]);
    const outcome = await provider.upsertContact(access, change({ attributes: { a: '1', b: '2' } }));
    expect(outcome).toMatchObject({
      kind: 'refused',
      code: 'contact_refused',
      field: 'rekomi_b',
      status: 400,
    });
  });

  it.each([
    ['email is not a valid address', 'refused email_invalid'],
    ['identifier cannot be longer than 150 bytes', 'refused email_too_long'],
    ['id attribute and identifier are not the same value', 'refused identifier_conflict'],
    ['The identifier is already associated with a different profile.', 'refused identifier_conflict'],
    ['person is suppressed', 'refused contact_suppressed'],
    ['must be valid JSON', 'refused request_malformed'],
    ['something else', 'refused contact_refused'],
  ])('refused with "%s" is %s', async (message, expected) => {
    const { access, provider } = connect([{ request: PUT, answer: json(400, { meta: { error: message } }) }]);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane' }));
    expect(codeOf(outcome)).toBe(expected);
    expect(outcome).toMatchObject({ status: 400, vendorMessage: message });
    expect(outcome.written).toBeUndefined();
  });

  it('is not a success when a success status holds errors', async () => {
    const { access, provider } = connect([{ request: PUT, answer: json(200, { meta: { error: 'no' } }) }]);
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('refused contact_refused');
  });

  it('that may have arrived is ambiguous, and nothing follows', async () => {
    const { access, provider } = connect([{ request: PUT, answer: TIMED_OUT }]);
    expect(codeOf(await provider.upsertContact(access, change({ audiences: ['7'] })))).toBe(
      'ambiguous vendor_timeout',
    );
  });
});

describe('A segment that refuses', () => {
  const wish = change({ audiences: ['7', '8'] });

  it.each([
    [404, { meta: { error: 'not found' } }, 'misconfigured audience_missing'],
    [400, { meta: { errors: ['segment does not exist'] } }, 'misconfigured audience_missing'],
    [422, {}, 'misconfigured audience_missing'],
    [
      400,
      { meta: { error: 'people cannot be added to a data-driven segment' } },
      'misconfigured audience_rule_based',
    ],
    [422, { meta: { error: 'segment is not manual' } }, 'misconfigured audience_rule_based'],
    [400, { meta: { errors: ['ids must hold strings'] } }, 'refused contact_refused'],
  ])('with %s %j and no App key is %s', async (status, body, expected) => {
    const { access, provider } = connect([
      { request: PUT, answer: OK },
      { request: ADD('7'), answer: json(status, body) },
      { request: ADD('8'), answer: OK },
    ]);
    const outcome = await provider.upsertContact(access, wish);
    expect(codeOf(outcome)).toBe(expected);
    expect(outcome.written).toMatchObject({ email: 'jane@example.com', audiencesJoined: ['8'] });
    if (outcome.kind === 'misconfigured') expect(outcome.setting).toBe('audience');
  });

  it('without a readable word is taken for missing', async () => {
    const { access, provider } = connect([
      { request: PUT, answer: OK },
      { request: ADD('7'), answer: text(404, '') },
    ]);
    expect(codeOf(await provider.upsertContact(access, change({ audiences: ['7'] })))).toBe(
      'misconfigured audience_missing',
    );
  });

  it.each([
    [json(200, { segment: { id: 7, type: 'dynamic' } }), 'misconfigured audience_rule_based'],
    [json(404, { errors: [{ detail: 'not found', status: '404' }] }), 'misconfigured audience_missing'],
    [json(200, { segment: { id: 7, type: 'manual' } }), 'refused contact_refused'],
    [APP_UNAUTHORISED, 'misconfigured audience_missing'],
    [page(502), 'misconfigured audience_missing'],
  ])('is looked at where an App key allows it', async (look, expected) => {
    const { access, provider } = connect(
      [
        {
          request: 'GET api.customer.io/v1/customers/jane%40example.com/segments?id_type=email',
          answer: json(404, {}),
        },
        { request: PUT, answer: OK },
        { request: ADD('7'), answer: json(400, { meta: { error: 'bad request' } }) },
        { request: 'GET api.customer.io/v1/segments/7', answer: look },
      ],
      { credentials: ALL_KEYS },
    );
    const outcome = await provider.upsertContact(access, change({ audiences: ['7'] }));
    expect(codeOf(outcome)).toBe(expected);
    expect(outcome.written?.email).toBe('jane@example.com');
  });

  it('because it is too fast stops the contact there, with what got in', async () => {
    const { access, provider } = connect([
      { request: PUT, answer: OK },
      { request: ADD('7'), answer: json(429, {}, { 'retry-after': '30' }) },
    ]);
    const outcome = await provider.upsertContact(access, wish);
    expect(outcome).toMatchObject({
      kind: 'throttled',
      family: 'track',
      until: new Date(NOW + 30_000),
      written: { email: 'jane@example.com' },
    });
  });

  it.each([
    [404, { meta: { error: 'not found' } }, 'accepted'],
    [400, { meta: { error: 'segment is dynamic' } }, 'accepted'],
    [400, { meta: { error: 'people need an id' } }, 'refused contact_refused'],
    [400, {}, 'refused contact_refused'],
  ])('to let somebody go with %s %j: %s', async (status, body, expected) => {
    const { access, provider } = connect([{ request: REMOVE('7'), answer: json(status, body) }]);
    const outcome = await provider.upsertContact(
      access,
      change({}, { previous: written({ audiences: ['7'] }) }),
    );
    expect(codeOf(outcome)).toBe(expected);
    expect(outcome.written).toEqual(expected === 'accepted' ? { audiencesLeft: ['7'] } : undefined);
  });
});

describe('A change of address', () => {
  const previous = written({
    email: 'old@example.com',
    fields: { first_name: 'Jane', last_name: 'Doe', rekomi_tags: 'gold', rekomi_note: 'x' },
    tags: ['gold'],
    audiences: ['7'],
  });
  const wish = change({ firstName: 'Jane', tags: ['gold'], audiences: ['7'] }, { previous });
  const OLD = 'PUT track.customer.io/api/v1/customers/old%40example.com';

  it('takes back what is ours at the old one and writes everything under the new one', async () => {
    const { http, access, provider } = connect([
      { request: OLD, answer: OK },
      { request: REMOVE('7'), answer: OK },
      { request: PUT, answer: OK },
      { request: ADD('7'), answer: OK },
    ]);
    const outcome = await provider.upsertContact(access, wish);
    expect(http.bodies).toEqual([
      { _update: true, rekomi_tags: null, rekomi_note: null },
      { ids: ['old@example.com'] },
      // Without an App API key nobody can see whether the person opted out.
      { email: 'jane@example.com', first_name: 'Jane', rekomi_tags: 'gold', unsubscribed: true },
      { ids: ['jane@example.com'] },
    ]);
    expect(outcome).toMatchObject({ kind: 'accepted', warnings: [{ code: 'consent_not_raised' }] });
    expect(applyWritten(previous, outcome.written!, 'x')).toEqual({
      email: 'jane@example.com',
      fields: { first_name: 'Jane', rekomi_tags: 'gold' },
      tags: ['gold'],
      audiences: ['7'],
    });
  });

  it('interrupted in the middle goes on where it stopped', async () => {
    const first = connect([
      { request: OLD, answer: OK },
      { request: REMOVE('7'), answer: OK },
      { request: PUT, answer: json(503, {}) },
    ]);
    const outcome = await first.provider.upsertContact(first.access, wish);
    expect(codeOf(outcome)).toBe('unavailable vendor_error');
    const between = applyWritten(previous, outcome.written!, 'x');
    expect(between).toEqual({
      email: 'old@example.com',
      fields: { first_name: 'Jane', last_name: 'Doe' },
      tags: [],
      audiences: [],
    });

    const second = connect([
      { request: PUT, answer: OK },
      { request: ADD('7'), answer: OK },
    ]);
    const done = await second.provider.upsertContact(second.access, { ...wish, previous: between });
    expect(applyWritten(between, done.written!, 'x')).toMatchObject({
      email: 'jane@example.com',
      tags: ['gold'],
      audiences: ['7'],
    });
  });

  it('waits when the old address cannot be reached, and forgets nothing', async () => {
    const { access, provider } = connect([{ request: OLD, answer: json(503, {}) }]);
    const outcome = await provider.upsertContact(access, wish);
    expect(codeOf(outcome)).toBe('unavailable vendor_error');
    expect(outcome.written).toBeUndefined();
  });

  const LOOK = (who: string) => `GET api.customer.io/v1/customers/${who}/attributes?id_type=email`;
  const WHO = { old: LOOK('old%40example.com'), jane: LOOK('jane%40example.com') };
  const seen = (unsubscribed: boolean) => json(200, { customer: { attributes: {}, unsubscribed } });
  const NOBODY = json(404, { meta: { error: 'not found' } });

  it.each([
    ['who is subscribed writes nothing about it', [[WHO.old, seen(false)]], false],
    [
      'who opted out takes that along',
      [
        [WHO.old, seen(true)],
        [WHO.jane, NOBODY],
      ],
      true,
    ],
    [
      'who is gone, as suppressed people are, begins opted out',
      [
        [WHO.old, NOBODY],
        [WHO.jane, NOBODY],
      ],
      true,
    ],
    [
      'to one that somebody has leaves that profile its own state',
      [
        [WHO.old, seen(true)],
        [WHO.jane, seen(false)],
      ],
      false,
    ],
    ['with an App API key that was deleted counts as not seen', [[WHO.old, APP_UNAUTHORISED]], true],
  ] as const)('of somebody %s', async (_, looks, unsubscribed) => {
    const { http, access, provider } = connect(
      [
        ...looks.map(([request, answer]) => ({ request, answer })),
        { request: OLD, answer: OK },
        { request: PUT, answer: OK },
      ],
      { credentials: ALL_KEYS, createdAt: 'never' },
    );
    const outcome = await provider.upsertContact(access, {
      ...wish,
      desired: { ...wish.desired, audiences: [] },
      previous: { ...previous, audiences: [] },
    });
    expect(http.bodies.at(-1)).toEqual({
      email: 'jane@example.com',
      first_name: 'Jane',
      rekomi_tags: 'gold',
      ...(unsubscribed ? { unsubscribed } : {}),
    });
    expect((outcome.warnings ?? []).map(({ code }) => code)).toEqual(
      unsubscribed ? ['consent_not_raised'] : [],
    );
    expect(outcome.written?.fields).not.toHaveProperty('unsubscribed');
  });

  it('waits, with nothing written, when the look fails', async () => {
    const { http, access, provider } = connect([{ request: WHO.old, answer: json(503, {}) }], {
      credentials: ALL_KEYS,
    });
    const outcome = await provider.upsertContact(access, {
      ...wish,
      desired: { ...wish.desired, audiences: [] },
    });
    expect(codeOf(outcome)).toBe('unavailable vendor_error');
    expect(http.requests).toHaveLength(1);
  });

  it('does not fail because the old address is refused', async () => {
    const { access, provider } = connect([
      { request: OLD, answer: json(400, { meta: { error: 'no' } }) },
      { request: PUT, answer: OK },
      { request: ADD('7'), answer: OK },
    ]);
    const outcome = await provider.upsertContact(access, wish);
    expect(outcome).toMatchObject({
      kind: 'accepted',
      warnings: [{ code: 'contact_refused', field: 'email' }, { code: 'consent_not_raised' }],
    });
  });
});

describe('Taking a contact back', () => {
  it('removes our attributes and memberships, and nothing else', async () => {
    const { http, access, provider } = connect([
      { request: PUT, answer: OK },
      { request: REMOVE('7'), answer: OK },
    ]);
    const previous = written({
      fields: {
        first_name: 'Jane',
        last_name: 'Doe',
        created_at: 1712345545,
        rekomi_tags: 'gold',
        rekomi_status: 'approved',
      },
      tags: ['gold'],
      audiences: ['7'],
    });
    const outcome = await provider.removeContact(access, { contactId: 'c', previous });
    expect(http.bodies).toEqual([
      { _update: true, rekomi_tags: null, rekomi_status: null },
      { ids: ['jane@example.com'] },
    ]);
    expect(http.requests.some(({ method, path }) => method === 'DELETE' || path.includes('suppress'))).toBe(
      false,
    );
    expect(applyWritten(previous, outcome.written!, 'x')).toEqual({
      email: 'jane@example.com',
      fields: { first_name: 'Jane', last_name: 'Doe', created_at: 1712345545 },
      tags: [],
      audiences: [],
    });
  });

  it('sends nothing when nothing of ours is there', async () => {
    const { access, provider } = connect([]);
    expect(
      await provider.removeContact(access, {
        contactId: 'c',
        previous: written({ fields: { first_name: 'Jane' } }),
      }),
    ).toEqual({ kind: 'unchanged' });
  });

  it('says what is gone already when the rest fails', async () => {
    const { access, provider } = connect([
      { request: PUT, answer: OK },
      { request: REMOVE('7'), answer: json(500, {}) },
    ]);
    const previous = written({ fields: { rekomi_status: 'approved' }, audiences: ['7'] });
    expect(await provider.removeContact(access, { contactId: 'c', previous })).toMatchObject({
      kind: 'unavailable',
      written: { fields: { rekomi_status: null } },
    });
  });
});

describe('Looking a contact up', () => {
  const LOOK = 'GET api.customer.io/v1/customers/jane%40example.com/attributes?id_type=email';
  const SEGMENTS = 'GET api.customer.io/v1/customers/jane%40example.com/segments?id_type=email';
  const customer = (unsubscribed: unknown) => ({
    customer: {
      id: '',
      identifiers: { email: 'Jane@example.com', cio_id: 'a3000001' },
      attributes: {
        email: 'Jane@example.com',
        first_name: 'Jane',
        created_at: '1712345545',
        odd: { nested: true },
      },
      unsubscribed,
      devices: [],
    },
  });

  it('shows fields, consent and every segment', async () => {
    const { access, provider } = connect(
      [
        { request: LOOK, answer: json(200, customer(false)) },
        {
          request: SEGMENTS,
          answer: json(200, {
            segments: [
              { id: 7, type: 'manual' },
              { id: 9, type: 'dynamic' },
            ],
          }),
        },
      ],
      { credentials: ALL_KEYS },
    );
    expect(await provider.readContact(access, ' jane@example.com ')).toEqual({
      kind: 'found',
      snapshot: {
        email: 'Jane@example.com',
        vendorId: 'a3000001',
        fields: { email: 'Jane@example.com', first_name: 'Jane', created_at: '1712345545' },
        consent: 'subscribed',
        audiences: ['7', '9'],
        seenAt: '2026-09-03T10:00:00.000Z',
      },
    });
  });

  it.each([
    [true, 'unsubscribed'],
    ['True', 'unsubscribed'],
    [1, 'unsubscribed'],
    ['1', 'unsubscribed'],
    [false, 'subscribed'],
    [undefined, 'unknown'],
  ])('with the flag %j is %s', async (flag, consent) => {
    const { access, provider } = connect(
      [
        { request: LOOK, answer: json(200, customer(flag)) },
        { request: SEGMENTS, answer: json(200, { segments: null }) },
      ],
      { credentials: ALL_KEYS },
    );
    expect(await provider.readContact(access, 'jane@example.com')).toMatchObject({
      snapshot: { consent, audiences: [] },
    });
  });

  it('does not fail because the segments could not be had', async () => {
    const { access, provider } = connect(
      [
        { request: LOOK, answer: json(200, customer(false)) },
        { request: SEGMENTS, answer: json(429, {}) },
      ],
      { credentials: ALL_KEYS },
    );
    const reading = await provider.readContact(access, 'jane@example.com');
    expect(reading.kind).toBe('found');
    expect(reading.kind === 'found' && 'audiences' in reading.snapshot).toBe(false);
  });

  it.each([
    [json(404, { errors: [{ detail: 'not found', status: '404' }] }), { kind: 'not_found' }],
    [page(404), { kind: 'unavailable', code: 'vendor_unreadable' }],
    [
      json(400, { errors: [{ detail: 'id_type is not enabled' }] }),
      { kind: 'refused', vendorMessage: 'id_type is not enabled' },
    ],
    [json(200, {}), { kind: 'unavailable', code: 'answer_unknown' }],
    [json(403, {}), { kind: 'unauthorised', code: 'right_missing', credential: 'appApiKey' }],
    [TIMED_OUT, { kind: 'unavailable', code: 'vendor_timeout' }],
  ])('that fails says how', async (answer, expected) => {
    const { access, provider } = connect([{ request: LOOK, answer }], { credentials: ALL_KEYS });
    expect(await provider.readContact(access, 'jane@example.com')).toMatchObject(expected);
  });

  it('needs the App key', async () => {
    const { access, provider } = connect([], { credentials: TRACK_KEYS });
    expect(await provider.readContact(access, 'jane@example.com')).toEqual({
      kind: 'misconfigured',
      code: 'credential_missing',
      setting: 'appApiKey',
    });
  });
});
