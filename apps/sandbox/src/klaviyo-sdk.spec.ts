import {
  ApiKeySession,
  EventsApi,
  ListsApi,
  ProfilesApi,
  RetryWithExponentialBackoff,
  type SubscriptionCreateJobCreateQuery,
} from 'klaviyo-api';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';

const JANE = 'jane+tag@example.com';
const KEY = 'pk_5and0b0xr1vers1de0k1av1y0000000001';

describe('the official SDK klaviyo-api against the emulated Klaviyo', () => {
  let sandbox: Sandbox;
  let profiles: ProfilesApi;
  let lists: ListsApi;
  let events: EventsApi;

  const connected = <Api extends { basePath: string }>(api: Api): Api => {
    api.basePath = `${sandbox.url}/a.klaviyo.com`;
    return api;
  };
  const session = (key: string) =>
    new ApiKeySession(
      key,
      new RetryWithExponentialBackoff({ retryOnTimeout: false, retryCodes: [] } as object),
    );

  beforeEach(async () => {
    sandbox = await startSandbox();
    profiles = connected(new ProfilesApi(session(KEY)));
    lists = connected(new ListsApi(session(KEY)));
    events = connected(new EventsApi(session(KEY)));
  });

  afterEach(() => sandbox.close());

  const contact = async (): Promise<unknown> => {
    await control(sandbox, 'POST', 'klaviyo/settle');
    const query = new URLSearchParams({ email: JANE });
    return (await control(sandbox, 'GET', `klaviyo/contacts?${query.toString()}`))['contact'];
  };

  it('creates a list, writes a profile, subscribes it and tracks an event', async () => {
    const made = await lists.createList({
      data: { type: 'list', attributes: { name: 'Partners' } },
    });
    const list = made.body.data.id ?? '';
    const written = await profiles.createOrUpdateProfile(
      {
        data: {
          type: 'profile',
          attributes: { email: JANE, firstName: 'Jane', properties: { rekomi_tier: 'gold' } },
          meta: { patchProperties: { append: { rekomi_tags: ['vip'] } } },
        },
      },
      { additionalFieldsProfile: ['subscriptions'] },
    );
    expect(written.response.status).toBe(201);
    const { id = '', attributes } = written.body.data;
    expect(attributes.subscriptions?.email?.marketing?.consent).toBe('NEVER_SUBSCRIBED');

    const subscription: SubscriptionCreateJobCreateQuery = {
      data: {
        type: 'profile-subscription-bulk-create-job',
        attributes: {
          profiles: {
            data: [
              {
                type: 'profile',
                id,
                attributes: {
                  email: JANE,
                  subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } },
                },
              },
            ],
          },
        },
        relationships: { list: { data: { type: 'list', id: list } } },
      },
    };
    await profiles.bulkSubscribeProfiles(subscription);
    for (let time = 0; time < 2; time += 1) {
      await events.createEvent({
        data: {
          type: 'event',
          attributes: {
            properties: { campaign: 'Spring' },
            time: new Date('2026-04-05T19:32:25Z'),
            uniqueId: 'once',
            metric: { data: { type: 'metric', attributes: { name: 'affiliate_approved' } } },
            profile: { data: { type: 'profile', id, attributes: {} } },
          },
        },
      });
    }
    expect(await contact()).toMatchObject({
      fields: { first_name: 'Jane', rekomi_tier: 'gold' },
      tags: ['vip'],
      audiences: [list],
      consent: 'subscribed',
      events: [{ name: 'affiliate_approved', at: '2026-04-05T19:32:25Z', dedupeId: 'once' }],
    });
  });

  it('pages through lists and finds a profile by its address', async () => {
    for (const name of ['A', 'B', 'C']) await control(sandbox, 'POST', 'klaviyo/audiences', { name });
    const first = await lists.getLists({ pageSize: 3 });
    expect(first.body.data).toHaveLength(3);
    const next = new URL(first.body.links?.next ?? '').searchParams.get('page[cursor]') ?? '';
    const second = await lists.getLists({ pageSize: 3, pageCursor: next });
    expect(second.body.data.map(({ attributes }) => attributes.name)).toEqual(['B', 'C']);

    await control(sandbox, 'POST', 'klaviyo/contacts', { email: JANE, consent: 'unsubscribed' });
    const found = await profiles.getProfiles({
      filter: `equals(email,"${JANE}")`,
      additionalFieldsProfile: ['subscriptions'],
    });
    const [profile] = found.body.data;
    expect(profile?.attributes.subscriptions?.email?.marketing?.suppression).toMatchObject([
      { reason: 'UNSUBSCRIBE' },
    ]);
  });

  it('hears of a wrong key', async () => {
    const stranger = connected(new ListsApi(session('pk_unknown')));
    await expect(stranger.getLists()).rejects.toMatchObject({
      response: { status: 401, data: { errors: [{ code: 'authentication_failed' }] } },
    });
  });
});
