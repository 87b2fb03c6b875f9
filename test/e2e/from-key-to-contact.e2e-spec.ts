import type { Affiliate, Connection } from '../support/answers.js';
import type { EmulatedVendor, Profile } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme, SANDBOX_KEYS } from '../support/programme.js';

const NEWSLETTER_SEGMENT = '3';
/** Spares the looks at the vendor where a story is not about the sign-up date. */
const WITHOUT_DATE = { settings: { createdAt: 'never' } };

let product: Product;
let vendor: EmulatedVendor;
let programme: Programme;

beforeAll(async () => {
  product = await Product.start();
  vendor = product.vendor();
});

afterAll(() => product.stop());

/** Every test is a programme of its own, on the same workspace of the vendor. */
beforeEach(async () => {
  programme = new Programme((await product.createOrganization('Acme')).api);
});

/** The profile, once it is as asked. */
function profileOf(email: string, as: (profile: Profile) => boolean = () => true): Promise<Profile> {
  return eventually(
    `the profile of ${email} is as expected`,
    async () => {
      const profile = await vendor.profile(email);
      return profile !== undefined && as(profile) ? profile : undefined;
    },
    { state: () => vendor.profile(email) },
  );
}

/** Nothing is on its way any more, looks at the vendor included. */
async function settled(connection: Connection): Promise<void> {
  await eventually(
    'every look was taken',
    async () => {
      await programme.quiet(connection);
      const owed = await product.sql('SELECT 1 FROM follow_up WHERE connection_id = $1', [connection.id]);
      return owed.length === 0;
    },
    { withinMs: 30_000 },
  );
  await programme.quiet(connection);
  await vendor.settled();
}

describe('from pasted keys to a contact', () => {
  it('keys can be tried before anything is stored, and the European workspace is found by itself', async () => {
    const { api } = programme;
    const tried = await api.must(
      api.post('connections/verify', {
        provider: 'customer-io',
        environment: 'sandbox',
        credentials: SANDBOX_KEYS.eu,
      }),
    );
    expect(tried).toMatchObject({
      result: 'valid',
      region: 'eu',
      accountName: 'Acme Europe',
      suggestedLabel: expect.stringContaining('Acme Europe'),
      audiences: expect.arrayContaining([{ id: '2', name: 'Affiliates' }]),
    });
    // It is filled by rules.
    expect(tried['audiences']).not.toContainEqual(expect.objectContaining({ name: 'Signed up' }));
    expect(await api.all('connections')).toEqual([]);

    const connection = await programme.connect();
    expect(connection).toMatchObject({ state: 'verified', region: 'eu', accountName: 'Acme Europe' });
    const audiences = await api.must(api.get(`connections/${connection.id}/audiences`));
    expect(audiences).toMatchObject({
      data: [
        { id: '2', name: 'Affiliates' },
        { id: '3', name: 'Newsletter readers' },
      ],
    });
  });

  it('who is approved is in the segment, tagged, with exactly the promised attributes and one event', async () => {
    const { connection, campaign } = await programme.open({ defaultTags: ['partner'] });
    const email = "Zoë.O'Neil+vip@example.com";
    const affiliate = await programme.affiliate(campaign, email, {
      name: 'Zoë van der Berg',
      joinedAt: '2024-01-31T12:30:15Z',
      tier: 'gold',
      tags: ['blog'],
    });
    expect(await vendor.profile(email)).toBeUndefined();

    await programme.api.must(programme.api.post(`affiliates/${affiliate.id}/approve`, {}));
    await settled(connection);
    const profile = await profileOf(email, ({ attributes }) => attributes['created_at'] !== undefined);
    expect(profile).toMatchObject({
      email,
      unsubscribed: false,
      attributes: {
        first_name: 'Zoë',
        last_name: 'van der Berg',
        created_at: String(Date.parse('2024-01-31T12:30:15Z') / 1000),
        rekomi_status: 'approved',
        rekomi_tags: 'Rekomi affiliate,blog,partner',
        rekomi_tier: 'gold',
      },
    });
    expect(Object.keys(profile.attributes).sort()).toEqual([
      'created_at',
      'first_name',
      'last_name',
      'rekomi_status',
      'rekomi_tags',
      'rekomi_tier',
    ]);
    // "Signed up" is the vendor's own rule about created_at.
    expect(profile.segments).toEqual(['Signed up', 'Affiliates']);
    expect((await vendor.events(email)).map((event) => event.name)).toEqual(['affiliate_approved']);

    expect(await programme.timeline(affiliate)).toMatchObject({
      connections: [
        {
          present: true,
          standing: 'present',
          explanation: expect.stringContaining(`In ${connection.label} since`),
          written: {
            tags: expect.arrayContaining(['Rekomi affiliate', 'blog', 'partner']),
            audiences: ['2'],
          },
        },
      ],
      data: expect.arrayContaining([
        expect.objectContaining({ kind: 'event', state: 'delivered' }),
        expect.objectContaining({ kind: 'contact', state: 'delivered' }),
      ]),
    });
    expect((await programme.totals(connection)).conservation).toMatchObject({ open: 0, holds: true });
  });

  it('what is known at the vendor survives: sign-up date, names, and the wish not to get mail', async () => {
    await vendor.seed(
      { email: 'dated@example.com', attributes: { created_at: 1_500_000_000, plan: 'pro' } },
      { email: 'undated@example.com', attributes: { plan: 'free' } },
      { email: 'named@example.com', attributes: { first_name: 'Grace', last_name: 'Hopper' } },
      { email: 'quiet@example.com', attributes: { unsubscribed: true }, segments: [3] },
    );
    const { connection, campaign } = await programme.open();
    const joinedAt = '2025-06-01T00:00:00Z';
    const seconds = String(Date.parse(joinedAt) / 1000);
    await programme.approved(campaign, 'dated@example.com', { joinedAt });
    await programme.approved(campaign, 'undated@example.com', { joinedAt });
    await programme.approved(campaign, 'named@example.com', { joinedAt });
    await programme.approved(campaign, 'quiet@example.com', { joinedAt, name: 'Quinn' });
    await settled(connection);

    expect(await profileOf('dated@example.com')).toMatchObject({
      attributes: { created_at: '1500000000', plan: 'pro', rekomi_status: 'approved' },
    });
    expect(await profileOf('undated@example.com')).toMatchObject({
      attributes: { created_at: seconds, plan: 'free' },
    });
    expect(await profileOf('named@example.com')).toMatchObject({
      attributes: { first_name: 'Grace', last_name: 'Hopper', rekomi_status: 'approved' },
    });
    const quiet = await profileOf('quiet@example.com');
    expect(quiet).toMatchObject({ unsubscribed: true, attributes: { first_name: 'Quinn' } });
    expect(quiet.segments).toEqual(expect.arrayContaining(['Affiliates', 'Newsletter readers']));
  });

  it('somebody the vendor suppressed stays away', async () => {
    await vendor.seed({ email: 'gone@example.com', suppressed: true });
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    await programme.approved(campaign, 'gone@example.com');
    await settled(connection);
    expect(await vendor.profile('gone@example.com')).toBeUndefined();
    expect(await vendor.silences()).toContain('suppressed');
  });

  it('un-approving takes back tags, status and membership, and nothing that is the person’s own', async () => {
    await vendor.seed({ email: 'back@example.com', attributes: { plan: 'pro' }, segments: [3] });
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    const affiliate = await programme.approved(campaign, 'back@example.com', { name: 'Bea Back' });
    await settled(connection);
    await profileOf('back@example.com', ({ segments }) => segments.includes('Affiliates'));

    await programme.api.must(programme.api.post(`affiliates/${affiliate.id}/reject`, { reason: 'Left' }));
    await settled(connection);
    const profile = await profileOf('back@example.com', ({ segments }) => !segments.includes('Affiliates'));
    expect(Object.keys(profile.attributes).filter((name) => name.startsWith('rekomi_'))).toEqual([]);
    expect(profile).toMatchObject({ attributes: { plan: 'pro', first_name: 'Bea' }, unsubscribed: false });
    expect(profile.segments).toContain('Newsletter readers');
    expect(await programme.timeline(affiliate)).toMatchObject({
      connections: [
        { present: false, standing: 'not_desired', explanation: expect.stringContaining('rejected') },
      ],
    });

    await programme.api.must(programme.api.post(`affiliates/${affiliate.id}/approve`, {}));
    await settled(connection);
    await profileOf('back@example.com', ({ segments, attributes }) => {
      return segments.includes('Affiliates') && attributes['rekomi_status'] === 'approved';
    });
  });

  it('a campaign can send to an audience and with tags of its own', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    const readers = await programme.campaign('Readers');
    await programme.send(readers, connection, {
      audience: { id: NEWSLETTER_SEGMENT, name: 'Newsletter readers' },
      extraTags: ['reader'],
    });
    await programme.approved(readers, 'one@example.com');
    await programme.approved(campaign, 'both@example.com');
    await programme.approved(readers, 'both@example.com');
    await settled(connection);
    const only = await profileOf('one@example.com', ({ segments }) => segments.length > 0);
    expect(only.segments).toEqual(['Newsletter readers']);
    expect(only.attributes['rekomi_tags']).toBe('Rekomi affiliate,reader');
    expect((await profileOf('both@example.com')).segments).toEqual(['Affiliates', 'Newsletter readers']);

    await programme.send(readers, connection, { extraTags: [] });
    await settled(connection);
    const moved = await profileOf('one@example.com', ({ segments }) => segments.includes('Affiliates'));
    expect(moved.segments).not.toContain('Newsletter readers');
    expect(moved.attributes['rekomi_tags']).toBe('Rekomi affiliate');
  });

  it('a new name and a new address reach the vendor', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    const affiliate = await programme.approved(campaign, 'old@example.com', { name: 'Ann Old' });
    await settled(connection);
    await programme.api.must(programme.api.patch(`affiliates/${affiliate.id}`, { name: 'Ann New' }));
    await profileOf('old@example.com', ({ attributes }) => attributes['last_name'] === 'New');

    await programme.api.must(programme.api.patch(`affiliates/${affiliate.id}`, { email: 'new@example.com' }));
    await settled(connection);
    const moved = await profileOf('new@example.com', ({ segments }) => segments.includes('Affiliates'));
    expect(moved).toMatchObject({ attributes: { first_name: 'Ann', rekomi_status: 'approved' } });
    const left = await profileOf('old@example.com', ({ segments }) => !segments.includes('Affiliates'));
    expect(Object.keys(left.attributes).filter((name) => name.startsWith('rekomi_'))).toEqual([]);
  });

  it('an event that is reported twice under one id arrives once', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    const affiliate = await programme.approved(campaign, 'earner@example.com');
    const sale = {
      externalId: 'order-1042',
      occurredAt: '2026-01-31T09:30:00Z',
      data: { amount: 1250, currency: 'EUR', recipient: 'somebody@else.example' },
    };
    const first = await programme.event(affiliate, 'commission_earned', sale);
    const second = await programme.event(affiliate, 'commission_earned', sale);
    expect(first.connectionIds).toEqual([connection.id]);
    expect(second).toMatchObject({ id: first.id, connectionIds: [] });
    await settled(connection);
    const events = await vendor.events('earner@example.com');
    expect(events.map((event) => event.name)).toEqual(['affiliate_approved', 'commission_earned']);
    expect(events[1]).toMatchObject({
      timestamp: Date.parse(sale.occurredAt) / 1000,
      data: { amount: 1250, currency: 'EUR' },
    });
    // At the vendor this key would redirect the message that the event triggers.
    expect(events[1]?.data).not.toHaveProperty('recipient');
  });

  it('an event of somebody who is approved nowhere creates nobody', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    const affiliate = await programme.affiliate(campaign, 'applicant@example.com');
    expect((await programme.event(affiliate, 'page_viewed')).connectionIds).toEqual([]);
    const approved: Affiliate = await programme.approved(campaign, 'quick@example.com');
    await programme.event(approved, 'commission_earned');
    await programme.api.must(programme.api.post(`affiliates/${approved.id}/reject`, {}));
    await settled(connection);
    expect(await vendor.profile('applicant@example.com')).toBeUndefined();
    const late = await vendor.profile('quick@example.com');
    expect(Object.keys(late?.attributes ?? {}).filter((name) => name.startsWith('rekomi_'))).toEqual([]);
    expect(late?.segments ?? []).not.toContain('Affiliates');
  });

  it('disconnecting leaves everything at the vendor, or takes back what is ours, as it is asked to', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    const stays = await programme.approved(campaign, 'stays@example.com', { name: 'Stay' });
    await settled(connection);
    await programme.api.must(programme.api.delete(`connections/${connection.id}?takeBack=false`));
    await programme.inState(connection, 'disabled');
    expect(await profileOf('stays@example.com')).toMatchObject({
      attributes: { rekomi_status: 'approved' },
      segments: expect.arrayContaining(['Affiliates']),
    });
    expect(await programme.timeline(stays)).toMatchObject({
      connections: [{ standing: 'disconnected', explanation: expect.stringContaining('was disconnected') }],
    });

    const again = await programme.connect(WITHOUT_DATE);
    await programme.send(campaign, again);
    await settled(again);
    const done = await programme.api.must(
      programme.api.delete<Connection>(`connections/${again.id}?takeBack=true`),
    );
    expect(done.contactsToTakeBack).toBe(1);
    await programme.inState(again, 'disabled');
    await vendor.settled();
    const ours = (attributes: object): string[] =>
      Object.keys(attributes).filter((name) => name.startsWith('rekomi_'));
    const profile = await profileOf('stays@example.com', ({ attributes }) => ours(attributes).length === 0);
    // The membership was left to the merchant the first time: the second connection found it there.
    expect(profile).toMatchObject({ attributes: { first_name: 'Stay' }, segments: ['Affiliates'] });
    const [row] = await product.sql<{ credentials: string | null }>(
      'SELECT credentials FROM connection WHERE id = $1',
      [again.id],
    );
    expect(row).toEqual({ credentials: null });
  });

  it('a paused connection sends nothing, and in order when it goes on', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    await programme.api.must(programme.api.post(`connections/${connection.id}/pause`));
    const affiliate = await programme.approved(campaign, 'patient@example.com');
    for (const name of ['first', 'second', 'third']) await programme.event(affiliate, name);
    expect(await programme.timeline(affiliate)).toMatchObject({
      connections: [{ present: false, standing: 'waiting', explanation: expect.stringContaining('paused') }],
    });
    expect(await vendor.profile('patient@example.com')).toBeUndefined();
    await programme.api.must(programme.api.post(`connections/${connection.id}/resume`));
    await settled(connection);
    expect((await vendor.events('patient@example.com')).map(({ name }) => name)).toEqual([
      'affiliate_approved',
      'first',
      'second',
      'third',
    ]);
  });

  it('the segment that the connection names is the one the campaign inherits', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    await programme.approved(campaign, 'mover@example.com');
    await settled(connection);
    const changed = await programme.api.must(
      programme.api.patch<Connection>(`connections/${connection.id}`, {
        defaultAudience: NEWSLETTER_SEGMENT,
      }),
    );
    expect(changed.contactsQueued).toBe(1);
    await profileOf('mover@example.com', ({ segments }) => {
      return segments.includes('Newsletter readers') && !segments.includes('Affiliates');
    });
  });
});
