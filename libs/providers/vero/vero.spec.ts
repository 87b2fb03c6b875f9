import {
  answeredJson,
  answeredPage,
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
import { CLEAR, type VendorRequest } from '@rekomi/provider-contract';
import { veroEmulator } from './vero.emulator.js';
import { veroManifest } from './vero.manifest.js';
import { VeroProvider } from './vero.provider.js';

const provider = new VeroProvider();

function connect(account = 0, key?: string) {
  const vendor = inProcessVendor(veroEmulator);
  const { probe } = vendor.emulator;
  const credentials = key === undefined ? (probe.accounts[account]?.credentials ?? {}) : { apiKey: key };
  const access = inProcessAccess(veroManifest, vendor, credentials);
  const lines = (): readonly string[] =>
    access.http.requests.map(({ method, path }) => `${method} ${path.replace('/api/v2/', '')}`);
  return { vendor, probe, access, lines };
}

const json = ({ json: body }: VendorRequest): unknown => body;

describe('an affiliate at Vero', () => {
  it('becomes a profile known by the address in lower case, and gets tags and audience as tags', async () => {
    const { access, probe } = connect();
    const email = 'Zoë+River@Example.com';
    const wish = {
      email,
      firstName: 'Zoë',
      status: 'approved' as const,
      tags: ['a', 'vip'],
      audiences: ['vip'],
    };
    const outcome = await provider.upsertContact(access, change({ ...wish, attributes: { level: 3 } }));
    const id = 'zoë+river@example.com';
    const data = { first_name: 'Zoë', rekomi_status: 'approved', rekomi_level: 3 };
    expect(access.http.requests.map(json)).toEqual([
      { id, email: id, data },
      { id, add: ['a', 'vip'] },
    ]);
    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: { email, fields: data, tagsAdded: ['a', 'vip'], audiencesJoined: ['vip'] },
    });
    expect(probe.contact(email)).toMatchObject({ fields: data, tags: ['a', 'vip'] });
  });

  it('keeps a tag that is an audience no longer but wished for as a tag', async () => {
    const { access } = connect();
    const previous = written({ tags: ['a', 'vip'], audiences: ['vip', 'spring'] });
    const outcome = await provider.upsertContact(
      access,
      change({ tags: ['vip'], audiences: ['summer'] }, { previous }),
    );
    expect(access.http.requests.map(json)).toEqual([{ id: JANE, add: ['summer'], remove: ['a', 'spring'] }]);
    expect(outcome.written).toMatchObject({
      tagsRemoved: ['a'],
      audiencesJoined: ['summer'],
      audiencesLeft: ['spring', 'vip'],
    });
  });

  it('costs no request when nothing differs, and nothing is ever emptied', async () => {
    const { access } = connect();
    const previous = written({ fields: { rekomi_level: 3 }, tags: ['a'] });
    const wish = change({ tags: ['a'], attributes: { level: CLEAR } }, { previous });
    expect(await provider.upsertContact(access, wish)).toEqual({ kind: 'unchanged' });
    expect(access.http.requests).toEqual([]);
  });

  it('arrives without properties when Vero says no to them', async () => {
    const { access, probe } = connect();
    access.http.next(answeredJson(400, { status: 400, message: 'Invalid data' }));
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', tags: ['a'] }));
    expect(outcome).toMatchObject({
      kind: 'accepted',
      warnings: [{ code: 'field_rejected', field: 'first_name' }],
      written: { tagsAdded: ['a'] },
    });
    expect(outcome.written?.fields).toEqual({});
    expect(probe.contact(JANE)?.tags).toEqual(['a']);
  });

  it('tells what got in when the tags did not', async () => {
    const { access } = connect();
    access.http.next(TIMED_OUT, 1);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', tags: ['a'] }));
    expect(outcome).toMatchObject({
      kind: 'ambiguous',
      written: { email: JANE, fields: { first_name: 'Jane' } },
    });
    expect(outcome.written?.tagsAdded ?? []).toEqual([]);
  });

  it('moves to a new address with the profile, so that an opt-out goes along', async () => {
    const { access, probe, lines } = connect();
    probe.seed({
      email: 'old@example.com',
      fields: { plan: 'pro' },
      tags: ['a', 'b', 'theirs'],
      consent: 'unsubscribed',
    });
    const previous = written({ email: 'old@example.com', tags: ['a', 'b'] });
    const outcome = await provider.upsertContact(access, change({ tags: ['a'] }, { previous }));
    expect(lines()).toEqual(['PUT users/reidentify', 'POST users/track', 'PUT users/tags/edit']);
    expect(outcome.written).toMatchObject({ email: JANE, tagsAdded: ['a'], tagsRemoved: ['b'] });
    expect(probe.contact(JANE)).toMatchObject({
      email: JANE,
      fields: { plan: 'pro' },
      tags: ['a', 'theirs'],
      consent: 'unsubscribed',
    });
    expect(probe.count()).toBe(1);
  });

  it('is written anew when Vero does not rename, without our tags at the old address', async () => {
    const { access, probe } = connect();
    probe.seed({ email: 'old@example.com', tags: ['a', 'b', 'theirs'] });
    access.http.next(answeredJson(400, { status: 400, message: 'taken' }));
    const previous = written({ email: 'old@example.com', fields: { first_name: 'J' }, tags: ['a', 'b'] });
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'J', tags: ['a'] }, { previous }),
    );
    expect(outcome).toMatchObject({
      warnings: [{ code: 'left_in_place' }],
      written: { email: JANE, fields: { first_name: 'J' }, tagsAdded: ['a'] },
    });
    expect([probe.contact('old@example.com')?.tags, probe.contact(JANE)?.tags]).toEqual([['theirs'], ['a']]);
    expect(access.http.requests.map(json).at(-1)).toEqual({ id: JANE, add: ['a'] });
  });

  it('is taken back by tags, says which properties stay, and is erased on request', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, tags: ['a', 'vip', 'theirs'] });
    const previous = written({
      fields: { first_name: 'J', rekomi_tier: 'gold' },
      tags: ['a'],
      audiences: ['vip'],
    });
    expect(await provider.removeContact(access, { contactId: 'contact-1', previous })).toMatchObject({
      kind: 'accepted',
      written: { tagsRemoved: ['a'], audiencesLeft: ['vip'] },
      warnings: [{ code: 'left_in_place', detail: expect.stringContaining('rekomi_tier') as unknown }],
    });
    expect(probe.contact(JANE)?.tags).toEqual(['theirs']);
    expect(await provider.eraseContact(access, JANE)).toEqual({ kind: 'accepted' });
    expect(probe.count()).toBe(0);
  });
});

describe('an event at Vero', () => {
  it('has its time, and an id in its data by which a quick repeat is the same', async () => {
    const { access, probe, vendor } = connect();
    probe.seed({ email: JANE });
    const one = event({ data: { amount: 5 } });
    const other = event({ dedupeId: 'other', data: { amount: 5 } });
    for (const each of [one, one, other])
      expect(await provider.trackEvent(access, each)).toEqual({ kind: 'accepted' });
    expect(access.http.requests[0]?.json).toEqual({
      identity: { id: JANE, email: JANE },
      event_name: 'affiliate_approved',
      data: { amount: 5, rekomi_event_id: one.dedupeId },
      extras: { source: 'rekomi', created_at: '2026-04-05T19:32:25+0000' },
    });
    expect(probe.contact(JANE)?.events).toHaveLength(2);
    expect(probe.contact(JANE)?.events[0]?.at).toBe('2026-04-05T19:32:25.000Z');
    const restarted = inProcessVendor(veroEmulator, vendor.entries);
    await provider.trackEvent(
      inProcessAccess(veroManifest, restarted, probe.accounts[0]?.credentials ?? {}),
      one,
    );
    expect(restarted.emulator.probe.contact(JANE)?.events).toHaveLength(2);
    vendor.clock.now += 10 * 60_000;
    await provider.trackEvent(access, one);
    expect(probe.contact(JANE)?.events).toHaveLength(3);
  });

  it.each([
    ['without a name', event({ name: ' ' }), 'refused event_name_invalid'],
    ['with a name of 255 characters', event({ name: 'n'.repeat(255) }), 'refused event_name_invalid'],
    ['without a time', event({ occurredAt: 'yesterday' }), 'refused event_time_invalid'],
  ])('%s is not sent', async (_, one, code) => {
    const { access } = connect();
    expect(codeOf(await provider.trackEvent(access, one))).toBe(code);
    expect(access.http.requests).toEqual([]);
  });
});

describe('the key of Vero', () => {
  it.each([
    [0, 'auth_token'],
    [1, 'tracking_api_key'],
  ])('number %i goes into the body as %s and nowhere else', async (account, name) => {
    const { access, probe } = connect(account);
    await provider.upsertContact(access, change({ tags: ['a'] }));
    expect(probe.contact(JANE)?.tags).toEqual(['a']);
    const { apiKey } = probe.accounts[account]?.credentials ?? {};
    for (const { body, query, headers } of access.http.sent) {
      expect(JSON.parse(body)).toMatchObject({ [name]: apiKey });
      expect([query.toString(), headers['authorization']]).toEqual(['', undefined]);
    }
  });

  it('does not stand in the emulator’s log of exchanges', async () => {
    const { access, vendor } = connect(0, 'mistyped-token');
    await provider.upsertContact(access, change({ firstName: 'Jane' }));
    const [sent] = access.http.sent;
    if (sent !== undefined)
      await vendor.emulator.handle({ ...sent, query: new URLSearchParams({ auth_token: 'mistyped-token' }) });
    const log = JSON.stringify(vendor.emulator.control('GET', 'exchanges', new URLSearchParams(), undefined));
    expect(log).toContain('Jane');
    expect(log.match(/\[masked\]/g)).toHaveLength(3);
    expect(log).not.toContain('mistyped-token');
  });

  it('is an auth token only in its exact form, of which nothing else is known', () => {
    const token = connect().probe.accounts[0]?.credentials['apiKey'] ?? '';
    expect(token).toHaveLength(108);
    const { access } = connect(0, token);
    expect(access.hint('apiKey')).toBe('');
    for (const other of [token.slice(1), `${token}A`, token.replace(/./, 'z'), 'A'.repeat(108)]) {
      expect(connect(0, other).access.hint('apiKey')).toBeUndefined();
    }
  });

  it('is not testable, whether it is right or wrong, and nothing is written', async () => {
    for (const key of [undefined, 'nonsense']) {
      const { access, probe, lines } = connect(0, key);
      expect(await provider.verify(access)).toEqual({
        kind: 'untestable',
        code: 'credentials_untested',
        checks: [{ credentials: ['apiKey'], result: 'untestable', code: 'credentials_untested' }],
      });
      expect([lines(), probe.writes()]).toEqual([['GET heartbeat'], 0]);
      expect(access.http.sent[0]).toMatchObject({ body: '' });
    }
  });

  it.each([
    ['times out', TIMED_OUT, 'vendor_timeout'],
    ['cannot be reached', CONNECTION_REFUSED, 'vendor_unreachable'],
    ['has an error', answeredJson(503, {}), 'vendor_error'],
    ['is a page', answeredPage(200), 'vendor_unreadable'],
    ['has enough', answeredJson(429, {}), 'vendor_throttled'],
  ])('is not even asked about when Vero %s', async (_, answer, code) => {
    const { access } = connect();
    access.http.next(answer);
    expect(await provider.verify(access)).toMatchObject({ kind: 'unreachable', code });
  });

  it('is told as wrong by the first write', async () => {
    const { access } = connect(0, 'nonsense');
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane' }));
    expect(outcome).toMatchObject({
      kind: 'unauthorised',
      code: 'credentials_rejected',
      credential: 'apiKey',
    });
  });
});

describe('the answers of Vero', () => {
  it.each([
    [200, { status: 200, message: 'Success.' }, 'accepted'],
    [200, { status: 401, message: 'Unauthorized' }, 'unauthorised credentials_rejected'],
    [200, { status: 400, message: 'Invalid' }, 'refused contact_refused'],
    [200, { status: 500, message: 'x' }, 'unavailable vendor_error'],
    [200, {}, 'unavailable answer_unknown'],
    [200, [], 'unavailable answer_unknown'],
    [202, { status: 200, message: 'Success.' }, 'unavailable answer_unknown'],
    [400, { status: 400, message: 'email is invalid' }, 'refused email_invalid'],
    [400, { status: 400, message: 'Invalid' }, 'refused contact_refused'],
    [401, { status: 401, message: 'x' }, 'unauthorised credentials_rejected'],
    [404, { status: 404, message: 'x' }, 'unavailable answer_unknown'],
    [429, {}, 'throttled vendor_throttled'],
    [502, {}, 'unavailable vendor_error'],
  ])('%i %j', async (status, body, code) => {
    const { access } = connect();
    access.http.next(answeredJson(status, body));
    expect(codeOf(await provider.upsertContact(access, change()))).toBe(code);
  });

  it('offers no tags to choose from: they are typed', async () => {
    expect(await provider.listAudiences()).toEqual({ kind: 'refused', code: 'audiences_not_listed' });
  });
});
