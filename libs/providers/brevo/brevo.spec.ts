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
import { applyWritten, CLEAR, joinDeltas, type Outcome } from '@rekomi/provider-contract';
import { brevoEmulator } from './brevo.emulator.js';
import { brevoManifest } from './brevo.manifest.js';
import { BrevoProvider } from './brevo.provider.js';

const provider = new BrevoProvider();

function connect(settings = {}) {
  const vendor = inProcessVendor(brevoEmulator);
  const { probe } = vendor.emulator;
  const access = inProcessAccess(brevoManifest, vendor, probe.accounts[0]?.credentials ?? {}, settings);
  const list = probe.audiences()[0]?.id ?? '';
  const lines = (): readonly string[] =>
    access.http.requests.map(({ method, path }) => `${method} ${path.replace('/v3/', '')}`);
  return { vendor, probe, access, list, lines };
}

const ME = 'contacts/jane%2Btag%40example.com';
const warningsOf = (outcome: Outcome): readonly string[] => (outcome.warnings ?? []).map(({ code }) => code);

describe('an affiliate who is new to Brevo', () => {
  it('is made by one call that can change nobody, with the list', async () => {
    const { access, probe, list, lines } = connect();
    const wish = {
      firstName: 'Zoë',
      lastName: "O'Neil",
      status: 'approved' as const,
      tags: ['a', 'b,c'],
      audiences: [list],
    };
    const outcome = await provider.upsertContact(access, change(wish));
    expect(lines()).toEqual(['GET contacts/attributes', 'POST contacts']);
    const attributes = {
      FIRSTNAME: 'Zoë',
      LASTNAME: "O'Neil",
      REKOMI_STATUS: 'approved',
      REKOMI_TAGS: 'a,b c',
    };
    expect(access.http.requests[1]?.json).toEqual({
      email: JANE,
      attributes,
      listIds: [Number(list)],
      updateEnabled: false,
    });
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      written: { email: JANE, vendorId: '1', tagsAdded: ['a', 'b,c'], audiencesJoined: [list] },
    });
    expect(outcome.written?.fields).not.toHaveProperty('REKOMI_TAGS');
    expect(probe.contact(JANE)).toMatchObject({ fields: attributes, audiences: [list] });
    await provider.upsertContact(access, change({ ...wish, email: 'other@example.com' }));
    expect(lines().filter((line) => line.endsWith('attributes'))).toHaveLength(1);
  });

  it('arrives without attributes and lists that Brevo does not take', async () => {
    const { access, probe, list } = connect();
    access.http.next(answeredJson(400, { code: 'invalid_parameter', message: 'Invalid attribute' }), 1);
    access.http.next(answeredJson(400, { code: 'invalid_parameter', message: 'Invalid attribute' }), 2);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', audiences: [list] }));
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      warnings: [{ code: 'field_rejected', field: 'FIRSTNAME' }],
    });
    expect(outcome.written?.fields ?? {}).toEqual({});
    expect(outcome.written).toMatchObject({ audiencesJoined: [list] });
    expect(probe.contact(JANE)?.audiences).toEqual([list]);
  });

  it('gets in although the list is gone, and is refused for a bad address at once', async () => {
    const { access, probe, list, lines } = connect();
    probe.removeAudience(list);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', audiences: [list] }));
    expect(outcome).toMatchObject({
      kind: 'misconfigured',
      code: 'audience_missing',
      written: { fields: { FIRSTNAME: 'Jane' } },
    });
    expect(outcome.written?.audiencesJoined ?? []).toEqual([]);
    access.http.clear();
    expect(codeOf(await provider.upsertContact(access, change({ email: 'no address' })))).toBe(
      'refused email_invalid',
    );
    expect(lines()).toEqual(['POST contacts']);
  });
});

describe('attributes at Brevo', () => {
  it('are created when they are ours, of a type that fits, and told when they are not', async () => {
    const { access, probe } = connect({ lastNameAttributes: 'NOM' });
    const wish = { lastName: 'Doe', attributes: { level: 3, Näme: 'x', vip: true, tags: 'y' } };
    const outcome = await provider.upsertContact(access, change(wish));
    const made = access.http.requests.filter(({ path }) => path.includes('/normal/'));
    expect(made.map(({ path, json }) => [path.split('/').at(-1), json])).toEqual([
      ['REKOMI_LEVEL', { type: 'float' }],
      ['REKOMI_N_ME', { type: 'text' }],
      ['REKOMI_VIP', { type: 'boolean' }],
    ]);
    expect(outcome.warnings).toMatchObject([
      { code: 'attribute_reserved', field: 'REKOMI_TAGS' },
      { code: 'field_missing', field: 'NOM' },
    ]);
    expect(probe.contact(JANE)?.fields).toEqual({ REKOMI_LEVEL: 3, REKOMI_N_ME: 'x', REKOMI_VIP: true });
  });

  it('are left out when nobody may create them, and when they have another type', async () => {
    const { access, probe } = connect({ createAttributes: false });
    probe.seed({ email: 'other@example.com', fields: { REKOMI_LEVEL: 3, REKOMI_TEXT: 'x' } });
    const outcome = await provider.upsertContact(
      access,
      change({ tier: 'gold', attributes: { level: 'high', text: 7 } }),
    );
    expect(outcome.warnings).toMatchObject([
      { code: 'field_missing', field: 'REKOMI_TIER' },
      { code: 'field_rejected', field: 'REKOMI_LEVEL' },
    ]);
    expect(outcome.written?.fields).toEqual({ REKOMI_TEXT: '7' });
    expect(probe.contact(JANE)?.fields).toEqual({ REKOMI_TEXT: '7' });
  });

  it('are not written blindly when they cannot be looked up', async () => {
    const { access, lines } = connect();
    access.http.next(TIMED_OUT);
    expect(codeOf(await provider.upsertContact(access, change({ firstName: 'Jane' })))).toBe(
      'unavailable vendor_timeout',
    );
    expect(lines()).toEqual(['GET contacts/attributes']);
  });
});

describe('an affiliate who is in Brevo', () => {
  it('gets what differs; nothing at all costs no request, and nothing is emptied', async () => {
    const { access, list, lines, probe } = connect();
    const fields = { FIRSTNAME: 'Jane', REKOMI_LEVEL: 3 };
    probe.seed({ email: JANE, fields, tags: ['a'], audiences: [list] });
    const previous = written({ fields, tags: ['a'], audiences: [list] });
    const same = { firstName: 'Jane', tags: ['a'], audiences: [list], attributes: { level: CLEAR } };
    expect(await provider.upsertContact(access, change(same, { previous }))).toEqual({ kind: 'unchanged' });
    expect(lines()).toEqual([]);
    const outcome = await provider.upsertContact(access, change({ firstName: 'Janet' }, { previous }));
    expect(access.http.requests.slice(1).map(({ json }) => json)).toEqual([
      { attributes: { FIRSTNAME: 'Janet', REKOMI_TAGS: '-' } },
      { unlinkListIds: [Number(list)] },
    ]);
    expect(access.http.requests[1]).toMatchObject({
      path: `/v3/${ME}`,
      query: { identifierType: 'email_id' },
    });
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      written: { tagsRemoved: ['a'], audiencesLeft: [list] },
    });
  });

  it('is made again, whole, when somebody deleted the contact', async () => {
    const { access, probe, list } = connect();
    const previous = written({
      fields: { FIRSTNAME: 'Jane', REKOMI_STATUS: 'applied' },
      tags: ['a'],
      audiences: [list],
    });
    const wish = { firstName: 'Jane', status: 'approved' as const, tags: ['a'], audiences: [list] };
    const outcome = await provider.upsertContact(access, change(wish, { previous }));
    const fields = { FIRSTNAME: 'Jane', REKOMI_STATUS: 'approved' };
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      written: { fields, tagsAdded: ['a'], audiencesJoined: [list] },
    });
    expect(probe.contact(JANE)).toMatchObject({ fields, tags: ['a'], audiences: [list] });
  });

  it('moves to a new address with block and lists, and stays out of lists in every later sync', async () => {
    const { access, probe, list } = connect();
    const old = 'old@example.com';
    const fields = { FIRSTNAME: 'Jane', REKOMI_STATUS: 'approved' };
    probe.seed({ email: old, fields, tags: ['a'], audiences: [list], consent: 'unsubscribed' });
    const other = probe.addAudience('Other');
    const wish = { firstName: 'Jane', tags: ['a'], audiences: [list, other] };
    const previous = written({ email: old, fields, tags: ['a'], audiences: [list] });
    const first = change(wish, { previous });
    const outcome = await provider.upsertContact(access, first);
    expect(outcome.written).toMatchObject({ email: JANE });
    expect(outcome.written?.audiencesJoined ?? []).toEqual([]);
    expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
    const moved = applyWritten(previous, joinDeltas(outcome.written), JANE);
    await provider.upsertContact(access, change({ ...wish, tags: ['b'] }, { previous: moved }));
    expect(probe.count()).toBe(1);
    expect(probe.contact(JANE)).toMatchObject({
      fields,
      tags: ['b'],
      audiences: [list],
      consent: 'unsubscribed',
    });
  });

  it('leaves nothing of ours at the old address where the new one is another contact, whose own state decides', async () => {
    const { access, probe, list } = connect();
    const old = 'old@example.com';
    const fields = { FIRSTNAME: 'Jane', REKOMI_STATUS: 'approved', REKOMI_LEVEL: 3 };
    probe.seed({ email: old, fields, tags: ['a'], audiences: [list], consent: 'unsubscribed' });
    probe.seed({ email: JANE });
    const previous = written({ email: old, fields, tags: ['a'], audiences: [list] });
    const outcome = await provider.upsertContact(
      access,
      change({ firstName: 'Jane', tags: ['a'], audiences: [list] }, { previous }),
    );
    expect(probe.contact(old)).toMatchObject({
      fields: { FIRSTNAME: 'Jane', REKOMI_STATUS: '-' },
      tags: ['-'],
      audiences: [],
      consent: 'unsubscribed',
    });
    expect(probe.contact(JANE)).toMatchObject({ tags: ['a'], audiences: [list], consent: 'subscribed' });
    expect(warningsOf(outcome)).toEqual(['left_in_place']);
    expect(outcome.written).toMatchObject({ email: JANE, tagsAdded: ['a'], audiencesJoined: [list] });
  });

  it.each([
    ['is blocklisted', 'unsubscribed', false],
    ['left the list', 'subscribed', true],
  ] as const)('who %s begins so where Brevo gives nobody a new address', async (_, consent, left) => {
    const { access, probe, list } = connect();
    const old = 'old@example.com';
    probe.seed({ email: old, audiences: [list], consent });
    if (left) probe.leave?.(old, list);
    access.http.next(answeredJson(400, { code: 'not_acceptable', message: 'This cannot be changed' }), 1);
    const previous = written({ email: old, audiences: [list] });
    const outcome = await provider.upsertContact(access, change({ audiences: [list] }, { previous }));
    expect(warningsOf(outcome)).toEqual(['consent_not_raised']);
    const moved = applyWritten(previous, joinDeltas(outcome.written), JANE);
    await provider.upsertContact(access, change({ audiences: [list] }, { previous: moved, rewrite: true }));
    expect(probe.contact(JANE)).toMatchObject({ audiences: [], consent: 'unsubscribed' });
  });

  it('is found again where the answer to the change of address was lost', async () => {
    const { access, probe, list } = connect();
    const made = await provider.upsertContact(
      access,
      change({ email: 'old@example.com', audiences: [list] }),
    );
    const previous = applyWritten(undefined, joinDeltas(made.written), 'old@example.com');
    await access.http.request({
      ...{ family: 'contacts', method: 'PUT', host: 'api.brevo.com', authorization: { kind: 'none' } },
      path: '/v3/contacts/old%40example.com',
      query: { identifierType: 'email_id' },
      json: { attributes: { EMAIL: JANE } },
    });
    const outcome = await provider.upsertContact(access, change({ audiences: [] }, { previous }));
    expect(outcome).toMatchObject({ kind: 'confirmed', written: { email: JANE, audiencesLeft: [list] } });
    expect([probe.count(), probe.contact(JANE)?.audiences]).toEqual([1, []]);
  });

  it('is taken back without being made, deleted or unsubscribed, and is erased on request', async () => {
    const { access, probe, list } = connect();
    const previous = written({ fields: { REKOMI_STATUS: 'approved' }, tags: ['a'], audiences: [list] });
    const gone = await provider.removeContact(access, { contactId: 'contact-1', previous });
    expect([gone.kind, probe.count()]).toEqual(['confirmed', 0]);
    probe.seed({
      email: JANE,
      fields: { FIRSTNAME: 'J', REKOMI_STATUS: 'approved' },
      tags: ['a'],
      audiences: [list],
    });
    expect(await provider.removeContact(access, { contactId: 'contact-1', previous })).toMatchObject({
      kind: 'confirmed',
      written: { fields: { REKOMI_STATUS: null }, tagsRemoved: ['a'], audiencesLeft: [list] },
    });
    expect(probe.contact(JANE)).toMatchObject({
      fields: { FIRSTNAME: 'J', REKOMI_STATUS: '-' },
      audiences: [],
      consent: 'subscribed',
    });
    expect([await provider.eraseContact(access, JANE), await provider.eraseContact(access, JANE)]).toEqual([
      { kind: 'confirmed' },
      { kind: 'unchanged' },
    ]);
  });
});

describe('consent at Brevo', () => {
  it.each([
    ['is blocklisted', { consent: 'unsubscribed' }, false],
    ['is in the list', { inList: true }, true],
    ['left the list by a link', { leftList: true }, false],
    ['is a subscriber elsewhere', {}, true],
  ] as const)(
    'somebody who %s',
    async (
      _,
      { consent, inList, leftList }: { consent?: 'unsubscribed'; inList?: boolean; leftList?: boolean },
      joins,
    ) => {
      const { access, vendor, probe, list, lines } = connect();
      probe.seed({
        email: JANE,
        ...(consent === undefined ? {} : { consent }),
        audiences: inList === true ? [list] : [],
      });
      if (leftList === true)
        vendor.emulator.control(
          'POST',
          `leave-list/${encodeURIComponent(JANE)}/${list}`,
          new URLSearchParams(),
          {},
        );
      const outcome = await provider.upsertContact(access, change({ firstName: 'Jane', audiences: [list] }));
      expect(lines().filter((line) => line.endsWith('/add'))).toHaveLength(joins && inList !== true ? 1 : 0);
      expect(warningsOf(outcome)).toEqual(joins ? [] : ['consent_not_raised']);
      expect(outcome.written?.audiencesJoined ?? []).toEqual(joins && inList !== true ? [list] : []);
      expect(outcome.written?.audiencesFound ?? []).toEqual(joins && inList === true ? [list] : []);
      expect(outcome).toMatchObject({
        kind: 'confirmed',
        written: { vendorId: '1', fields: { FIRSTNAME: 'Jane' } },
      });
      expect(JSON.stringify(access.http.requests)).not.toContain('lacklisted');
    },
  );

  it.each([
    ['times out', TIMED_OUT, 'unavailable vendor_timeout'],
    ['does not say', answeredJson(200, { id: 1, email: JANE, listIds: [] }), 'unavailable answer_unknown'],
    ['is a 404 of somebody else', answeredJson(404, {}), 'unavailable answer_unknown'],
  ])('joins nothing when the look %s', async (_, look, code) => {
    const { access, probe, list } = connect();
    probe.seed({ email: JANE });
    access.http.next(look, 1);
    expect(codeOf(await provider.upsertContact(access, change({ audiences: [list] })))).toBe(code);
    expect(probe.contact(JANE)?.audiences).toEqual([]);
  });

  it('takes "already in the list" for there before us only when a look shows it', async () => {
    const { access, probe, list } = connect();
    const already = answeredJson(400, {
      code: 'invalid_parameter',
      message: 'Contact already in list and/or does not exist',
    });
    probe.seed({ email: JANE });
    access.http.next(already, 2);
    expect(codeOf(await provider.upsertContact(access, change({ audiences: [list] })))).toBe(
      'refused contact_refused',
    );
    access.http.clear();
    access.http.next(() => {
      probe.seed({ email: JANE, audiences: [list] });
      return already;
    }, 2);
    expect(await provider.upsertContact(access, change({ audiences: [list] }))).toMatchObject({
      written: { audiencesFound: [list] },
    });
    const flat = answeredJson(201, { success: [JANE.toUpperCase()], failure: [] });
    const other = probe.addAudience('Other');
    access.http.next(flat, 2);
    expect(await provider.upsertContact(access, change({ audiences: [other] }))).toMatchObject({
      written: { audiencesJoined: [other] },
    });
  });
});

describe('an event at Brevo', () => {
  it('goes to the id of the contact, without a look where the ledger has it', async () => {
    const { access, probe, lines } = connect();
    probe.seed({ email: JANE });
    const data = { amount: 5, nothing: null, 'a key': 1, order: { lines: [{ sku: 'x', é: 2 }] } };
    const outcome = await provider.trackEvent(access, event({ vendorId: '1', data }));
    expect(lines()).toEqual(['POST events']);
    const { dedupeId } = event();
    expect(access.http.requests[0]?.json).toEqual({
      event_name: 'affiliate_approved',
      event_date: '2026-04-05T19:32:25.900Z',
      identifiers: { contact_id: 1 },
      event_properties: { amount: 5, order: { lines: [{ sku: 'x' }] }, rekomi_event_id: dedupeId },
    });
    expect([outcome.kind, ...warningsOf(outcome)]).toEqual([
      'accepted',
      'event_key_dropped',
      'event_key_dropped',
    ]);
    await provider.trackEvent(access, event());
    expect(lines().slice(1)).toEqual([`GET ${ME}`, 'POST events']);
    expect(probe.contact(JANE)?.events).toHaveLength(2);
  });

  it.each([
    ['for somebody unknown', event(), 'refused event_refused'],
    ['for an id that is gone', event({ vendorId: '99' }), 'refused event_refused'],
    ['with a blank in its name', event({ name: 'affiliate approved' }), 'refused event_name_invalid'],
    ['without a time', event({ occurredAt: 'yesterday' }), 'refused event_time_invalid'],
    ['with too much data', event({ data: { text: 'x'.repeat(50_000) } }), 'refused event_too_large'],
  ])('%s makes nobody and is refused', async (_, one, code) => {
    const { access, probe } = connect();
    expect(codeOf(await provider.trackEvent(access, one))).toBe(code);
    expect(probe.count()).toBe(0);
  });
});

describe('the lists of Brevo', () => {
  it('are read in pages of fifty to the end', async () => {
    const { access, probe } = connect();
    for (let number = 3; number <= 101; number += 1) probe.addAudience(`List ${number}`);
    const pages = [];
    for (let cursor: string | undefined = '0'; cursor !== undefined;) {
      const page = await provider.listAudiences(access, cursor);
      expect(page.kind).toBe('page');
      if (page.kind !== 'page') break;
      pages.push(page.audiences.length);
      cursor = page.nextCursor;
    }
    expect(pages).toEqual([50, 50, 1]);
  });

  it('are created in the first folder, or in one of ours where there is none', async () => {
    const { access, probe, lines } = connect();
    expect(await provider.createAudience(access, ' Partners ')).toEqual({
      kind: 'created',
      audience: { id: '4', name: 'Partners' },
    });
    expect(probe.audiences().at(-1)).toEqual({ id: '4', name: 'Partners' });
    access.http.next(answeredJson(200, { count: 0 }));
    access.http.next(answeredJson(201, { id: 1 }), 1);
    expect(await provider.createAudience(access, 'More')).toMatchObject({ kind: 'created' });
    expect(lines().slice(-3)).toEqual([
      'GET contacts/folders',
      'POST contacts/folders',
      'POST contacts/lists',
    ]);
    expect(await provider.createAudience(access, '  ')).toMatchObject({ kind: 'refused' });
  });

  it.each([
    [
      'an empty object, twice',
      [answeredJson(200, {}), answeredJson(200, {})],
      { kind: 'page', audiences: [] },
    ],
    ['a count of none', [answeredJson(200, { count: 0 })], { kind: 'page', audiences: [] }],
    ['no body', [answeredText(200, '')], { kind: 'unavailable', code: 'answer_unknown' }],
  ])('may be told by %s', async (_, answers, page) => {
    const { access } = connect();
    answers.forEach((answer, later) => access.http.next(answer, later));
    expect(await provider.listAudiences(access)).toMatchObject(page);
  });
});
