import { jest } from '@jest/globals';
import type { Outcome } from '@rekomi/provider-contract';
import { change, codeOf, connect, event, ULID, written } from './testing/access.js';
import { json, OK, page, TIMED_OUT, UNAUTHORISED } from './testing/scripted-vendor.js';

const BATCH = 'POST track.customer.io/api/v2/batch';
const ADD = (id: string) => `POST track.customer.io/api/v1/segments/${id}/add_customers?id_type=email`;
const REMOVE = (id: string) => `POST track.customer.io/api/v1/segments/${id}/remove_customers?id_type=email`;
const some = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) =>
    change({ email: `p${index}@example.com`, firstName: `P${index}`, ...more }),
  );
const emailsIn = (body: unknown) =>
  (body as { batch: { identifiers: { email: string } }[] }).batch.map(({ identifiers }) => identifiers.email);
const codes = (outcomes: readonly Outcome[]) => outcomes.map(codeOf);
const error = (batch_index: number, field = 'identifiers.email', message = 'is invalid') => ({
  batch_index,
  reason: 'invalid',
  field,
  message,
});

describe('Many contacts', () => {
  it('travel in one batch and join each segment in one call', async () => {
    const { http, access, provider } = connect([
      { request: BATCH, answer: OK },
      { request: ADD('7'), answer: OK },
      { request: ADD('8'), answer: OK },
      { request: REMOVE('9'), answer: OK },
    ]);
    const unchanged = change(
      { email: 'same@example.com' },
      { previous: written({ email: 'same@example.com' }) },
    );
    const leaving = change(
      { email: 'leave@example.com' },
      { previous: written({ email: 'leave@example.com', audiences: ['9'] }) },
    );
    const both = change({ email: 'cio_both@example.com', audiences: ['7', '8'] });
    const outcomes = await provider.upsertContacts(access, [
      ...some(2, { audiences: ['7'] }),
      unchanged,
      both,
      leaving,
    ]);
    expect(codes(outcomes)).toEqual(['accepted', 'accepted', 'unchanged', 'accepted', 'accepted']);
    expect(http.bodies).toEqual([
      {
        batch: [
          {
            type: 'person',
            identifiers: { email: 'p0@example.com' },
            action: 'identify',
            attributes: { first_name: 'P0' },
          },
          {
            type: 'person',
            identifiers: { email: 'p1@example.com' },
            action: 'identify',
            attributes: { first_name: 'P1' },
          },
          {
            type: 'person',
            identifiers: { email: 'cio_both@example.com' },
            action: 'identify',
            attributes: {},
          },
        ],
      },
      { ids: ['p0@example.com', 'p1@example.com', 'cio_both@example.com'] },
      { ids: ['cio_both@example.com'] },
      { ids: ['leave@example.com'] },
    ]);
    expect(outcomes[0]).toMatchObject({
      written: { email: 'p0@example.com', fields: { first_name: 'P0' }, audiencesJoined: ['7'] },
      slice: {
        request: { entity: { identifiers: { email: 'p0@example.com' } }, add_customers: ['7'] },
        answer: { status: 200 },
      },
    });
    expect(outcomes[4]?.written).toEqual({ audiencesLeft: ['9'] });
    for (const [index, outcome] of outcomes.entries()) {
      if (index !== 1) expect(JSON.stringify(outcome)).not.toContain('p1@example.com');
    }
  });

  it.each([200, 207, 202])('have their own errors read from a %s', async (status) => {
    const { http, access, provider } = connect([
      { request: BATCH, answer: json(status, { errors: [error(1), error(1, 'identifiers', 'twice')] }) },
      { request: ADD('7'), answer: OK },
    ]);
    const outcomes = await provider.upsertContacts(access, some(3, { audiences: ['7'] }));
    expect(codes(outcomes)).toEqual(['accepted', 'refused email_invalid', 'accepted']);
    expect(outcomes[1]).toMatchObject({
      vendorMessage: 'is invalid; twice',
      slice: { answer: { status, errors: [{ message: 'is invalid' }, { message: 'twice' }] } },
    });
    expect(outcomes[1]?.written).toBeUndefined();
    expect(http.bodies[1]).toEqual({ ids: ['p0@example.com', 'p2@example.com'] });
  });

  it('keep the person when only an optional attribute is at fault', async () => {
    const { http, access, provider } = connect([
      { request: BATCH, answer: json(207, { errors: [error(1, 'attributes.first_name', 'too long')] }) },
      { request: BATCH, answer: OK },
    ]);
    const outcomes = await provider.upsertContacts(access, some(2));
    expect(codes(outcomes)).toEqual(['accepted', 'accepted']);
    expect(outcomes[1]).toMatchObject({
      written: { fields: {} },
      warnings: [{ code: 'field_rejected', field: 'first_name' }],
    });
    expect(http.bodies[1]).toEqual({
      batch: [
        { type: 'person', identifiers: { email: 'p1@example.com' }, action: 'identify', attributes: {} },
      ],
    });
  });

  it.each([
    [{ errors: [{ message: 'which one?' }] }, 200],
    [{ errors: [error(7)] }, 207],
    [{ errors: 'many' }, 200],
    [{}, 207],
    [{ meta: { error: 'no' } }, 200],
  ])('are no success when the errors name nobody: %j', async (body, status) => {
    const { access, provider } = connect([{ request: BATCH, answer: json(status, body) }]);
    expect(codes(await provider.upsertContacts(access, some(2)))).toEqual(
      Array(2).fill('unavailable answer_unknown'),
    );
  });

  it('are all accepted when the list of errors is empty', async () => {
    const { access, provider } = connect([{ request: BATCH, answer: json(207, { errors: [] }) }]);
    expect(codes(await provider.upsertContacts(access, some(2)))).toEqual(['accepted', 'accepted']);
  });

  it('are sent again without those that a 400 names', async () => {
    const { http, access, provider } = connect([
      { request: BATCH, answer: json(400, { errors: [error(0), error(2)] }) },
      { request: BATCH, answer: OK },
    ]);
    expect(codes(await provider.upsertContacts(access, some(4)))).toEqual([
      'refused email_invalid',
      'accepted',
      'refused email_invalid',
      'accepted',
    ]);
    expect(emailsIn(http.bodies[1])).toEqual(['p1@example.com', 'p3@example.com']);
  });

  it.each([
    [400, { errors: [{ reason: 'invalid', message: 'bad person' }] }],
    [413, {}],
  ])(
    'are told as refused together after a %s that names nobody, and not sent again',
    async (status, body) => {
      const { http, access, provider } = connect([{ request: BATCH, answer: json(status, body) }]);
      const outcomes = await provider.upsertContacts(access, some(4, { audiences: ['7'] }));
      expect(outcomes).toEqual(
        Array(4).fill(
          expect.objectContaining({ kind: 'refused', code: 'contact_refused', wholeBatch: true }),
        ),
      );
      expect(http.requests).toHaveLength(1);
    },
  );

  it.each([
    [UNAUTHORISED, 'unauthorised credentials_rejected'],
    [json(429, {}), 'throttled vendor_throttled'],
    [json(503, {}), 'unavailable vendor_error'],
    [page(200), 'unavailable vendor_unreadable'],
    [TIMED_OUT, 'ambiguous vendor_timeout'],
  ])('share the fate of their batch, and no segment is touched', async (answer, expected) => {
    const { access, provider } = connect([{ request: BATCH, answer }]);
    expect(codes(await provider.upsertContacts(access, some(2, { audiences: ['7'] })))).toEqual([
      expected,
      expected,
    ]);
  });

  it('stay within 480,000 bytes a request, and a later failure spoils nothing earlier', async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`n${index}`, 'ü'.repeat(500)]),
    );
    const { http, access, provider } = connect([
      { request: BATCH, answer: OK },
      { request: BATCH, answer: TIMED_OUT },
      { request: ADD('7'), answer: OK },
    ]);
    const outcomes = await provider.upsertContacts(access, some(60, { attributes, audiences: ['7'] }));
    const sizes = http.requests.slice(0, 2).map(({ jsonText }) => Buffer.byteLength(jsonText!));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(480_000);
    const first = emailsIn(http.bodies[0]).length;
    expect(first).toBeGreaterThan(20);
    expect(codes(outcomes.slice(0, first))).toEqual(Array(first).fill('accepted'));
    const second = emailsIn(http.bodies[1]).length;
    expect(codes(outcomes.slice(first, first + second))).toEqual(
      Array(second).fill('ambiguous vendor_timeout'),
    );
    expect(codes(outcomes.slice(first + second))).toEqual(
      Array(60 - first - second).fill('unavailable send_withheld'),
    );
    expect(60 - first - second).toBeGreaterThan(0);
  });

  it('join a segment at most 1,000 at a time', async () => {
    const { http, access, provider } = connect([
      { request: BATCH, answer: OK },
      { request: BATCH, answer: OK },
      { request: ADD('7'), answer: OK },
      { request: ADD('7'), answer: json(429, {}, { 'retry-after': '5' }) },
    ]);
    const outcomes = await provider.upsertContacts(access, some(1001, { audiences: ['7'] }));
    expect((http.bodies[2] as { ids: string[] }).ids.length).toBe(1000);
    expect(codeOf(outcomes[999]!)).toBe('accepted');
    expect(outcomes[1000]).toMatchObject({ kind: 'throttled', written: { email: 'p1000@example.com' } });
  });

  it('meet no further segment once the vendor asks for patience', async () => {
    const { access, provider } = connect([
      { request: BATCH, answer: OK },
      { request: ADD('7'), answer: json(429, {}) },
    ]);
    const outcomes = await provider.upsertContacts(access, [
      ...some(2, { audiences: ['7', '8'] }),
      change({ audiences: ['8'] }),
    ]);
    expect(codes(outcomes)).toEqual(Array(3).fill('throttled vendor_throttled'));
    expect(outcomes[2]?.written).toMatchObject({ email: 'jane@example.com' });
  });

  it('that would go by themselves stay here once the batch has failed', async () => {
    const moved = (email: string) => change({ email }, { previous: written({ email: 'old@example.com' }) });
    const failed = connect([{ request: BATCH, answer: TIMED_OUT }]);
    const outcomes = await failed.provider.upsertContacts(failed.access, [
      moved('new@example.com'),
      change(),
    ]);
    expect(codes(outcomes)).toEqual(['unavailable send_withheld', 'ambiguous vendor_timeout']);

    const alone = connect([
      { request: 'PUT track.customer.io/api/v1/customers/a%40example.com', answer: UNAUTHORISED },
    ]);
    const both = await alone.provider.upsertContacts(alone.access, [
      moved('a@example.com'),
      moved('b@example.com'),
    ]);
    expect(codes(both)).toEqual(Array(2).fill('unauthorised credentials_rejected'));
  });

  it('whose segment is gone are in, and say so each', async () => {
    const { access, provider } = connect([
      { request: BATCH, answer: OK },
      { request: ADD('7'), answer: json(404, {}) },
      { request: ADD('8'), answer: OK },
    ]);
    const outcomes = await provider.upsertContacts(access, [
      ...some(2, { audiences: ['7'] }),
      change({ audiences: ['8'] }),
    ]);
    expect(codes(outcomes)).toEqual([
      'misconfigured audience_missing',
      'misconfigured audience_missing',
      'accepted',
    ]);
    expect(outcomes[0]?.written).toMatchObject({ fields: { first_name: 'P0' } });
  });

  it('that do not fit a batch go by themselves, and one that cannot go is refused alone', async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`n${index}`, 'x'.repeat(1000)]),
    );
    const moved = change(
      { email: 'new@example.com' },
      { previous: written({ email: 'old@example.com', fields: { rekomi_tags: 'a' } }) },
    );
    const { access, provider } = connect([
      { request: BATCH, answer: OK },
      { request: 'PUT track.customer.io/api/v1/customers/big%40example.com', answer: OK },
      { request: 'PUT track.customer.io/api/v1/customers/old%40example.com', answer: OK },
      { request: 'PUT track.customer.io/api/v1/customers/new%40example.com', answer: OK },
    ]);
    const outcomes = await provider.upsertContacts(access, [
      change({ email: 'big@example.com', attributes }),
      change({ email: 'cio_big@example.com', attributes }),
      change({ email: `${'x'.repeat(150)}@example.com` }),
      moved,
      change(),
    ]);
    expect(codes(outcomes)).toEqual([
      'accepted',
      'refused contact_refused',
      'refused email_too_long',
      'accepted',
      'accepted',
    ]);
  });

  it('from another region are sent once more, all of them', async () => {
    const { access, provider } = connect([
      { request: BATCH, answer: json(301, {}) },
      { request: 'GET track.customer.io/api/v1/accounts/region', answer: json(200, { region: 'eu' }) },
      { request: 'POST track-eu.customer.io/api/v2/batch', answer: OK },
    ]);
    const outcomes = await provider.upsertContacts(access, some(2));
    expect(outcomes).toMatchObject([
      { kind: 'accepted', region: 'eu' },
      { kind: 'accepted', region: 'eu' },
    ]);
  });

  it('that are none need no request', async () => {
    const { access, provider } = connect([]);
    expect(await provider.upsertContacts(access, [])).toEqual([]);
    expect(await provider.trackEvents(access, [])).toEqual([]);
  });
});

describe('Many events', () => {
  it('travel in one batch, each with its own answer', async () => {
    const { http, access, provider } = connect([
      { request: BATCH, answer: json(207, { errors: [error(1, 'name', 'name is reserved')] }) },
    ]);
    const outcomes = await provider.trackEvents(access, [
      event({ data: { amount: 1, recipient: 'x' } }),
      event({ name: '' }),
      event({ email: 'second@example.com' }),
      event({ email: 'cio_third@example.com' }),
    ]);
    expect(codes(outcomes)).toEqual([
      'accepted',
      'refused event_name_invalid',
      'refused event_name_invalid',
      'accepted',
    ]);
    expect(outcomes[0]).toMatchObject({
      warnings: [{ code: 'event_key_dropped' }],
      slice: { answer: { status: 200 + 7 } },
    });
    expect(outcomes[2]?.slice).toEqual({
      request: {
        type: 'person',
        identifiers: { email: 'second@example.com' },
        action: 'event',
        name: 'affiliate_approved',
        id: ULID,
        timestamp: 1712345545,
        attributes: {},
      },
      answer: { status: 207, errors: [{ index: 1, field: 'name', message: 'name is reserved' }] },
    });
    expect(emailsIn(http.bodies[0])).toEqual([
      'jane@example.com',
      'second@example.com',
      'cio_third@example.com',
    ]);
  });

  it('above the item size go by themselves', async () => {
    const { access, provider } = connect([
      { request: BATCH, answer: OK },
      { request: 'POST track.customer.io/api/v1/customers/jane%40example.com/events', answer: json(500, {}) },
    ]);
    const large = event({ data: { text: 'x'.repeat(40_000) } });
    const outcomes = await provider.trackEvents(access, [
      large,
      event(),
      event({ data: { text: 'x'.repeat(100_000) } }),
      large,
    ]);
    expect(codes(outcomes)).toEqual([
      'unavailable vendor_error',
      'accepted',
      'refused event_too_large',
      'unavailable send_withheld',
    ]);
  });
});

it('Each item of a batch is made into JSON once, whether it is measured or sent', async () => {
  const { access, provider } = connect([
    { request: BATCH, answer: OK },
    { request: BATCH, answer: OK },
  ]);
  const written: unknown[] = [];
  const spy = jest.spyOn(JSON, 'stringify').mockImplementation((value: unknown) => {
    written.push(value);
    return spied(value);
  });
  try {
    await provider.upsertContacts(access, some(20));
    await provider.trackEvents(
      access,
      some(20).map(({ desired }) => event({ email: desired.email, data: { amount: 1250 } })),
    );
  } finally {
    spy.mockRestore();
  }
  const holding = (key: string) =>
    written.filter((value) => typeof value === 'object' && value !== null && key in value);
  expect(holding('identifiers')).toHaveLength(40);
  expect(holding('amount')).toHaveLength(20);
});

const spied = JSON.stringify.bind(JSON);
