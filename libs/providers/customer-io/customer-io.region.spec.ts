import { ALL_KEYS, change, codeOf, connect, event } from './testing/access.js';
import { json, OK, page, REFUSED, UNAUTHORISED, WRONG_DATACENTER } from './testing/scripted-vendor.js';

const PUT_US = 'PUT track.customer.io/api/v1/customers/jane%40example.com';
const PUT_EU = 'PUT track-eu.customer.io/api/v1/customers/jane%40example.com';
const ASK_US = 'GET track.customer.io/api/v1/accounts/region';
const ASK_EU = 'GET track-eu.customer.io/api/v1/accounts/region';
const EU = json(200, { url: 'https://track-eu.customer.io', region: 'eu', environment_id: 3 });
const US = json(200, { url: 'https://track.customer.io', region: 'us', environment_id: 3 });
const elsewhere = (status: number) => json(status, {}, { location: 'https://evil.example/api/v1' });

describe('The region', () => {
  it('of the connection decides the host of every call', async () => {
    const { access, provider } = connect(
      [
        {
          request: 'GET api-eu.customer.io/v1/customers/jane%40example.com/segments?id_type=email',
          answer: json(404, {}),
        },
        { request: PUT_EU, answer: OK },
        { request: 'POST track-eu.customer.io/api/v1/segments/7/add_customers?id_type=email', answer: OK },
        { request: 'POST track-eu.customer.io/api/v1/customers/jane%40example.com/events', answer: OK },
        { request: 'POST track-eu.customer.io/api/v2/batch', answer: OK },
        { request: 'GET api-eu.customer.io/v1/segments', answer: json(200, { segments: null }) },
        { request: 'GET api-eu.customer.io/v1/customers/a/attributes?id_type=email', answer: json(404, {}) },
      ],
      { region: 'eu', credentials: ALL_KEYS },
    );
    const outcome = await provider.upsertContact(access, change({ audiences: ['7'] }));
    expect(outcome).not.toHaveProperty('region');
    await provider.trackEvent(access, event());
    await provider.trackEvents(access, [event(), event()]);
    await provider.listAudiences(access);
    expect(await provider.readContact(access, 'a')).toEqual({ kind: 'not_found' });
  });

  it.each([301, 302, 307, 308])(
    'after %s is asked for, and the call sent once to the host we know',
    async (status) => {
      const { http, access, provider } = connect(
        [
          { request: PUT_US, answer: elsewhere(status) },
          { request: ASK_US, answer: EU },
          { request: PUT_EU, answer: OK },
          { request: 'POST track-eu.customer.io/api/v1/segments/7/add_customers?id_type=email', answer: OK },
        ],
        { region: 'us' },
      );
      const outcome = await provider.upsertContact(access, change({ audiences: ['7'] }));
      expect(outcome).toMatchObject({ kind: 'accepted', region: 'eu' });
      expect(http.bodies[2]).toEqual(http.bodies[0]);
    },
  );

  it('that redirects again is not chased', async () => {
    const { access, provider } = connect([
      { request: PUT_US, answer: elsewhere(301) },
      { request: ASK_US, answer: REFUSED },
      { request: ASK_EU, answer: EU },
      { request: PUT_EU, answer: elsewhere(301) },
    ]);
    const outcome = await provider.upsertContact(access, change());
    expect(outcome).toMatchObject({ kind: 'unavailable', code: 'region_moved', region: 'eu' });
  });

  it('is asked for once in a call, however often it redirects', async () => {
    const { access, provider } = connect([
      { request: PUT_US, answer: elsewhere(301) },
      { request: ASK_US, answer: EU },
      { request: PUT_EU, answer: OK },
      {
        request: 'POST track-eu.customer.io/api/v1/segments/7/add_customers?id_type=email',
        answer: elsewhere(302),
      },
    ]);
    const outcome = await provider.upsertContact(access, change({ audiences: ['7'] }));
    expect(outcome).toMatchObject({
      kind: 'unavailable',
      code: 'region_moved',
      region: 'eu',
      written: { email: 'jane@example.com' },
    });
  });

  it('that is the one which redirects is not asked the same again', async () => {
    const { access, provider } = connect([
      { request: PUT_US, answer: elsewhere(301) },
      { request: ASK_US, answer: US },
    ]);
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('unavailable region_moved');
  });

  it('that nobody tells leaves the call for later', async () => {
    const { access, provider } = connect([
      { request: PUT_US, answer: elsewhere(301) },
      { request: ASK_US, answer: page(502) },
      { request: ASK_EU, answer: page(502) },
    ]);
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('unavailable region_moved');
  });

  it('that refuses the credentials pauses the connection', async () => {
    const { access, provider } = connect([
      { request: PUT_US, answer: elsewhere(301) },
      { request: ASK_US, answer: UNAUTHORISED },
      { request: ASK_EU, answer: UNAUTHORISED },
    ]);
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('unauthorised credentials_rejected');
  });

  it('of the App API follows from the Track credentials', async () => {
    const { access, provider } = connect(
      [
        { request: 'GET api.customer.io/v1/segments', answer: WRONG_DATACENTER },
        { request: ASK_US, answer: EU },
        {
          request: 'GET api-eu.customer.io/v1/segments',
          answer: json(200, { segments: [{ id: 7, name: 'A', type: 'manual' }] }),
        },
      ],
      { credentials: ALL_KEYS },
    );
    expect(await provider.listAudiences(access)).toEqual({
      kind: 'page',
      audiences: [{ id: '7', name: 'A' }],
    });
  });

  it('of an App key that belongs to another account is a matter of the key', async () => {
    const { access, provider } = connect(
      [
        { request: 'GET api.customer.io/v1/segments', answer: WRONG_DATACENTER },
        { request: ASK_US, answer: US },
      ],
      { credentials: ALL_KEYS },
    );
    expect(await provider.listAudiences(access)).toMatchObject({
      kind: 'unauthorised',
      credential: 'appApiKey',
    });
  });
});
