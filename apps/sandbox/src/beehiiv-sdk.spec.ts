import { BeehiivClient, BeehiivError } from '@beehiiv/sdk';
import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';

const JANE = 'jane+tag@example.com';

describe('the official SDK @beehiiv/sdk against the emulated beehiiv', () => {
  let sandbox: Sandbox;
  let client: BeehiivClient;
  let publication: string;

  const connected = (token: string): BeehiivClient =>
    new BeehiivClient({ token, baseUrl: `${sandbox.url}/api.beehiiv.com/v2`, maxRetries: 0 });

  beforeAll(async () => {
    sandbox = await startSandbox();
    client = connected('sandboxBeehiivAcmeLettersKey0001');
    const { data } = await client.publications.index({ order_by: 'name', direction: 'desc' });
    expect(data?.map(({ name }) => name)).toEqual(['Acme Weekly', 'Acme Partners']);
    publication = data?.[0]?.id ?? '';
  });

  afterAll(() => sandbox.close());

  it('knows the custom fields, subscribes, tags, looks up, updates and deletes', async () => {
    const fields = await client.customFields.index(publication);
    expect(fields.data?.map(({ display }) => display)).toContain('First Name');

    const { data: made } = await client.subscriptions.create(publication, {
      email: JANE,
      send_welcome_email: false,
      custom_fields: [
        { name: 'First Name', value: 'Jane' },
        { name: 'No such field', value: 'x' },
      ],
    });
    expect(made).toMatchObject({ email: JANE, status: 'validating' });
    await client.subscriptionTags.create(publication, made.id, { tags: ['Rekomi affiliate'] });
    const { contact } = await control(sandbox, 'GET', `beehiiv/contacts?email=${encodeURIComponent(JANE)}`);
    expect(contact).toMatchObject({ fields: { 'First Name': 'Jane' }, tags: ['Rekomi affiliate'] });

    await client.subscriptions.put(publication, made.id, {
      custom_fields: [{ name: 'First Name', delete: true }],
    });
    const { data: seen } = await client.subscriptions.getByEmail(publication, JANE, {
      'expand[]': ['custom_fields', 'tags'],
    });
    expect(seen).toMatchObject({ id: made.id, custom_fields: [], tags: ['Rekomi affiliate'] });
    await client.subscriptions.delete(publication, made.id);
    await expect(client.subscriptions.getByEmail(publication, JANE)).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('hears of a wrong key', async () => {
    const failure = await connected('nonsense')
      .publications.index()
      .catch((err: unknown) => err);
    expect(failure).toBeInstanceOf(BeehiivError);
    expect(failure).toMatchObject({ statusCode: 401 });
  });
});
