import { ProgramBench } from '../testing/program-bench.js';
import type { CampaignChange } from './campaign.service.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const create = (name: string, organizationId?: string) =>
  bench.do((unit) => bench.campaigns.create(unit, { name }), organizationId);

describe('campaigns', () => {
  it('get a slug from their name that no other campaign of the organisation has', async () => {
    const all = await Promise.all([create('Summer Sale'), create('summer  sale!'), create('Summer Sale')]);
    expect(all.map(({ slug }) => slug).sort()).toEqual(['summer-sale', 'summer-sale-2', 'summer-sale-3']);
    expect((await create('Summer Sale', bench.otherOrganizationId)).slug).toBe('summer-sale');
  });

  it('are found by id and by slug, and by nobody else', async () => {
    const { id, slug } = await create('Summer');
    for (const reference of [id, slug]) {
      expect(await bench.do((unit) => bench.campaigns.get(unit, reference))).toMatchObject({ id });
      expect(
        await bench.denied((unit) => bench.campaigns.get(unit, reference), bench.otherOrganizationId),
      ).toMatchObject({ reason: 'not_found' });
    }
  });

  it('keep their slug when they are renamed, and what is absent', async () => {
    const { id } = await create('Summer');
    const change = (to: CampaignChange) => bench.do((unit) => bench.campaigns.change(unit, id, to));
    expect(await change({ description: ' Sun\nand fun ' })).toMatchObject({
      name: 'Summer',
      description: 'Sun\nand fun',
    });
    expect(await change({ name: ' Winter ' })).toMatchObject({
      name: 'Winter',
      slug: 'summer',
      description: 'Sun\nand fun',
    });
    expect(await change({ description: null })).toMatchObject({ description: null });
  });

  it.each(['', '   ', '\u200B', 'x'.repeat(201)])('cannot be called %j', async (name) => {
    const { id } = await create('Summer');
    const problem = { reason: 'invalid', errors: [{ pointer: '#/name' }] };
    expect(await bench.denied((unit) => bench.campaigns.create(unit, { name }))).toMatchObject(problem);
    expect(await bench.denied((unit) => bench.campaigns.change(unit, id, { name }))).toMatchObject(problem);
  });

  it('are listed newest first, a page at a time', async () => {
    for (const name of ['One', 'Two', 'Three']) await create(name);
    const page = await bench.work.run(bench.organizationId, (unit) =>
      bench.campaigns.list(unit, { limit: 1 }),
    );
    expect(page.map(({ name }) => name)).toEqual(['Three', 'Two']);
    const after = page[1]?.id ?? '';
    const rest = await bench.work.run(bench.organizationId, (unit) =>
      bench.campaigns.list(unit, { limit: 5, after }),
    );
    expect(rest.map(({ name }) => name)).toEqual(['One']);
  });

  it('may name their own slug, which nobody else’s is', async () => {
    const named = (slug: string) =>
      bench.denied((unit) => bench.campaigns.create(unit, { name: 'Sale', slug }));
    expect(await named('best-sale')).toMatchObject({ granted: { slug: 'best-sale' } });
    expect(await named('best-sale')).toMatchObject({
      reason: 'conflict',
      errors: [{ pointer: '#/slug', code: 'slug_taken' }],
    });
    for (const slug of ['', '-a', 'a-', 'Ä', 'A B', 'x'.repeat(64), '019aa000-0000-7000-8000-000000000000']) {
      expect(await named(slug)).toMatchObject({ reason: 'invalid', errors: [{ pointer: '#/slug' }] });
    }
  });

  it('keep their slug for good, and say why', async () => {
    const { id, slug } = await create('Summer');
    const change = (to: CampaignChange) => bench.denied((unit) => bench.campaigns.change(unit, id, to));
    expect(await change({ slug: 'winter', name: 'Winter' })).toMatchObject({
      reason: 'invalid',
      errors: [{ pointer: '#/slug', code: 'immutable', detail: expect.stringContaining('permanent') }],
    });
    expect(await change({ slug, name: 'Winter' })).toMatchObject({ granted: { name: 'Winter' } });
  });

  it.each([
    'http://example.com',
    'example.com',
    'javascript:alert(1)',
    'https://u:p@example.com',
    'https://',
  ])('link no terms at %s', async (termsUrl) => {
    expect(
      await bench.denied((unit) => bench.campaigns.create(unit, { name: 'Sale', termsUrl })),
    ).toMatchObject({
      reason: 'invalid',
      errors: [{ pointer: '#/termsUrl', code: 'invalid_url' }],
    });
    expect(await bench.count('campaign')).toBe(0);
  });

  it('keep of their rules what a change does not name', async () => {
    const rules = { emailDomains: { allow: ['Example.com'] }, confirmedAddress: true };
    const autoApprove = { enabled: true, rules };
    const created = await bench.do((unit) => bench.campaigns.create(unit, { name: 'Sale', autoApprove }));
    expect(created).toMatchObject({ autoApprove: true });
    const changed = await bench.do((unit) =>
      bench.campaigns.change(unit, created.id, {
        autoApprove: { rules: { emailDomains: { block: ['bad.test'] }, duplicates: 'ignore' } },
      }),
    );
    expect(changed).toMatchObject({
      autoApprove: true,
      rules: {
        emailDomains: { allow: ['example.com'], block: ['bad.test'] },
        countries: { allow: [], block: [] },
        duplicates: 'ignore',
        confirmedAddress: true,
      },
    });
  });

  it('can be made with all their destinations, or not at all', async () => {
    const [us, eu] = [await bench.connection(), await bench.connection()];
    const destinations = [
      { connectionId: us },
      { connectionId: eu, extraTags: ['eu'], audience: { none: true } },
    ] as const;
    const { id } = await bench.do((unit) => bench.campaigns.create(unit, { name: 'Sale', destinations }));
    const list = await bench.do((unit) => bench.destinations.list(unit, id));
    const sentTo = (connectionId: string) => list.find(({ connection }) => connection.id === connectionId);
    expect(list).toHaveLength(2);
    expect(sentTo(us)).toMatchObject({ extraTags: [], audience: { source: 'connection' } });
    expect(sentTo(eu)).toMatchObject({ extraTags: ['eu'], audience: { value: null, source: 'campaign' } });
    const create = (connectionId: string, more: object = {}) =>
      bench.denied((unit) =>
        bench.campaigns.create(unit, {
          name: 'Bad',
          destinations: [{ connectionId: us }, { connectionId, ...more }],
        }),
      );
    expect(await create('nobody')).toMatchObject({
      reason: 'not_found',
      pointer: '#/destinations/1/connectionId',
    });
    expect(await create(us)).toMatchObject({ reason: 'invalid', errors: [{ code: 'repeated' }] });
    expect(await create(eu, { extraTags: ['a,b'] })).toMatchObject({
      errors: [{ pointer: '#/destinations/1/extraTags/0' }],
    });
    expect(await bench.count('campaign')).toBe(1);
  });

  it('are archived and restored, and who takes part stays where they are', async () => {
    const campaign = await bench.campaign('Sale', await bench.connection());
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    const archived = await bench.do((unit) => bench.campaigns.archive(unit, campaign));
    expect(archived.archivedAt).toBeInstanceOf(Date);
    expect((await bench.do((unit) => bench.campaigns.archive(unit, campaign))).archivedAt).toEqual(
      archived.archivedAt,
    );
    expect(await bench.pending()).toEqual([]);
    const listed = (state: boolean) =>
      bench.work.run(bench.organizationId, (unit) =>
        bench.campaigns.list(unit, { limit: 5, archived: state }),
      );
    expect(await listed(false)).toEqual([]);
    expect(await listed(true)).toHaveLength(1);
    expect(await bench.do((unit) => bench.campaigns.restore(unit, campaign))).toMatchObject({
      archivedAt: null,
    });
  });
});
