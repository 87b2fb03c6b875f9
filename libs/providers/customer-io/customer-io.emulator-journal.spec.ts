import { EmulatorDriver } from './testing/emulator-driver.js';

const ULID = '01BX5ZZKBKACTAV9WEVGEMMVRZ';

/** A little of everything, some of it still waiting. */
function busyVendor(): EmulatorDriver {
  const vendor = new EmulatorDriver();
  vendor.post('settings', { delayMs: 100, segmentDelayMs: 20 });
  vendor.identify('jane@example.com', { first_name: 'Jane', created_at: 1712345678 });
  vendor.clock += 150;
  vendor.join(2, ['jane@example.com', 'nobody@example.com']);
  vendor.event('jane@example.com', { name: 'purchase', id: ULID });
  vendor.event('jane@example.com', { name: 'purchase', id: ULID });
  vendor.send('POST', 'track.customer.io/api/v1/customers/blocked%40example.com/suppress', {});
  vendor.post('segments', { workspace: 'Acme', name: 'VIP' });
  vendor.post('people', {
    workspace: 'Acme Europe',
    people: [{ email: 'eva@example.com', attributes: { unsubscribed: 1 } }],
  });
  vendor.clock += 500;
  vendor.identify('late@example.com', { plan: 'pro' });
  return vendor;
}

function visible(vendor: EmulatorDriver): unknown {
  const { activity, workspaces, settings, pending } = vendor.read('summary');
  return {
    activity,
    workspaces,
    settings,
    pending,
    people: vendor.people(),
    events: vendor.read('events'),
    log: vendor.read('activity'),
    segments: vendor.read('segments'),
  };
}

describe('the journal', () => {
  it('brings a killed emulator back as it was, waiting writes included', () => {
    const before = busyVendor();
    const after = new EmulatorDriver(before.entries);
    after.clock = before.clock;
    expect(visible(after)).toEqual(visible(before));
    expect(before.read('summary')['pending']).toBe(1);
    before.clock += 100;
    after.clock += 100;
    expect(after.person('late@example.com')).toMatchObject({ attributes: { plan: 'pro' } });
    expect(visible(after)).toEqual(visible(before));
  });

  it('comes back the same from a snapshot, and goes on the same', () => {
    const before = busyVendor();
    const { entries } = before.read('snapshot') as { entries: Iterable<unknown> };
    const after = new EmulatorDriver([...entries]);
    after.clock = before.clock;
    expect(visible(after)).toEqual(visible(before));
    for (const vendor of [before, after]) {
      vendor.clock += 100;
      vendor.identify('blocked@example.com', {});
      vendor.event('jane@example.com', { name: 'purchase', id: ULID });
      vendor.identify('new@example.com', {});
      vendor.clock += 100;
    }
    expect(visible(after)).toEqual(visible(before));
    expect(after.person('blocked@example.com')).toBeUndefined();
    expect(after.person('jane@example.com')?.events).toBe(1);
  });

  it('forgets everything at a reset, also after a restart', () => {
    const vendor = busyVendor();
    vendor.post('reset', {});
    const again = new EmulatorDriver(vendor.entries);
    again.clock = vendor.clock + 1000;
    expect(again.people()).toEqual([]);
    expect(again.read('summary')).toMatchObject({ workspaces: [{ name: 'Acme' }, { name: 'Acme Europe' }] });
  });
});

describe('control calls', () => {
  it('page through 20,000 people without losing or repeating one', () => {
    const vendor = EmulatorDriver.immediate();
    const people = Array.from({ length: 20_000 }, (_, index) => ({ email: `p${index}@example.com` }));
    vendor.post('people', { workspace: 'Acme', people });
    const seen = new Set<string>();
    let after: string | undefined = '0';
    for (let pages = 0; after !== undefined && pages < 30; pages += 1) {
      const page = vendor.read('people', { after, limit: '1000' });
      for (const person of page['people'] as { email: string }[]) seen.add(person.email);
      after = page['next'] === null ? undefined : String(page['next']);
    }
    expect([seen.size, after]).toEqual([20_000, undefined]);
  });

  it('show recorded requests without the keys', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', { plan: 'pro' });
    const { exchanges } = vendor.read('exchanges') as { exchanges: { headers: unknown; body: string }[] };
    expect(exchanges).toMatchObject([
      {
        method: 'PUT',
        host: 'track.customer.io',
        path: '/api/v1/customers/jane%40example.com',
        headers: { authorization: 'Basic ***' },
        body: '{"plan":"pro"}',
        answer: { status: 200, body: '{}\n' },
      },
    ]);
  });

  it('say what is wrong with a call and know nothing of others', () => {
    const vendor = new EmulatorDriver();
    expect(vendor.post('settings', { delayMs: -1 })).toEqual({
      error: 'delayMs must be a whole number, 0 or more',
    });
    expect(vendor.post('workspaces', { region: 'mars' })).toEqual({ error: 'region must be one of us, eu' });
    expect(vendor.read('people', { workspace: 'Nowhere' })).toEqual({ error: 'no such workspace' });
    expect(vendor.post('elsewhere', {})).toBeUndefined();
  });
});
