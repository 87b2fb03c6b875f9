import { randomUUID } from 'node:crypto';

import { ProgramBench } from '../testing/program-bench.js';
import type { AffiliateChange, AffiliateQuery } from './affiliate.service.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const change = (id: string, to: AffiliateChange) => bench.do((unit) => bench.affiliates.change(unit, id, to));
const list = (query: AffiliateQuery, page = { limit: 50 }) =>
  bench.do((unit) => bench.affiliates.list(unit, query, page));
const emails = async (query: AffiliateQuery) => (await list(query)).map(({ email }) => email).sort();

describe('changing an affiliate', () => {
  it('sends a new address or name to every connection of an approved enrolment', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    expect(await change(id, { email: ' B@example.com', name: 'Doe, Ann' })).toMatchObject({
      email: 'B@example.com',
      name: 'Doe, Ann',
      firstName: 'Ann',
      lastName: 'Doe',
    });
    expect(await bench.pendingLines()).toEqual(['Acme B@example.com contact affiliate_changed']);
  });

  it('that changes nothing which vendors get sends nothing', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    await change(id, { email: 'a@example.com', externalId: '42' });
    expect(await bench.pending()).toEqual([]);
  });

  it('keeps what is absent and removes what is null', async () => {
    const id = await bench.affiliate('a@example.com');
    await change(id, { name: 'Ann Lee', externalId: '42' });
    expect(await change(id, { name: null })).toMatchObject({ name: null, firstName: null, externalId: '42' });
  });

  it('to an address that somebody else has is refused, whatever its letter case', async () => {
    const id = await bench.affiliate('a@example.com');
    await bench.affiliate('b@example.com');
    expect(
      await bench.denied((unit) =>
        bench.affiliates.change(unit, id, { email: 'B@EXAMPLE.com', name: 'New' }),
      ),
    ).toMatchObject({ reason: 'conflict', errors: [{ pointer: '#/email', code: 'email_taken' }] });
    expect(await bench.do((unit) => bench.affiliates.get(unit, id))).toMatchObject({ name: null });
  });

  it('names every field that is wrong', async () => {
    const id = await bench.affiliate('a@example.com');
    const wrong = { email: 'nope', name: 'x'.repeat(501), externalId: 'y'.repeat(256) };
    expect(await bench.denied((unit) => bench.affiliates.change(unit, id, wrong))).toMatchObject({
      errors: [{ pointer: '#/email' }, { pointer: '#/name' }, { pointer: '#/externalId' }],
    });
  });

  it('is not possible for another organisation, which cannot read it either', async () => {
    const id = await bench.affiliate('a@example.com');
    const nobody = { reason: 'not_found', what: 'affiliate', id };
    const foreign = bench.otherOrganizationId;
    expect(await bench.denied((unit) => bench.affiliates.change(unit, id, { name: 'x' }), foreign)).toEqual(
      nobody,
    );
    expect(await bench.denied((unit) => bench.affiliates.get(unit, id), foreign)).toEqual(nobody);
    expect(await bench.do((unit) => bench.affiliates.list(unit, {}, { limit: 5 }), foreign)).toEqual([]);
  });

  it('while an approval is under way waits for it, and then reaches its connections too', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign });
    let changing: Promise<unknown> | undefined;
    await bench.do(async (unit) => {
      const decided = await bench.enrolments.decide(unit, { affiliateIds: [id], decision: 'approved' });
      changing = change(id, { name: 'Ann Lee' });
      // The approval is not committed yet. Whoever does not wait for it cannot know of it.
      await Promise.race([changing, bench.untilSomebodyWaits()]);
      return decided;
    });
    await changing;
    expect(await bench.pendingLines()).toContain('Acme a@example.com contact affiliate_changed');
  });
});

describe('listing affiliates', () => {
  it('filters by campaign, status, address, external id and beginning of a word', async () => {
    const [summer, winter] = [await bench.campaign('Summer'), await bench.campaign('Winter')];
    await bench.take({
      campaign: summer,
      status: 'approved',
      affiliates: [
        { email: 'Ann@example.com', name: 'Ann van Dyke', externalId: 'x1' },
        { email: 'bob@example.com', name: 'Bob Annan' },
      ],
    });
    await bench.take({
      campaign: winter,
      affiliates: [{ email: 'bob@example.com' }, { email: '100%@example.org' }],
    });
    expect(await emails({ campaign: summer })).toEqual(['Ann@example.com', 'bob@example.com']);
    expect(await emails({ campaign: winter, status: 'applied' })).toEqual([
      '100%@example.org',
      'bob@example.com',
    ]);
    expect(await emails({ campaign: winter, status: 'approved' })).toEqual([]);
    expect(await emails({ status: 'approved' })).toEqual(['Ann@example.com', 'bob@example.com']);
    expect(await emails({ email: ' ANN@EXAMPLE.COM' })).toEqual(['Ann@example.com']);
    expect(await emails({ externalId: 'x1' })).toEqual(['Ann@example.com']);
    expect(await emails({ q: 'ann' })).toEqual(['Ann@example.com', 'bob@example.com']);
    expect(await emails({ q: 'DYK' })).toEqual(['Ann@example.com']);
    expect(await emails({ q: '%' })).toEqual([]);
    expect(await emails({ q: '100%' })).toEqual(['100%@example.org']);
    expect(await emails({})).toHaveLength(3);
  });

  it('pages without gaps or repeats while others are added', async () => {
    await bench.crowd(25, await bench.campaign('Summer'));
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const rows = await list({}, { limit: 10, ...(after === undefined ? {} : { after }) });
      const shown = rows.slice(0, 10);
      seen.push(...shown.map(({ id }) => id));
      await bench.affiliate(`${randomUUID()}@example.com`);
      if (rows.length <= 10) break;
      after = shown.at(-1)?.id;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  it('of a campaign that does not exist says so', async () => {
    expect(
      await bench.denied((unit) => bench.affiliates.list(unit, { campaign: 'nope' }, { limit: 1 })),
    ).toEqual({
      reason: 'not_found',
      what: 'campaign',
      id: 'nope',
    });
  });
});
