import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';

/** What is used of the SDK, which comes without types. */
interface MailchimpClient {
  basePath: string;
  setConfig(config: { readonly apiKey: string; readonly server: string }): void;
  readonly ping: { get(): Promise<unknown> };
  readonly root: { getRoot(): Promise<unknown> };
  readonly lists: Readonly<Record<string, (...args: unknown[]) => Promise<Record<string, unknown>>>>;
}

const JANE = 'Jane+tag@example.com';
const HASH = createHash('md5').update(JANE.toLowerCase()).digest('hex');
const KEY = 'c0ffee00c0ffee00c0ffee00c0ffee00-us14';

describe('the official SDK @mailchimp/mailchimp_marketing against the emulated Mailchimp', () => {
  let sandbox: Sandbox;
  let client: MailchimpClient;
  let list: string;

  beforeEach(async () => {
    sandbox = await startSandbox();
    client = createRequire(import.meta.url)('@mailchimp/mailchimp_marketing') as MailchimpClient;
    // The SDK puts the data centre where the address says "server".
    client.basePath = `${sandbox.url}/server.api.mailchimp.com/3.0`;
    client.setConfig({ apiKey: KEY, server: 'us14' });
    const { audiences } = await control(sandbox, 'GET', 'mailchimp/audiences');
    list = (audiences as { id: string }[])[0]?.id ?? '';
  });

  afterEach(() => sandbox.close());

  it('finds the account and its audiences', async () => {
    expect(await client.ping.get()).toEqual({ health_status: "Everything's Chimpy!" });
    expect(await client.root.getRoot()).toMatchObject({ account_name: 'Acme Partners' });
    expect(await client.lists['getAllLists']?.({ count: 1, fields: ['lists.id', 'total_items'] })).toEqual({
      lists: [{ id: list }],
      total_items: 3,
    });
    expect(await client.lists['getListMergeFields']?.(list)).toMatchObject({
      merge_fields: [{ tag: 'FNAME' }, { tag: 'LNAME' }, {}, {}, {}, {}, {}],
    });
  });

  it('adds a member, tags it, records an event, and reads it back', async () => {
    const { lists } = client;
    await lists['setListMember']?.(
      list,
      HASH,
      { email_address: JANE, status_if_new: 'subscribed', merge_fields: { FNAME: 'Jane' } },
      { skipMergeValidation: true },
    );
    await lists['updateListMemberTags']?.(list, HASH, { tags: [{ name: 'Partner', status: 'active' }] });
    await lists['createListMemberEvent']?.(list, HASH, { name: 'approved', properties: { tier: 'gold' } });
    expect(await lists['getListMember']?.(list, HASH)).toMatchObject({
      email_address: JANE,
      status: 'subscribed',
      merge_fields: { FNAME: 'Jane', LNAME: '' },
      tags: [{ name: 'Partner' }],
    });
    const query = new URLSearchParams({ email: JANE });
    expect(await control(sandbox, 'GET', `mailchimp/contacts?${query.toString()}`)).toMatchObject({
      contact: { consent: 'subscribed', events: [{ name: 'approved', data: { tier: 'gold' } }] },
    });
  });

  it('archives a member, which adding again does not undo, and deletes it for good', async () => {
    const { lists } = client;
    const member = { email_address: JANE, status_if_new: 'subscribed' };
    await lists['setListMember']?.(list, HASH, member);
    await lists['deleteListMember']?.(list, HASH);
    expect(await lists['setListMember']?.(list, HASH, member)).toMatchObject({ status: 'archived' });
    await lists['deleteListMemberPermanent']?.(list, HASH);
    await expect(lists['setListMember']?.(list, HASH, member)).rejects.toMatchObject({
      status: 400,
      response: { body: { title: 'Forgotten Email Not Subscribed' } },
    });
  });

  it('hears of a wrong key and of the wrong data centre', async () => {
    client.setConfig({ apiKey: 'bad0bad0bad0bad0bad0bad0bad0bad0-us14', server: 'us14' });
    await expect(client.ping.get()).rejects.toMatchObject({ status: 401 });
    client.setConfig({ apiKey: KEY, server: 'us6' });
    await expect(client.ping.get()).rejects.toMatchObject({ status: 403 });
  });
});
