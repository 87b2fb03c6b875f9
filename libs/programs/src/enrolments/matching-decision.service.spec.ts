import { ProgramBench } from '../testing/program-bench.js';
import type { MatchingDecision } from './matching-decision.service.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const APPROVE: MatchingDecision = { decision: 'approved', filter: {}, dryRun: false };
const decide = (campaign: string, decision: Partial<MatchingDecision> = {}) =>
  bench.do((unit) => bench.matching.decide(unit, campaign, { ...APPROVE, ...decision }));
const denied = (campaign: string, decision: Partial<MatchingDecision>) =>
  bench.denied((unit) => bench.matching.decide(unit, campaign, { ...APPROVE, ...decision }));
const inStatus = async (status: string): Promise<readonly string[]> => {
  const { rows } = await bench.superuser.query<{ email: string }>(
    `SELECT a.email FROM enrolment e JOIN affiliate a ON a.id = e.affiliate_id WHERE e.status = $1 ORDER BY 1`,
    [status],
  );
  return rows.map(({ email }) => email);
};

/** Four people who applied to one campaign, and one who applied to another. */
async function people(): Promise<string> {
  const campaign = await bench.campaign('Summer', await bench.connection());
  await bench.affiliate('ann@example.com', { campaign, tier: 'Gold', tags: ['Blog'] });
  await bench.affiliate('BEA@example.org', { campaign, tier: 'silver', tags: ['video', 'blog'] });
  await bench.affiliate('cleo@example.com', { campaign });
  await bench.affiliate('dora_100%@example.net', { campaign });
  await bench.superuser.query(`UPDATE affiliate SET full_name = 'Cléo GROẞ' WHERE email LIKE 'cleo%';`);
  await bench.superuser.query(
    `UPDATE enrolment e SET applied_at = '2026-01-01T12:00:00Z' FROM affiliate a WHERE a.id = e.affiliate_id AND a.email LIKE 'ann%'`,
  );
  await bench.affiliate('other@example.com', { campaign: await bench.campaign('Winter') });
  await bench.workOff();
  return campaign;
}

describe('deciding on everybody whom a filter matches', () => {
  it.each([
    [{}, ['BEA@example.org', 'ann@example.com', 'cleo@example.com', 'dora_100%@example.net']],
    [{ search: 'EXAMPLE.com' }, ['ann@example.com', 'cleo@example.com']],
    [{ search: 'bea@' }, ['BEA@example.org']],
    [{ search: 'cléo' }, ['cleo@example.com']],
    [{ search: '_100%' }, ['dora_100%@example.net']],
    [{ search: '%' }, ['dora_100%@example.net']],
    [{ tier: 'gold' }, ['ann@example.com']],
    [{ tag: 'BLOG' }, ['BEA@example.org', 'ann@example.com']],
    [{ tag: 'blo' }, []],
    [{ appliedBefore: '2026-01-02' }, ['ann@example.com']],
    [{ appliedBefore: '2026-01-01T12:00:00Z' }, []],
    [{ tag: 'blog', search: 'org' }, ['BEA@example.org']],
  ])('%j', async (filter, expected) => {
    const campaign = await people();
    expect(await decide(campaign, { filter, dryRun: true })).toEqual({
      matched: expected.length,
      decided: 0,
      remaining: expected.length,
    });
    expect(await bench.pending()).toEqual([]);
    expect(await decide(campaign, { filter })).toEqual({
      matched: expected.length,
      decided: expected.length,
      remaining: 0,
    });
    expect(await inStatus('approved')).toEqual([...expected].sort());
    expect(await bench.pending()).toHaveLength(2 * expected.length);
  });

  it('approves those who wait and turns no rejection round, unless told', async () => {
    const campaign = await people();
    await decide(campaign, { decision: 'rejected', filter: { search: 'ann' }, reason: 'Coupon site' });
    expect(await decide(campaign)).toMatchObject({ matched: 3, decided: 3 });
    expect(await inStatus('rejected')).toEqual(['ann@example.com']);
    expect(await decide(campaign, { filter: { status: ['rejected'] } })).toMatchObject({ decided: 1 });
  });

  it('refuses what cannot be, and a filter with a blank in it, which would mean everybody', async () => {
    const campaign = await people();
    expect(await denied(campaign, { decision: 'archived' })).toMatchObject({
      errors: [{ pointer: '#/filter/status', code: 'status_needed' }],
    });
    expect(await denied(campaign, { decision: 'restored', filter: { status: ['applied'] } })).toMatchObject({
      errors: [{ pointer: '#/filter/status', code: 'status_not_possible' }],
    });
    expect(await denied(campaign, { filter: { tier: ' ', tag: '', appliedBefore: 'soon' } })).toMatchObject({
      errors: [
        { pointer: '#/filter/tier' },
        { pointer: '#/filter/tag' },
        { pointer: '#/filter/appliedBefore', code: 'invalid_time' },
      ],
    });
    expect(await denied('nowhere', {})).toMatchObject({ reason: 'not_found', what: 'campaign' });
    expect(await inStatus('applied')).toHaveLength(5);
  });

  it('does nothing when the number is not the one that was counted', async () => {
    const campaign = await people();
    expect(await denied(campaign, { expected: 3 })).toMatchObject({
      reason: 'conflict',
      errors: [{ pointer: '#/expected', code: 'count_changed' }],
    });
    expect(await inStatus('approved')).toEqual([]);
    expect(await decide(campaign, { expected: 4 })).toMatchObject({ decided: 4 });
  });

  it('archives and restores everybody', async () => {
    const campaign = await people();
    await decide(campaign, { filter: { tag: 'blog' } });
    await bench.workOff();
    expect(
      await decide(campaign, { decision: 'archived', filter: { status: ['approved', 'applied'] } }),
    ).toMatchObject({ decided: 4 });
    expect(await bench.pendingLines()).toEqual([
      'Acme BEA@example.org contact affiliate_archived',
      'Acme ann@example.com contact affiliate_archived',
    ]);
    expect(await decide(campaign, { decision: 'restored' })).toMatchObject({ decided: 4 });
    expect(await inStatus('approved')).toEqual(['BEA@example.org', 'ann@example.com']);
    expect(await inStatus('applied')).toHaveLength(3);
  });

  it('twice at once decides each person once', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    await bench.crowd(6_000, campaign);
    const both = await Promise.all([decide(campaign), decide(campaign), decide(campaign)]);
    expect(both.reduce((sum, { decided }) => sum + decided, 0)).toBe(6_000);
    expect(await bench.count('event')).toBe(6_000);
    expect(await bench.count('delivery')).toBe(12_000);
  }, 60_000);

  it('does not overrule who rejects somebody in the same moment', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    for (let round = 0; round < 10; round += 1) {
      const id = await bench.affiliate(`a${round}@example.com`, { campaign });
      await Promise.all([
        decide(campaign, { filter: { status: ['applied'] } }),
        bench.do((unit) =>
          bench.enrolments.decide(unit, { affiliateIds: [id], campaign, decision: 'rejected' }),
        ),
      ]);
    }
    expect(await inStatus('rejected')).toHaveLength(10);
  });

  it('takes 50,000 people to three connections in one action, and leaves the rest for another', async () => {
    const connections = [await bench.connection(), await bench.connection(), await bench.connection()];
    const campaign = await bench.campaign('Summer', ...connections);
    await bench.crowd(50_100, campaign);
    bench.statements.length = 0;
    expect(await decide(campaign)).toEqual({ matched: 50_100, decided: 50_000, remaining: 100 });
    expect(await bench.count('delivery')).toBe(300_000);
    expect(await bench.count('event')).toBe(50_000);
    expect(bench.woken.sort()).toEqual([...connections].sort());
    // Per 5,000: a page, deciding, storing events, and the outbox's own statements for 30,000 deliveries.
    expect(bench.statements.length).toBeLessThanOrEqual(10 * 10 + 20);
    expect(await decide(campaign)).toEqual({ matched: 100, decided: 100, remaining: 0 });
  }, 300_000);
});
