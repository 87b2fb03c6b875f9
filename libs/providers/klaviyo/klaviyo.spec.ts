import {
  applyWritten,
  joinDeltas,
  type ContactChange,
  type EmulatedConsent,
  type Outcome,
  type VendorRequest,
} from '@rekomi/provider-contract';
import {
  answeredJson,
  answeredPage,
  answeredText,
  change,
  codeOf,
  CONNECTION_REFUSED,
  event,
  inProcessAccess,
  inProcessVendor,
  JANE,
  TIMED_OUT,
  written,
} from '@rekomi/vendor-emulation/testing';
import { readAnswer } from './klaviyo.answers.js';
import { FULL_KEY, NARROW_KEY } from './klaviyo.emulator-accounts.js';
import { klaviyoEmulator } from './klaviyo.emulator.js';
import { klaviyoManifest } from './klaviyo.manifest.js';
import { KlaviyoProvider } from './klaviyo.provider.js';

function connect(settings: Record<string, string | boolean> = {}, privateKey = FULL_KEY) {
  const vendor = inProcessVendor(klaviyoEmulator);
  const access = inProcessAccess(klaviyoManifest, vendor, { privateKey }, settings);
  const { probe } = vendor.emulator;
  const [list = { id: '' }, doubleOptIn = { id: '' }] = probe.audiences();
  return {
    vendor,
    access,
    probe,
    provider: new KlaviyoProvider(),
    list: list.id,
    doubleOptIn: doubleOptIn.id,
  };
}

const lines = (requests: readonly VendorRequest[]) => requests.map(({ method, path }) => `${method} ${path}`);
const IMPORT = 'POST /api/profile-import';
const SUBSCRIBE = 'POST /api/profile-subscription-bulk-create-jobs';
const membership = (method: string, list: string) => `${method} /api/lists/${list}/relationships/profiles`;
const fault = (code: string, detail = code, pointer = '/data/') => ({
  errors: [{ id: '1', status: 400, code, title: code, detail, source: { pointer } }],
});
const warningsOf = ({ warnings = [] }: Outcome) => warnings.map(({ code }) => code);

describe('What an answer means', () => {
  const options = { family: 'profiles', now: Date.UTC(2026, 8, 3), harmless: false, done: [202] };
  test.each([
    ['an empty 202 where 202 was to come', answeredText(202, ''), 'ok'],
    ['a 202 with something that is not the vendor’s', answeredJson(202, {}), 'unavailable answer_unknown'],
    ['a 200 where 202 was to come', answeredJson(200, {}), 'unavailable answer_unknown'],
    ['429', answeredJson(429, fault('throttled'), { 'retry-after': '3' }), 'throttled vendor_throttled'],
    ['a wrong key', answeredJson(401, fault('authentication_failed')), 'unauthorised credentials_rejected'],
    [
      'a wrong key, as older pages tell it',
      answeredJson(400, fault('authentication_failed')),
      'unauthorised credentials_rejected',
    ],
    ['a missing scope', answeredJson(403, fault('permission_denied')), 'unauthorised right_missing'],
    ['the challenge of Cloudflare', answeredPage(403), 'unavailable vendor_unreadable'],
    ['a header that Cloudflare does not take', answeredPage(400), 'unavailable vendor_unreadable'],
    ['a retired revision', answeredJson(410, fault('retired')), 'unauthorised api_version_retired'],
    ['a timeout of Cloudflare', answeredText(524, 'error code: 524'), 'unavailable vendor_error'],
    ['a redirect', answeredText(302, '', { location: 'https://example.com' }), 'unavailable answer_unknown'],
    [
      'a 404 of somebody else',
      answeredJson(404, { message: 'no Route matched' }),
      'unavailable answer_unknown',
    ],
    ['an invalid field', answeredJson(400, fault('invalid')), 'declined'],
    ['no answer', TIMED_OUT, 'ambiguous vendor_timeout'],
    ['no connection', CONNECTION_REFUSED, 'unavailable vendor_unreachable'],
  ])('%s', (_, answer, meaning) => {
    const reading = readAnswer(answer, options);
    expect(reading.kind === 'failed' ? codeOf(reading.failure) : reading.kind).toBe(meaning);
  });
});

describe('A contact', () => {
  it('is written, then subscribed to the list, in the vendor’s dialect and pinned to a revision', async () => {
    const { access, provider, probe, list } = connect();
    const outcome = await provider.upsertContact(
      access,
      change({
        firstName: 'Jané',
        lastName: 'O’Neill',
        status: 'approved',
        tier: 'gold',
        audiences: [list],
        attributes: { level: 3 },
      }),
    );
    const { http } = access;
    expect(lines(http.requests)).toEqual([IMPORT, `GET /api/lists/${list}`, SUBSCRIBE]);
    const [profile, , subscription] = http.requests;
    expect(profile?.json).toEqual({
      data: {
        type: 'profile',
        attributes: {
          email: JANE,
          first_name: 'Jané',
          last_name: 'O’Neill',
          properties: { rekomi_status: 'approved', rekomi_tier: 'gold', rekomi_level: 3 },
        },
      },
    });
    expect(http.sent[0]?.headers).toMatchObject({
      authorization: `Klaviyo-API-Key ${FULL_KEY}`,
      revision: '2026-07-15',
      'content-type': 'application/vnd.api+json',
    });
    const vendorId = outcome.written?.vendorId;
    expect(subscription?.json).toEqual({
      data: {
        type: 'profile-subscription-bulk-create-job',
        attributes: {
          custom_source: 'Rekomi',
          profiles: {
            data: [
              {
                type: 'profile',
                id: vendorId,
                attributes: {
                  email: JANE,
                  subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } },
                },
              },
            ],
          },
        },
        relationships: { list: { data: { type: 'list', id: list } } },
      },
    });
    expect(outcome).toMatchObject({ kind: 'accepted', written: { email: JANE, audiencesJoined: [list] } });
    expect(probe.contact(JANE)?.audiences).toEqual([]);
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ audiences: [list], consent: 'subscribed' });
  });

  it('without a list is confirmed at once, and nobody is subscribed', async () => {
    const { access, provider, probe } = connect();
    expect((await provider.upsertContact(access, change({ firstName: 'Jane' }))).kind).toBe('confirmed');
    expect(probe.contact(JANE)?.consent).toBe('none');
  });

  it('is not written again when nothing changed', async () => {
    const { access, provider } = connect();
    const previous = written({ fields: { first_name: 'Jane' }, tags: ['vip'] });
    const same = change({ firstName: 'Jane', tags: ['vip'] }, { previous });
    expect((await provider.upsertContact(access, same)).kind).toBe('unchanged');
    expect(access.http.requests).toEqual([]);
  });

  it('gets its tags one by one, beside those of others, and none twice', async () => {
    const { access, provider, probe } = connect();
    probe.seed({ email: JANE, tags: ['theirs', 'spring'] });
    const first = await provider.upsertContact(access, change({ tags: ['spring', 'vip'] }));
    expect(first.written?.tagsAdded).toEqual(['spring', 'vip']);
    expect(probe.contact(JANE)?.tags).toEqual(['theirs', 'spring', 'vip']);

    const again = change(
      { tags: ['spring', 'vip'] },
      { previous: written({ tags: ['spring', 'vip'] }), rewrite: true },
    );
    await provider.upsertContact(access, again);
    const fewer = change({ tags: ['vip'] }, { previous: written({ tags: ['spring', 'vip'] }) });
    expect((await provider.upsertContact(access, fewer)).written?.tagsRemoved).toEqual(['spring']);
    expect(probe.contact(JANE)?.tags).toEqual(['theirs', 'vip']);
  });

  it('loses a property of ours that is to be cleared, by name', async () => {
    const { access, provider, probe } = connect();
    probe.seed({ email: JANE, fields: { rekomi_level: 3, level: 4 } });
    const previous = written({ fields: { rekomi_level: 3 } });
    await provider.upsertContact(access, change({ attributes: { level: { clear: true } } }, { previous }));
    expect(probe.contact(JANE)?.fields).toEqual({ level: 4 });
  });

  it('arrives without a field that the vendor refuses, and is refused when the address is at fault', async () => {
    const { access, provider, probe } = connect();
    access.http.next(
      answeredJson(400, fault('invalid', 'Not valid.', '/data/attributes/properties/rekomi_tier')),
    );
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', tier: 'gold' }));
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      warnings: [{ code: 'field_rejected', field: 'rekomi_tier' }],
    });
    expect(outcome.written?.fields).toEqual({ first_name: 'Jane' });
    expect(probe.contact(JANE)?.fields).toEqual({ first_name: 'Jane' });
    const bad = await provider.upsertContact(access, change({ email: 'no address' }));
    expect(codeOf(bad)).toBe('refused email_invalid');
  });

  it('arrives without what makes the profile larger than 100 KB', async () => {
    const { access, provider } = connect();
    const attributes = { essay: 'x'.repeat(120_000), level: 3 };
    const outcome = await provider.upsertContact(access, change({ attributes }));
    expect(outcome).toMatchObject({ kind: 'confirmed', warnings: [{ field: 'rekomi_essay' }] });
    expect(outcome.written?.fields).toEqual({ rekomi_level: 3 });
  });

  it('whose address belongs to two profiles is refused as that', async () => {
    const { access, provider } = connect();
    const detail = 'A profile already exists with one of these identifiers.';
    access.http.next(answeredJson(409, fault('duplicate_profile', detail, '/data/attributes')));
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('refused identifier_conflict');
  });

  it('says what got in when the list is gone', async () => {
    const { access, provider, probe, list } = connect();
    await provider.upsertContact(access, change({ audiences: [list] }));
    probe.removeAudience(list);
    // What the list asks for is remembered, so this time the subscription itself is told.
    const outcome = await provider.upsertContact(
      access,
      change({ email: 'b@example.com', audiences: [list] }),
    );
    expect(outcome).toMatchObject({
      kind: 'misconfigured',
      code: 'audience_missing',
      written: { email: 'b@example.com' },
    });
    expect(outcome.written?.audiencesJoined ?? []).toEqual([]);
    const next = await provider.upsertContact(access, change({ email: 'c@example.com', audiences: [list] }));
    expect(codeOf(next)).toBe('misconfigured audience_missing');
    expect(lines(access.http.requests).at(-1)).toBe(`GET /api/lists/${list}`);
  });

  it.each(['unsubscribed', 'complained', 'suppressed'] as const)(
    'who is %s begins unsubscribed under a new address, in every later sync too',
    async (consent) => {
      const { access, provider, probe, list } = connect();
      probe.seed({ email: 'old@example.com', consent });
      const wish = { tags: ['vip'], audiences: [list] };
      const previous = written({ email: 'old@example.com' });
      const outcome = await provider.upsertContact(access, change(wish, { previous }));
      expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
      probe.settle();
      expect(probe.contact(JANE)?.consent).toBe('unsubscribed');
      const moved = applyWritten(previous, joinDeltas(outcome.written), JANE);
      await provider.upsertContact(access, change(wish, { previous: moved, rewrite: true }));
      probe.settle();
      expect(probe.contact(JANE)).toMatchObject({ consent: 'unsubscribed', audiences: [list] });
    },
  );

  it.each([
    ['left the list', false],
    ['cannot be looked at', true],
  ])('who %s begins unsubscribed under a new address, in every later sync too', async (_, isForbidden) => {
    const { access, provider, probe, list } = connect();
    probe.seed({ email: 'old@example.com', consent: 'subscribed', audiences: [list] });
    if (!isForbidden) probe.leave?.('old@example.com', list);
    if (isForbidden)
      access.http.next(
        answeredJson(403, { errors: [{ code: 'permission_denied', detail: 'Missing scope' }] }),
        0,
      );
    const wish = { tags: ['vip'], audiences: [list] };
    const previous = written({ email: 'old@example.com' });
    const outcome = await provider.upsertContact(access, change(wish, { previous }));
    expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
    const moved = applyWritten(previous, joinDeltas(outcome.written), JANE);
    probe.settle();
    await provider.upsertContact(access, change(wish, { previous: moved, rewrite: true }));
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ consent: 'unsubscribed' });
  });

  it('is not written to a new address before an opt-out is known and has gone along', async () => {
    const { access, provider, probe, list } = connect();
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed' });
    const wish = change({ audiences: [list] }, { previous: written({ email: 'old@example.com' }) });
    for (const later of [0, 1, 2]) {
      access.http.clear();
      access.http.next(TIMED_OUT, later);
      const outcome = await provider.upsertContact(access, wish);
      expect(codeOf(outcome)).toMatch(/vendor_timeout$/);
      expect(lines(access.http.requests)).not.toContain(IMPORT);
    }
    probe.settle();
    expect(probe.contact(JANE)).toBeUndefined();
  });

  it('with a new address that somebody has already, has the state of that profile', async () => {
    const { access, provider, probe, list } = connect();
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed' });
    probe.seed({ email: JANE, consent: 'subscribed' });
    const previous = written({ email: 'old@example.com' });
    await provider.upsertContact(access, change({ audiences: [list] }, { previous }));
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ consent: 'subscribed', audiences: [list] });
  });

  it('with a new address is written there, and what is ours is taken back at the old one', async () => {
    const { access, provider, probe, list } = connect();
    probe.seed({
      email: 'old@example.com',
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['vip', 'theirs'],
      audiences: [list],
    });
    const previous = written({
      email: 'old@example.com',
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['vip'],
      audiences: [list],
    });
    const outcome = await provider.upsertContact(
      access,
      change({ tier: 'gold', tags: ['vip'], audiences: [list] }, { previous }),
    );
    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: { email: JANE, fields: { first_name: null, rekomi_tier: 'gold' } },
    });
    probe.settle();
    expect(probe.contact('old@example.com')).toMatchObject({
      fields: { first_name: 'Jane' },
      tags: ['theirs'],
      audiences: [],
    });
    expect(probe.contact(JANE)).toMatchObject({ tags: ['vip'], audiences: [list] });
  });
});

describe('Consent', () => {
  const subscribed = 'accepted';
  test.each<[EmulatedConsent, Record<string, string>, string, EmulatedConsent, boolean, string[]]>([
    ['none', {}, subscribed, 'subscribed', true, []],
    ['none', { subscribe: 'never' }, 'confirmed', 'none', true, []],
    ['subscribed', {}, 'confirmed', 'subscribed', true, []],
    ['unsubscribed', {}, 'confirmed', 'unsubscribed', true, ['consent_not_raised']],
    ['bounced', {}, 'confirmed', 'bounced', true, ['consent_not_raised']],
    ['complained', {}, 'confirmed', 'complained', true, ['consent_not_raised']],
    ['suppressed', {}, 'confirmed', 'suppressed', true, ['consent_not_raised']],
    ['unsubscribed', { optedOut: 'skip' }, 'confirmed', 'unsubscribed', false, ['consent_not_raised']],
    ['suppressed', { optedOut: 'skip' }, 'confirmed', 'suppressed', false, ['consent_not_raised']],
    ['unsubscribed', { optedOut: 'resubscribe' }, subscribed, 'subscribed', true, []],
    ['complained', { optedOut: 'resubscribe' }, subscribed, 'subscribed', true, []],
  ])('of somebody %s with %j: %s, then %s', async (before, settings, kind, after, joined, warnings) => {
    const { access, provider, probe, list } = connect(settings);
    probe.seed({ email: JANE, consent: before });
    const outcome = await provider.upsertContact(access, change({ audiences: [list] }));
    probe.settle();
    expect(outcome.kind).toBe(kind);
    expect(warningsOf(outcome)).toEqual(warnings);
    expect(outcome.written?.audiencesJoined ?? []).toEqual(joined ? [list] : []);
    expect(probe.contact(JANE)).toMatchObject({ consent: after, audiences: joined ? [list] : [] });
  });

  it('of somebody who left this very list is left alone', async () => {
    const { access, provider, list } = connect();
    access.http.next((request) => {
      const marketing = {
        consent: 'NEVER_SUBSCRIBED',
        suppression: [],
        list_suppressions: [{ list_id: list, reason: 'UNSUBSCRIBE', timestamp: '' }],
      };
      const attributes = { ...(request.json as { data: { attributes: object } }).data.attributes };
      return answeredJson(200, {
        data: {
          type: 'profile',
          id: '01X',
          attributes: { ...attributes, subscriptions: { email: { marketing } } },
        },
      });
    });
    access.http.next(answeredJson(200, { data: [] }), 1);
    access.http.next(answeredText(204, ''), 2);
    expect(warningsOf(await provider.upsertContact(access, change({ audiences: [list] })))).toEqual([
      'consent_not_raised',
    ]);
    expect(lines(access.http.requests)).toEqual([IMPORT, membership('GET', list), membership('POST', list)]);
  });

  it('that the vendor does not tell counts as no consent, not as none yet', async () => {
    const { access, provider, list } = connect({ optedOut: 'resubscribe' });
    access.http.next(
      answeredJson(200, { data: { type: 'profile', id: '01X', attributes: { email: JANE } } }),
    );
    access.http.next(answeredJson(200, { data: [] }), 1);
    access.http.next(answeredText(204, ''), 2);
    expect(warningsOf(await provider.upsertContact(access, change({ audiences: [list] })))).toEqual([
      'consent_not_raised',
    ]);
    expect(lines(access.http.requests)).not.toContain(SUBSCRIBE);
  });

  test.each([
    ['that timed out', TIMED_OUT, 'ambiguous vendor_timeout'],
    ['that answered nonsense', answeredJson(200, {}), 'unavailable answer_unknown'],
    ['that answered a page', answeredPage(502), 'unavailable vendor_unreadable'],
  ])('is never raised after a look %s', async (_, answer, code) => {
    const { access, provider, list } = connect();
    access.http.next(answer);
    const outcome = await provider.upsertContact(access, change({ audiences: [list] }));
    expect(codeOf(outcome)).toBe(code);
    expect(outcome.written).toBeUndefined();
    expect(lines(access.http.requests)).toEqual([IMPORT]);
  });

  it('is asked for once where a list has double opt-in', async () => {
    const { access, provider, probe, doubleOptIn } = connect();
    const outcome = await provider.upsertContact(access, change({ audiences: [doubleOptIn] }));
    expect(warningsOf(outcome)).toEqual(['confirmation_pending']);
    probe.settle();
    expect(probe.contact(JANE)).toMatchObject({ consent: 'none', audiences: [] });
    const previous = written({ audiences: outcome.written?.audiencesJoined ?? [] });
    await provider.upsertContact(access, change({ tier: 'gold', audiences: [doubleOptIn] }, { previous }));
    expect(lines(access.http.requests).filter((line) => line === SUBSCRIBE)).toHaveLength(1);
  });
});

describe('Many contacts', () => {
  const known = (index: number, more: Partial<ContactChange['desired']> = {}): ContactChange => {
    const email = `p${index}@example.com`;
    return change(
      { email, tier: 'gold', ...more },
      { previous: written({ email, vendorId: `01P${index}` }) },
    );
  };

  it('travel as one import job when they are known and join nothing; all others one by one', async () => {
    const { access, provider, probe, list } = connect();
    probe.seed({ email: 'out@example.com', consent: 'unsubscribed' });
    const out = change({ email: 'out@example.com', audiences: [list] });
    const outcomes = await provider.upsertContacts(access, [known(1), out, known(2, { tags: ['vip'] })]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(lines(access.http.requests).sort()).toEqual(
      [
        membership('GET', list),
        membership('POST', list),
        'POST /api/profile-bulk-import-jobs',
        IMPORT,
      ].sort(),
    );
    expect(JSON.stringify(outcomes[0]?.slice)).not.toContain('p2@example.com');
    probe.settle();
    expect(probe.contact('p2@example.com')).toMatchObject({ fields: { rekomi_tier: 'gold' }, tags: ['vip'] });
    expect(probe.contact('out@example.com')?.consent).toBe('unsubscribed');
  });

  it('go again without those whom a refused job names, so that only these are written one by one', async () => {
    const { access, provider } = connect();
    access.http.next(
      answeredJson(
        400,
        fault('invalid', 'Invalid email address', '/data/attributes/profiles/data/1/attributes/email'),
      ),
    );
    const outcomes = await provider.upsertContacts(
      access,
      [known(1), known(2, { email: 'not an address' }), known(3)].map((one) => ({
        ...one,
        previous: { ...one.previous!, email: one.desired.email },
      })),
    );
    expect(outcomes.map(codeOf)).toEqual(['accepted', 'refused email_invalid', 'accepted']);
    expect(access.http.requests.map(({ path }) => path).slice(0, 2)).toEqual(
      Array(2).fill('/api/profile-bulk-import-jobs'),
    );
    expect(access.http.requests).toHaveLength(3);
  });

  it('are refused together when the vendor refuses their job and names nobody', async () => {
    const { access, provider } = connect();
    access.http.next(answeredJson(400, fault('invalid', 'Something is wrong', '/data/attributes')));
    expect(await provider.upsertContacts(access, [known(1), known(2)])).toEqual(
      Array(2).fill(expect.objectContaining({ kind: 'refused', wholeBatch: true })),
    );
    expect(access.http.requests).toHaveLength(1);
  });

  it('join a list together, each in the way that their own consent allows', async () => {
    const { access, provider, probe, list } = connect();
    const states: readonly EmulatedConsent[] = ['none', 'unsubscribed', 'none', 'subscribed', 'complained'];
    const changes = states.map((consent, index) => {
      const email = `m${index}@example.com`;
      probe.seed({ email, consent });
      return change({ email, audiences: [list] });
    });
    const outcomes = await provider.upsertContacts(access, changes);
    probe.settle();
    expect(outcomes.map(warningsOf)).toEqual([[], ['consent_not_raised'], [], [], ['consent_not_raised']]);
    expect(lines(access.http.requests).filter((line) => line !== IMPORT)).toEqual([
      membership('GET', list),
      `GET /api/lists/${list}`,
      SUBSCRIBE,
      membership('POST', list),
      membership('POST', list),
    ]);
    expect(changes.map(({ desired }) => probe.contact(desired.email)?.consent)).toEqual([
      'subscribed',
      'unsubscribed',
      'subscribed',
      'subscribed',
      'complained',
    ]);
  });

  it('have their events sent in order for each person, and nothing more after a failure of the way', async () => {
    const { access, provider, probe } = connect();
    for (const email of ['a@example.com', 'b@example.com']) probe.seed({ email });
    const about = (email: string, name: string) => event({ email, name, dedupeId: name });
    const events = ['one', 'two'].flatMap((name) => [
      about('a@example.com', name),
      about('b@example.com', name),
    ]);
    expect((await provider.trackEvents(access, events)).map(({ kind }) => kind)).toEqual(
      Array(4).fill('accepted'),
    );
    expect(probe.contact('a@example.com')?.events.map(({ name }) => name)).toEqual(['one', 'two']);
    access.http.next(TIMED_OUT, 3);
    const outcomes = await provider.trackEvents(access, [...events, about('c@example.com', 'one')]);
    expect(outcomes.map(codeOf)).toEqual([
      'ambiguous vendor_timeout',
      'accepted',
      'unavailable send_withheld',
      'unavailable send_withheld',
      'refused event_refused',
    ]);
  });

  it('wait when the vendor asks for patience, each with an outcome of its own', async () => {
    const { access, provider } = connect();
    access.http.next(answeredJson(429, fault('throttled'), { 'retry-after': '7' }));
    const outcomes = await provider.upsertContacts(access, [known(1), change(), known(2)]);
    expect(outcomes.map(codeOf)).toEqual(Array(3).fill('throttled vendor_throttled'));
    expect(access.http.requests).toHaveLength(1);
    access.http.clear();
    access.http.next(TIMED_OUT);
    const crowd = Array.from({ length: 25 }, (_, index) => change({ email: `n${index}@example.com` }));
    const later = (await provider.upsertContacts(access, crowd)).map(codeOf);
    expect(later.filter((code) => code === 'unavailable send_withheld')).toHaveLength(15);
    expect(access.http.requests).toHaveLength(10);
  });
});

describe('An event', () => {
  it('names the profile by id, carries the dedupe id, and is kept once', async () => {
    const { access, provider, probe } = connect();
    const { written: w } = await provider.upsertContact(access, change());
    const wish = event({
      ...(w?.vendorId === undefined ? {} : { vendorId: w.vendorId }),
      data: { campaign: 'Spring', $value: 9 },
    });
    const outcome = await provider.trackEvent(access, wish);
    await provider.trackEvent(access, wish);
    expect(outcome).toMatchObject({
      kind: 'accepted',
      warnings: [{ code: 'event_key_dropped', field: '$value' }],
    });
    expect(access.http.requests.at(-1)?.json).toEqual({
      data: {
        type: 'event',
        attributes: {
          properties: { campaign: 'Spring' },
          time: '2026-04-05T19:32:25.900Z',
          unique_id: '01BX5ZZKBKACTAV9WEVGEMMVRZ',
          metric: { data: { type: 'metric', attributes: { name: 'affiliate_approved' } } },
          profile: { data: { type: 'profile', id: w?.vendorId, attributes: {} } },
        },
      },
    });
    expect(probe.contact(JANE)?.events).toEqual([
      {
        name: 'affiliate_approved',
        at: '2026-04-05T19:32:25Z',
        dedupeId: wish.dedupeId,
        data: { campaign: 'Spring' },
      },
    ]);
  });

  it('looks first when no id is known, and creates nobody', async () => {
    const { access, provider, probe } = connect();
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('refused event_refused');
    access.http.next(TIMED_OUT);
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('unavailable vendor_timeout');
    expect(probe.count()).toBe(0);
    probe.seed({ email: JANE });
    expect((await provider.trackEvent(access, event())).kind).toBe('accepted');
    expect(probe.contact(JANE)?.events).toHaveLength(1);
  });

  test.each([
    [{ name: 'x'.repeat(128) }, 'refused event_name_invalid'],
    [{ occurredAt: '1999-12-31T23:59:59Z' }, 'refused event_time_invalid'],
    [{ occurredAt: '2027-12-31T00:00:00Z' }, 'refused event_time_invalid'],
    [{ data: { essay: 'x'.repeat(100_001) } }, 'refused event_too_large'],
    [
      { data: Object.fromEntries(Array.from({ length: 401 }, (_, key) => [`k${key}`, 1])) },
      'refused event_too_large',
    ],
  ])('beyond the vendor’s limits is not sent: %#', async (more, code) => {
    const { access, provider } = connect();
    expect(codeOf(await provider.trackEvent(access, event({ vendorId: '01X', ...more })))).toBe(code);
    expect(access.http.requests).toEqual([]);
  });
});

describe('Taking back', () => {
  it('removes what is ours, unsubscribes nobody and creates nobody', async () => {
    const { access, provider, probe, list } = connect();
    probe.seed({
      email: JANE,
      consent: 'subscribed',
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['theirs', 'vip'],
      audiences: [list],
    });
    const previous = written({
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['vip'],
      audiences: [list],
      vendorId: '01MERGED',
    });
    const outcome = await provider.removeContact(access, { contactId: 'contact-1', previous });
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      written: { fields: { rekomi_tier: null }, tagsRemoved: ['vip'], audiencesLeft: [list] },
    });
    expect(probe.contact(JANE)).toMatchObject({
      fields: { first_name: 'Jane' },
      tags: ['theirs'],
      audiences: [],
      consent: 'subscribed',
    });
    const gone = { ...previous, email: 'gone@example.com' };
    expect((await provider.removeContact(access, { contactId: 'contact-2', previous: gone })).kind).toBe(
      'confirmed',
    );
    expect(probe.count()).toBe(1);
  });
});

describe('Looking', () => {
  it('shows fields, consent and lists of a person, and says when there is none', async () => {
    const { access, provider, probe, list } = connect();
    probe.seed({
      email: JANE,
      consent: 'complained',
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      audiences: [list],
    });
    expect(await provider.readContact(access, JANE.toUpperCase())).toMatchObject({
      kind: 'found',
      snapshot: {
        email: JANE,
        consent: 'complained',
        fields: { first_name: 'Jane', rekomi_tier: 'gold' },
        audiences: [list],
      },
    });
    expect(await provider.readContact(access, '"odd\\"one"@example.com')).toEqual({ kind: 'not_found' });
  });

  it('lists to the very end, and takes nothing but the cursor from the vendor’s links', async () => {
    const { access, provider, probe, vendor } = connect();
    for (let number = 1; number <= 25; number += 1) probe.addAudience(`List ${number}`);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await provider.listAudiences(access, cursor);
      if (page.kind !== 'page') throw new Error(page.code);
      names.push(...page.audiences.map(({ name }) => name));
      cursor = page.nextCursor;
      vendor.clock.now += 1000;
    } while (cursor !== undefined);
    expect(names).toHaveLength(27);

    access.http.next(
      answeredJson(200, { data: [], links: { next: 'https://evil.example/x?page%5Bcursor%5D=abc' } }),
    );
    expect(await provider.listAudiences(access)).toEqual({ kind: 'page', audiences: [], nextCursor: 'abc' });
    access.http.next(answeredJson(200, { data: [], links: { next: 'nowhere' } }));
    expect(await provider.listAudiences(access)).toMatchObject({ code: 'answer_unknown' });
  });

  it('creates a list, and erases for good', async () => {
    const { access, provider, probe } = connect();
    const creation = await provider.createAudience(access, ' Partners ');
    expect(creation).toMatchObject({ kind: 'created', audience: { name: 'Partners' } });
    probe.seed({ email: JANE });
    expect((await provider.eraseContact(access, JANE)).kind).toBe('accepted');
    probe.settle();
    expect(probe.count()).toBe(0);
  });
});

describe('Verifying', () => {
  it('names the account and writes nothing', async () => {
    const { access, provider, probe } = connect();
    expect(await provider.verify(access)).toMatchObject({
      kind: 'valid',
      account: { id: 'RvSd01', name: 'Riverside Shop' },
    });
    expect(access.http.requests.every(({ method }) => method === 'GET')).toBe(true);
    expect(probe.writes()).toBe(0);
  });

  it('says what a narrow key may not', async () => {
    const { access, provider } = connect({}, NARROW_KEY);
    const verification = await provider.verify(access);
    expect(verification).toMatchObject({ kind: 'valid', account: {} });
    const lacking =
      verification.kind === 'valid' ? verification.rights.filter(({ granted }) => !granted) : [];
    expect(lacking.map(({ name }) => name)).toEqual(['audiences', 'read_back']);
    const erasure = await provider.eraseContact(access, JANE);
    expect(codeOf(erasure)).toBe('refused right_missing');
  });

  it('knows the public key by its shape and sends it nowhere', async () => {
    const { access, provider } = connect({}, 'RvSd01');
    expect(await provider.verify(access)).toMatchObject({
      kind: 'rejected',
      code: 'credential_of_other_kind',
    });
    expect(access.http.requests).toEqual([]);
  });

  it('tells a wrong key from a vendor that cannot be reached', async () => {
    const wrong = connect({}, 'pk_00000000000000000000000000000000ff');
    expect(await wrong.provider.verify(wrong.access)).toMatchObject({
      kind: 'rejected',
      code: 'credentials_rejected',
      credentials: ['privateKey'],
    });
    const { access, provider } = connect();
    for (const answer of [TIMED_OUT, answeredPage(403), answeredJson(200, {})]) {
      access.http.next(answer);
      expect((await provider.verify(access)).kind).toBe('unreachable');
    }
  });
});

it('The emulated vendor comes back from its journal as it was', async () => {
  const { access, provider, vendor, list } = connect();
  await provider.upsertContact(access, change({ firstName: 'Jane', tags: ['vip'], audiences: [list] }));
  vendor.clock.now += 1000;
  await provider.trackEvent(access, event());
  const again = inProcessVendor(klaviyoEmulator, vendor.entries).emulator.probe;
  expect(again.contact(JANE)).toEqual(vendor.emulator.probe.contact(JANE));
  expect(again.contact(JANE)).toMatchObject({ consent: 'subscribed', audiences: [list], tags: ['vip'] });
});
