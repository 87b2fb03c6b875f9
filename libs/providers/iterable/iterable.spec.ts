import {
  answeredJson,
  answeredPage,
  change,
  codeOf,
  event,
  inProcessAccess,
  inProcessVendor,
  JANE,
  TIMED_OUT,
  written,
} from '@rekomi/vendor-emulation/testing';
import { applyWritten, CLEAR, joinDeltas, type Outcome } from '@rekomi/provider-contract';
import { iterableEmulator } from './iterable.emulator.js';
import { iterableManifest } from './iterable.manifest.js';
import { IterableProvider } from './iterable.provider.js';

const provider = new IterableProvider();

function connect(account = 0, region?: string, key?: string) {
  const vendor = inProcessVendor(iterableEmulator);
  const { probe } = vendor.emulator;
  const own = probe.accounts[account];
  const credentials = key === undefined ? (own?.credentials ?? {}) : { apiKey: key };
  const access = inProcessAccess(iterableManifest, vendor, credentials, {}, region ?? own?.region);
  const list = probe.audiences()[0]?.id ?? '';
  const lines = (): readonly string[] => access.http.requests.map(({ method, path }) => `${method} ${path}`);
  return { vendor, probe, access, list, lines };
}

const LOOK = 'GET /api/users/getByEmail';
const SUBSCRIBE = 'POST /api/lists/subscribe';
const UPDATE = 'POST /api/users/update';
const warningsOf = (outcome: Outcome): readonly string[] => (outcome.warnings ?? []).map(({ code }) => code);

describe('an affiliate who is new to Iterable', () => {
  it('is looked up, and comes with profile and list in one request', async () => {
    const { access, probe, list, lines } = connect();
    const wish = {
      firstName: 'Zoë',
      lastName: "O'Neil",
      status: 'approved' as const,
      tags: ['a, b'],
      audiences: [list],
    };
    const outcome = await provider.upsertContact(access, change({ ...wish, attributes: { level: 3 } }));
    expect(lines()).toEqual([LOOK, SUBSCRIBE]);
    expect(access.http.sent[0]?.query.get('email')).toBe(JANE);
    const dataFields = {
      firstName: 'Zoë',
      lastName: "O'Neil",
      rekomi_status: 'approved',
      rekomi_level: 3,
      rekomi_tags: ['a, b'],
    };
    expect(access.http.requests[1]?.json).toEqual({
      listId: Number(list),
      subscribers: [{ email: JANE, dataFields }],
    });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: { email: JANE, tagsAdded: ['a, b'], audiencesJoined: [list] },
    });
    expect(outcome.written?.fields).not.toHaveProperty('rekomi_tags');
    expect(probe.contact(JANE)).toMatchObject({ fields: dataFields, audiences: [list] });
  });

  it('comes without values that do not fit, which the list call does not name and the profile call does', async () => {
    const { access, probe, list, lines } = connect();
    probe.seed({ email: 'first@example.com', fields: { rekomi_level: 'gold' } });
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', audiences: [list], attributes: { level: 3 } }),
    );
    expect(lines()).toEqual([LOOK, SUBSCRIBE, UPDATE, UPDATE, SUBSCRIBE]);
    expect(outcome.warnings).toMatchObject([{ code: 'field_rejected', field: 'rekomi_level' }]);
    expect(outcome.written).toMatchObject({ fields: { firstName: 'Jane' }, audiencesJoined: [list] });
    expect(probe.contact(JANE)).toMatchObject({ fields: { firstName: 'Jane' }, audiences: [list] });
  });

  it('is told which fields a project dropped that takes known ones only', async () => {
    const { access } = connect(1);
    const { lists } = (
      (await access.http.request({
        ...{ family: 'catalogue', method: 'GET', host: 'api.iterable.com', path: '/api/lists' },
        authorization: { kind: 'header', name: 'Api-Key', credential: 'apiKey' },
      })) as { body: { lists: { id: number; listType: string }[] } }
    ).body;
    const list = String(lists.find(({ listType }) => listType === 'Standard')?.id);
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', tags: ['a'], tier: 'gold', audiences: [list] }),
    );
    expect(warningsOf(outcome)).toEqual(['field_missing', 'field_missing']);
    expect(outcome.written).toMatchObject({ fields: { firstName: 'Jane' }, audiencesJoined: [list] });
    expect(outcome.written?.tagsAdded ?? []).toEqual([]);
  });

  it('gets in although the list is gone', async () => {
    const { access, probe, list } = connect();
    probe.removeAudience(list);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', audiences: [list] }));
    expect(outcome).toMatchObject({
      kind: 'misconfigured',
      code: 'audience_missing',
      setting: 'audience',
      written: { email: JANE },
    });
    expect(outcome.written?.audiencesJoined ?? []).toEqual([]);
    expect(codeOf(await provider.upsertContact(access, change({ audiences: ['no-number'] })))).toBe(
      'misconfigured audience_missing',
    );
  });
});

describe('an affiliate who is in Iterable', () => {
  it('gets what differs and nothing else; nothing at all costs no request', async () => {
    const { access, list, lines } = connect();
    const previous = written({
      fields: { firstName: 'Jane', rekomi_level: 3 },
      tags: ['a'],
      audiences: [list],
    });
    const wish = { firstName: 'Jane', tags: ['a'], audiences: [list], attributes: { level: 3 } };
    expect(await provider.upsertContact(access, change(wish, { previous }))).toEqual({ kind: 'unchanged' });
    expect(lines()).toEqual([]);
    const next = { ...wish, tags: [], audiences: [], attributes: { level: CLEAR } };
    const outcome = await provider.upsertContact(access, change(next, { previous }));
    expect(access.http.requests.map(({ json }) => json)).toEqual([
      { email: JANE, dataFields: { rekomi_level: null, rekomi_tags: null } },
      { listId: Number(list), subscribers: [{ email: JANE }], channelUnsubscribe: false },
    ]);
    expect(outcome.written).toMatchObject({ fields: { rekomi_level: null }, tagsRemoved: ['a'] });
  });

  it('moves to a new address with opt-outs and lists, and stays out of lists in every later sync', async () => {
    const { access, probe, list } = connect();
    const old = 'old@example.com';
    const ours = { firstName: 'Jane', rekomi_tier: 'gold' };
    const other = probe.addAudience('Other');
    probe.seed({
      ...{ email: old, fields: { ...ours, plan: 'pro' }, tags: ['a'], audiences: [list] },
      consent: 'unsubscribed',
    });
    const previous = written({ email: old, fields: ours, tags: ['a'], audiences: [list] });
    const wish = { firstName: 'Jane', tier: 'gold', tags: ['a'], audiences: [list, other] };
    const outcome = await provider.upsertContact(access, change(wish, { previous }));
    expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
    const moved = applyWritten(previous, joinDeltas(outcome.written), JANE);
    expect(moved).toEqual({ ...previous, email: JANE });
    await provider.upsertContact(access, change({ ...wish, tags: ['b'] }, { previous: moved }));
    expect(probe.count()).toBe(1);
    expect(probe.contact(JANE)).toMatchObject({
      fields: { plan: 'pro', rekomi_tier: 'gold' },
      ...{ tags: ['b'], audiences: [list], consent: 'unsubscribed' },
    });
  });

  it('leaves nothing of ours at the old address where the new one is another user’s', async () => {
    const { access, probe, list } = connect();
    const old = 'old@example.com';
    const ours = { firstName: 'Jane', rekomi_tier: 'gold' };
    probe.seed({ email: old, fields: ours, tags: ['a'], audiences: [list], consent: 'unsubscribed' });
    probe.seed({ email: JANE });
    const previous = written({ email: old, fields: ours, tags: ['a'], audiences: [list] });
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', tier: 'gold', tags: ['a'], audiences: [list] }, { previous }),
    );
    expect(probe.contact(old)).toMatchObject({ fields: { firstName: 'Jane' }, tags: [], audiences: [] });
    expect(probe.contact(JANE)).toMatchObject({
      ...{ fields: { rekomi_tier: 'gold' }, tags: ['a'], audiences: [list], consent: 'subscribed' },
    });
    expect(outcome.written).toMatchObject({ email: JANE, tagsAdded: ['a'], audiencesJoined: [list] });
  });

  it('who opted out stays at the old address where the project gives nobody another one', async () => {
    const { access, probe, list } = connect();
    const old = 'old@example.com';
    probe.seed({ email: old, audiences: [list], consent: 'unsubscribed' });
    const previous = written({ email: old, audiences: [list] });
    access.http.next(answeredJson(400, { code: 'BadParams', msg: 'Not an email-based project' }), 2);
    const outcome = await provider.upsertContact(access, change({ audiences: [list] }, { previous }));
    expect([outcome.kind, warningsOf(outcome)]).toEqual(['unchanged', ['consent_not_raised']]);
    expect([probe.count(), probe.contact(JANE)]).toEqual([1, undefined]);
  });

  it('is taken back without a trace of ours, and never brought back when somebody deleted them', async () => {
    const { access, probe, list } = connect();
    probe.seed({
      email: JANE,
      fields: { firstName: 'Jane', rekomi_tier: 'gold' },
      tags: ['a'],
      audiences: [list],
    });
    const previous = written({
      fields: { firstName: 'Jane', rekomi_tier: 'gold' },
      tags: ['a'],
      audiences: [list],
    });
    expect(await provider.removeContact(access, { contactId: 'contact-1', previous })).toMatchObject({
      kind: 'accepted',
      written: { fields: { rekomi_tier: null }, tagsRemoved: ['a'], audiencesLeft: [list] },
    });
    expect(probe.contact(JANE)).toMatchObject({
      fields: { firstName: 'Jane' },
      tags: [],
      audiences: [],
      consent: 'subscribed',
    });
    const gone = { ...previous, email: 'gone@example.com' };
    expect((await provider.removeContact(access, { contactId: 'contact-1', previous: gone })).kind).toBe(
      'accepted',
    );
    expect(probe.contact('gone@example.com')).toBeUndefined();
  });
});

describe('consent at Iterable', () => {
  const optedOutOf = (ids: readonly number[]) =>
    answeredJson(200, { user: { email: JANE, dataFields: { unsubscribedChannelIds: ids } } });

  it.each([
    ['of e-mail', optedOutOf([501]), false],
    ['of a channel that nobody knows', optedOutOf([999]), false],
    ['of push and SMS only', optedOutOf([503, 504]), true],
    ['of nothing', optedOutOf([]), true],
  ])('somebody who opted out %s', async (_, look, joins) => {
    const { access, list, lines } = connect();
    access.http.next(look);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', audiences: [list] }));
    expect(lines().includes(SUBSCRIBE)).toBe(joins);
    expect(warningsOf(outcome)).toEqual(joins ? [] : ['consent_not_raised']);
    expect(outcome).toMatchObject({ kind: 'accepted', written: { fields: { firstName: 'Jane' } } });
  });

  it.each([
    ['times out', TIMED_OUT, 'unavailable vendor_timeout'],
    ['is a page', answeredPage(200), 'unavailable vendor_unreadable'],
    ['shows no address', answeredJson(200, { user: {} }), 'unavailable answer_unknown'],
  ])('joins nothing when the look %s', async (_, look, code) => {
    const { access, list, lines } = connect();
    access.http.next(look);
    expect(codeOf(await provider.upsertContact(access, change({ audiences: [list] })))).toBe(code);
    expect(lines()).toEqual([LOOK]);
  });

  it('joins nothing when the channels cannot be told apart, and asks for them once otherwise', async () => {
    const { access, list, lines } = connect();
    access.http.next(optedOutOf([503]));
    access.http.next(TIMED_OUT, 1);
    expect(codeOf(await provider.upsertContact(access, change({ audiences: [list] })))).toBe(
      'unavailable vendor_timeout',
    );
    for (let time = 0; time < 2; time += 1) {
      access.http.next(optedOutOf([503]));
      await provider.upsertContact(access, change({ audiences: [list] }));
    }
    expect(lines().filter((line) => line === 'GET /api/channels')).toHaveLength(2);
  });
});

describe('an event at Iterable', () => {
  it('carries its id and its second, and goes at once to somebody who was written a moment ago', async () => {
    const { access, probe, lines } = connect();
    await provider.upsertContact(access, change({ firstName: 'Jane' }));
    for (let time = 0; time < 2; time += 1) {
      const data = { reference: 'r1', createdAt: 'x' };
      const outcome = await provider.trackEvent(access, event({ data }));
      expect([outcome.kind, ...warningsOf(outcome)]).toEqual(['accepted', 'event_key_dropped']);
    }
    expect(lines()).toEqual([UPDATE, 'POST /api/events/track', 'POST /api/events/track']);
    const { dedupeId } = event();
    expect(access.http.requests[1]?.json).toEqual({
      ...{ email: JANE, eventName: 'affiliate_approved', id: dedupeId, createdAt: 1_775_417_545 },
      dataFields: { reference: 'r1' },
    });
    expect(probe.contact(JANE)?.events).toEqual([
      { name: 'affiliate_approved', at: '2026-04-05T19:32:25.000Z', dedupeId, data: { reference: 'r1' } },
    ]);
  });

  it('never makes a user: a young one waits, an old one is refused', async () => {
    const { access, probe, vendor } = connect();
    const young = event({ occurredAt: new Date(vendor.clock.now - 60_000).toISOString() });
    expect(codeOf(await provider.trackEvent(access, young))).toBe('unavailable send_withheld');
    vendor.clock.now += 10 * 60_000;
    expect(codeOf(await provider.trackEvent(access, young))).toBe('refused event_refused');
    expect(probe.count()).toBe(0);
  });

  it('goes without a value that does not fit the earlier ones of its name', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE });
    await provider.trackEvent(access, event({ data: { amount: 5 } }));
    const outcome = await provider.trackEvent(
      access,
      event({ dedupeId: 'other', data: { amount: '5', currency: 'EUR' } }),
    );
    expect(outcome).toMatchObject({
      kind: 'accepted',
      warnings: [{ code: 'field_rejected', field: 'amount' }],
    });
    expect(probe.contact(JANE)?.events.at(-1)?.data).toEqual({ currency: 'EUR' });
  });
});

describe('a key of Iterable', () => {
  it.each([
    [0, 'eu', ['api.iterable.com', 'api.eu.iterable.com']],
    [1, 'us', ['api.iterable.com']],
  ])('number %i is found in %s, the United States first', async (account, region, hosts) => {
    const { access, probe } = connect(account, 'unknown');
    expect(await provider.verify(access)).toMatchObject({ kind: 'valid', region });
    expect(access.http.requests.map(({ host }) => host)).toEqual(hosts);
    expect(probe.writes()).toBe(0);
  });

  it('is rejected only when both data centres say no', async () => {
    const { access, probe } = connect();
    access.http.next(TIMED_OUT);
    expect(await provider.verify(access)).toMatchObject({ kind: 'valid', region: 'eu' });
    probe.revoke(true);
    expect(await provider.verify(access)).toMatchObject({
      kind: 'rejected',
      code: 'credentials_rejected',
      credentials: ['apiKey'],
    });
    access.http.next(TIMED_OUT);
    expect(await provider.verify(access)).toMatchObject({ kind: 'unreachable', code: 'vendor_timeout' });
  });

  it('that may only read passes the check and is told with the first write', async () => {
    const { access } = connect(0, 'eu', 'e0e0e0e0ac0e00005a0db00000000002');
    expect(await provider.verify(access)).toMatchObject({ kind: 'valid', region: 'eu' });
    expect(codeOf(await provider.upsertContact(access, change({ firstName: 'Jane' })))).toBe(
      'unauthorised right_missing',
    );
  });
});

describe('lists of Iterable', () => {
  it('are offered when they are static; all others are told as filled by rules', async () => {
    const { access, probe } = connect();
    const page = await provider.listAudiences(access);
    expect(page).toMatchObject({
      kind: 'page',
      audiences: [{ name: 'Newsletter readers' }, { name: 'Affiliates' }],
    });
    expect(page.kind === 'page' && page.ruleBased).toHaveLength(3);
    const made = await provider.createAudience(access, ' Partners ');
    expect(made).toMatchObject({ kind: 'created', audience: { name: 'Partners' } });
    expect(probe.audiences().at(-1)?.name).toBe('Partners');
    expect(await provider.createAudience(access, '  ')).toMatchObject({ kind: 'refused' });
  });
});

describe('a look at somebody', () => {
  it('shows fields, lists and consent', async () => {
    const { access, probe, list } = connect();
    probe.seed({
      email: JANE,
      fields: { plan: 'pro' },
      tags: ['a', 'b'],
      audiences: [list],
      consent: 'unsubscribed',
    });
    expect(await provider.readContact(access, JANE)).toMatchObject({
      kind: 'found',
      snapshot: {
        email: JANE,
        fields: { plan: 'pro', rekomi_tags: 'a,b' },
        audiences: [list],
        consent: 'unsubscribed',
      },
    });
    expect(await provider.readContact(access, 'nobody@example.com')).toEqual({ kind: 'not_found' });
  });
});
