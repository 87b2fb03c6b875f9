import type { Affiliate, Campaign, Connection } from '../support/answers.js';
import type { EmulatedVendor, Profile } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme, SANDBOX_KEYS } from '../support/programme.js';

const NEWSLETTER_SEGMENT = 3;
const WITHOUT_DATE = { settings: { createdAt: 'never' } };
/** What the merchant had at the vendor before, among it names that look like ours. */
const OWN = { city: 'Graz', plan: 'pro', tags: 'own,tags', status: 'customer', rekomi_score: '7' };

let product: Product;
let vendor: EmulatedVendor;
let programme: Programme;

beforeAll(async () => {
  product = await Product.start();
  vendor = product.vendor();
});
afterAll(() => product.stop());
beforeEach(async () => {
  programme = new Programme((await product.createOrganization('Acme')).api);
});

/** The profile, once it is as asked. */
function profileOf(
  email: string,
  as: (profile: Profile) => boolean,
  at: EmulatedVendor = vendor,
): Promise<Profile> {
  return eventually(
    `the profile of ${email} is as expected`,
    async () => {
      const profile = await at.profile(email);
      return profile !== undefined && as(profile) ? profile : undefined;
    },
    { state: () => at.profile(email) },
  );
}

async function settled(connection: Connection): Promise<void> {
  await programme.quiet(connection);
  await vendor.settled();
}

it('an import that is undone is taken back at the vendor, and what the merchant had there stays', async () => {
  const { connection, campaign } = await programme.open(WITHOUT_DATE);
  const { api } = programme;
  const known = await programme.approved(campaign, 'known@import.example', { name: 'Known Before' });
  await vendor.seed({ email: 'new@import.example', attributes: OWN, segments: [NEWSLETTER_SEGMENT] });
  await settled(connection);
  const { id } = await api.must<{ id: string }>(
    api.post('imports?fileName=wrong.csv', undefined, {
      raw: 'email,name,tags\nnew@import.example,N. New,vip\nknown@import.example,Known After,vip\n',
      headers: { 'content-type': 'text/csv' },
    }),
  );
  await api.must(
    api.put(`imports/${id}/mapping`, { campaign: campaign.id, status: 'approved', known: 'update' }),
  );
  await api.must(api.post(`imports/${id}/start`));
  await profileOf('new@import.example', ({ attributes }) =>
    (attributes['rekomi_tags'] ?? '').includes('vip'),
  );
  await profileOf('known@import.example', ({ attributes }) => attributes['last_name'] === 'After');
  await settled(connection);

  const undo = await api.must<{ text: string; items: number }>(api.post(`imports/${id}/undo`));
  expect(undo.items).toBe(2);
  expect(undo.text).toContain('1 person whom the import brought in will be archived');
  const { data } = await api.must<{ data: { email: string; connections: object[] }[] }>(
    api.get(`imports/${id}/undo/people`),
  );
  expect(data.find(({ email }) => email === 'new@import.example')?.connections).toEqual([
    expect.objectContaining({
      ...{ connectionId: connection.id, effect: 'taken_back' },
      tags: expect.arrayContaining(['vip']) as unknown,
    }),
  ]);
  await api.must(api.post(`imports/${id}/undo/start`, { expected: undo.items }));
  const gone = await profileOf('new@import.example', (profile) => ours(profile).length === 0);
  expect(gone.attributes).toMatchObject(OWN);
  expect(gone.segments).toContain('Newsletter readers');
  const back = await profileOf(
    'known@import.example',
    ({ attributes }) => attributes['last_name'] === 'Before',
  );
  expect(back.attributes['rekomi_tags']).not.toContain('vip');
  await eventually('the undoing is finished', async () => {
    return (await api.must<{ state: string }>(api.get(`imports/${id}/undo`))).state === 'finished';
  });
  const { status } = await api.post(`imports/${id}/undo/start`);
  expect([known.email, status]).toEqual(['known@import.example', 409]);
});

const ours = ({ attributes }: Profile): readonly string[] =>
  Object.keys(attributes).filter((name) => name.startsWith('rekomi_') && name !== 'rekomi_score');

/** Somebody the vendor knew before is approved, and everything of ours is there. */
async function approvedBesideOwn(
  email: string,
): Promise<{ readonly connection: Connection; readonly campaign: Campaign; readonly affiliate: Affiliate }> {
  await vendor.seed({ email, attributes: OWN, segments: [NEWSLETTER_SEGMENT] });
  const { connection, campaign } = await programme.open(WITHOUT_DATE);
  await programme.send(campaign, connection, {
    extraTags: ['summer'],
    extraAttributes: { programme: 'Summer', percent: 20, vip: true },
  });
  const affiliate = await programme.approved(campaign, email, { tier: 'gold' });
  await settled(connection);
  const profile = await profileOf(email, ({ segments }) => segments.includes('Affiliates'));
  expect(profile.attributes).toMatchObject({
    ...OWN,
    rekomi_status: 'approved',
    rekomi_tags: 'Rekomi affiliate,summer',
    rekomi_tier: 'gold',
    rekomi_programme: 'Summer',
    rekomi_percent: '20',
    rekomi_vip: 'true',
  });
  return { connection, campaign, affiliate };
}

describe('what is taken back at the vendor', () => {
  it.each(['unapprove', 'archive', 'reject'])(
    'by %s is our tags, membership, status and attributes, and nothing else',
    async (verb) => {
      const email = `own-${verb}@example.com`;
      const { connection, affiliate } = await approvedBesideOwn(email);
      await programme.api.must(programme.api.post(`affiliates/${affiliate.id}/${verb}`, {}));
      await settled(connection);
      const left = await profileOf(email, (profile) => ours(profile).length === 0);
      expect(left.attributes).toMatchObject(OWN);
      expect(left.segments).toContain('Newsletter readers');
      expect(left.segments).not.toContain('Affiliates');
      expect(left.unsubscribed).toBe(false);
    },
  );

  it('by removing one attribute from a campaign is that attribute', async () => {
    const email = 'one-attribute@example.com';
    const { connection, campaign } = await approvedBesideOwn(email);
    await programme.api.must(
      programme.api.patch(`campaigns/${campaign.id}/destinations/${connection.id}`, {
        extraAttributes: { percent: 25 },
      }),
    );
    await settled(connection);
    const profile = await profileOf(email, ({ attributes }) => attributes['rekomi_percent'] === '25');
    expect([...ours(profile)].sort()).toEqual([
      'rekomi_percent',
      'rekomi_status',
      'rekomi_tags',
      'rekomi_tier',
    ]);
    expect(profile.attributes).toMatchObject(OWN);
  });

  it('comes back, with no second event, for somebody restored', async () => {
    const email = 'restored@example.com';
    const { connection, affiliate } = await approvedBesideOwn(email);
    const { api } = programme;
    await api.must(api.post(`affiliates/${affiliate.id}/archive`, {}));
    await settled(connection);
    await api.must(api.post(`affiliates/${affiliate.id}/restore`, {}));
    await settled(connection);
    const profile = await profileOf(email, ({ attributes }) => attributes['rekomi_status'] === 'approved');
    expect(profile.attributes).toMatchObject({ ...OWN, rekomi_percent: '20' });
    const events = await vendor.events(email);
    expect(events.filter(({ name }) => name === 'affiliate_approved')).toHaveLength(1);
  });

  it('leaves alone what another campaign of the person still wants', async () => {
    const email = 'two-campaigns@example.com';
    const { connection, affiliate } = await approvedBesideOwn(email);
    const winter = await programme.campaign('Winter');
    await programme.send(winter, connection, {
      extraTags: ['winter'],
      extraAttributes: { percent: 5, cold: true },
    });
    await programme.approved(winter, email);
    await settled(connection);
    await profileOf(email, ({ attributes }) => attributes['rekomi_cold'] === 'true');
    await programme.api.must(
      programme.api.post(`affiliates/${affiliate.id}/archive`, { campaign: 'partners' }),
    );
    await settled(connection);
    const profile = await profileOf(email, ({ attributes }) => attributes['rekomi_percent'] === '5');
    expect(profile.attributes).toMatchObject({
      ...OWN,
      rekomi_status: 'approved',
      rekomi_tags: 'Rekomi affiliate,winter',
      rekomi_cold: 'true',
    });
    expect(profile.attributes).not.toHaveProperty('rekomi_programme');
    expect(profile.segments).toContain('Affiliates');
  });
});

it('of two workspaces affiliates land only where their campaign says', async () => {
  const [us, eu] = [
    await programme.connect({ ...WITHOUT_DATE, credentials: SANDBOX_KEYS.us }),
    await programme.connect(WITHOUT_DATE),
  ];
  const { api } = programme;
  const campaign = (name: string, ...connections: readonly Connection[]) =>
    api.must(
      api.post<Campaign>('campaigns', {
        name,
        destinations: connections.map(({ id }) => ({ connectionId: id })),
      }),
    );
  await programme.approved(await campaign('American', us), 'ann@us.example');
  await programme.approved(await campaign('European', eu), 'bea@eu.example');
  await programme.approved(await campaign('Both', us, eu), 'cleo@both.example');
  await settled(us);
  await settled(eu);
  const american = product.vendor('sandbox-site-us');
  const known = async (at: EmulatedVendor, email: string) => (await at.profile(email)) !== undefined;
  await profileOf('cleo@both.example', ({ segments }) => segments.includes('Affiliates'));
  await profileOf('cleo@both.example', ({ segments }) => segments.includes('Affiliates'), american);
  expect(await known(american, 'ann@us.example')).toBe(true);
  expect(await known(vendor, 'ann@us.example')).toBe(false);
  expect(await known(american, 'bea@eu.example')).toBe(false);
  expect(await known(vendor, 'bea@eu.example')).toBe(true);
});
