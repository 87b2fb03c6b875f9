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
});
