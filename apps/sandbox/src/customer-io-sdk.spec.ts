import { APIClient, IdentifierType, TrackClient } from 'customerio-node';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';

const JANE = 'jane+tag@example.com';
const ULID = '01BX5ZZKBKACTAV9WEVGEMMVRZ';

describe('the official SDK customerio-node against the emulated Customer.io', () => {
  let sandbox: Sandbox;
  let track: TrackClient;
  let app: APIClient;

  beforeEach(async () => {
    sandbox = await startSandbox();
    await control(sandbox, 'POST', 'customer-io/settings', { delayMs: 0 });
    const retry = { maxRetries: 0 };
    const trackUrl = `${sandbox.url}/track.customer.io/api/v1`;
    track = new TrackClient('sandbox-site-us', 'sandbox-track-us', { url: trackUrl, retry });
    app = new APIClient('sandbox-app-us', { url: `${sandbox.url}/api.customer.io/v1`, retry });
  });

  afterEach(() => sandbox.close());

  const person = async (email: string): Promise<unknown> => {
    const query = new URLSearchParams({ email });
    return (
      (await control(sandbox, 'GET', `customer-io/people?${query.toString()}`))['people'] as unknown[]
    )[0];
  };

  it('identifies and tracks, and both can be seen', async () => {
    expect(await track.identify(JANE, { email: JANE, first_name: 'Jane', created_at: 1712345678 })).toEqual(
      {},
    );
    for (let time = 0; time < 2; time += 1) {
      await track.track(JANE, {
        name: 'affiliate_approved',
        id: ULID,
        timestamp: 1712345678,
        data: { campaign: 'Spring' },
      });
    }
    expect(await person(JANE)).toMatchObject({
      email: JANE,
      attributes: { first_name: 'Jane', created_at: '1712345678' },
      segments: ['Signed up'],
      events: 1,
    });
    const { events } = await control(sandbox, 'GET', 'customer-io/events');
    expect(events).toMatchObject([{ name: 'affiliate_approved', id: ULID, data: { campaign: 'Spring' } }]);
  });

  it('creates a segment, fills it, reads it page by page and empties it', async () => {
    const { segment } = (await app.createSegment({ name: 'Partners' })) as { segment: { id: number } };
    const emails = ['a@example.com', 'b@example.com', 'c@example.com'];
    for (const email of emails) await track.identify(email, {});
    await track.addCustomersToSegment(segment.id, emails, IdentifierType.Email);
    await track.removeCustomersFromSegment(segment.id, ['b@example.com'], IdentifierType.Email);
    expect(await app.getSegmentCustomerCount(segment.id)).toEqual({ segment_id: segment.id, count: 2 });
    expect(await app.getSegmentMembership(segment.id, { limit: 1 })).toMatchObject({
      identifiers: [{ email: 'a@example.com', id: null }],
      next: '1',
    });
    expect(await app.getCustomerSegments('c@example.com', IdentifierType.Email)).toMatchObject({
      segments: [{ id: segment.id, type: 'manual' }],
    });
    expect(await app.listSegments()).toMatchObject({ segments: [{}, {}, {}, { name: 'Partners' }] });
  });

  it('sends a batch and gets the errors of single items', async () => {
    const item = (email: string, attributes: object): object => ({
      type: 'person',
      action: 'identify',
      identifiers: { email },
      attributes,
    });
    const answer = await track.batch([
      item('a@example.com', {}),
      item('b@example.com', { long: 'x'.repeat(1001) }),
    ]);
    expect(answer).toMatchObject({ errors: [{ batch_index: 1, field: 'attributes.long' }] });
    expect(await person('a@example.com')).toBeDefined();
    expect(await person('b@example.com')).toBeUndefined();
    await track.entity(item('c@example.com', { plan: 'pro' }));
    expect(await person('c@example.com')).toMatchObject({ attributes: { plan: 'pro' } });
  });

  it('finds the region, also on the host of the other one', async () => {
    const elsewhere = new TrackClient('sandbox-site-us', 'sandbox-track-us', {
      url: `${sandbox.url}/track-eu.customer.io/api/v1`,
    });
    const region = { url: 'https://track.customer.io', region: 'us', environment_id: 1001 };
    expect(await track.getAccountRegion()).toEqual(region);
    expect(await elsewhere.getAccountRegion()).toEqual(region);
  });

  it('looks people up', async () => {
    await track.identify(JANE, { age: 30 });
    expect(await app.getCustomersByEmail(JANE)).toMatchObject({ results: [{ email: JANE, id: null }] });
    expect(await app.getCustomersByEmail('nobody@example.com')).toEqual({ results: [] });
    expect(await app.getAttributes(JANE, IdentifierType.Email)).toMatchObject({
      customer: { id: JANE, attributes: { age: '30', email: JANE }, unsubscribed: false, devices: [] },
    });
  });

  it('merges, suppresses, unsuppresses and deletes', async () => {
    await track.identify('a@example.com', { plan: 'pro' });
    await track.identify('b@example.com', { city: 'Oslo' });
    await track.mergeCustomers(IdentifierType.Email, 'a@example.com', IdentifierType.Email, 'b@example.com');
    expect(await person('a@example.com')).toMatchObject({ attributes: { plan: 'pro', city: 'Oslo' } });
    await track.suppress('a@example.com');
    await track.identify('a@example.com', {});
    expect(await person('a@example.com')).toBeUndefined();
    await track.unsuppress('a@example.com');
    await track.identify('a@example.com', {});
    expect(await person('a@example.com')).toMatchObject({ attributes: {} });
    await track.destroy('a@example.com');
    expect(await person('a@example.com')).toBeUndefined();
  });

  it('hears of wrong keys and of values that are too long', async () => {
    const wrong = new TrackClient('sandbox-site-us', 'nonsense', {
      url: `${sandbox.url}/track.customer.io/api/v1`,
    });
    await expect(wrong.identify(JANE, {})).rejects.toMatchObject({
      statusCode: 401,
      message: 'Unauthorized request',
    });
    await expect(track.identify(JANE, { token: 'x'.repeat(1001) })).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining(
        "value for attribute 'token' cannot be longer than 1000 bytes",
      ) as unknown,
    });
  });
});
