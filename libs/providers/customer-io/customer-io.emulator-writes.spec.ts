import { BASIC_US, EmulatorDriver } from './testing/emulator-driver.js';

const OK = { status: 200, body: '{}\n' };
const ULID = '01BX5ZZKBKACTAV9WEVGEMMVRZ';

describe('what a write does', () => {
  it('shows nothing before the delay is over and everything after it', () => {
    const vendor = new EmulatorDriver();
    vendor.post('settings', { delayMs: 250 });
    vendor.identify('jane@example.com', { plan: 'pro' });
    vendor.clock += 249;
    expect(vendor.app('customers?email=jane%40example.com').body).toEqual({ results: [] });
    vendor.clock += 1;
    expect(vendor.app('customers?email=jane%40example.com').body).toMatchObject({
      results: [{ email: 'jane@example.com', id: null }],
    });
  });

  it('loses a join that overtakes its person', () => {
    const vendor = new EmulatorDriver();
    vendor.post('settings', { delayMs: 200, segmentDelayMs: 0 });
    vendor.identify('jane@example.com', {});
    expect(vendor.join(2, ['jane@example.com'])).toMatchObject(OK);
    vendor.clock += 1000;
    expect(vendor.person('jane@example.com')?.segments).toEqual([]);
    expect(vendor.silences()).toEqual(['nobody_there']);
  });

  it('reads every value back as text, and null takes the attribute away', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', { age: 30, vip: true, city: 'Oslo', created_at: 1614034983 });
    vendor.identify('jane@example.com', { city: null });
    expect(vendor.app('customers/jane%40example.com/attributes?id_type=email').body).toMatchObject({
      customer: { attributes: { age: '30', vip: 'true', created_at: '1614034983' }, unsubscribed: false },
    });
    expect(vendor.person('jane@example.com')?.attributes).not.toHaveProperty('city');
  });

  it('puts whoever has a time stamp in created_at into "Signed up"', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', { created_at: 1712345678 });
    vendor.identify('john@example.com', { created_at: '2024-04-05' });
    expect(vendor.person('jane@example.com')?.segments).toEqual(['Signed up']);
    expect(vendor.person('john@example.com')?.segments).toEqual([]);
  });

  it('re-subscribes whoever is sent unsubscribed: false, and logs it', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', { unsubscribed: 'TRUE' });
    expect(vendor.person('jane@example.com')?.unsubscribed).toBe(true);
    vendor.identify('jane@example.com', { first_name: 'Jane' });
    expect(vendor.person('jane@example.com')?.unsubscribed).toBe(true);
    vendor.identify('jane@example.com', { unsubscribed: false });
    expect(vendor.person('jane@example.com')?.unsubscribed).toBe(false);
    const types = (vendor.read('activity')['activity'] as { type: string }[]).map((entry) => entry.type);
    expect(types).toEqual(['unsubscribed', 'identify', 'identify', 'subscribed', 'identify']);
  });

  it('creates nobody with _update, and does not let an older _timestamp win', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('nobody@example.com', { _update: true, plan: 'pro' });
    vendor.identify('jane@example.com', { plan: 'new', _timestamp: 2_000_000_000 });
    vendor.identify('jane@example.com', { plan: 'old', _timestamp: 1_900_000_000 });
    expect(vendor.people()).toMatchObject([{ email: 'jane@example.com', attributes: { plan: 'new' } }]);
    expect(vendor.silences()).toEqual(['nobody_matches', 'older_than_what_is_there']);
  });

  it('forgets and then ignores a suppressed person until it is unsuppressed', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('42', { email: 'jane@example.com' });
    vendor.send('POST', 'track.customer.io/api/v1/customers/42/suppress', {});
    expect(vendor.people()).toEqual([]);
    expect(vendor.identify('JANE@example.com', {})).toMatchObject(OK);
    expect(vendor.event('42', { name: 'purchase' })).toMatchObject(OK);
    expect(vendor.people()).toEqual([]);
    expect(vendor.silences()).toEqual(['suppressed', 'suppressed']);
    vendor.send('POST', 'track.customer.io/api/v1/customers/jane%40example.com/unsuppress', {});
    vendor.identify('42', {});
    expect(vendor.people()).toMatchObject([{ id: '42' }]);
  });

  it('answers success for deleting somebody who is not there', () => {
    const vendor = EmulatorDriver.immediate();
    expect(vendor.send('DELETE', 'track.customer.io/api/v1/customers/nobody')).toMatchObject(OK);
    expect(vendor.silences()).toEqual(['nobody_there']);
  });

  it.each([
    [
      'a long value',
      { token: 'é'.repeat(501) },
      "value for attribute 'token' cannot be longer than 1000 bytes",
    ],
    [
      'a long name',
      { ['n'.repeat(151)]: 1 },
      `attribute name '${'n'.repeat(151)}' cannot be longer than 150 bytes`,
    ],
    [
      'too many attributes',
      Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`a${index}`, 1])),
      'cannot set more than 300 attributes',
    ],
  ])('refuses %s, and the whole call with it', (_, attributes, message) => {
    const vendor = EmulatorDriver.immediate();
    const answer = vendor.identify('jane@example.com', { first_name: 'Jane', ...attributes });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({ meta: { errors: [message] } });
    expect(vendor.people()).toEqual([]);
  });

  it('takes values of exactly 1,000 bytes and refuses identifiers above 150', () => {
    const vendor = EmulatorDriver.immediate();
    expect(vendor.identify('jane@example.com', { token: 'é'.repeat(500) }).status).toBe(200);
    expect(vendor.identify(`${'x'.repeat(139)}@example.com`, {}).status).toBe(400);
    expect(vendor.identify(`${'x'.repeat(138)}@example.com`, {}).status).toBe(200);
  });
});

describe('events', () => {
  it('drop a repeat of the same ULID and count it', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', {});
    vendor.event('jane@example.com', {
      name: ' affiliate_approved ',
      id: ULID,
      timestamp: 1712345678,
      data: { a: 1 },
    });
    vendor.event('jane@example.com', { name: 'affiliate_approved', id: ULID });
    expect(vendor.read('events')['events']).toMatchObject([
      {
        name: 'affiliate_approved',
        id: ULID,
        timestamp: 1712345678,
        data: { a: 1 },
        email: 'jane@example.com',
      },
    ]);
    expect(vendor.silences()).toEqual(['repeated_event']);
    expect(vendor.read('summary')).toMatchObject({
      workspaces: [{ repeatedEvents: 1 }, { repeatedEvents: 0 }],
    });
  });

  it('create the person when nobody is there', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.event('ghost@example.com', { name: 'purchase' });
    expect(vendor.people()).toMatchObject([{ email: 'ghost@example.com', unsubscribed: false, events: 1 }]);
  });

  it.each([
    ['without a name', {}, 'event name must be a string'],
    ['with a long name', { name: 'é'.repeat(51) }, 'event name cannot be longer than 100 bytes'],
    [
      'with a date for a time stamp',
      { name: 'a', timestamp: '2026-01-01' },
      'timestamp must be a unix timestamp',
    ],
    [
      'with too much data',
      { name: 'a', data: { t: 'x'.repeat(100_000) } },
      'event data cannot be longer than 100000 bytes',
    ],
  ])('are refused %s', (_, body, message) => {
    const vendor = EmulatorDriver.immediate();
    const answer = vendor.event('jane@example.com', body);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { meta: { errors: [message] } }]);
  });

  it('of an unknown visitor reach the person who later shows the same anonymous id', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.send('POST', 'track.customer.io/api/v1/events', { name: 'visit', anonymous_id: 'anon-1' });
    vendor.identify('jane@example.com', { anonymous_id: 'anon-1' });
    expect(vendor.person('jane@example.com')?.events).toBe(1);
  });
});

describe('batches', () => {
  const item = (email: string, extra: object = {}): object => ({
    type: 'person',
    identifiers: { email },
    action: 'identify',
    attributes: { first_name: 'Jane' },
    ...extra,
  });
  const send = (vendor: EmulatorDriver, body: unknown): { status: number; body: unknown } => {
    const answer = vendor.send('POST', 'track.customer.io/api/v2/batch', body, BASIC_US);
    return { status: answer.status, body: JSON.parse(answer.body) as unknown };
  };

  it('apply the good items and name the bad ones in a 207', () => {
    const vendor = EmulatorDriver.immediate();
    const bad = item('b@example.com', { attributes: { plan: 'x'.repeat(1001) } });
    expect(send(vendor, { batch: [item('a@example.com'), bad, item('c@example.com')] })).toEqual({
      status: 207,
      body: {
        errors: [
          {
            batch_index: 1,
            reason: 'invalid',
            field: 'attributes.plan',
            message: 'property value cannot be longer than 1000 bytes',
          },
        ],
      },
    });
    expect(vendor.people().map((person) => person.email)).toEqual(['a@example.com', 'c@example.com']);
  });

  it('can hide the errors of items in a 200', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.post('workspaces', { id: 1001, partialBatchStatus: 200 });
    const answer = send(vendor, {
      batch: [item('a@example.com'), item('b@example.com', { action: 'wave' })],
    });
    expect(answer).toMatchObject({ status: 200, body: { errors: [{ batch_index: 1, field: 'action' }] } });
  });

  it('are refused whole when nothing in them is right, too large, or no JSON', () => {
    const vendor = EmulatorDriver.immediate();
    expect(send(vendor, { batch: [{ type: 'person' }] })).toMatchObject({
      status: 400,
      body: { errors: [{ reason: 'required', field: 'action' }] },
    });
    expect(send(vendor, '{')).toEqual({
      status: 400,
      body: { errors: [{ reason: 'invalid', field: 'body', message: 'must be valid JSON' }] },
    });
    const half = { action: 'event', name: 'a', attributes: { text: 'x'.repeat(30_000) } };
    expect(send(vendor, { batch: Array(17).fill(item('a@example.com', half)) }).status).toBe(400);
    expect(send(vendor, { batch: Array(15).fill(item('a@example.com', half)) }).status).toBe(200);
  });

  it('refuse one item above 32 KB and take the rest', () => {
    const vendor = EmulatorDriver.immediate();
    const large = item('b@example.com', {
      action: 'event',
      name: 'a',
      attributes: { text: 'x'.repeat(33_000) },
    });
    expect(send(vendor, { batch: [item('a@example.com'), large] })).toMatchObject({
      status: 207,
      body: { errors: [{ batch_index: 1, message: 'must be smaller than 32kb' }] },
    });
  });
});
