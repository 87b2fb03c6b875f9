import type { ContactChange, Outcome, SettingValue, VendorRequest } from '@rekomi/provider-contract';
import { applyWritten, isSuccess } from '@rekomi/provider-contract';
import {
  answeredJson,
  answeredText,
  change,
  codeOf,
  event,
  inProcessAccess,
  inProcessVendor,
  JANE,
  TIMED_OUT,
  written,
} from '@rekomi/vendor-emulation/testing';
import { activecampaignEmulator } from './activecampaign.emulator.js';
import type { ActivecampaignProbe } from './activecampaign.emulator-probe.js';
import { activecampaignManifest } from './activecampaign.manifest.js';
import { ActivecampaignProvider } from './activecampaign.provider.js';

const provider = new ActivecampaignProvider();

function connect(
  settings: Readonly<Record<string, SettingValue>> = {},
  more: Readonly<Record<string, string>> = {},
) {
  const vendor = inProcessVendor(activecampaignEmulator);
  const probe = vendor.emulator.probe as ActivecampaignProbe;
  const credentials = { ...probe.accounts[0]!.credentials, ...more };
  const access = inProcessAccess(activecampaignManifest, vendor, credentials, settings);
  const [affiliates = '', newsletter = ''] = probe.audiences().map(({ id }) => id);
  const upsert = (wish: ContactChange): Promise<Outcome> => provider.upsertContact(access, wish);
  return { vendor, probe, access, http: access.http, affiliates, newsletter, upsert };
}

const WITHOUT_EVENT_KEY = { eventKey: '', eventActid: '' };

function ledger(outcome: Outcome, previous?: Parameters<typeof applyWritten>[0]) {
  return applyWritten(previous, outcome.written ?? {}, JANE);
}

const is = (method: string, path: string) => (request: VendorRequest) =>
  request.method === method && request.path.startsWith(`/api/3${path}`);

const ADA = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  status: 'approved',
  tags: ['Rekomi affiliate'],
} as const;

describe('what ActiveCampaign gets for a contact', () => {
  it('is contact, list and tag, in this order, on the account’s own host with the key in its header', async () => {
    const { http, probe, affiliates, upsert } = connect();
    const outcome = await upsert(change({ ...ADA, audiences: [affiliates] }));
    const writes = http.sent.filter(({ method }) => method !== 'GET');
    expect(new Set(http.sent.map(({ host }) => host))).toEqual(new Set(['acme-partners.api-us1.com']));
    expect(writes.map(({ rawPath, body }) => [rawPath, JSON.parse(body)])).toEqual([
      [
        '/api/3/contact/sync',
        {
          contact: {
            email: JANE,
            firstName: 'Ada',
            lastName: 'Lovelace',
            fieldValues: [{ field: '1', value: 'approved' }],
          },
        },
      ],
      ['/api/3/contactLists', { contactList: { list: affiliates, contact: '10', status: 1 } }],
      ['/api/3/tags', { tag: { tag: 'Rekomi affiliate', tagType: 'contact', description: '' } }],
      ['/api/3/contactTags', { contactTag: { contact: '10', tag: '12' } }],
    ]);
    expect(outcome).toEqual({
      kind: 'confirmed',
      written: {
        email: JANE,
        vendorId: '10',
        fields: { firstName: 'Ada', lastName: 'Lovelace', rekomi_status: 'approved' },
        tagsAdded: ['Rekomi affiliate'],
        audiencesJoined: [affiliates],
      },
    });
    expect(probe.contact(JANE)).toMatchObject({
      tags: ['Rekomi affiliate'],
      audiences: [affiliates],
      consent: 'subscribed',
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

  it('costs five calls once ids are known, which is what a second allows', async () => {
    const { http, affiliates, upsert } = connect();
    await upsert(change({ ...ADA, audiences: [affiliates] }));
    http.clear();
    await upsert(change({ ...ADA, email: 'bob@example.com', audiences: [affiliates] }));
    expect(http.sent.map(({ method, rawPath }) => `${method} ${rawPath}`)).toEqual([
      'POST /api/3/contact/sync',
      'GET /api/3/contacts/14/contactLists',
      'POST /api/3/contactLists',
      'GET /api/3/contacts/14/contactTags',
      'POST /api/3/contactTags',
    ]);
  });

  it('goes nowhere but to hosts of ActiveCampaign', async () => {
    const { http, upsert } = connect({}, { apiUrl: 'evil.example' });
    expect(codeOf(await upsert(change()))).toBe('unavailable host_not_allowed');
    expect(http.sent).toEqual([]);
  });

  it('leaves out what the account has no field for, and fills the field that has the title', async () => {
    const { probe, upsert } = connect();
    probe.field('Rekomi_Company');
    const attributes = { company: 'Acme', shoe: '42' };
    const outcome = await upsert(change({ attributes }));
    expect(outcome.written?.fields).toEqual({ rekomi_company: 'Acme' });
    expect(outcome.warnings).toMatchObject([{ code: 'field_missing', field: 'rekomi_shoe' }]);
    const previous = ledger(outcome);
    const emptied = await upsert(change({ attributes: { company: { clear: true } } }, { previous }));
    expect(ledger(emptied, previous).fields).toEqual({});
    expect(probe.contact(JANE)?.fields).toEqual({});
  });

  it('believes about fields only what the answer shows', async () => {
    const { http, access, upsert } = connect();
    const body = { contact: { id: '10', email: JANE }, fieldValues: [] };
    http.whenever(is('POST', '/contact/sync'), answeredJson(201, body));
    const dropped = await upsert(change(ADA));
    expect(dropped.written?.fields).toEqual({ firstName: 'Ada', lastName: 'Lovelace' });
    expect(dropped.warnings).toMatchObject([{ code: 'field_missing', field: 'rekomi_status' }]);
    http.whenever(() => false, undefined);
    const kept = { ...body, fieldValues: [{ field: '6', value: 'Acme' }] };
    access.memo.set('fields', JSON.stringify({ rekomi_company: '6' }));
    http.whenever(is('POST', '/contact/sync'), answeredJson(200, kept));
    const had = written({ fields: { rekomi_company: 'Acme' } });
    const emptied = await upsert(change({ attributes: { company: { clear: true } } }, { previous: had }));
    expect(emptied.written?.fields).toBeUndefined();
    expect(emptied.warnings).toMatchObject([{ code: 'field_rejected', field: 'rekomi_company' }]);
  });

  it.each([
    [
      'names the field',
      {
        errors: [{ title: 'Bad value', source: { pointer: '/data/attributes/fieldValues/0/rekomi_status' } }],
      },
    ],
    ['says nothing', {}],
  ])('arrives without the custom field where a refusal %s', async (_, body) => {
    const { http, probe, upsert } = connect();
    const sync = is('POST', '/contact/sync');
    http.whenever(
      (request) => sync(request) && JSON.stringify(request.json).includes('fieldValues'),
      answeredJson(400, body),
    );
    const outcome = await upsert(change(ADA));
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      warnings: [{ code: 'field_rejected', field: 'rekomi_status' }],
    });
    expect(probe.contact(JANE)).toMatchObject({
      fields: { firstName: 'Ada', lastName: 'Lovelace' },
      tags: ADA.tags,
    });
  });
});

describe('consent', () => {
  it.each(['unsubscribed', 'bounced', 'pending'] as const)('somebody who is %s stays so', async (consent) => {
    const { http, probe, affiliates, upsert } = connect();
    probe.seed({ email: JANE, consent, audiences: [affiliates] });
    const outcome = await upsert(change({ ...ADA, audiences: [affiliates] }));
    expect(isSuccess(outcome)).toBe(true);
    expect(outcome.written?.audiencesJoined).toBeUndefined();
    expect(outcome.warnings).toMatchObject([{ code: 'consent_not_raised', field: affiliates }]);
    expect(probe.contact(JANE)).toMatchObject({ consent, tags: ADA.tags });
    expect(
      http.sent.some(({ method, rawPath }) => method === 'POST' && rawPath.endsWith('/contactLists')),
    ).toBe(false);
  });

  it.each([
    ['times out', TIMED_OUT, 'unavailable vendor_timeout'],
    ['is cut off', { ...TIMED_OUT, reason: 'reset' } as const, 'unavailable vendor_cut'],
    ['fails', answeredJson(500, {}), 'unavailable vendor_error'],
    ['shows no lists', answeredJson(200, {}), 'unavailable answer_unknown'],
    [
      'finds nobody',
      answeredJson(404, { message: 'No Result found for Subscriber with id 10' }),
      'unavailable answer_unknown',
    ],
  ])('nobody is subscribed when the look %s', async (_, answer, expected) => {
    const { http, probe, affiliates, upsert } = connect();
    probe.seed({ email: JANE, consent: 'unsubscribed', audiences: [affiliates] });
    http.whenever((request) => request.path.endsWith('/contactLists') && request.method === 'GET', answer);
    expect(codeOf(await upsert(change({ audiences: [affiliates] })))).toBe(expected);
    expect(probe.contact(JANE)?.consent).toBe('unsubscribed');
  });

  it('the merchant may decide to subscribe again, with the mark that the vendor asks for', async () => {
    const { http, probe, affiliates, upsert } = connect({ optedOut: 'resubscribe' });
    probe.seed({ email: JANE, consent: 'unsubscribed', audiences: [affiliates] });
    await upsert(change({ audiences: [affiliates] }));
    expect(probe.contact(JANE)?.consent).toBe('subscribed');
    expect(http.sent.at(-1)?.body).toContain('"sourceid":4');
  });

  it('an opt-out stays with the person who changes address', async () => {
    const { probe, affiliates, upsert } = connect();
    const previous = ledger(await upsert(change({ ...ADA, audiences: [affiliates] })));
    probe.seed({ email: JANE, consent: 'unsubscribed', audiences: [affiliates] });
    const moved = change({ ...ADA, email: 'ada@new.example', audiences: [affiliates] }, { previous });
    expect((await upsert(moved)).written).toMatchObject({ email: 'ada@new.example', vendorId: '10' });
    expect(probe.count()).toBe(1);
    expect(probe.contact('ada@new.example')).toMatchObject({ consent: 'unsubscribed', tags: ADA.tags });
  });

  it('an opt-out stays also where the new address is another contact', async () => {
    const { probe, affiliates, upsert } = connect();
    const previous = ledger(await upsert(change({ ...ADA, audiences: [affiliates] })));
    probe.seed({ email: JANE, consent: 'unsubscribed', audiences: [affiliates] });
    probe.seed({ email: 'ada@new.example' });
    const outcome = await upsert(
      change({ ...ADA, email: 'ada@new.example', audiences: [affiliates] }, { previous }),
    );
    expect(outcome.warnings).toMatchObject([{ code: 'consent_not_raised' }]);
    const moved = ledger(outcome, previous);
    await upsert(
      change(
        { ...ADA, email: 'ada@new.example', audiences: [affiliates] },
        { previous: moved, rewrite: true },
      ),
    );
    expect(probe.contact('ada@new.example')).toMatchObject({ consent: 'unsubscribed', tags: ADA.tags });
    expect(probe.contact(JANE)).toMatchObject({
      tags: [],
      fields: { firstName: 'Ada', lastName: 'Lovelace' },
    });
  });
});

describe('lists and tags', () => {
  it('a list that is gone is told, and contact and tags are in', async () => {
    const { probe, affiliates, upsert } = connect();
    probe.removeAudience(affiliates);
    const outcome = await upsert(change({ ...ADA, audiences: [affiliates] }));
    expect(codeOf(outcome)).toBe('misconfigured audience_missing');
    expect(outcome.written).toMatchObject({ vendorId: '10', tagsAdded: ADA.tags });
  });

  it('a list is not left, because that would be an unsubscription', async () => {
    const { probe, affiliates, upsert } = connect();
    const previous = ledger(await upsert(change({ audiences: [affiliates] })));
    const outcome = await upsert(change({}, { previous }));
    expect(outcome).toMatchObject({
      kind: 'unchanged',
      warnings: [{ code: 'left_in_place', field: affiliates }],
    });
    expect(probe.contact(JANE)?.consent).toBe('subscribed');
  });

  it('a tag is found by its whole name, whatever its case, among many that contain it', async () => {
    const { http, probe, upsert } = connect();
    for (let number = 0; number < 150; number += 1)
      probe.seed({ email: 'x@example.com', tags: [`vip ${number}`] });
    probe.seed({ email: 'x@example.com', tags: ['VIP'] });
    // An account in which the filter finds nothing.
    http.whenever(
      (request) => Object.keys(request.query ?? {}).some((name) => name.startsWith('filters')),
      answeredJson(200, { tags: [], meta: { total: '0' } }),
    );
    await upsert(change({ tags: ['vip'] }));
    expect(probe.contact(JANE)?.tags).toEqual(['VIP']);
    expect(http.sent.some(({ method, rawPath }) => method === 'POST' && rawPath.endsWith('/tags'))).toBe(
      false,
    );
  });

  it('a tag that somebody else makes in the same moment is used', async () => {
    const { http, probe, upsert } = connect();
    http.whenever(is('POST', '/tags'), () => {
      probe.seed({ email: 'x@example.com', tags: ['Gold'] });
      return answeredJson(422, { errors: [{ title: 'Tag already exists', code: 'duplicate' }] });
    });
    expect((await upsert(change({ tags: ['Gold'] }))).written?.tagsAdded).toEqual(['Gold']);
  });

  it('a tag that was deleted since is looked up again, and one that is refused costs nothing but itself', async () => {
    const { http, access, probe, upsert } = connect();
    access.memo.set('tag:gold', '999');
    http.whenever(
      (request) => is('POST', '/tags')(request) && JSON.stringify(request.json).includes('Bad'),
      answeredJson(400, {}),
    );
    const outcome = await upsert(change({ tags: ['Bad', 'Gold'] }));
    expect(outcome.written?.tagsAdded).toEqual(['Gold']);
    expect(outcome.warnings).toMatchObject([{ code: 'field_rejected', field: 'tags' }]);
    expect(probe.contact(JANE)?.tags).toEqual(['Gold']);
  });

  it.each([
    [201, { contactTag: { id: '1' } }],
    [200, { contactTag: { id: '1' } }],
    [422, { errors: [{ title: 'Duplicate', code: 'duplicate' }] }],
  ])('a tag that is attached already is in, whether the answer is %d or not', async (status, body) => {
    const { http, upsert } = connect();
    http.whenever(is('POST', '/contactTags'), answeredJson(status, body));
    expect((await upsert(change({ tags: ['Gold'] }))).written?.tagsAdded).toEqual(['Gold']);
  });

  it('taking back removes our tags and empties our fields, and nothing else', async () => {
    const { probe, access, affiliates, upsert } = connect();
    probe.seed({ email: JANE, tags: ['VIP'], fields: { Shoe: '42' } });
    const previous = ledger(await upsert(change({ ...ADA, audiences: [affiliates] })));
    const outcome = await provider.removeContact(access, { contactId: 'contact-1', previous });
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      warnings: [{ code: 'left_in_place', field: affiliates }],
    });
    expect(probe.contact(JANE)).toMatchObject({
      fields: { firstName: 'Ada', lastName: 'Lovelace', Shoe: '42' },
      tags: ['VIP'],
      consent: 'subscribed',
    });
  });

  it('taking back and erasing make nobody', async () => {
    const { probe, access } = connect();
    const previous = written({ tags: ['a'], fields: { rekomi_tier: 'gold' } });
    expect(await provider.removeContact(access, { contactId: 'contact-1', previous })).toEqual({
      kind: 'unchanged',
    });
    expect(await provider.eraseContact(access, JANE)).toEqual({ kind: 'unchanged' });
    probe.seed({ email: JANE });
    expect(await provider.eraseContact(access, JANE)).toEqual({ kind: 'confirmed' });
    expect(probe.count()).toBe(0);
  });
});

describe('events', () => {
  it('go to the tracker as a form, with key and actid, under a name that was made first', async () => {
    const { http, probe, access } = connect();
    probe.seed({ email: JANE });
    const outcome = await provider.trackEvent(access, event({ data: { amount: 1250, note: '' } }));
    expect(outcome).toEqual({ kind: 'accepted' });
    const sent = http.sent.at(-1)!;
    expect([sent.host, sent.rawPath, sent.headers['content-type']]).toEqual([
      'trackcmp.net',
      '/event',
      'application/x-www-form-urlencoded',
    ]);
    expect(Object.fromEntries(new URLSearchParams(sent.body))).toEqual({
      event: 'affiliate_approved',
      eventdata: '{"amount":1250}',
      visit: `{"email":"${JANE}"}`,
      key: probe.accounts[0]!.credentials['eventKey'],
      actid: '1000123456',
    });
    expect(JSON.stringify(http.requests)).not.toContain(probe.accounts[0]!.credentials['eventKey']);
    expect(http.sent.map(({ method, rawPath }) => `${method} ${rawPath}`)).toContain(
      'POST /api/3/eventTrackingEvents',
    );
    http.clear();
    await provider.trackEvent(access, event());
    expect(http.sent.map(({ rawPath }) => rawPath)).toEqual(['/api/3/contacts', '/event']);
  });

  it('make no contact, which the tracker might', async () => {
    const { probe, access } = connect();
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('refused event_refused');
    expect(probe.count()).toBe(0);
  });

  it.each([
    [answeredJson(200, { success: 1 }), 'accepted'],
    [answeredJson(200, { success: 0, message: 'Invalid key or actid' }), 'refused credentials_rejected'],
    [answeredJson(200, { success: 0, message: 'Event tracking is disabled' }), 'refused right_missing'],
    [answeredJson(200, { success: 0, message: 'No' }), 'refused event_refused'],
    [answeredJson(200, {}), 'unavailable answer_unknown'],
    [answeredJson(400, {}), 'refused event_refused'],
    [TIMED_OUT, 'ambiguous vendor_timeout'],
  ])('%j of the tracker is %s', async (answer, expected) => {
    const { http, probe, access } = connect();
    probe.seed({ email: JANE });
    http.whenever(({ host }) => host === 'trackcmp.net', answer);
    expect(codeOf(await provider.trackEvent(access, event()))).toBe(expected);
  });

  it('are sent although names may not be made by this key', async () => {
    const { http, probe, access } = connect();
    probe.seed({ email: JANE });
    http.whenever(is('POST', '/eventTrackingEvents'), answeredJson(403, { message: 'Forbidden' }));
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('accepted');
  });

  it('become tags without key and actid; a lost answer is then no ambiguity', async () => {
    const { http, probe, access, upsert } = connect({}, WITHOUT_EVENT_KEY);
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('refused event_refused');
    const previous = ledger(await upsert(change(ADA)));
    const outcome = await provider.trackEvent(access, event());
    expect(outcome).toEqual({ kind: 'confirmed', written: { tagsAdded: ['rekomi:affiliate_approved'] } });
    const after = ledger(outcome, previous);
    expect(await upsert(change(ADA, { previous: after }))).toEqual({ kind: 'unchanged' });
    await provider.removeContact(access, { contactId: 'contact-1', previous: after });
    expect(probe.contact(JANE)?.tags).toEqual([]);
    http.whenever(is('POST', '/contactTags'), TIMED_OUT);
    expect(codeOf(await provider.trackEvent(access, event()))).toBe('unavailable vendor_timeout');
  });

  it('with a name longer than the tracker takes are refused before they are sent', async () => {
    const { http, access } = connect();
    expect(codeOf(await provider.trackEvent(access, event({ name: 'x'.repeat(33) })))).toBe(
      'refused event_name_invalid',
    );
    expect(http.requests).toEqual([]);
  });
});

describe('imports', () => {
  const many = (count: number, more: Partial<ContactChange['desired']> = {}): ContactChange[] =>
    Array.from({ length: count }, (_, index) => ({
      ...change({ ...ADA, email: `p${index}@example.com`, ...more }),
      contactId: `contact-${index}`,
    }));

  it('take everybody in one request, in the vendor’s other spelling, and bring nobody back', async () => {
    const { http, probe, access, affiliates } = connect();
    probe.seed({ email: 'p1@example.com', consent: 'unsubscribed', audiences: [affiliates] });
    const outcomes = await provider.upsertContacts(access, many(20, { audiences: [affiliates] }));
    const imports = http.sent.filter(({ rawPath }) => rawPath.endsWith('/bulk_import'));
    expect(imports).toHaveLength(1);
    expect(JSON.parse(imports[0]!.body).contacts[0]).toEqual({
      email: 'p0@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
      tags: ['Rekomi affiliate'],
      fields: [{ id: 1, value: 'approved' }],
      subscribe: [{ listid: Number(affiliates) }],
    });
    expect(outcomes.map(codeOf)).toEqual(Array(20).fill('accepted'));
    expect(outcomes[3]).toMatchObject({
      written: { email: 'p3@example.com', tagsAdded: ADA.tags, audiencesJoined: [affiliates] },
      slice: { request: { email: 'p3@example.com' } },
    });
    probe.settle();
    expect(probe.count()).toBe(20);
    expect(probe.contact('p0@example.com')).toMatchObject({ consent: 'subscribed', tags: ADA.tags });
    expect(probe.contact('p1@example.com')?.consent).toBe('unsubscribed');
  });

  it('lose nobody over one bad address', async () => {
    const { probe, access } = connect();
    const changes = many(3);
    changes[1] = change({ email: 'nowhere' });
    const outcomes = await provider.upsertContacts(access, changes);
    expect(outcomes.map(codeOf)).toEqual(['accepted', 'refused email_invalid', 'accepted']);
    probe.settle();
    expect(probe.count()).toBe(2);
  });

  it('leave to single calls what takes something away, and do nothing where nothing is to be done', async () => {
    const { http, access } = connect();
    const changes = many(3);
    const [first, second] = changes as [ContactChange, ContactChange];
    const known = { email: 'p0@example.com', tags: ['old'] };
    changes[0] = { ...first, previous: written(known) };
    const same = { firstName: 'Ada', lastName: 'Lovelace', rekomi_status: 'approved' };
    changes[1] = { ...second, previous: written({ email: 'p1@example.com', tags: ADA.tags, fields: same }) };
    const outcomes = await provider.upsertContacts(access, changes);
    expect(outcomes.map(codeOf)).toEqual(['confirmed', 'unchanged', 'accepted']);
    expect(http.sent.filter(({ rawPath }) => rawPath.endsWith('/contact/sync'))).toHaveLength(1);
  });

  it('tell of a list that is gone, and wait when there were too many', async () => {
    const { http, vendor, probe, access, affiliates } = connect();
    probe.removeAudience(affiliates);
    const outcomes = await provider.upsertContacts(access, many(2, { audiences: [affiliates] }));
    expect(outcomes.map(codeOf)).toEqual(Array(2).fill('misconfigured audience_missing'));
    expect(outcomes[0]?.written).toMatchObject({ tagsAdded: ADA.tags });
    http.whenever(
      is('POST', '/import'),
      answeredJson(400, { success: 0, message: 'Rate limit exceeded.', failureReasons: ['Up to 100'] }),
    );
    const throttled = await provider.upsertContacts(access, many(2));
    expect(throttled[1]).toMatchObject({
      kind: 'throttled',
      family: 'import',
      until: new Date(vendor.clock.now + 60_000),
    });
  });

  it('keep within the bytes of a request', async () => {
    const { http, probe, access } = connect();
    const tags = Array.from({ length: 40 }, (_, index) => `${index} ${'ü'.repeat(200)}`);
    const outcomes = await provider.upsertContacts(access, many(40, { tags }));
    expect(outcomes.map(codeOf)).toEqual(Array(40).fill('accepted'));
    const sizes = http.sent
      .filter(({ rawPath }) => rawPath.endsWith('/bulk_import'))
      .map(({ body }) => Buffer.byteLength(body));
    expect(sizes.length).toBe(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(400_000);
    probe.settle();
    expect(probe.count()).toBe(40);
  });

  it('are told as refused together when nobody is named', async () => {
    const { http, access } = connect();
    http.whenever(is('POST', '/import'), answeredJson(400, { success: 0, message: 'Something is wrong.' }));
    const outcomes = await provider.upsertContacts(access, many(3));
    expect(outcomes).toEqual(
      Array(3).fill(expect.objectContaining({ kind: 'refused', code: 'contact_refused', wholeBatch: true })),
    );
  });

  it('that are ignored are no success', async () => {
    const { http, access } = connect();
    http.whenever(is('POST', '/import'), answeredJson(200, {}));
    expect((await provider.upsertContacts(access, many(2))).map(codeOf)).toEqual(
      Array(2).fill('unavailable answer_unknown'),
    );
  });
});

describe('URL and key', () => {
  it('open the account, and say what event tracking may do', async () => {
    const { probe, access } = connect();
    expect(await provider.verify(access)).toMatchObject({
      kind: 'valid',
      account: { name: 'acme-partners' },
      rights: [{}, { name: 'audiences', granted: true }, { name: 'events', granted: true }, {}],
      checks: [{ result: 'valid' }, { credentials: ['eventActid', 'eventKey'], result: 'untestable' }],
    });
    probe.tracking(false);
    expect(await provider.verify(access)).toMatchObject({
      rights: [{}, {}, { granted: false, detail: expect.stringContaining('switched off') }, {}],
    });
    expect(probe.writes()).toBe(0);
  });

  const login = answeredText(200, '<html><form><input type="password"> Log in</form></html>', {
    'content-type': 'text/html',
  });
  it.each([
    ['403 without a body', answeredText(403, ''), 'rejected credentials_rejected', ['apiKey']],
    [
      '403 with words',
      answeredJson(403, { message: 'Forbidden' }),
      'rejected credentials_rejected',
      ['apiKey'],
    ],
    ['the login page', login, 'rejected credentials_rejected', ['apiKey']],
    ['402', answeredJson(402, {}), 'rejected account_inactive', ['apiKey']],
    ['404', answeredJson(404, {}), 'rejected credentials_rejected', ['apiUrl']],
    ['404 as a page', answeredText(404, '<h1>Not Found</h1>'), 'rejected credentials_rejected', ['apiUrl']],
    [
      'a page of a proxy',
      answeredText(200, '<p>Maintenance</p>', { 'content-type': 'text/html' }),
      'unreachable vendor_unreadable',
      undefined,
    ],
    ['a time-out', TIMED_OUT, 'unreachable vendor_timeout', undefined],
    ['an empty object', answeredJson(200, {}), 'unreachable answer_unknown', undefined],
  ])('%s means what it means', async (_, answer, expected, credentials) => {
    const { http, access } = connect();
    http.next(answer);
    const found = await provider.verify(access);
    expect(`${found.kind} ${'code' in found ? found.code : ''}`).toBe(expected);
    expect('credentials' in found ? found.credentials : undefined).toEqual(credentials);
  });

  it('without event key and actid the substitute is told', async () => {
    const { access } = connect({}, WITHOUT_EVENT_KEY);
    expect(await provider.verify(access)).toMatchObject({
      kind: 'valid',
      checks: [{}, { credentials: ['eventActid', 'eventKey'], result: 'missing' }],
    });
  });

  it('of a user who may not see lists are valid, with that said', async () => {
    const { http, access } = connect();
    const detail = 'You do not have permission to view lists.';
    http.whenever(
      is('GET', '/lists'),
      answeredJson(403, { errors: [{ status: 403, title: 'Forbidden', detail }] }),
    );
    expect(await provider.verify(access)).toMatchObject({
      kind: 'valid',
      rights: [{}, { granted: false, detail: expect.stringContaining(detail) }, {}, {}],
    });
    expect(await provider.listAudiences(access)).toMatchObject({
      kind: 'unauthorised',
      code: 'right_missing',
    });
  });
});

describe('answers', () => {
  it.each([
    [answeredJson(201, { contact: { id: '10', email: JANE } }), 'confirmed'],
    [answeredJson(200, { contact: { id: 10, email: JANE.toUpperCase() } }), 'confirmed'],
    [answeredJson(200, {}), 'unavailable answer_unknown'],
    [answeredJson(200, { contact: { id: '10', email: 'other@example.com' } }), 'unavailable answer_unknown'],
    [answeredText(200, '<html>'), 'unavailable vendor_unreadable'],
    [answeredJson(302, {}), 'unavailable answer_unknown'],
    [answeredJson(400, {}), 'refused contact_refused'],
    [
      answeredJson(422, { errors: [{ title: 'Not valid', source: { pointer: '/data/attributes/email' } }] }),
      'refused email_invalid',
    ],
    [answeredText(403, ''), 'unauthorised credentials_rejected'],
    [answeredJson(403, { message: 'Forbidden' }), 'unauthorised right_missing'],
    [answeredJson(402, {}), 'unauthorised account_inactive'],
    [answeredJson(503, {}), 'unavailable vendor_error'],
    [TIMED_OUT, 'ambiguous vendor_timeout'],
  ])('%j to a contact is %s', async (answer, expected) => {
    const { http, upsert } = connect();
    http.next(answer);
    expect(codeOf(await upsert(change()))).toBe(expected);
  });

  it('five a second are kept, and the sixth waits as it is told', async () => {
    const { vendor, access, upsert } = connect();
    vendor.emulator.control('POST', 'settings', new URLSearchParams(), { perSecond: 5 });
    for (let call = 0; call < 5; call += 1) await upsert(change({ email: `p${call}@example.com` }));
    const until = new Date(vendor.clock.now + 1000);
    expect(await upsert(change())).toMatchObject({ kind: 'throttled', family: 'api', until });
    vendor.clock.now += 1000;
    expect((await provider.listAudiences(access)).kind).toBe('page');
  });

  it('1,001 lists are listed to the end', async () => {
    const { probe, access } = connect();
    while (probe.audiences().length < 1001) probe.addAudience(`List ${probe.audiences().length}`);
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await provider.listAudiences(access, cursor);
      if (page.kind !== 'page') throw new Error(page.code);
      for (const { id } of page.audiences) ids.add(id);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(ids.size).toBe(1001);
  });

  it('reading back shows fields by the names they were written with, lists, and the lowest consent', async () => {
    const { probe, access, affiliates, newsletter, upsert } = connect();
    await upsert(change({ ...ADA, audiences: [affiliates] }));
    probe.seed({ email: JANE, consent: 'unsubscribed', audiences: [newsletter] });
    expect(await provider.readContact(access, JANE)).toMatchObject({
      kind: 'found',
      snapshot: {
        vendorId: '10',
        fields: { firstName: 'Ada', lastName: 'Lovelace', rekomi_status: 'approved' },
        consent: 'unsubscribed',
        audiences: [affiliates],
      },
    });
    expect(await provider.readContact(access, 'nobody@example.com')).toEqual({ kind: 'not_found' });
  });
});

it('a killed sandbox comes back with what it had, imports that wait included', async () => {
  const { vendor, probe, access, upsert } = connect();
  await upsert(change(ADA));
  await provider.upsertContacts(access, [change({ email: 'bob@example.com' })]);
  const again = inProcessVendor(activecampaignEmulator, vendor.entries).emulator.probe;
  for (const one of [probe, again]) one.settle();
  expect(again.contact(JANE)).toEqual(probe.contact(JANE));
  expect(again.contact('bob@example.com')).toBeDefined();
});
