import type { ContactChange, Outcome, SettingValue } from '@rekomi/provider-contract';
import { applyWritten, isSuccess } from '@rekomi/provider-contract';
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
} from '@rekomi/vendor-emulation/testing';
import { mailchimpEmulator } from './mailchimp.emulator.js';
import type { MailchimpProbe } from './mailchimp.emulator-probe.js';
import { mailchimpManifest } from './mailchimp.manifest.js';
import { subscriberHash } from './mailchimp.mapping.js';
import { MailchimpProvider } from './mailchimp.provider.js';

const HASH = subscriberHash(JANE);
const provider = new MailchimpProvider();

function connect(settings: Readonly<Record<string, SettingValue>> = {}) {
  const vendor = inProcessVendor(mailchimpEmulator);
  const probe = vendor.emulator.probe as MailchimpProbe;
  const credentials = probe.accounts[0]!.credentials;
  const access = inProcessAccess(mailchimpManifest, vendor, credentials, settings);
  const [affiliates = '', newsletter = '', confirmed = ''] = probe.audiences().map(({ id }) => id);
  const upsert = (wish: ContactChange): Promise<Outcome> => provider.upsertContact(access, wish);
  return { vendor, probe, access, http: access.http, affiliates, newsletter, confirmed, upsert };
}

/** What the ledger holds after it. */
function ledger(outcome: Outcome, previous?: Parameters<typeof applyWritten>[0]) {
  return applyWritten(previous, outcome.written ?? {}, JANE);
}

const ADA = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  status: 'approved',
  tags: ['Rekomi affiliate'],
} as const;

describe('what Mailchimp gets for a contact', () => {
  it('names a member by the hash of its address in lower case', () => {
    expect(subscriberHash(' Urist.McVankab@freddiesjokes.com ')).toBe('62eeb292278cc15f5817cb78f7790b08');
  });

  it('is one member and its tags, and never a status for somebody who is there', async () => {
    const { http, affiliates, upsert } = connect();
    const outcome = await upsert(change({ ...ADA, audiences: [affiliates] }));
    const writes = http.sent.filter(({ method }) => method !== 'GET');
    expect(
      writes.map(({ method, host, rawPath, query, body }) => [
        method,
        host + rawPath,
        query.toString(),
        JSON.parse(body),
      ]),
    ).toEqual([
      [
        'PUT',
        `us14.api.mailchimp.com/3.0/lists/${affiliates}/members/${HASH}`,
        'skip_merge_validation=true',
        {
          email_address: JANE,
          status_if_new: 'subscribed',
          merge_fields: { FNAME: 'Ada', LNAME: 'Lovelace', MMERGE5: 'approved' },
        },
      ],
      [
        'POST',
        `us14.api.mailchimp.com/3.0/lists/${affiliates}/members/${HASH}/tags`,
        '',
        { tags: [{ name: 'Rekomi affiliate', status: 'active' }] },
      ],
    ]);
    expect(outcome).toEqual({
      kind: 'confirmed',
      written: {
        email: JANE,
        vendorId: affiliates,
        fields: { FNAME: 'Ada', LNAME: 'Lovelace', rekomi_status: 'approved' },
        tagsAdded: ['Rekomi affiliate'],
        audiencesJoined: [affiliates],
      },
    });
  });

  it('is nothing when all of it is there', async () => {
    const { http, affiliates, upsert } = connect();
    const wish = change({ ...ADA, audiences: [affiliates] });
    const previous = ledger(await upsert(wish));
    http.clear();
    expect(await upsert({ ...wish, previous })).toEqual({ kind: 'unchanged' });
    expect(http.sent).toEqual([]);
  });

  it('leaves out what the audience has no field for, and says so once', async () => {
    const { http, affiliates, upsert } = connect();
    const wish = change({ attributes: { company: 'Acme' }, audiences: [affiliates] });
    const outcome = await upsert(wish);
    expect(http.sent.find(({ method }) => method === 'PUT')?.body).not.toContain('merge_fields');
    expect(outcome.warnings).toMatchObject([{ code: 'field_missing', field: 'rekomi_company' }]);
    expect((await upsert(wish)).warnings).toBeUndefined();
  });

  it('writes an attribute into the field that the merchant called so, and empties it when asked', async () => {
    const { probe, affiliates, upsert } = connect();
    probe.addField('Rekomi_Company');
    const wish = { audiences: [affiliates], attributes: { company: 'Acme' } };
    const previous = ledger(await upsert(change(wish)));
    expect(previous.fields).toEqual({ rekomi_company: 'Acme' });
    const emptied = await upsert(change({ ...wish, attributes: { company: { clear: true } } }, { previous }));
    expect(emptied.written?.fields).toEqual({ rekomi_company: null });
    expect(ledger(emptied, previous).fields).toEqual({});
  });

  it('does not take a field for emptied that still shows its value', async () => {
    const { http, probe, affiliates, upsert } = connect();
    probe.addField('rekomi_company');
    const wish = { audiences: [affiliates], attributes: { company: 'Acme' } };
    const previous = ledger(await upsert(change(wish)));
    const member = { id: HASH, email_address: JANE, status: 'subscribed', merge_fields: { MMERGE8: 'Acme' } };
    http.next(answeredJson(200, member));
    const kept = await upsert(change({ ...wish, attributes: { company: { clear: true } } }, { previous }));
    expect(kept.written?.fields).toBeUndefined();
    expect(kept.warnings).toMatchObject([{ code: 'field_rejected', field: 'rekomi_company' }]);
  });

  it('arrives without the one field that Mailchimp does not take', async () => {
    const { probe, affiliates, upsert } = connect();
    probe.addField('rekomi_score', 'number');
    const attributes = { score: 'many' };
    const outcome = await upsert(change({ ...ADA, attributes, audiences: [affiliates] }));
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      warnings: [{ code: 'field_rejected', field: 'rekomi_score', detail: 'Please enter a number' }],
    });
    expect(probe.contact(JANE)?.fields).toEqual({
      FNAME: 'Ada',
      LNAME: 'Lovelace',
      rekomi_status: 'approved',
    });
  });

  it('arrives with the tags that Mailchimp takes', async () => {
    const { probe, affiliates, upsert } = connect();
    const tags = ['good', 'x'.repeat(101), 'also good'];
    const outcome = await upsert(change({ tags, audiences: [affiliates] }));
    expect(outcome.written?.tagsAdded).toEqual(['also good', 'good']);
    expect(outcome.warnings).toMatchObject([{ code: 'field_rejected', field: 'tags' }]);
    expect(probe.contact(JANE)?.tags).toEqual(['good', 'also good']);
  });

  it('arrives although the merchant made another field required', async () => {
    const { probe, affiliates, upsert } = connect();
    probe.addField('Company', 'text', true);
    expect((await upsert(change({ audiences: [affiliates] }))).kind).toBe('confirmed');
  });
});

describe('consent', () => {
  it.each(['unsubscribed', 'bounced', 'complained', 'archived', 'pending'] as const)(
    'somebody who is %s stays so, and the merchant hears of it',
    async (consent) => {
      const { probe, affiliates, upsert } = connect();
      probe.seed({ email: JANE, consent, audiences: [affiliates] });
      const outcome = await upsert(change({ ...ADA, audiences: [affiliates] }));
      expect(isSuccess(outcome)).toBe(true);
      expect(outcome.written?.audiencesJoined).toBeUndefined();
      const code = consent === 'pending' ? 'confirmation_pending' : 'consent_not_raised';
      expect(outcome.warnings).toMatchObject([{ code, field: affiliates }]);
      expect(probe.contact(JANE)).toMatchObject({ consent, tags: ['Rekomi affiliate'] });
    },
  );

  it('somebody who was deleted for good is refused', async () => {
    const { probe, affiliates, upsert } = connect();
    probe.seed({ email: JANE, consent: 'suppressed', audiences: [affiliates] });
    const outcome = await upsert(change({ audiences: [affiliates] }));
    expect(codeOf(outcome)).toBe('refused contact_suppressed');
    expect(probe.count()).toBe(0);
  });

  it('somebody new confirms where the audience asks for it, unless the merchant decided otherwise', async () => {
    const asked = connect();
    const outcome = await asked.upsert(change({ audiences: [asked.confirmed] }));
    expect(outcome.warnings).toMatchObject([{ code: 'confirmation_pending' }]);
    expect(asked.probe.contact(JANE)?.consent).toBe('pending');
    const decided = connect({ newPeople: 'subscribed' });
    expect(
      (await decided.upsert(change({ audiences: [decided.confirmed] }))).written?.audiencesJoined,
    ).toEqual([decided.confirmed]);
  });

  it('nobody is written while it is unknown whether the audience asks', async () => {
    const { http, probe, affiliates, upsert } = connect();
    for (const answer of [TIMED_OUT, answeredJson(200, {})]) {
      http.next(answer);
      expect((await upsert(change({ audiences: [affiliates] }))).kind).toBe('unavailable');
    }
    expect(probe.count()).toBe(0);
  });

  it('an opt-out goes along to a new address', async () => {
    const { probe, affiliates, upsert } = connect();
    const previous = ledger(await upsert(change({ ...ADA, audiences: [affiliates] })));
    probe.seed({ email: JANE, consent: 'unsubscribed', audiences: [affiliates] });
    const moved = await upsert(
      change({ ...ADA, email: 'ada@new.example', audiences: [affiliates] }, { previous }),
    );
    expect(moved.written).toMatchObject({ email: 'ada@new.example' });
    expect(probe.contact(JANE)).toBeUndefined();
    expect(probe.contact('ada@new.example')).toMatchObject({
      consent: 'unsubscribed',
      tags: ['Rekomi affiliate'],
    });
  });

  it('an opt-out goes along even where Mailchimp does not exchange the address', async () => {
    const { http, probe, affiliates, upsert } = connect();
    const previous = ledger(await upsert(change({ ...ADA, audiences: [affiliates] })));
    probe.seed({ email: JANE, consent: 'unsubscribed', audiences: [affiliates] });
    http.next(answeredJson(400, { title: 'Invalid Resource', detail: 'not possible' }));
    await upsert(change({ ...ADA, email: 'ada@new.example', audiences: [affiliates] }, { previous }));
    expect(probe.contact(JANE)).toMatchObject({ consent: 'unsubscribed', tags: [] });
    expect(probe.contact('ada@new.example')?.consent).toBe('unsubscribed');
  });
});

describe('several audiences', () => {
  it('each gets member and tags; one that is deleted does not keep the others waiting', async () => {
    const { probe, affiliates, newsletter, upsert } = connect();
    probe.removeAudience(affiliates);
    const outcome = await upsert(change({ ...ADA, audiences: [affiliates, newsletter] }));
    expect(codeOf(outcome)).toBe('misconfigured audience_missing');
    expect(outcome.written).toMatchObject({ audiencesJoined: [newsletter], vendorId: newsletter });
    expect(probe.contact(JANE)?.tags).toEqual(['Rekomi affiliate']);
  });

  it('one that an earlier write did not reach gets everything with the next', async () => {
    const { http, vendor, affiliates, newsletter, upsert } = connect();
    const audiences = [affiliates, newsletter];
    const first = ledger(await upsert(change({ ...ADA, audiences })));
    const wish = change({ ...ADA, tags: ['Gold'], audiences }, { previous: first });
    // The second audience's member, after the first one's two writes.
    http.next(answeredJson(429, { title: 'Too Many Requests' }), 2);
    const broken = await upsert(wish);
    expect(broken).toMatchObject({ kind: 'throttled', written: { tagsAdded: ['Gold'] } });
    const second = ledger(broken, first);
    expect(second.vendorId).toContain('!');
    const repaired = await upsert({ ...wish, previous: second });
    expect(ledger(repaired, second).vendorId).not.toContain('!');
    const path = `/3.0/lists/${newsletter}/members/${HASH}`;
    const seen = await vendor.emulator.handle({
      ...http.sent[0]!,
      method: 'GET',
      rawPath: path,
      query: new URLSearchParams(),
    });
    expect(JSON.parse(seen.body)).toMatchObject({ tags: [{ name: 'Gold' }] });
  });

  it('leaving one takes our tags back there and nowhere else, and the person stays', async () => {
    const { probe, affiliates, newsletter, upsert } = connect();
    probe.seed({ email: JANE, tags: ['VIP'], audiences: [newsletter] });
    const previous = ledger(await upsert(change({ ...ADA, audiences: [affiliates, newsletter] })));
    const left = await upsert(change({ ...ADA, audiences: [affiliates] }, { previous }));
    expect(left.warnings).toMatchObject([{ code: 'left_in_place', field: newsletter }]);
    expect(probe.contact(JANE)).toMatchObject({
      audiences: [affiliates, newsletter],
      tags: ['Rekomi affiliate', 'VIP'],
    });
    const after = ledger(left, previous);
    expect(after).toMatchObject({ tags: ['Rekomi affiliate'], vendorId: affiliates });
    const again = await upsert(change({ ...ADA, audiences: [affiliates] }, { previous: after }));
    expect(again).toEqual({ kind: 'unchanged' });
  });

  it('may have a tag each, the merchant’s in one and ours in another, and only ours goes', async () => {
    const { probe, access, http, affiliates, newsletter, upsert } = connect();
    probe.seed({ email: JANE, tags: ['Gold'], audiences: [affiliates], consent: 'subscribed' });
    const outcome = await upsert(change({ tags: ['gold'], audiences: [affiliates, newsletter] }));
    const previous = ledger(outcome);
    expect(previous).toMatchObject({ tags: ['gold'] });
    http.clear();
    await provider.removeContact(access, { contactId: '1', previous });
    const tagged = http.sent.filter(({ rawPath }) => rawPath.endsWith('/tags'));
    expect(tagged.map(({ rawPath }) => rawPath)).toEqual([`/3.0/lists/${newsletter}/members/${HASH}/tags`]);
    expect(probe.contact(JANE)?.tags).toEqual(['Gold']);
  });

  it('without any, there is nowhere to write', async () => {
    const { upsert } = connect();
    expect(codeOf(await upsert(change()))).toBe('misconfigured audience_needed');
  });
});

describe('taking back', () => {
  it('removes our tags and empties our fields; names, membership and the merchant’s tags stay', async () => {
    const { probe, access, affiliates, upsert } = connect();
    probe.seed({ email: JANE, tags: ['VIP'], audiences: [affiliates] });
    const previous = ledger(await upsert(change({ ...ADA, audiences: [affiliates] })));
    const outcome = await provider.removeContact(access, { contactId: 'contact-1', previous });
    expect(outcome).toMatchObject({ kind: 'confirmed', warnings: [{ code: 'left_in_place' }] });
    expect(probe.contact(JANE)).toMatchObject({
      fields: { FNAME: 'Ada', LNAME: 'Lovelace' },
      tags: ['VIP'],
      audiences: [affiliates],
      consent: 'subscribed',
    });
  });

  it('makes nobody who is gone already', async () => {
    const { probe, access, affiliates } = connect();
    const previous = written({
      tags: ['a'],
      fields: { rekomi_tier: 'gold' },
      audiences: [affiliates, 'gone'],
    });
    expect((await provider.removeContact(access, { contactId: 'contact-1', previous })).kind).toBe(
      'confirmed',
    );
    expect(probe.count()).toBe(0);
  });

  it('erases for good in every audience', async () => {
    const { probe, access, affiliates, newsletter } = connect();
    probe.seed({ email: JANE, consent: 'archived', audiences: [affiliates, newsletter] });
    expect(await provider.eraseContact(access, JANE)).toEqual({ kind: 'confirmed' });
    expect(probe.count()).toBe(0);
    expect(await provider.eraseContact(access, JANE)).toEqual({ kind: 'unchanged' });
  });
});

describe('events', () => {
  it('stand on the member with texts as properties and the time at which it happened', async () => {
    const { http, probe, access, affiliates, upsert } = connect();
    const { vendorId = '' } = ledger(await upsert(change({ audiences: [affiliates] })));
    http.clear();
    const data = { amount: 1250, paid: true, note: '', lines: [1, 2] };
    expect(await provider.trackEvent(access, event({ vendorId, data }))).toEqual({ kind: 'confirmed' });
    expect(http.sent.map(({ method, rawPath, body }) => [method, rawPath, JSON.parse(body)])).toEqual([
      [
        'POST',
        `/3.0/lists/${affiliates}/members/${HASH}/events`,
        {
          name: 'affiliate_approved',
          properties: { amount: '1250', paid: 'true', lines: '[1,2]' },
          occurred_at: '2026-04-05T19:32:25+00:00',
        },
      ],
    ]);
    expect(probe.contact(JANE)?.events).toHaveLength(1);
  });

  it('make no member, wherever it is asked', async () => {
    const { probe, access, affiliates } = connect();
    expect(codeOf(await provider.trackEvent(access, event({ vendorId: affiliates })))).toBe(
      'refused event_refused',
    );
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('refused event_refused');
    expect(codeOf(await provider.trackEvent(access, event({ vendorId: 'gone' })))).toBe(
      'misconfigured audience_missing',
    );
    expect(probe.count()).toBe(0);
  });

  it('are not sent again once one audience has them', async () => {
    const { http, access, affiliates, newsletter, upsert } = connect();
    const { vendorId = '' } = ledger(await upsert(change({ audiences: [affiliates, newsletter] })));
    http.next(TIMED_OUT, 1);
    const outcome = await provider.trackEvent(access, event({ vendorId }));
    expect(outcome).toMatchObject({ kind: 'confirmed', warnings: [{ code: 'vendor_timeout' }] });
    http.next(TIMED_OUT);
    expect(codeOf(await provider.trackEvent(access, event({ vendorId })))).toBe('ambiguous vendor_timeout');
  });

  it.each([
    ['x', 'event_name_invalid'],
    ['x'.repeat(31), 'event_name_invalid'],
  ])('called "%s" are refused before they are sent', async (name, code) => {
    const { http, access } = connect();
    expect(codeOf(await provider.trackEvent(access, event({ name })))).toBe(`refused ${code}`);
    expect(http.requests).toEqual([]);
  });
});

describe('the key', () => {
  it('opens an account by name, in the data centre that it ends with', async () => {
    const { access, probe } = connect();
    expect(await provider.verify(access)).toMatchObject({
      kind: 'valid',
      account: { name: 'Acme Partners' },
      checks: [{ result: 'valid', detail: 'The account is in data centre us14.' }],
      rights: [{ granted: true }, { granted: true }, { granted: true }, { granted: true }],
    });
    expect(probe.writes()).toBe(0);
  });

  it.each([
    ['is cut off before the hyphen', 'c0ffee00c0ffee00c0ffee00c0ffee00', 'rejected credentials_rejected'],
    [
      'names a host of its own',
      'c0ffee00c0ffee00c0ffee00c0ffee00-evil.example/',
      'rejected credentials_rejected',
    ],
    [
      'belongs to another data centre',
      'decade00decade00decade00decade00-us14',
      'rejected credentials_rejected',
    ],
    ['is unknown', 'bad0bad0bad0bad0bad0bad0bad0bad0-us14', 'rejected credentials_rejected'],
  ])('that %s is rejected', async (_, apiKey, expected) => {
    const vendor = inProcessVendor(mailchimpEmulator);
    const access = inProcessAccess(mailchimpManifest, vendor, { apiKey });
    const found = await provider.verify(access);
    expect(`${found.kind} ${'code' in found ? found.code : ''}`).toBe(expected);
    expect(JSON.stringify(found)).not.toContain(apiKey.slice(0, 32));
    const outcome = await provider.upsertContact(access, change({ audiences: ['a'] }));
    expect(codeOf(outcome)).toBe('unauthorised credentials_rejected');
  });

  it('of a user who may only look is told apart', async () => {
    const { http, access } = connect();
    http.next(answeredJson(200, { account_id: '1', role: 'Viewer' }), 1);
    const found = await provider.verify(access);
    expect(found).toMatchObject({
      kind: 'valid',
      rights: [{ name: 'contacts', granted: false }, {}, {}, {}],
    });
  });
});

describe('answers', () => {
  it('a success without the vendor’s sign is none for tags and events', async () => {
    const { http, access, affiliates, upsert } = connect();
    http.next(answeredJson(200, {}), 3);
    const outcome = await upsert(change({ ...ADA, audiences: [affiliates] }));
    expect(codeOf(outcome)).toBe('unavailable answer_unknown');
    expect(outcome.written?.audiencesJoined).toEqual([affiliates]);
    http.next(answeredJson(200, {}));
    expect(codeOf(await provider.trackEvent(access, event({ vendorId: affiliates })))).toBe(
      'unavailable answer_unknown',
    );
  });
});

describe('reading back', () => {
  it('shows fields under the names they were written with, the lowest consent, and where the person is', async () => {
    const { probe, access, affiliates, newsletter, upsert } = connect();
    await upsert(change({ ...ADA, audiences: [affiliates] }));
    probe.seed({ email: JANE, consent: 'bounced', audiences: [newsletter] });
    expect(await provider.readContact(access, JANE)).toMatchObject({
      kind: 'found',
      snapshot: {
        email: JANE,
        fields: { FNAME: 'Ada', LNAME: 'Lovelace', rekomi_status: 'approved' },
        consent: 'bounced',
        audiences: [affiliates],
      },
    });
    expect(await provider.readContact(access, 'nobody@example.com')).toEqual({ kind: 'not_found' });
  });

  it('lists 1,001 audiences to the end', async () => {
    const { probe, access } = connect();
    while (probe.audiences().length < 1001) probe.addAudience(`Audience ${probe.audiences().length}`);
    const first = await provider.listAudiences(access);
    if (first.kind !== 'page') throw new Error(first.code);
    const second = await provider.listAudiences(access, first.nextCursor);
    if (second.kind !== 'page') throw new Error(second.code);
    expect(new Set([...first.audiences, ...second.audiences].map(({ id }) => id)).size).toBe(1001);
    expect(second.nextCursor).toBeUndefined();
  });
});

it('a killed sandbox comes back with what it had', async () => {
  const { vendor, probe, affiliates, upsert } = connect();
  await upsert(change({ ...ADA, audiences: [affiliates] }));
  const again = inProcessVendor(mailchimpEmulator, vendor.entries);
  expect(again.emulator.probe.contact(JANE)).toEqual(probe.contact(JANE));
});
