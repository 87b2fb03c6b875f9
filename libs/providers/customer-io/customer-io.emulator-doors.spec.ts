import {
  BASIC_EU,
  BASIC_US,
  BEARER_EU,
  BEARER_US,
  basic,
  EmulatorDriver,
} from './testing/emulator-driver.js';

const PERSON = '/api/v1/customers/jane%40example.com';

describe('regions and keys', () => {
  it.each([
    ['track.customer.io', BASIC_US, { url: 'https://track.customer.io', region: 'us', environment_id: 1001 }],
    [
      'track-eu.customer.io',
      BASIC_US,
      { url: 'https://track.customer.io', region: 'us', environment_id: 1001 },
    ],
    [
      'track.customer.io',
      BASIC_EU,
      { url: 'https://track-eu.customer.io', region: 'eu', environment_id: 1002 },
    ],
  ])('tell the true region on %s', (host, authorization, body) => {
    const answer = new EmulatorDriver().send(
      'GET',
      `${host}/api/v1/accounts/region`,
      undefined,
      authorization,
    );
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, body]);
  });

  it('send EU writes on the US host away, or on to the EU, as the workspace is set', () => {
    const vendor = EmulatorDriver.immediate();
    const moved = vendor.send('PUT', `track.customer.io${PERSON}`, {}, BASIC_EU);
    expect(moved).toMatchObject({
      status: 301,
      headers: { location: `https://track-eu.customer.io${PERSON}` },
    });
    expect(vendor.people()).toEqual([]);
    vendor.post('workspaces', { id: 1002, wrongRegion: 'proxy' });
    expect(vendor.send('PUT', `track.customer.io${PERSON}`, {}, BASIC_EU).status).toBe(200);
    expect(vendor.people()).toMatchObject([{ email: 'jane@example.com', workspace: 'Acme Europe' }]);
  });

  it('fail US writes on the EU host', () => {
    expect(new EmulatorDriver().send('PUT', `track-eu.customer.io${PERSON}`, {}, BASIC_US).status).toBe(401);
  });

  it('send an EU App key away from the US host with the recorded body', () => {
    const answer = new EmulatorDriver().send('GET', 'api.customer.io/v1/segments', undefined, BEARER_EU);
    expect(answer).toMatchObject({
      status: 301,
      headers: { location: 'https://api-eu.customer.io/v1/segments' },
      body: '{"errors":[{"detail":"wrong datacenter","status":"301"}]}',
    });
  });

  it('refuse wrong keys, and keys of the other door', () => {
    const vendor = new EmulatorDriver();
    const wrong = vendor.send(
      'PUT',
      `track.customer.io${PERSON}`,
      {},
      basic('sandbox-site-us', 'sandbox-app-us'),
    );
    expect([wrong.status, JSON.parse(wrong.body)]).toEqual([
      401,
      { meta: { error: 'Unauthorized request' } },
    ]);
    expect(
      vendor.send('GET', 'api.customer.io/v1/segments', undefined, 'Bearer sandbox-track-us').status,
    ).toBe(401);
  });

  it('stop working when they are revoked, each door by itself', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', {});
    vendor.post('revoke', { workspace: 'Acme', door: 'track' });
    expect(vendor.identify('jane@example.com', {}).status).toBe(401);
    expect(vendor.app('segments').status).toBe(200);
  });

  it('open a workspace of its own for a created pair', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.post('workspaces', {
      name: 'Third',
      siteId: 's3',
      trackApiKey: 't3',
      appApiKey: 'a3',
      emptyList: 'null',
    });
    expect(vendor.send('PUT', `track.customer.io${PERSON}`, {}, basic('s3', 't3')).status).toBe(200);
    expect(vendor.people()).toMatchObject([{ workspace: 'Third' }]);
    expect(vendor.send('GET', 'api.customer.io/v1/segments', undefined, 'Bearer a3').body).toBe(
      '{"segments":null}',
    );
  });
});

describe('limits', () => {
  it('let ten look-ups through in any one second', () => {
    const vendor = new EmulatorDriver();
    const statuses = Array.from({ length: 11 }, () => vendor.app('segments').status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
    vendor.clock += 999;
    expect(vendor.app('segments').status).toBe(429);
    vendor.clock += 1;
    expect(vendor.app('segments').status).toBe(200);
    expect(vendor.read('summary')).toMatchObject({
      throttled: 2,
      hits: { 'api.customer.io GET /v1/segments 200': 11, 'api.customer.io GET /v1/segments 429': 2 },
    });
  });

  it('hold for the Track API as set', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.post('settings', { trackPerSecond: 2 });
    const statuses = [1, 2, 3].map(() => vendor.identify('jane@example.com', {}).status);
    expect(statuses).toEqual([200, 200, 429]);
    vendor.post('settings', { trackPerSecond: 0 });
    expect(vendor.identify('jane@example.com', {}).status).toBe(200);
  });
});

describe('segments', () => {
  it('are listed with their kind, created, read, counted and deleted', () => {
    const vendor = EmulatorDriver.immediate();
    expect(vendor.app('segments').body).toMatchObject({
      segments: [
        { id: 1, name: 'Signed up', type: 'dynamic' },
        { id: 2, name: 'Affiliates', type: 'manual', state: 'finished', progress: null, tags: null },
        { id: 3, type: 'manual' },
      ],
    });
    const created = vendor.send(
      'POST',
      'api.customer.io/v1/segments',
      { segment: { name: 'VIP' } },
      BEARER_US,
    );
    expect(JSON.parse(created.body)).toMatchObject({ segment: { id: 4, name: 'VIP', type: 'manual' } });
    vendor.identify('jane@example.com', {});
    vendor.join(4, ['jane@example.com', 'nobody@example.com']);
    expect(vendor.app('segments/4/customer_count').body).toEqual({ segment_id: 4, count: 1 });
    expect(vendor.app('customers/jane%40example.com/segments?id_type=email').body).toMatchObject({
      segments: [{ id: 4 }],
    });
    expect(vendor.app('segments/4/used_by').status).toBe(200);
    expect(vendor.send('DELETE', 'api.customer.io/v1/segments/4', undefined, BEARER_US).status).toBe(204);
    expect(vendor.app('segments/4').status).toBe(404);
  });

  it.each([
    ['unknown', 99, 'segment 99 does not exist'],
    ['rule-based', 1, 'segment 1 is not a manual segment'],
  ])('that are %s take nobody in, with the status the workspace chooses', (_, segment, message) => {
    const vendor = EmulatorDriver.immediate();
    const answer = vendor.join(segment, ['jane@example.com']);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { meta: { errors: [message] } }]);
    vendor.post('workspaces', { id: 1001, segmentErrorStatus: 404 });
    expect(vendor.join(segment, ['jane@example.com']).status).toBe(404);
  });

  it('silently pass over values that do not fit the id_type, and refuse more than 1,000', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', {});
    expect(vendor.join(2, ['jane@example.com'], 'id').status).toBe(200);
    expect(vendor.join(2, ['not an address']).status).toBe(200);
    expect(vendor.person('jane@example.com')?.segments).toEqual([]);
    expect(vendor.silences()).toEqual(['nobody_there', 'wrong_id_type']);
    expect(vendor.join(2, Array<string>(1001).fill('jane@example.com')).status).toBe(400);
    expect(vendor.join(2, []).status).toBe(400);
  });

  it('by rule follow the attribute', () => {
    const vendor = EmulatorDriver.immediate();
    const rule = { kind: 'equals', attribute: 'rekomi_status', value: 'approved' };
    vendor.post('segments', { workspace: 'Acme', name: 'Approved', rule });
    vendor.identify('jane@example.com', { rekomi_status: 'approved' });
    expect(vendor.app('segments/4/customer_count').body).toEqual({ segment_id: 4, count: 1 });
    vendor.identify('jane@example.com', { rekomi_status: 'rejected' });
    expect(vendor.app('segments/4/customer_count').body).toEqual({ segment_id: 4, count: 0 });
  });

  it('page through their members to the end', () => {
    const vendor = EmulatorDriver.immediate();
    const people = Array.from({ length: 25 }, (_, index) => ({
      email: `p${index}@example.com`,
      segments: [2],
    }));
    vendor.post('people', { workspace: 'Acme', people });
    const seen: string[] = [];
    for (let start = '', pages = 0; pages < 4; pages += 1) {
      const body = vendor.app(`segments/2/membership?limit=10&start=${start}`).body as {
        ids: string[];
        identifiers: { email: string }[];
        next: string;
      };
      expect(new Set(body.ids)).toEqual(new Set(['']));
      seen.push(...body.identifiers.map((identifier) => identifier.email));
      start = body.next;
      if (start === '') break;
    }
    expect(seen).toEqual(people.map((person) => person.email));
  });
});

describe('look-ups', () => {
  it('find nobody by an address whose plus sign is not encoded', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane+tag@example.com', {});
    expect(vendor.app('customers?email=jane+tag@example.com').body).toEqual({ results: [] });
    expect(vendor.app('customers?email=jane%2Btag%40example.com').body).toMatchObject({
      results: [{ email: 'jane+tag@example.com' }],
    });
  });
});
