import { isAllowedHost, type Outcome } from '@rekomi/provider-contract';
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
  type InProcessAccess,
} from '@rekomi/vendor-emulation/testing';
import { beehiivEmulator } from './beehiiv.emulator.js';
import { readAnswer, standingOf } from './beehiiv.answers.js';
import { beehiivManifest } from './beehiiv.manifest.js';
import { BeehiivProvider } from './beehiiv.provider.js';

const provider = new BeehiivProvider();
const PARTNERS = 'pub_0d1f2a3b-0002-4c4d-8e5f-6a7b8c9d0e02';
const WEEKLY = 'pub_0d1f2a3b-0001-4c4d-8e5f-6a7b8c9d0e01';
const AUDIENCES = { audiences: [WEEKLY] };

function connect(settings = {}) {
  const vendor = inProcessVendor(beehiivEmulator);
  const { probe } = vendor.emulator;
  const access = inProcessAccess(beehiivManifest, vendor, probe.accounts[0]!.credentials, settings);
  return { vendor, probe, access };
}

const lines = ({ http }: InProcessAccess): readonly string[] =>
  http.requests.map(
    ({ method, path }) => `${method} ${path.replace(/\?.*/, '').replace('/v2/publications/', '')}`,
  );
const warningsOf = (outcome: Outcome): readonly string[] => (outcome.warnings ?? []).map(({ code }) => code);

describe('an affiliate who is new to a beehiiv publication', () => {
  it('is looked up, subscribed without a welcome mail, and tagged', async () => {
    const { access, probe } = connect();
    const wish = {
      firstName: 'Zoë',
      lastName: "O'Neil",
      status: 'approved' as const,
      tags: ['Rekomi affiliate'],
      ...AUDIENCES,
    };
    const outcome = await provider.upsertContact(access, change(wish));

    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: {
        email: JANE,
        fields: { 'First Name': 'Zoë', 'Last Name': "O'Neil", rekomi_status: 'approved' },
        tagsAdded: ['Rekomi affiliate'],
        audiencesJoined: [WEEKLY],
        vendorId: expect.stringMatching(`^${WEEKLY}/sub_`) as unknown,
      },
    });
    expect(access.http.requests[1]?.path).toContain(
      '/by_email/jane%2Btag%40example.com?expand%5B%5D=custom_fields',
    );
    expect(access.http.requests[2]?.json).toEqual({
      email: JANE,
      reactivate_existing: false,
      send_welcome_email: false,
      utm_source: 'rekomi',
      utm_medium: 'affiliate',
      double_opt_override: 'not_set',
      custom_fields: [
        { name: 'First Name', value: 'Zoë' },
        { name: 'Last Name', value: "O'Neil" },
        { name: 'rekomi_status', value: 'approved' },
      ],
    });
    expect(probe.contact(JANE)).toMatchObject({ tags: ['Rekomi affiliate'], audiences: [WEEKLY] });
  });

  it('gets only the custom fields that the publication has, and the others are named', async () => {
    const { access, probe } = connect();
    const wish = { firstName: 'Jane', lastName: 'Roe', audiences: [PARTNERS] };
    const outcome = await provider.upsertContact(access, change(wish));
    expect(outcome.warnings).toEqual([
      {
        code: 'field_missing',
        field: 'Last Name',
        detail: 'The publication has no custom field "Last Name".',
      },
    ]);
    expect(outcome.written?.fields).toEqual({ 'First Name': 'Jane' });
    expect(probe.contact(JANE)?.fields).toEqual({ 'First Name': 'Jane' });
  });

  it('is not sent again when nothing changed, and the vendor is not even asked', async () => {
    const { access } = connect();
    const wish = { firstName: 'Jane', tags: ['a'], ...AUDIENCES };
    const previous = written({ fields: { 'First Name': 'Jane' }, tags: ['a'], audiences: [WEEKLY] });
    expect(await provider.upsertContact(access, change(wish, { previous }))).toEqual({ kind: 'unchanged' });
    expect(access.http.requests).toEqual([]);
  });

  it('arrives without a value that the publication does not take', async () => {
    const { access, vendor, probe } = connect();
    vendor.emulator.control('POST', 'contacts', new URLSearchParams(), {
      email: 'other@example.com',
      fields: { rekomi_level: 1 },
    });
    const refusal = { status: 400, errors: [{ message: 'rekomi_level is not a valid integer', code: 'X' }] };
    access.http.next(answeredJson(400, refusal), 2);
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', attributes: { level: 'gold' }, ...AUDIENCES }),
    );
    expect([outcome.kind, ...warningsOf(outcome)]).toEqual(['accepted', 'field_rejected']);
    expect(outcome.written?.fields).toEqual({ 'First Name': 'Jane' });
    expect(probe.contact(JANE)?.fields).toEqual({ 'First Name': 'Jane' });
  });

  it('counts as there when creating is refused because the address came in meanwhile', async () => {
    const { access, probe } = connect();
    access.http.next(() => {
      probe.seed({ email: JANE });
      return answeredJson(400, { status: 400, errors: [{ message: 'Something is wrong', code: 'X' }] });
    }, 2);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', ...AUDIENCES }));
    expect(outcome).toMatchObject({ kind: 'accepted', written: { audiencesJoined: [WEEKLY] } });
    expect(probe.contact(JANE)?.fields).toEqual({ 'First Name': 'Jane' });
  });

  it('needs a publication, one that is there', async () => {
    const { access, probe } = connect();
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('misconfigured audience_needed');
    probe.removeAudience(WEEKLY);
    expect(codeOf(await provider.upsertContact(access, change(AUDIENCES)))).toBe(
      'misconfigured audience_missing',
    );
    expect(probe.count()).toBe(0);
  });
});

describe('consent at beehiiv', () => {
  it.each([
    ['unsubscribed', 'respect', 'unsubscribed', ['consent_not_raised']],
    ['unsubscribed', 'reactivate', 'subscribed', []],
    ['bounced', 'reactivate', 'bounced', ['consent_not_raised']],
    ['archived', 'reactivate', 'archived', ['consent_not_raised']],
    ['pending', 'reactivate', 'pending', ['confirmation_pending']],
  ] as const)('of somebody %s, with the setting "%s": %s', async (before, unsubscribed, after, warnings) => {
    const { access, probe } = connect({ unsubscribed });
    probe.seed({ email: JANE, consent: before, fields: { 'First Name': 'J' } });
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', tags: ['a'], ...AUDIENCES }),
    );
    expect(outcome.kind).toBe('accepted');
    expect(warningsOf(outcome)).toEqual(warnings);
    expect(outcome.written?.audiencesJoined ?? []).toEqual(after === 'subscribed' ? [WEEKLY] : []);
    expect(probe.contact(JANE)).toMatchObject({
      consent: after,
      fields: { 'First Name': 'Jane' },
      tags: ['a'],
    });
  });

  it('is not raised a second time for somebody who unsubscribed after we put them there', async () => {
    const { access, probe } = connect({ unsubscribed: 'reactivate' });
    probe.seed({ email: JANE, consent: 'unsubscribed' });
    const previous = written({ audiences: [WEEKLY] });
    await provider.upsertContact(
      access,
      change({ firstName: 'Jane', ...AUDIENCES }, { previous, rewrite: true }),
    );
    expect(probe.contact(JANE)?.consent).toBe('unsubscribed');
  });

  it('is not guessed when the look does not come back', async () => {
    const { access, probe } = connect({ unsubscribed: 'reactivate' });
    for (const answer of [TIMED_OUT, answeredPage(502), answeredJson(200, {})]) {
      access.http.clear();
      access.http.whenever(({ path }) => path.includes('by_email'), answer);
      expect((await provider.upsertContact(access, change(AUDIENCES))).kind).toBe('unavailable');
      access.http.whenever(() => false, undefined);
      expect(lines(access).filter((line) => !line.startsWith('GET'))).toEqual([]);
    }
    expect(probe.count()).toBe(0);
  });

  it('goes along with a person to a new address', async () => {
    const { access, probe } = connect();
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed', tags: ['a'] });
    const previous = written({ email: 'old@example.com', tags: ['a'], audiences: [WEEKLY] });
    const outcome = await provider.upsertContact(access, change({ tags: ['a'], ...AUDIENCES }, { previous }));
    expect(outcome).toMatchObject({ kind: 'accepted', written: { email: JANE } });
    expect(probe.contact('old@example.com')).toBeUndefined();
    expect(probe.contact(JANE)).toMatchObject({ consent: 'unsubscribed', tags: ['a'] });
  });

  it.each([
    'active',
    'validating',
    'pending',
    'inactive',
    'paused',
    'invalid',
    'needs_attention',
    'brand_new',
  ])('in the state %s is known or taken for an opt-out', (status) => {
    const known = { active: 'in', validating: 'in', pending: 'confirming' } as Record<string, string>;
    expect(standingOf(status)).toBe(known[status] ?? 'out');
  });
});

describe('tags at beehiiv', () => {
  it('that the publication has no room for do not keep the person away', async () => {
    const { access, probe } = connect();
    const full = Array.from({ length: 99 }, (_, index) => `tag ${index}`);
    probe.seed({ email: 'other@example.com', tags: full });
    const outcome = await provider.upsertContact(access, change({ tags: ['one', 'two'], ...AUDIENCES }));
    expect([outcome.kind, ...warningsOf(outcome)]).toEqual(['accepted', 'tag_limit_reached']);
    expect(outcome.written).toMatchObject({ tagsAdded: ['one'], audiencesJoined: [WEEKLY] });
    expect(probe.contact(JANE)?.tags).toEqual(['one']);
  });

  it('are tried again later when a fresh subscription cannot be tagged yet', async () => {
    const { access } = connect();
    access.http.next(
      answeredJson(400, { errors: [{ message: 'Subscription is not active', code: 'X' }] }),
      3,
    );
    const outcome = await provider.upsertContact(access, change({ tags: ['a'], ...AUDIENCES }));
    expect(outcome).toMatchObject({
      kind: 'unavailable',
      written: { audiencesJoined: [WEEKLY], tagsAdded: [] },
    });
  });

  it('that are no longer wanted stay, and it is said', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, tags: ['a'] });
    const previous = written({ tags: ['a'], audiences: [WEEKLY] });
    const outcome = await provider.upsertContact(access, change(AUDIENCES, { previous }));
    expect(outcome).toMatchObject({
      kind: 'unchanged',
      warnings: [{ code: 'left_in_place', field: 'tags' }],
    });
    expect(outcome.written?.tagsRemoved ?? []).toEqual([]);
  });

  it('stand for events, also where only the address is known, and make no subscription', async () => {
    const { access, probe } = connect();
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('refused event_refused');
    expect(probe.count()).toBe(0);
    probe.seed({ email: JANE });
    const outcome = await provider.trackEvent(access, event());
    expect(outcome).toEqual({ kind: 'accepted', written: { tagsAdded: ['rekomi:affiliate_approved'] } });
    expect(probe.contact(JANE)?.tags).toEqual(['rekomi:affiliate_approved']);

    const { written: first } = await provider.upsertContact(access, change(AUDIENCES));
    access.http.clear();
    await provider.trackEvent(access, event({ vendorId: first!.vendorId! }));
    expect(lines(access)).toHaveLength(1);
  });
});

describe('taking back at beehiiv', () => {
  it('takes our custom fields away, leaves the person subscribed, and says what stays', async () => {
    const { access, probe } = connect();
    const wish = { firstName: 'Jane', status: 'approved' as const, tags: ['a'], ...AUDIENCES };
    const { written: delta } = await provider.upsertContact(access, change(wish));
    const previous = {
      ...written(),
      ...delta,
      fields: delta!.fields as Record<string, string>,
      tags: ['a'],
      audiences: [WEEKLY],
    };
    const outcome = await provider.removeContact(access, { contactId: '1', previous });
    expect(outcome).toMatchObject({ kind: 'accepted', written: { fields: { rekomi_status: null } } });
    expect(warningsOf(outcome)).toEqual(['left_in_place', 'left_in_place']);
    expect(probe.contact(JANE)).toMatchObject({ fields: { 'First Name': 'Jane' }, consent: 'subscribed' });
  });

  it('erases somebody in every publication, only then', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, audiences: [WEEKLY, PARTNERS] });
    expect(await provider.eraseContact(access, JANE)).toEqual({ kind: 'confirmed' });
    expect(await provider.eraseContact(access, JANE)).toEqual({ kind: 'unchanged' });
    expect(probe.count()).toBe(0);
  });
});

describe('a key to beehiiv', () => {
  it('says which workspace it opens, and writes nothing', async () => {
    const { access, probe } = connect();
    expect(await provider.verify(access)).toMatchObject({ kind: 'valid', account: { name: 'Acme Letters' } });
    expect(probe.writes()).toBe(0);
    probe.revoke(true);
    expect(await provider.verify(access)).toMatchObject({ kind: 'rejected', code: 'credentials_rejected' });
    access.http.next(TIMED_OUT);
    expect(await provider.verify(access)).toMatchObject({ kind: 'unreachable', code: 'vendor_timeout' });
  });

  it('lists its publications to the very end', async () => {
    const { access, probe } = connect();
    for (let number = 0; number < 199; number += 1) probe.addAudience(`Letter ${number}`);
    const ids: string[] = [];
    for (
      let cursor: string | undefined = undefined, first = true;
      first || cursor !== undefined;
      first = false
    ) {
      const page = await provider.listAudiences(access, cursor);
      if (page.kind !== 'page') throw new Error(page.kind);
      ids.push(...page.audiences.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(new Set(ids).size).toBe(201);
  });
});

describe('an answer of beehiiv', () => {
  const NOW = Date.UTC(2026, 10, 29);

  it('that asks for patience says until when in a header of its own', () => {
    const answer = answeredJson(429, {}, { 'ratelimit-reset': String(NOW / 1000 + 30) });
    expect(readAnswer(answer, NOW, false)).toMatchObject({
      failure: { kind: 'throttled', until: new Date(NOW + 30_000) },
    });
  });
});

it('keeps what the emulator answered after a kill', async () => {
  const { access, vendor } = connect();
  await provider.upsertContact(access, change({ firstName: 'Jane', tags: ['a'], ...AUDIENCES }));
  const again = inProcessVendor(beehiivEmulator, vendor.entries);
  expect(again.emulator.probe.contact(JANE)).toEqual(vendor.emulator.probe.contact(JANE));
  expect(vendor.emulator.hosts.every((host) => isAllowedHost(beehiivManifest, host))).toBe(true);
});
