import { CLEAR, type Outcome, type WrittenDelta } from '@rekomi/provider-contract';
import {
  answeredJson,
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
import { consentOf } from './kit.answers.js';
import { kitEmulator } from './kit.emulator.js';
import { kitManifest } from './kit.manifest.js';
import { keyOf } from './kit.mapping.js';
import { KitProvider } from './kit.provider.js';

const provider = new KitProvider();

function connect(settings = {}) {
  const vendor = inProcessVendor(kitEmulator);
  const { probe } = vendor.emulator;
  const access = inProcessAccess(kitManifest, vendor, probe.accounts[0]!.credentials, settings);
  return { vendor, probe, access };
}

const lines = ({ http }: InProcessAccess): readonly string[] =>
  http.requests.map(({ method, path }) => `${method} ${path}`);
const bodies = ({ http }: InProcessAccess): readonly unknown[] => http.requests.map(({ json }) => json);
const warningsOf = (outcome: Outcome): readonly string[] =>
  (outcome.warnings ?? []).map(({ code, field }) => `${code} ${field ?? ''}`.trim());
const ledger = ({ fields, ...rest }: WrittenDelta, tags: readonly string[], audiences: readonly string[]) =>
  written({ ...rest, fields: fields as Record<string, string>, tags, audiences });

describe('an affiliate who is new to Kit', () => {
  it('is written, then tagged, then put into the audience, which is a tag', async () => {
    const { access, probe } = connect();
    const wish = { firstName: 'Zoë', lastName: "O'Neil", tags: ['Rekomi affiliate'], audiences: ['5'] };
    const outcome = await provider.upsertContact(access, change({ ...wish, email: 'Jane+Tag@Example.com' }));

    expect(lines(access)).toEqual([
      'GET /v4/custom_fields',
      'POST /v4/subscribers',
      'POST /v4/tags',
      'POST /v4/tags/102/subscribers/101',
      'POST /v4/tags/5/subscribers/101',
    ]);
    expect(access.http.requests[1]?.json).toEqual({
      email_address: JANE,
      first_name: 'Zoë',
      fields: { last_name: "O'Neil" },
    });
    expect(access.http.sent[1]?.headers).toMatchObject({ 'x-kit-api-key': 'kit_sandbox0acme0creators01' });
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      written: {
        vendorId: '101',
        fields: { first_name: 'Zoë', last_name: "O'Neil" },
        tagsAdded: ['Rekomi affiliate'],
        audiencesJoined: ['5'],
      },
    });
    expect(probe.contact(JANE)).toMatchObject({ audiences: ['102', '5'], consent: 'subscribed' });
  });

  it('costs two calls once tags and fields are known', async () => {
    const { access } = connect();
    await provider.upsertContact(access, change({ tags: ['a'], lastName: 'Roe' }));
    access.http.clear();
    await provider.upsertContact(
      access,
      change({ tags: ['A'], lastName: 'Doe', email: 'other@example.com' }),
    );
    expect(lines(access)).toEqual(['POST /v4/subscribers', 'POST /v4/tags/102/subscribers/103']);
  });

  it('brings custom fields with it that the account lacks, or goes without them', async () => {
    const wish = change({ status: 'approved', attributes: { 'Préféré Nr. 1': true } });
    const creating = connect();
    expect((await provider.upsertContact(creating.access, wish)).written?.fields).toEqual({
      rekomi_status: 'approved',
      rekomi_prefere_nr_1: 'true',
    });
    expect(creating.probe.contact(JANE)?.fields).toEqual({
      rekomi_status: 'approved',
      rekomi_prefere_nr_1: 'true',
    });

    const leaving = connect({ createFields: false });
    const outcome = await provider.upsertContact(leaving.access, wish);
    expect([outcome.kind, ...warningsOf(outcome)]).toEqual([
      'confirmed',
      'field_missing rekomi_status',
      'field_missing rekomi_prefere_nr_1',
    ]);
    expect(bodies(leaving.access)[1]).toEqual({ email_address: JANE });
  });

  it.each([
    ['refuses it', answeredJson(422, { errors: ['Custom field "rekomi_tier" does not exist'] }), 2],
    [
      'reports it',
      answeredJson(200, { subscriber: echo({ rekomi_tier: null }), warnings: ['rekomi_tier: unknown'] }),
      1,
    ],
    ['ignores it', answeredJson(201, { subscriber: echo({}) }), 1],
  ] as const)('arrives without an unknown field, whether Kit %s', async (_, answer, posts) => {
    const { access } = connect();
    access.http.next(answer, 2);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Zoë', tier: 'gold' }));
    expect([outcome.kind, ...warningsOf(outcome)]).toEqual(['confirmed', 'field_rejected rekomi_tier']);
    expect(outcome.written?.fields).toEqual({ first_name: 'Zoë' });
    expect(lines(access).filter((line) => line === 'POST /v4/subscribers')).toHaveLength(posts);
  });

  it('with more than ten custom fields is only accepted: Kit writes them later', async () => {
    const { access, probe } = connect();
    const attributes = Object.fromEntries(
      Array.from({ length: 11 }, (_, index) => [`f${index}`, `v${index}`]),
    );
    const outcome = await provider.upsertContact(access, change({ attributes }));
    expect(outcome.kind).toBe('accepted');
    expect(probe.contact(JANE)?.fields).toEqual({});
    probe.settle();
    expect(probe.contact(JANE)?.fields).toMatchObject({ rekomi_f10: 'v10' });
    expect(Object.keys(outcome.written!.fields!)).toHaveLength(11);
  });
});

/** A subscriber in an answer, Zoë by name. */
function echo(fields: object): object {
  return { id: 7, first_name: 'Zoë', email_address: JANE, state: 'active', fields };
}

describe('a refusal of Kit', () => {
  it('about an address tells that from any other refusal', async () => {
    const { access } = connect();
    expect(codeOf(await provider.upsertContact(access, change({ email: 'nonsense', tier: 'gold' })))).toBe(
      'refused email_invalid',
    );
    access.http.next(answeredJson(422, { errors: ['Something else'] }));
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('refused contact_refused');
  });
});

describe('consent at Kit', () => {
  it.each(['unsubscribed', 'bounced', 'complained', 'pending'] as const)(
    'stays as it is for somebody %s',
    async (consent) => {
      const { access, probe } = connect();
      probe.seed({ email: JANE, consent });
      const outcome = await provider.upsertContact(
        access,
        change({ firstName: 'Jane', tags: ['a'], audiences: ['5'] }),
      );
      expect(outcome.kind).toBe('confirmed');
      expect(probe.contact(JANE)).toMatchObject({ consent, fields: { first_name: 'Jane' } });
      expect(JSON.stringify(bodies(access))).not.toContain('state');
    },
  );

  it('goes along with a person to a new address, with the tags', async () => {
    const { access, probe } = connect();
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed', tags: ['a', 'theirs'] });
    const previous = written({ email: 'old@example.com', tags: ['a'] });
    const outcome = await provider.upsertContact(access, change({ tags: ['a'] }, { previous }));
    expect(outcome).toMatchObject({ kind: 'confirmed', written: { email: JANE } });
    expect(probe.contact('old@example.com')).toBeUndefined();
    expect(probe.contact(JANE)).toMatchObject({ consent: 'unsubscribed', tags: ['a', 'theirs'] });
  });

  it('of two subscribers stays apart when the new address has one of its own', async () => {
    const { access, probe } = connect();
    probe.seed({ email: 'old@example.com', tags: ['a', 'theirs'], audiences: ['5'] });
    probe.seed({ email: JANE, consent: 'unsubscribed' });
    const previous = written({ email: 'old@example.com', tags: ['a'], audiences: ['5'] });
    const outcome = await provider.upsertContact(
      access,
      change({ tags: ['a'], audiences: ['5'] }, { previous }),
    );
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      written: { email: JANE, tagsAdded: ['a'], audiencesJoined: ['5'], tagsRemoved: [], audiencesLeft: [] },
    });
    expect(probe.contact('old@example.com')).toMatchObject({ tags: ['theirs'] });
    expect(probe.contact(JANE)).toMatchObject({ consent: 'unsubscribed', tags: ['a', 'Affiliates'] });
  });

  it('stays where it is when the new address is refused and nobody stands there', async () => {
    const { access, probe } = connect();
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed', tags: ['a'] });
    const previous = written({ email: 'old@example.com', tags: ['a'] });
    const isPut = ({ method }: { readonly method: string }) => method === 'PUT';
    access.http.whenever(isPut, answeredJson(422, { errors: ['Email address is invalid'] }));
    const outcome = await provider.upsertContact(access, change({ tags: ['a'] }, { previous }));
    expect(outcome.kind).toBe('refused');
    expect(probe.contact(JANE)).toBeUndefined();
    expect(probe.contact('old@example.com')).toMatchObject({ consent: 'unsubscribed', tags: ['a'] });
  });

  it.each([
    ['active', 'subscribed'],
    ['cancelled', 'unsubscribed'],
    ['bounced', 'bounced'],
    ['complained', 'complained'],
    ['inactive', 'unknown'],
    ['brand_new', 'unknown'],
  ])('in the state %s reads as %s', (state, consent) => {
    expect(consentOf(state)).toBe(consent);
  });
});

describe('tags at Kit', () => {
  it('are taken off one by one, and only ours', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, tags: ['a', 'b', 'theirs'], audiences: ['5'] });
    const previous = written({ tags: ['a', 'b'], audiences: ['5'] });
    const outcome = await provider.upsertContact(access, change({ tags: ['b'] }, { previous }));
    expect(outcome.written).toMatchObject({ tagsRemoved: ['a'], audiencesLeft: ['5'] });
    expect(probe.contact(JANE)?.tags).toEqual(['b', 'theirs']);
  });

  it('that somebody had before us are told as found, with one look, and not added again', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, tags: ['theirs', 'Affiliates'] });
    const wish = { tags: ['Theirs', 'a'], audiences: ['5'] };
    const outcome = await provider.upsertContact(access, change(wish));
    expect(outcome.written).toMatchObject({
      tagsFound: ['Theirs'],
      audiencesFound: ['5'],
      tagsAdded: ['a'],
    });
    expect(lines(access).filter((line) => /^GET .*tags/.test(line))).toHaveLength(1);
    expect(lines(access).filter((line) => /tags\/\d+\/subscribers/.test(line))).toHaveLength(1);
  });

  it('that are ours as a tag are ours as an audience as well', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, tags: ['Affiliates'] });
    const previous = written({ tags: ['affiliates'] });
    const both = await provider.upsertContact(
      access,
      change({ tags: ['affiliates'], audiences: ['5'] }, { previous }),
    );
    expect(both.written).toMatchObject({ audiencesJoined: ['5'] });
    expect(both.written).not.toHaveProperty('audiencesFound');
  });

  it('stay on while the same tag is the audience, and the other way round', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, tags: ['Affiliates'] });
    const asTag = written({ tags: ['affiliates'], audiences: ['5'] });
    await provider.upsertContact(access, change({ audiences: ['5'] }, { previous: asTag }));
    expect(probe.contact(JANE)?.tags).toEqual(['Affiliates']);
    const outcome = await provider.upsertContact(
      access,
      change({ tags: ['affiliates'] }, { previous: asTag }),
    );
    expect(probe.contact(JANE)?.tags).toEqual(['Affiliates']);
    expect([outcome.written?.audiencesLeft ?? [], ...warningsOf(outcome)]).toEqual([
      [],
      'left_in_place tags',
    ]);
  });

  it('that were deleted in Kit are made again; an audience that was deleted is told', async () => {
    const { access, probe } = connect();
    await provider.upsertContact(access, change({ tags: ['a'] }));
    probe.removeAudience(probe.audiences().find(({ name }) => name === 'a')!.id);
    probe.removeAudience('5');
    const outcome = await provider.upsertContact(
      access,
      change({ email: 'b@example.com', tags: ['a'], audiences: ['5'] }),
    );
    expect(codeOf(outcome)).toBe('misconfigured audience_missing');
    expect(outcome.written).toMatchObject({ email: 'b@example.com', tagsAdded: ['a'] });
    expect(probe.contact('b@example.com')?.tags).toEqual(['a']);
  });

  it('stand for events, once, and make no subscriber', async () => {
    const { access, probe } = connect();
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('refused event_refused');
    expect(probe.count()).toBe(0);
    probe.seed({ email: JANE, consent: 'unsubscribed' });
    const delta = { tagsAdded: ['rekomi:affiliate_approved'] };
    expect(await provider.trackEvent(access, event())).toEqual({ kind: 'confirmed', written: delta });
    expect(await provider.trackEvent(access, event())).toEqual({ kind: 'unchanged', written: delta });
    expect(probe.contact(JANE)).toMatchObject({
      tags: ['rekomi:affiliate_approved'],
      consent: 'unsubscribed',
    });
  });
});

describe('taking back at Kit', () => {
  it('takes tags, memberships and our fields off; the person and the names stay', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, tags: ['theirs'] });
    const wish = { firstName: 'Jane', status: 'approved' as const, tags: ['a'], audiences: ['5'] };
    const { written: delta } = await provider.upsertContact(access, change(wish));
    const previous = ledger(delta!, ['a'], ['5']);
    const outcome = await provider.removeContact(access, { contactId: '1', previous });
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      written: { fields: { rekomi_status: null }, tagsRemoved: ['a'], audiencesLeft: ['5'] },
    });
    expect(probe.contact(JANE)).toMatchObject({
      fields: { first_name: 'Jane' },
      tags: ['theirs'],
      consent: 'subscribed',
    });
    expect(Object.keys(probe.contact(JANE)!.fields)).toEqual(['first_name']);
  });

  it('empties a field of ours with an empty text, and says so when it stays', async () => {
    const { access } = connect();
    const { written: delta } = await provider.upsertContact(
      access,
      change({ attributes: { level: 'gold' } }),
    );
    const previous = ledger(delta!, [], []);
    access.http.clear();
    access.http.next(answeredJson(200, { subscriber: { ...echo({ rekomi_level: 'gold' }), id: 101 } }));
    const stays = await provider.upsertContact(
      access,
      change({ attributes: { level: CLEAR } }, { previous }),
    );
    expect(bodies(access)[0]).toEqual({ email_address: JANE, fields: { rekomi_level: '' } });
    expect(warningsOf(stays)).toEqual(['left_in_place rekomi_level']);
    const outcome = await provider.upsertContact(
      access,
      change({ attributes: { level: CLEAR } }, { previous }),
    );
    expect(outcome.written?.fields).toEqual({ rekomi_level: null });
  });
});

describe('looking at Kit', () => {
  it('finds people of every state, reads them by id, and knows their tags', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, consent: 'unsubscribed', audiences: ['5'], fields: { first_name: 'Jane' } });
    expect(await provider.readContact(access, JANE.toUpperCase())).toMatchObject({
      kind: 'found',
      snapshot: {
        vendorId: '101',
        consent: 'unsubscribed',
        audiences: ['5'],
        fields: { first_name: 'Jane' },
      },
    });
    expect(access.http.requests[0]?.query).toEqual({ email_address: JANE, status: 'all' });
    expect(await provider.readContact(access, 'nobody@example.com')).toEqual({ kind: 'not_found' });
  });

  it('says what the key opens, and writes nothing', async () => {
    const { access, probe } = connect();
    expect(await provider.verify(access)).toMatchObject({
      kind: 'valid',
      account: { id: '201', name: 'Acme Creators' },
    });
    expect(probe.writes()).toBe(0);
    probe.revoke(true);
    expect(await provider.verify(access)).toMatchObject({
      kind: 'rejected',
      code: 'credentials_rejected',
      vendorMessage: 'The access token is invalid',
    });
    access.http.next(TIMED_OUT);
    expect(await provider.verify(access)).toMatchObject({ kind: 'unreachable', code: 'vendor_timeout' });
  });

  it('lists tags over all pages, whose cursors hold signs that need encoding', async () => {
    const { access, probe } = connect();
    for (let number = 0; number < 1000; number += 1) probe.addAudience(`Tag ${number}`);
    const first = await provider.listAudiences(access);
    if (first.kind !== 'page') throw new Error(first.kind);
    expect(first.nextCursor).toMatch(/=$/);
    const second = await provider.listAudiences(access, first.nextCursor);
    if (second.kind !== 'page') throw new Error(second.kind);
    expect([first.audiences.length, second.audiences.length, second.nextCursor]).toEqual([
      1000,
      2,
      undefined,
    ]);
  });
});

it.each([
  ['Last name', 'last_name'],
  [' rekomi_status ', 'rekomi_status'],
  ['rekomi_Préféré', 'rekomi_prefere'],
  ['rekomi_好き', 'rekomi_'],
])('the label %s gets the key %s', (label, key) => {
  expect(keyOf(label)).toBe(key);
});

it('keeps what the emulator answered after a kill', async () => {
  const { access, vendor } = connect();
  await provider.upsertContact(
    access,
    change({ firstName: 'Jane', tier: 'gold', tags: ['a'], audiences: ['5'] }),
  );
  const again = inProcessVendor(kitEmulator, vendor.entries);
  expect(again.emulator.probe.contact(JANE)).toEqual(vendor.emulator.probe.contact(JANE));
});
