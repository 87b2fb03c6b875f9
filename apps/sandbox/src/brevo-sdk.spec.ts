import { BrevoClient, BrevoError } from '@getbrevo/brevo';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';

const JANE = 'jane+tag@example.com';
const KEY = 'xkeysib-5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c-acme000000000001';

describe('the official SDK @getbrevo/brevo against the emulated Brevo', () => {
  let sandbox: Sandbox;
  const connected = (apiKey: string): BrevoClient =>
    new BrevoClient({ apiKey, baseUrl: `${sandbox.url}/api.brevo.com/v3`, maxRetries: 0 });

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(() => sandbox.close());

  it('creates, lists, looks up, updates, tracks and deletes', async () => {
    const { account, contacts, event } = connected(KEY);
    expect(await account.getAccount()).toMatchObject({ companyName: 'Acme Mail' });
    const { folders } = await contacts.getFolders();
    const { id: listId } = await contacts.createList({ name: 'Partners', folderId: folders?.[0]?.id ?? 0 });
    const { lists } = await contacts.getLists({ limit: 50, sort: 'asc' });
    expect(lists?.map(({ name }) => name)).toEqual(['Affiliates', 'Newsletter', 'Partners']);

    await contacts.createAttribute({
      attributeCategory: 'normal',
      attributeName: 'REKOMI_TIER',
      type: 'text',
    });
    const attributes = { FIRSTNAME: 'Jane', REKOMI_TIER: 'gold', UNKNOWN: 'x', BIRTHDAY: 'not a date' };
    const made = await contacts.createContact({ email: JANE, attributes, updateEnabled: false });
    expect(made?.id).toBe(1);
    await contacts.addContactToList({ listId, body: { emails: [JANE] } });
    const person = { identifier: JANE, identifierType: 'email_id' } as const;
    await contacts.updateContact({ ...person, attributes: { FIRSTNAME: 'Janet' } });
    expect(await contacts.getContactInfo(person)).toMatchObject({
      attributes: { FIRSTNAME: 'Janet', REKOMI_TIER: 'gold' },
      emailBlacklisted: false,
      listIds: [listId],
    });
    const date = '2026-04-05T19:32:25+00:00';
    await event.createEvent({
      event_name: 'affiliate_approved',
      event_date: date,
      identifiers: { contact_id: 1 },
    });

    const { contact } = await control(sandbox, 'GET', `brevo/contacts?email=${encodeURIComponent(JANE)}`);
    expect(contact).toMatchObject({
      fields: { FIRSTNAME: 'Janet', REKOMI_TIER: 'gold' },
      events: [{ name: 'affiliate_approved', at: '2026-04-05T19:32:25.000Z' }],
    });
    await contacts.updateContact({ ...person, unlinkListIds: [listId] });
    await contacts.deleteContact(person);
    await expect(contacts.getContactInfo(person)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('hears of a double, and of a wrong key', async () => {
    const { contacts } = connected(KEY);
    await contacts.createContact({ email: 'twice@example.com' });
    const double = contacts.createContact({ email: 'TWICE@example.com' });
    await expect(double).rejects.toMatchObject({ statusCode: 400, body: { code: 'duplicate_parameter' } });
    const failure = await connected('nonsense')
      .contacts.getLists()
      .catch((err: unknown) => err);
    expect(failure).toBeInstanceOf(BrevoError);
    expect(failure).toMatchObject({ statusCode: 401, body: { code: 'unauthorized' } });
  });
});
