import { IterableClient } from '@iterable/api';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';

const JANE = 'jane+tag@example.com';
const ULID = '01BX5ZZKBKACTAV9WEVGEMMVRZ';

/** The SDK checks every answer against the vendor's schemas, so a shape that is none of theirs fails here. */
describe('the official SDK @iterable/api against the emulated Iterable', () => {
  let sandbox: Sandbox;
  const clients: IterableClient[] = [];

  const connected = (host: string, apiKey: string): IterableClient => {
    const baseUrl = `${sandbox.url}/${host}`;
    const client = new IterableClient({
      apiKey,
      baseUrl,
      timeout: 30_000,
      debug: false,
      debugVerbose: false,
    });
    clients.push(client);
    return client;
  };
  const europe = (): IterableClient => connected('api.eu.iterable.com', 'e0e0e0e0ac0e00005a0db00000000001');

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(async () => {
    for (const client of clients) client.destroy();
    await sandbox.close();
  });

  it('lists, subscribes, updates, tracks, looks up and takes out of a list', async () => {
    const client = europe();
    const { lists } = await client.getLists();
    expect(new Set(lists.map(({ listType }) => listType))).toEqual(
      new Set(['Standard', 'Dynamic', 'Suppression', 'Internal']),
    );
    const { listId } = await client.createList({ name: 'Partners' });
    const subscribers = [{ email: JANE, dataFields: { firstName: 'Jane', rekomi_tags: ['a'] } }];
    expect(await client.subscribeUserToList({ listId, subscribers })).toMatchObject({
      successCount: 1,
      failCount: 0,
    });
    await client.updateUser({ email: JANE, dataFields: { firstName: null, plan: 'pro' } });
    await client.trackEvent({
      email: JANE,
      eventName: 'affiliate_approved',
      id: ULID,
      createdAt: 1_775_417_545,
    });

    const { user } = await client.getUserByEmail({ email: JANE });
    expect(user).toMatchObject({
      email: JANE,
      dataFields: { rekomi_tags: ['a'], plan: 'pro', emailListIds: [listId] },
    });
    expect(user?.dataFields).not.toHaveProperty('firstName');
    expect((await client.getUserByEmail({ email: 'nobody@example.com' })).user).toBeUndefined();
    const { channels } = await client.getChannels();
    expect(channels.map(({ messageMedium }) => messageMedium)).toContain('Email');

    await client.unsubscribeUserFromList({ listId, subscribers: [{ email: JANE }] });
    const { contact } = await control(sandbox, 'GET', `iterable/contacts?email=${encodeURIComponent(JANE)}`);
    expect(contact).toMatchObject({ audiences: [], consent: 'subscribed', events: [{ dedupeId: ULID }] });
  });

  it('hears of a wrong key, of the other data centre, and of a list that is gone', async () => {
    const badKey = { statusCode: 401, code: 'BadApiKey' };
    await expect(connected('api.iterable.com', 'nonsense').getLists()).rejects.toMatchObject(badKey);
    await expect(
      connected('api.iterable.com', 'e0e0e0e0ac0e00005a0db00000000001').getLists(),
    ).rejects.toMatchObject(badKey);
    await expect(
      europe().subscribeUserToList({ listId: 999_999, subscribers: [{ email: JANE }] }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'Success', params: { listId: 999_999 } });
  });
});
