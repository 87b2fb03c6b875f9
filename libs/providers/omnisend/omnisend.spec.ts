import { CLEAR, type Outcome } from '@rekomi/provider-contract';
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
import { omnisendEmulator } from './omnisend.emulator.js';
import { omnisendManifest } from './omnisend.manifest.js';
import { uuidOf } from './omnisend.mapping.js';
import { OmnisendProvider } from './omnisend.provider.js';

const provider = new OmnisendProvider();
const EVENT_UUID = '015f4bff-cd73-7334-ada7-8edc1d4a6f1f';

function connect(settings = {}, account = 0) {
  const vendor = inProcessVendor(omnisendEmulator);
  const { probe } = vendor.emulator;
  const access = inProcessAccess(omnisendManifest, vendor, probe.accounts[account]!.credentials, settings);
  const look = (email = JANE) => {
    probe.settle();
    return probe.contact(email);
  };
  return { vendor, probe, access, look };
}

const lines = ({ http }: InProcessAccess): readonly string[] =>
  http.requests.map(({ method, path }) => `${method} ${path}`);
const body = ({ http }: InProcessAccess, index: number): unknown => http.requests[index]?.json;
const warningsOf = (outcome: Outcome): readonly string[] =>
  (outcome.warnings ?? []).map(({ code, field }) => `${code} ${field ?? ''}`.trim());
const problem = (status: number, ...fields: readonly string[]) =>
  answeredJson(status, {
    type: 'https://problems.omnisend.com/validation-failed',
    title: 'Validation failed',
    status,
    errors: fields.map((field) => ({ field, code: 'invalid', message: 'is not valid' })),
  });

describe('an affiliate who is new to Omnisend', () => {
  it('is looked for, then written with tags and audience, without a welcome message', async () => {
    const { access, look } = connect();
    const wish = {
      firstName: 'Zoë',
      status: 'approved' as const,
      tags: ['vip'],
      audiences: ['Rekomi affiliate'],
    };
    const outcome = await provider.upsertContact(access, change(wish));
    expect(access.http.sent[0]?.headers).toMatchObject({
      authorization: 'Omnisend-API-Key sandbox-omnisend-acme-shop-0001',
      'omnisend-version': '2026-03-15',
    });
    expect(access.http.requests[0]?.query).toEqual({ email: JANE });
    expect(body(access, 1)).toEqual({
      identifiers: [
        {
          type: 'email',
          id: JANE,
          channels: { email: { status: 'nonSubscribed', statusChangedAt: '2026-09-03T10:00:00.000Z' } },
          sendWelcomeMessage: false,
        },
      ],
      firstName: 'Zoë',
      tags: ['vip', 'Rekomi affiliate'],
      customProperties: { rekomi_status: 'approved' },
    });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: {
        fields: { firstName: 'Zoë', rekomi_status: 'approved' },
        tagsAdded: ['vip'],
        audiencesJoined: ['Rekomi affiliate'],
      },
    });
    expect(look()).toMatchObject({ consent: 'none', tags: ['vip', 'Rekomi affiliate'] });
    expect(look()?.fields).not.toHaveProperty('welcomed');
  });

  it('is subscribed only where the connection says so, with the date of the agreement', async () => {
    const { access, look } = connect({ newContacts: 'subscribed' });
    const consent = { basis: 'application' as const, recordedAt: '2026-08-01T00:00:00Z' };
    await provider.upsertContact(access, change({}, { consent }));
    expect(look()?.consent).toBe('subscribed');
    expect(JSON.stringify(body(access, 1))).toContain('"statusChangedAt":"2026-08-01T00:00:00Z"');
  });

  it.each([
    [
      'names the property',
      ['customProperties.rekomi_level'],
      ['field_rejected rekomi_level'],
      { firstName: 'Zoë', rekomi_tier: 'gold' },
    ],
    [
      'names nothing',
      [],
      ['field_rejected rekomi_tier', 'field_rejected rekomi_level'],
      { firstName: 'Zoë' },
    ],
    [
      'dislikes the date',
      ['identifiers[0].channels.email.statusChangedAt'],
      [],
      { firstName: 'Zoë', rekomi_tier: 'gold', rekomi_level: 1 },
    ],
  ])('arrives with the rest when Omnisend %s', async (_, fields, warnings, rest) => {
    const { access, look } = connect();
    access.http.next(problem(400, ...fields), 1);
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Zoë', tier: 'gold', attributes: { level: 1 } }),
    );
    expect([outcome.kind, ...warningsOf(outcome)]).toEqual(['accepted', ...warnings]);
    expect(outcome.written?.fields).toEqual(rest);
    expect(look()?.fields).toEqual(rest);
  });

  it('is not counted as written when Omnisend passes the address over without a word', async () => {
    const { access } = connect();
    access.http.next(answeredJson(200, { id: '7', email: 'somebody@example.com' }), 1);
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('unavailable answer_unknown');
    access.http.next(problem(400, 'identifiers[0].id'), 1);
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('refused email_invalid');
  });
});

describe('somebody who is in Omnisend already', () => {
  it.each(['unsubscribed', 'none', 'subscribed'] as const)(
    'keeps the status "%s", tags and properties',
    async (consent) => {
      const { access, probe, look } = connect({ newContacts: 'subscribed' });
      probe.seed({ email: JANE, consent, tags: ['theirs'], fields: { firstName: 'J', points: 7 } });
      const outcome = await provider.upsertContact(
        access,
        change({ firstName: 'Jane', tier: 'gold', tags: ['vip'] }),
      );
      expect(outcome.kind).toBe('accepted');
      expect(lines(access).slice(1)).toEqual([
        expect.stringMatching(/^PATCH \/api\/contacts\/[0-9a-f]{24}$/) as unknown as string,
        'POST /api/contacts/tags',
      ]);
      expect(body(access, 1)).toEqual({
        firstName: 'Jane',
        customProperties: { points: 7, rekomi_tier: 'gold' },
      });
      expect(look()).toMatchObject({
        consent,
        tags: ['theirs', 'vip'],
        fields: { points: 7, rekomi_tier: 'gold' },
      });
    },
  );

  it('is never taken for new because a look failed', async () => {
    const { access, probe } = connect({ newContacts: 'subscribed' });
    for (const answer of [
      TIMED_OUT,
      answeredPage(502),
      answeredJson(200, {}),
      answeredJson(404, {}),
      problem(404),
    ]) {
      access.http.next(answer);
      expect((await provider.upsertContact(access, change())).kind).toBe('unavailable');
    }
    expect(probe.count()).toBe(0);
  });

  it('is left alone when everything is there', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, tags: ['vip'], fields: { firstName: 'Jane' } });
    const wish = change({ firstName: 'Jane', tags: ['vip'] });
    const outcome = await provider.upsertContact(access, wish);
    expect(outcome).toMatchObject({ kind: 'unchanged', written: { tagsFound: ['vip'] } });
    const previous = written({ fields: { firstName: 'Jane' }, tags: ['vip'] });
    access.http.clear();
    expect(await provider.upsertContact(access, { ...wish, previous })).toEqual({ kind: 'unchanged' });
    expect(lines(access)).toEqual([]);
  });

  it('loses only tags of ours, and none that is wanted otherwise', async () => {
    const { access, probe, look } = connect();
    probe.seed({ email: JANE, tags: ['theirs', 'a', 'b', 'c'] });
    const previous = written({ tags: ['a', 'b'], audiences: ['c'] });
    const outcome = await provider.upsertContact(
      access,
      change({ tags: ['c'], audiences: ['b'] }, { previous }),
    );
    expect(body(access, lines(access).indexOf('DELETE /api/contacts/tags'))).toMatchObject({ tags: ['a'] });
    expect(look()?.tags).toEqual(['theirs', 'b', 'c']);
    expect(outcome.written).toMatchObject({ tagsRemoved: ['a', 'b'], audiencesLeft: [], tagsAdded: ['c'] });
    expect(warningsOf(outcome)).toEqual(['left_in_place tags']);
  });

  it('with a new address becomes a contact of that address, not subscribed if they had unsubscribed', async () => {
    const { access, probe, look } = connect({ newContacts: 'subscribed' });
    probe.seed({ email: 'old@example.com', consent: 'unsubscribed', tags: ['a', 'theirs'] });
    const previous = written({ email: 'old@example.com', tags: ['a'] });
    const outcome = await provider.upsertContact(access, change({ tags: ['a'] }, { previous }));
    expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
    expect(outcome.written).toMatchObject({ email: JANE, tagsAdded: ['a'], tagsRemoved: [] });
    expect(look()).toMatchObject({ consent: 'none', tags: ['a'] });
    expect(look('old@example.com')?.tags).toEqual(['theirs']);
  });

  it('keeps a property that is to be emptied, and it is said', async () => {
    const { access } = connect();
    const previous = written({ fields: { rekomi_level: 'gold' } });
    const outcome = await provider.upsertContact(
      access,
      change({ attributes: { level: CLEAR } }, { previous }),
    );
    expect([outcome.kind, ...warningsOf(outcome)]).toEqual(['unchanged', 'left_in_place rekomi_level']);
  });
});

describe('events at Omnisend', () => {
  it('arrive with id and time, and once', async () => {
    const { access, probe, look } = connect();
    probe.seed({ email: JANE, consent: 'unsubscribed' });
    const data = { amount: 1250, currency: 'EUR', nothing: null, blank: '' };
    for (let time = 0; time < 2; time += 1) {
      expect(await provider.trackEvent(access, event({ data }))).toEqual({ kind: 'accepted' });
    }
    expect(body(access, 1)).toEqual({
      eventName: 'affiliate_approved',
      origin: 'api',
      eventID: EVENT_UUID,
      eventTime: '2026-04-05T19:32:25.900Z',
      contact: { id: expect.any(String) as unknown },
      properties: { amount: 1250, currency: 'EUR' },
    });
    expect(look()?.events).toHaveLength(1);
    expect(look()?.consent).toBe('unsubscribed');
  });

  it('create nobody, and cost one call where the id is known', async () => {
    const { access, probe } = connect();
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('refused event_refused');
    expect(codeOf(await provider.trackEvent(access, event({ vendorId: '64f0c0ffee00000000009999' })))).toBe(
      'refused event_refused',
    );
    expect(probe.count()).toBe(0);
    const { written: delta } = await provider.upsertContact(access, change());
    access.http.clear();
    await provider.trackEvent(access, event({ vendorId: delta!.vendorId! }));
    expect(lines(access)).toEqual(['POST /api/events']);
  });

  it('arrive without what does not fit to the first of their kind', async () => {
    const { access, probe, look } = connect();
    probe.seed({ email: JANE });
    await provider.trackEvent(access, event({ data: { amount: 1 } }));
    const other = event({
      dedupeId: '01BX5ZZKBKACTAV9WEVGEMMVS0',
      data: { amount: 'one', título: 'x', ok: true },
    });
    const outcome = await provider.trackEvent(access, other);
    expect([outcome.kind, ...warningsOf(outcome)]).toEqual([
      'accepted',
      'field_rejected amount',
      'field_rejected título',
    ]);
    expect(look()?.events[1]?.data).toEqual({ ok: true });
  });

  it.each([
    [{ name: ' ' }, 'refused event_name_invalid'],
    [{ occurredAt: 'yesterday' }, 'refused event_time_invalid'],
  ])('that cannot arrive are not sent: %j', async (more, code) => {
    const { access } = connect();
    expect(codeOf(await provider.trackEvent(access, event(more)))).toBe(code);
    expect(lines(access)).toEqual([]);
  });

  it.each(['01BX5ZZKBKACTAV9WEVGEMMVRZ', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'no ulid'])(
    'carry %s as a UUID',
    (id) => {
      expect(uuidOf(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(uuidOf(id)).toBe(uuidOf(id));
    },
  );
});

describe('taking back at Omnisend', () => {
  it('takes tags off, leaves person, names and status, and says which properties stay', async () => {
    const { access, probe, look } = connect();
    const fields = { firstName: 'Jane', rekomi_tier: 'gold', points: 7 };
    probe.seed({ email: JANE, consent: 'subscribed', tags: ['theirs', 'a', 'b'], fields });
    const previous = written({
      fields: { firstName: 'Jane', rekomi_tier: 'gold' },
      tags: ['a'],
      audiences: ['b'],
    });
    const outcome = await provider.removeContact(access, { contactId: '1', previous });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      written: { tagsRemoved: ['a'], audiencesLeft: ['b'], fields: {} },
    });
    expect(warningsOf(outcome)).toEqual(['left_in_place rekomi_tier']);
    expect(body(access, 2)).toEqual({ customProperties: { points: 7 } });
    expect(look()).toMatchObject({ tags: ['theirs'], consent: 'subscribed', fields });
  });
});

describe('a key to Omnisend', () => {
  it('says which brand it opens, and writes nothing', async () => {
    const { access, probe } = connect();
    expect(await provider.verify(access)).toMatchObject({ kind: 'valid', account: { name: 'Acme Shop' } });
    expect(probe.writes()).toBe(0);
    probe.revoke(true);
    expect(await provider.verify(access)).toMatchObject({ kind: 'rejected', code: 'credentials_rejected' });
  });

  it('with the two needed permissions is valid, without segments', async () => {
    const { access } = connect({}, 1);
    const made = await provider.verify(access);
    expect(made).toMatchObject({
      kind: 'valid',
      account: {},
      rights: [{ granted: true }, { name: 'segments', granted: false }],
    });
    expect(await provider.listAudiences(access)).toEqual({ kind: 'page', audiences: [] });
  });

  it.each([
    ['unreachable api_version_retired', problem(410)],
    ['rejected right_missing', problem(403)],
    ['unreachable vendor_timeout', TIMED_OUT],
  ] as const)('may come out as %s', async (result, answer) => {
    const { access } = connect();
    access.http.next(answer);
    const made = await provider.verify(access);
    expect('code' in made ? `${made.kind} ${made.code}` : made.kind).toBe(result);
  });

  it('offers no segment as an audience, and any tag that is typed', async () => {
    const { access } = connect();
    expect(await provider.listAudiences(access)).toMatchObject({
      audiences: [],
      ruleBased: ['64f0c0ffee0000000000abcd', expect.any(String)],
    });
    expect(await provider.createAudience(access, ' My partners ')).toEqual({
      kind: 'created',
      audience: { id: 'My partners', name: 'My partners' },
    });
  });

  it('shows tags and segments of a contact', async () => {
    const { access, probe } = connect();
    probe.seed({ email: JANE, consent: 'unsubscribed', tags: ['Rekomi affiliate'] });
    const reading = await provider.readContact(access, JANE);
    const audiences = ['Rekomi affiliate', '64f0c0ffee0000000000abcd'];
    expect(reading).toMatchObject({ kind: 'found', snapshot: { consent: 'unsubscribed', audiences } });
  });
});

it('keeps what the emulator answered after a kill', async () => {
  const { access, vendor, probe } = connect();
  await provider.upsertContact(
    access,
    change({ firstName: 'Jane', tier: 'gold', tags: ['a'], audiences: ['b'] }),
  );
  await provider.trackEvent(access, event());
  const again = inProcessVendor(omnisendEmulator, vendor.entries);
  expect(again.emulator.probe.contact(JANE)).toEqual(probe.contact(JANE));
});
