import { applyWritten, joinDeltas, type Outcome, type VendorRequest } from '@rekomi/provider-contract';
import {
  answeredJson,
  answeredPage,
  change,
  codeOf,
  CONNECTION_REFUSED,
  event,
  IN_PROCESS_NOW,
  inProcessAccess,
  inProcessVendor,
  JANE,
  TIMED_OUT,
  written,
} from '@rekomi/vendor-emulation/testing';
import { readAnswer } from './braze.answers.js';
import { NARROW_KEY } from './braze.emulator-model.js';
import { brazeEmulator } from './braze.emulator.js';
import { brazeManifest } from './braze.manifest.js';
import { BrazeProvider } from './braze.provider.js';

const HOST = 'rest.fra-01.braze.eu';
const TRACK = 'POST /users/track';
const EXPORT = 'POST /users/export/ids';
const LOOK = 'GET /subscription/status/get';
const SET = 'POST /v2/subscription/status/set';

function connect(more: Record<string, string> = {}) {
  const vendor = inProcessVendor(brazeEmulator);
  const { probe } = vendor.emulator;
  const credentials = { ...probe.accounts[0]?.credentials, ...more };
  const access = inProcessAccess(brazeManifest, vendor, credentials);
  const group = probe.audiences()[0]?.id ?? '';
  const groupState = (state: 'subscribed' | 'unsubscribed') =>
    vendor.emulator.handle({
      method: 'POST',
      host: HOST,
      rawPath: '/v2/subscription/status/set',
      query: new URLSearchParams(),
      headers: { authorization: `Bearer ${credentials['apiKey'] ?? ''}` },
      body: JSON.stringify({
        subscription_groups: [{ subscription_group_id: group, subscription_state: state, emails: [JANE] }],
      }),
    });
  return { vendor, access, probe, provider: new BrazeProvider(), group, groupState };
}

const lines = (requests: readonly VendorRequest[]) => requests.map(({ method, path }) => `${method} ${path}`);
const bodyOf = (request: VendorRequest | undefined): unknown =>
  request?.jsonText === undefined ? request?.json : JSON.parse(request.jsonText);
const warningsOf = ({ warnings = [] }: Outcome) => warnings.map(({ code }) => code);

describe('What an answer means', () => {
  const options = { family: 'track', now: IN_PROCESS_NOW, harmless: false };
  const meaningOf = (answer: Parameters<typeof readAnswer>[0]) => {
    const reading = readAnswer(answer, options);
    return reading.kind === 'failed' ? codeOf(reading.failure) : reading.kind;
  };
  test.each([
    ['no answer', TIMED_OUT, 'ambiguous vendor_timeout'],
    ['no connection', CONNECTION_REFUSED, 'unavailable vendor_unreachable'],
  ])('%s', (_, answer, meaning) => expect(meaningOf(answer)).toBe(meaning));

  test.each([
    ['seconds of its own', { 'x-ratelimit-retry-after': '7', 'x-ratelimit-reset': '99' }, 7],
    ['seconds until the reset', { 'x-ratelimit-reset': '42' }, 42],
    ['the moment of the reset', { 'x-ratelimit-reset': String(IN_PROCESS_NOW / 1000 + 30) }, 30],
    ['nothing', {}, undefined],
  ])('429 with %s', (_, headers, seconds) => {
    const reading = readAnswer(answeredJson(429, { message: 'Rate limit' }, headers), options);
    const until =
      reading.kind === 'failed' && reading.failure.kind === 'throttled' ? reading.failure.until : undefined;
    expect(until?.getTime()).toBe(seconds === undefined ? undefined : IN_PROCESS_NOW + seconds * 1000);
  });
});

describe('A contact', () => {
  it('is one object that never touches consent, and is taken at most', async () => {
    const { access, provider, probe } = connect();
    const outcome = await provider.upsertContact(
      access,
      change({
        firstName: 'Jané',
        lastName: 'O’Neill',
        status: 'approved',
        tags: ['spring', 'vip'],
        attributes: { level: 3 },
      }),
    );
    expect(lines(access.http.requests)).toEqual([TRACK]);
    expect(access.http.requests[0]?.host).toBe(HOST);
    expect(bodyOf(access.http.requests[0])).toEqual({
      attributes: [
        {
          email: JANE,
          _update_existing_only: false,
          first_name: 'Jané',
          last_name: 'O’Neill',
          rekomi_status: 'approved',
          rekomi_level: 3,
          rekomi_tags: { add: ['spring', 'vip'] },
        },
      ],
    });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: { email: JANE, tagsAdded: ['spring', 'vip'] },
    });
    expect(probe.contact(JANE)).toBeUndefined();
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ tags: ['spring', 'vip'], consent: 'subscribed' });
  });

  it('is sent only as far as it changed, and tags go one by one beside those of others', async () => {
    const { access, provider, probe } = connect();
    probe.seed({
      email: JANE,
      fields: { first_name: 'Jane', rekomi_tier: 'silver' },
      tags: ['theirs', 'spring'],
    });
    const previous = written({
      fields: { first_name: 'Jane', rekomi_tier: 'silver', rekomi_level: 3 },
      tags: ['spring'],
    });
    const wish = change(
      { firstName: 'Jane', tier: 'gold', tags: ['vip'], attributes: { level: { clear: true } } },
      { previous },
    );
    const outcome = await provider.upsertContact(access, wish);
    expect(bodyOf(access.http.requests[0])).toEqual({
      attributes: [
        {
          email: JANE,
          _update_existing_only: false,
          rekomi_tier: 'gold',
          rekomi_level: null,
          rekomi_tags: { add: ['vip'] },
        },
        { email: JANE, _update_existing_only: true, rekomi_tags: { remove: ['spring'] } },
      ],
    });
    expect(outcome.written).toMatchObject({ tagsAdded: ['vip'], tagsRemoved: ['spring'] });
    probe.settle();
    expect(probe.contact(JANE)?.tags).toEqual(['theirs', 'vip']);
    const fewer = change({}, { previous: written({ tags: ['vip'] }) });
    await provider.upsertContact(access, fewer);
    probe.settle();
    expect(probe.contact(JANE)?.tags).toEqual(['theirs']);
    access.http.clear();
    const same = change({ firstName: 'Jane' }, { previous: written({ fields: { first_name: 'Jane' } }) });
    expect((await provider.upsertContact(access, same)).kind).toBe('unchanged');
    expect(access.http.requests).toEqual([]);
  });

  it('arrives without what is too long, and without what the vendor names', async () => {
    const { access, provider, probe } = connect();
    const named = { type: "'first_name' is not valid", input_array: 'attributes', index: 0 };
    access.http.next(answeredJson(201, { message: 'success', attributes_processed: 0, errors: [named] }));
    const wish = change({
      firstName: 'Jane',
      lastName: 'Doe',
      tags: ['x'.repeat(256), 'vip'],
      attributes: { essay: 'x'.repeat(256) },
    });
    const outcome = await provider.upsertContact(access, wish);
    expect(outcome.kind).toBe('accepted');
    expect(outcome.warnings?.map(({ field }) => field)).toEqual([
      'rekomi_essay',
      'rekomi_tags',
      'first_name',
    ]);
    expect(outcome.written).toMatchObject({ fields: { last_name: 'Doe' }, tagsAdded: ['vip'] });
    probe.settle();
    expect(probe.contact(JANE)?.fields).toEqual({ last_name: 'Doe', rekomi_tags: ['vip'] });
  });

  it.each([
    ['opted out of everything', 'unsubscribed', 'subscribed'],
    ['left the group', 'subscribed', 'unsubscribed'],
  ] as const)('who %s begins so under a new address, in every later sync too', async (_, consent, state) => {
    const { access, provider, probe, group, groupState } = connect();
    probe.seed({ email: JANE, consent });
    await groupState(state);
    probe.settle();
    const email = 'new@example.com';
    const wish = { email, tags: ['vip'], audiences: [group] };
    const previous = written({ email: JANE, tags: ['vip'] });
    const outcome = await provider.upsertContact(access, change(wish, { previous }));
    expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
    probe.settle();
    const moved = applyWritten(previous, joinDeltas(outcome.written), email);
    await provider.upsertContact(access, change({ ...wish, tags: ['b'] }, { previous: moved }));
    probe.settle();
    expect(probe.contact(email)).toMatchObject({ tags: ['b'], audiences: [], consent });
  });

  it('with a new address that somebody has already, has the state of that user', async () => {
    const { access, provider, probe, group } = connect();
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed' });
    probe.seed({ email: JANE });
    const previous = written({ email: 'old@example.com' });
    await provider.upsertContact(access, change({ audiences: [group] }, { previous }));
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ audiences: [group], consent: 'subscribed' });
  });

  it('begins unsubscribed under a new address where the key may not look what they decided', async () => {
    const { access, provider, probe, group } = connect();
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed' });
    const forbidden = answeredJson(403, { message: 'Forbidden' });
    for (const turn of [0, 2]) access.http.next(forbidden, turn);
    const previous = written({ email: 'old@example.com' });
    const outcome = await provider.upsertContact(access, change({ audiences: [group] }, { previous }));
    expect(outcome.kind).toBe('accepted');
    expect(warningsOf(outcome)).toContain('consent_not_raised');
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ audiences: [], consent: 'unsubscribed' });
  });

  it('is not written to a new address before it is known what they opted out of', async () => {
    const { access, provider, probe } = connect();
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed' });
    access.http.next(TIMED_OUT);
    const previous = written({ email: 'old@example.com' });
    const outcome = await provider.upsertContact(access, change({ tags: ['vip'] }, { previous }));
    expect(codeOf(outcome)).toBe('unavailable vendor_timeout');
    expect(lines(access.http.requests)).toEqual([EXPORT]);
  });

  it('with a new address is written there; the group of the old one is not left', async () => {
    const { access, provider, probe, group } = connect();
    probe.seed({
      email: 'old@example.com',
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['vip', 'theirs'],
      audiences: [group],
    });
    const previous = written({
      email: 'old@example.com',
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['vip'],
      audiences: [group],
    });
    const outcome = await provider.upsertContact(
      access,
      change({ tier: 'gold', tags: ['vip'] }, { previous }),
    );
    expect(warningsOf(outcome)).toEqual(['left_in_place']);
    expect(outcome.written).toMatchObject({ email: JANE, fields: { first_name: null, rekomi_tier: 'gold' } });
    probe.settle();
    expect(probe.contact('old@example.com')).toMatchObject({
      fields: { first_name: 'Jane' },
      tags: ['theirs'],
      audiences: [group],
    });
    expect(probe.contact(JANE)?.tags).toEqual(['vip']);
  });
});

describe('A subscription group', () => {
  it('is given to somebody new together with the user, after two looks', async () => {
    const { access, provider, probe, group } = connect();
    const outcome = await provider.upsertContact(access, change({ audiences: [group] }));
    expect(lines(access.http.requests)).toEqual([LOOK, EXPORT, TRACK]);
    expect(bodyOf(access.http.requests[2])).toMatchObject({
      attributes: [
        { subscription_groups: [{ subscription_group_id: group, subscription_state: 'subscribed' }] },
      ],
    });
    expect(outcome.written?.audiencesJoined).toEqual([group]);
    probe.settle();
    expect(probe.contact(JANE)?.audiences).toEqual([group]);
  });

  it('is joined by a call of its own when nobody decided anything', async () => {
    const { access, provider, probe, group } = connect();
    probe.seed({ email: JANE });
    const outcome = await provider.upsertContact(access, change({ audiences: [group] }));
    expect(lines(access.http.requests)).toEqual([LOOK, EXPORT, TRACK, SET]);
    expect(outcome.written?.audiencesJoined).toEqual([group]);
    probe.settle();
    expect(probe.contact(JANE)?.audiences).toEqual([group]);
  });

  it('that somebody left, or is in, is left as it is', async () => {
    const { access, provider, probe, group, groupState } = connect();
    probe.seed({ email: JANE });
    await groupState('unsubscribed');
    probe.settle();
    const out = await provider.upsertContact(access, change({ audiences: [group] }));
    expect(warningsOf(out)).toEqual(['consent_not_raised']);
    expect(out.written?.audiencesJoined).toBeUndefined();
    await groupState('subscribed');
    probe.settle();
    const there = await provider.upsertContact(access, change({ audiences: [group] }));
    expect(there.written?.audiencesJoined).toEqual([group]);
    expect(lines(access.http.requests)).toEqual([LOOK, TRACK, LOOK, TRACK]);
  });

  it('is not joined by whoever opted out of everything, whatever they said about the group', async () => {
    const { access, provider, probe, group } = connect();
    probe.seed({ email: JANE, consent: 'unsubscribed' });
    const outcome = await provider.upsertContact(access, change({ audiences: [group] }));
    expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ audiences: [], consent: 'unsubscribed' });
  });

  test.each([
    ['the look into the group timed out', 0, TIMED_OUT, 'unavailable vendor_timeout'],
    ['the look at the address timed out', 1, TIMED_OUT, 'unavailable vendor_timeout'],
    [
      'the look at the address has no list',
      1,
      answeredJson(201, { message: 'success' }),
      'unavailable answer_unknown',
    ],
  ])('is not joined when %s, and the person is tried again', async (_, later, answer, code) => {
    const { access, provider, probe, group } = connect();
    probe.seed({ email: JANE });
    access.http.next(answer, later);
    const outcome = await provider.upsertContact(access, change({ audiences: [group] }));
    expect(codeOf(outcome)).toBe(code);
    expect(lines(access.http.requests)).not.toContain(TRACK);
  });

  test.each([
    [
      'the state of the address is not told',
      1,
      answeredJson(201, { message: 'success', users: [{ email: JANE }] }),
    ],
    ['nobody may look at the address', 1, answeredJson(401, { message: 'Access Denied' })],
    ['nobody may look into the group', 0, answeredJson(403, { message: 'Forbidden' })],
    [
      'the state in the group has an unknown name',
      0,
      answeredJson(200, { message: 'success', status: { a: 'Snoozed' } }),
    ],
  ])('is not joined when %s, and the person arrives all the same', async (_, later, answer) => {
    const { access, provider, probe, group } = connect();
    probe.seed({ email: JANE });
    access.http.next(answer, later);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', audiences: [group] }));
    expect(outcome.kind).toBe('accepted');
    expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ audiences: [], fields: { first_name: 'Jane' } });
  });

  it('is joined together with the user when the person is known to us and gone at the vendor', async () => {
    const { access, provider, probe, group } = connect();
    const previous = written({ fields: { first_name: 'Jane' } });
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', audiences: [group] }, { previous }),
    );
    expect(outcome.written?.audiencesJoined).toEqual([group]);
    probe.settle();
    expect(probe.contact(JANE)?.audiences).toEqual([group]);
  });

  it('that is gone keeps nobody from joining another one', async () => {
    const { access, provider, probe, group } = connect();
    probe.seed({ email: JANE });
    const wish = change({ audiences: ['gone', group] });
    const outcome = await provider.upsertContact(access, wish);
    expect(outcome).toMatchObject({ kind: 'misconfigured', written: { audiencesJoined: [group] } });
  });

  it('that is gone keeps nobody from arriving, and raises nothing in another group', async () => {
    const { access, provider, probe, group } = connect();
    const other = probe.addAudience('Other');
    probe.seed({ email: JANE, consent: 'unsubscribed' });
    probe.removeAudience(group);
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', audiences: [group, other] }),
    );
    expect(outcome).toMatchObject({
      kind: 'misconfigured',
      code: 'audience_missing',
      written: { email: JANE },
    });
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ audiences: [], fields: { first_name: 'Jane' } });
  });

  it('is chosen from those that the connection names', async () => {
    const named = connect({ subscriptionGroups: ' g-1  Affiliates & Co ;g-2\n g-1 Twice; ' });
    expect(await named.provider.listAudiences(named.access)).toEqual({
      kind: 'page',
      audiences: [
        { id: 'g-1', name: 'Twice' },
        { id: 'g-2', name: 'g-2' },
      ],
    });
    const none = connect({ subscriptionGroups: '' });
    expect(await none.provider.listAudiences(none.access)).toMatchObject({ code: 'credential_missing' });
  });
});

describe('Many at once', () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, index) => change({ email: `p${index}@example.com` }));

  it('travel 50 with one request, and only those that are named are refused', async () => {
    const { access, provider, probe } = connect();
    const changes = crowd(60);
    changes[7] = change({ email: 'no address' });
    const outcomes = await provider.upsertContacts(access, changes);
    expect(lines(access.http.requests)).toEqual([TRACK, TRACK]);
    expect(outcomes.map(codeOf).filter((code) => code !== 'accepted')).toEqual(['refused email_invalid']);
    expect(outcomes[7]).toMatchObject({ field: 'email' });
    expect(JSON.stringify(outcomes[3]?.slice)).toContain('p3@example.com');
    expect(JSON.stringify(outcomes[3]?.slice)).not.toContain('p4@example.com');
    probe.settle();
    expect(probe.count()).toBe(59);
  });

  it('are sent again without the named one when the vendor took nothing, and refused together when it named nobody', async () => {
    const { access, provider } = connect();
    const type = 'provided external_id is blacklisted and disallowed';
    const message = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";
    access.http.next(answeredJson(400, { message, errors: [{ type, input_array: 'attributes', index: 1 }] }));
    expect((await provider.upsertContacts(access, crowd(3))).map(codeOf)).toEqual([
      'accepted',
      'refused contact_refused',
      'accepted',
    ]);
    access.http.clear();
    access.http.next(answeredJson(400, { message: 'Max Input Length Exceeded' }));
    expect(await provider.upsertContacts(access, crowd(3))).toEqual(
      Array(3).fill(expect.objectContaining({ kind: 'refused', wholeBatch: true })),
    );
    expect(access.http.requests).toHaveLength(1);
  });

  test.each([
    ['errors without a place', { message: 'success', errors: [{ type: 'something' }] }],
    ['fewer were taken than sent', { message: 'success', attributes_processed: 1 }],
  ])('are no success when %s', async (_, body) => {
    const { access, provider } = connect();
    access.http.next(answeredJson(201, body));
    const outcomes = await provider.upsertContacts(access, crowd(2));
    expect(outcomes.map(codeOf)).toEqual(Array(2).fill('unavailable answer_unknown'));
  });

  it('stop at a failure of the way', async () => {
    const { access, provider } = connect();
    access.http.next(TIMED_OUT);
    const outcomes = await provider.upsertContacts(access, crowd(60));
    expect(access.http.requests).toHaveLength(1);
    expect(codeOf(outcomes[0]!)).toBe('ambiguous vendor_timeout');
    expect(codeOf(outcomes[59]!)).toBe('unavailable send_withheld');
  });
});

describe('An event', () => {
  it('never creates a user, and happened when it happened', async () => {
    const { access, provider, probe } = connect();
    const wish = event({
      data: { campaign: 'Spring', empty: '', nothing: null, time: 'now', $set: 1, note: 'x'.repeat(300) },
    });
    const outcome = await provider.trackEvent(access, wish);
    expect(bodyOf(access.http.requests[0])).toEqual({
      events: [
        {
          email: JANE,
          _update_existing_only: true,
          name: 'affiliate_approved',
          time: '2026-04-05T19:32:25.900Z',
          properties: { campaign: 'Spring', note: 'x'.repeat(255) },
        },
      ],
    });
    expect(warningsOf(outcome)).toEqual(['event_key_dropped', 'event_key_dropped', 'field_shortened']);
    probe.settle();
    expect(probe.count()).toBe(0);
  });

  test.each([
    ['without an answer', 'ambiguous vendor_timeout', TIMED_OUT],
    ['behind a gateway that gave up', 'ambiguous vendor_error', answeredJson(504, { message: 'Timeout' })],
    ['behind a gateway with a page', 'ambiguous vendor_unreadable', answeredPage(502)],
    ['that never left', 'unavailable vendor_unreachable', CONNECTION_REFUSED],
    ['that the vendor could not take', 'unavailable vendor_error', answeredJson(503, { message: 'Down' })],
  ])('%s is %s', async (_, code, answer) => {
    const { access, provider } = connect();
    access.http.next(answer);
    expect(codeOf(await provider.trackEvent(access, event()))).toBe(code);
  });

  test.each([
    [{ name: 'x'.repeat(256) }, 'refused event_name_invalid'],
    [{ name: 'ecommerce.order_placed' }, 'refused event_name_invalid'],
    [{ occurredAt: 'yesterday' }, 'refused event_time_invalid'],
    [{ data: { lines: Array(6000).fill('0123456789') } }, 'refused event_too_large'],
  ])('beyond the vendor’s limits is not sent: %#', async (more, code) => {
    const { access, provider } = connect();
    expect(codeOf(await provider.trackEvent(access, event(more)))).toBe(code);
    expect(access.http.requests).toEqual([]);
  });
});

describe('Taking back, looking, erasing', () => {
  it('takes back attributes and tags, and leaves nobody’s group', async () => {
    const { access, provider, probe, group } = connect();
    probe.seed({
      email: JANE,
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['theirs', 'vip'],
      audiences: [group],
    });
    const previous = written({
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['vip'],
      audiences: [group],
    });
    const outcome = await provider.removeContact(access, { contactId: 'contact-1', previous });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: { fields: { rekomi_tier: null }, tagsRemoved: ['vip'] },
    });
    expect(warningsOf(outcome)).toEqual(['left_in_place']);
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({
      fields: { first_name: 'Jane' },
      tags: ['theirs'],
      audiences: [group],
    });
    await provider.removeContact(access, {
      contactId: 'contact-2',
      previous: { ...previous, email: 'gone@example.com' },
    });
    probe.settle();
    expect(probe.count()).toBe(1);
  });

  it('shows attributes, consent and groups', async () => {
    const { access, provider, probe, group } = connect();
    probe.seed({
      email: JANE,
      consent: 'unsubscribed',
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      audiences: [group],
    });
    expect(await provider.readContact(access, JANE.toUpperCase())).toMatchObject({
      kind: 'found',
      snapshot: {
        email: JANE,
        consent: 'unsubscribed',
        fields: { first_name: 'Jane', rekomi_tier: 'gold' },
        audiences: [group],
      },
    });
    expect(await provider.readContact(access, 'nobody@example.com')).toEqual({ kind: 'not_found' });
  });

  it('erases every user with the address', async () => {
    const { access, provider, probe } = connect();
    probe.seed({ email: JANE });
    expect((await provider.eraseContact(access, JANE)).kind).toBe('accepted');
    probe.settle();
    expect(probe.count()).toBe(0);
    expect((await provider.eraseContact(access, JANE)).kind).toBe('unchanged');
  });
});

describe('Verifying', () => {
  it('names the instance and writes nothing', async () => {
    const { access, provider, probe } = connect();
    expect(await provider.verify(access)).toMatchObject({ kind: 'valid', region: 'eu-01' });
    expect(probe.writes()).toBe(0);
    probe.settle();
    expect(probe.count()).toBe(0);
  });

  it('takes a key that may only write for good, and says what is lost', async () => {
    const { access, provider } = connect({ apiKey: NARROW_KEY });
    const verification = await provider.verify(access);
    const lacking =
      verification.kind === 'valid' ? verification.rights.filter(({ granted }) => !granted) : [];
    expect(lacking.map(({ name }) => name)).toEqual(['read_back', 'segments']);
    expect(codeOf(await provider.eraseContact(access, JANE))).toBe('refused right_missing');
  });

  it('asks one instance only, and says that the key may belong to another', async () => {
    const { access, provider } = connect({ endpoint: 'rest.iad-01.braze.com' });
    const verification = await provider.verify(access);
    expect(verification).toMatchObject({ kind: 'rejected', credentials: ['endpoint', 'apiKey'] });
    expect(verification.checks[0]?.detail).toContain('another instance');
    expect(new Set(access.http.requests.map(({ host }) => host))).toEqual(new Set(['rest.iad-01.braze.com']));
  });

  it('sends the key to no host that is not Braze’s', async () => {
    const { access, provider } = connect({ endpoint: 'rest.iad-01.braze.example' });
    expect(await provider.verify(access)).toMatchObject({ kind: 'rejected', credentials: ['endpoint'] });
    expect(access.http.requests).toEqual([]);
  });

  it('tells silence from a wrong key', async () => {
    const { access, provider } = connect();
    access.http.whenever(() => true, TIMED_OUT);
    expect((await provider.verify(access)).kind).toBe('unreachable');
    access.http.whenever(() => true, undefined);
    access.http.whenever(() => true, answeredJson(200, {}));
    expect((await provider.verify(access)).kind).toBe('unreachable');
  });
});

it('The emulated vendor comes back from its journal as it was', async () => {
  const { access, provider, vendor, group, probe } = connect();
  await provider.upsertContact(access, change({ firstName: 'Jane', tags: ['vip'], audiences: [group] }));
  vendor.clock.now += 1000;
  await provider.trackEvent(access, event());
  probe.settle();
  const again = inProcessVendor(brazeEmulator, vendor.entries).emulator.probe;
  expect(again.contact(JANE)).toEqual(probe.contact(JANE));
  expect(again.contact(JANE)).toMatchObject({
    audiences: [group],
    tags: ['vip'],
    events: [{ name: 'affiliate_approved' }],
  });
});
