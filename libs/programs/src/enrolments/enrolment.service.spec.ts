import { randomUUID } from 'node:crypto';

import { ProgramBench } from '../testing/program-bench.js';
import type { Decision } from './enrolment.service.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const decide = (decision: Decision) => bench.do((unit) => bench.enrolments.decide(unit, decision));
const approve = (affiliateIds: readonly string[], campaign?: string) =>
  decide({ affiliateIds, decision: 'approved', ...(campaign === undefined ? {} : { campaign }) });
const outcomes = async (decided: ReturnType<typeof approve>) => (await decided).map(({ outcome }) => outcome);

describe('approving', () => {
  it('sends the contact and then the event to every connection of the campaign, the event stored once', async () => {
    const [one, two] = [await bench.connection({ label: 'One' }), await bench.connection({ label: 'Two' })];
    const campaign = await bench.campaign('Été 2026', one, two);
    const id = await bench.affiliate('a@example.com', { campaign, tier: 'gold' });
    expect(await bench.pending()).toEqual([]);

    expect(await outcomes(approve([id], campaign))).toEqual(['approved']);
    expect(await bench.pendingLines()).toEqual([
      'One a@example.com contact affiliate_approved',
      'One a@example.com event affiliate_approved',
      'Two a@example.com contact affiliate_approved',
      'Two a@example.com event affiliate_approved',
    ]);
    const events = (await bench.pending()).filter(({ kind }) => kind === 'event');
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(1);
    expect(events[0]?.payload).toEqual({ campaign: 'ete-2026', campaign_name: 'Été 2026', tier: 'gold' });
    expect(await bench.count(`event WHERE name = 'affiliate_approved'`)).toBe(1);
    expect(bench.woken.sort()).toEqual([one, two].sort());
  });

  it('twice changes and sends nothing the second time, also within one call', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign });
    expect(await outcomes(approve([id, id.toUpperCase()]))).toEqual(['approved', 'unchanged']);
    await bench.workOff();
    expect(await outcomes(approve([id]))).toEqual(['unchanged']);
    expect(await bench.pending()).toEqual([]);
    expect(bench.woken).toEqual([]);
    expect(await bench.count(`event WHERE name = 'affiliate_approved'`)).toBe(1);
  });

  it('by two people at the same moment sends one event', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    for (let round = 0; round < 10; round += 1) {
      const id = await bench.affiliate(`a${round}@example.com`, { campaign });
      const both = await Promise.all([approve([id]), approve([id]), approve([id], campaign)]);
      expect(
        both
          .flat()
          .map(({ outcome }) => outcome)
          .sort(),
      ).toEqual(['approved', 'unchanged', 'unchanged']);
    }
    expect(await bench.count(`event WHERE name = 'affiliate_approved'`)).toBe(10);
    expect((await bench.pending()).filter(({ kind }) => kind === 'event')).toHaveLength(10);
  });

  it('says for each id what became of it, and does not let one stop the others', async () => {
    const [summer, winter] = [await bench.campaign('Summer'), await bench.campaign('Winter')];
    const good = await bench.affiliate('good@example.com', { campaign: summer });
    const both = await bench.affiliate('both@example.com', { campaign: summer });
    await bench.affiliate('both@example.com', { campaign: winter });
    const none = await bench.affiliate('none@example.com');
    const nobody = randomUUID();
    expect(await approve([good, both, none, nobody, 'no id'])).toMatchObject([
      { affiliateId: good, outcome: 'approved' },
      { affiliateId: both, outcome: 'failed', code: 'campaign_needed' },
      { affiliateId: none, outcome: 'failed', code: 'not_enrolled' },
      { affiliateId: nobody, outcome: 'failed', code: 'affiliate_not_found' },
      { affiliateId: 'no id', outcome: 'failed', code: 'affiliate_not_found' },
    ]);
    expect(await approve([good, both], winter)).toMatchObject([
      { outcome: 'failed', code: 'not_enrolled' },
      { outcome: 'approved' },
    ]);
  });

  it('does not reach into another organisation', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign });
    const foreign = (decision: Decision) => (unit: Parameters<Parameters<typeof bench.do>[0]>[0]) =>
      bench.enrolments.decide(unit, decision);
    expect(
      await bench.do(foreign({ affiliateIds: [id], decision: 'approved' }), bench.otherOrganizationId),
    ).toMatchObject([{ outcome: 'failed', code: 'affiliate_not_found' }]);
    expect(
      await bench.denied(
        foreign({ affiliateIds: [id], campaign, decision: 'approved' }),
        bench.otherOrganizationId,
      ),
    ).toEqual({ reason: 'not_found', what: 'campaign', id: campaign, pointer: '#/campaign' });
    expect(await bench.pending()).toEqual([]);
  });

  it('sends nothing to destinations that are switched off and to connections that are disconnected', async () => {
    const off = await bench.connection({ label: 'Off' });
    const gone = await bench.connection({ label: 'Gone' });
    const campaign = await bench.campaign('Summer', gone);
    await bench.do((unit) => bench.destinations.put(unit, campaign, off, { enabled: false }));
    await bench.superuser.query(`UPDATE connection SET state = 'disabled' WHERE id = $1`, [gone]);
    const id = await bench.affiliate('a@example.com', { campaign });
    expect(await outcomes(approve([id]))).toEqual(['approved']);
    expect(await bench.pending()).toEqual([]);
  });

  it('is not missed by a destination that appears in the same moment', async () => {
    const connection = await bench.connection();
    for (let round = 0; round < 10; round += 1) {
      const campaign = await bench.campaign(`Round ${round}`);
      const id = await bench.affiliate(`a${round}@example.com`, { campaign });
      await Promise.all([
        approve([id], campaign),
        bench.do((unit) => bench.destinations.put(unit, campaign, connection, {})),
      ]);
    }
    const contacts = new Set((await bench.pending()).map(({ contact }) => contact));
    expect(contacts.size).toBe(10);
  });

  it('50,000 people takes a handful of statements for each 5,000 of them', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const ids = await bench.crowd(50_000, campaign);
    await bench.workOff();

    const decided = await approve(ids, campaign);
    expect(decided.filter(({ outcome }) => outcome === 'approved')).toHaveLength(50_000);
    expect(await bench.count('delivery')).toBe(100_000);
    // Per 5,000: find, approve, store events, and the outbox's own statements for 10,000 deliveries.
    expect(bench.statements.length).toBeLessThanOrEqual(10 * 3 + 100_000 / 5_000 + 10);
  }, 120_000);
});

describe('rejecting', () => {
  it('after an approval brings the contact to its new state and sends no event', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection({ label: 'One' }));
    const id = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    expect(
      await outcomes(decide({ affiliateIds: [id], decision: 'rejected', reason: 'Coupon site' })),
    ).toEqual(['rejected']);
    expect(await bench.pendingLines()).toEqual(['One a@example.com contact affiliate_rejected']);
    const affiliate = await bench.do((unit) => bench.affiliates.get(unit, id));
    expect(affiliate.enrolments).toMatchObject([{ status: 'rejected', decisionReason: 'Coupon site' }]);
  });

  it('somebody who was never approved sends nothing: nothing was written', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign });
    expect(await outcomes(decide({ affiliateIds: [id], decision: 'rejected' }))).toEqual(['rejected']);
    expect(await bench.pending()).toEqual([]);
  });

  it('can be turned round, which is a new approval with an event of its own', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await decide({ affiliateIds: [id], decision: 'rejected' });
    await approve([id]);
    expect(await bench.count(`event WHERE name = 'affiliate_approved'`)).toBe(2);
    const events = (await bench.pending()).filter(({ event_name }) => event_name === 'affiliate_approved');
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(2);
  });
});

describe('taking a decision back', () => {
  const statusOf = async (id: string) =>
    (await bench.do((unit) => bench.affiliates.get(unit, id))).enrolments[0]?.status;
  const approved = async (campaign: string) => {
    const id = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    return id;
  };

  it.each([
    ['unapproved', 'applied'],
    ['archived', 'archived'],
  ] as const)('%s brings the contact to its new state and tells of no event', async (decision, status) => {
    const campaign = await bench.campaign('Summer', await bench.connection({ label: 'One' }));
    const id = await approved(campaign);
    expect(await outcomes(decide({ affiliateIds: [id], decision }))).toEqual([decision]);
    expect(await statusOf(id)).toBe(status);
    expect(await bench.pendingLines()).toEqual([`One a@example.com contact affiliate_${decision}`]);
    await bench.workOff();
    expect(await outcomes(decide({ affiliateIds: [id], decision }))).toEqual(['unchanged']);
    expect(await bench.pending()).toEqual([]);
  });

  it.each(['applied', 'approved', 'rejected', 'invited'] as const)(
    'restores who was %s to that, with no event of another approval',
    async (before) => {
      const campaign = await bench.campaign('Summer', await bench.connection({ label: 'One' }));
      const id = await approved(campaign);
      await bench.superuser.query('UPDATE enrolment SET status = $1', [before]);
      await decide({ affiliateIds: [id], decision: 'archived' });
      await bench.workOff();
      expect(await outcomes(decide({ affiliateIds: [id], decision: 'restored' }))).toEqual(['restored']);
      expect(await statusOf(id)).toBe(before);
      expect(await bench.pendingLines()).toEqual(
        before === 'approved' ? ['One a@example.com contact affiliate_restored'] : [],
      );
    },
  );

  it('of somebody archived needs restoring first, and of somebody invited there is none', async () => {
    const campaign = await bench.campaign('Summer');
    const id = await approved(campaign);
    await decide({ affiliateIds: [id], decision: 'archived' });
    for (const decision of ['approved', 'rejected', 'unapproved'] as const) {
      expect(await decide({ affiliateIds: [id], decision })).toMatchObject([
        { outcome: 'failed', code: 'is_archived' },
      ]);
    }
    await bench.superuser.query(`UPDATE enrolment SET status = 'invited'`);
    expect(await decide({ affiliateIds: [id], decision: 'unapproved' })).toMatchObject([
      { outcome: 'failed', code: 'not_decided' },
    ]);
  });

  it('takes the invite link back where it was written, and nowhere else', async () => {
    const [links, plain] = [
      await bench.connection({ label: 'Links' }),
      await bench.connection({ label: 'Plain' }),
    ];
    const campaign = await bench.campaign('Summer', plain);
    await bench.do((unit) => bench.destinations.put(unit, campaign, links, { inviteLinks: true }));
    for (const decision of ['rejected', 'archived'] as const) {
      const id = await bench.affiliate(`${decision}@example.com`, { campaign });
      await bench.superuser.query(`UPDATE enrolment SET status = 'invited'`);
      await bench.workOff();
      await decide({ affiliateIds: [id], decision });
      expect(await bench.pendingLines()).toEqual([
        `Links ${decision}@example.com contact affiliate_${decision}`,
      ]);
    }
  });

  it('by several people at the same moment ends in one state, told of once', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    for (let round = 0; round < 10; round += 1) {
      const id = await bench.affiliate(`a${round}@example.com`, { campaign, status: 'approved' });
      await bench.workOff();
      const all = await Promise.all(
        (['archived', 'archived', 'unapproved'] as const).map((decision) =>
          decide({ affiliateIds: [id], decision }),
        ),
      );
      expect(all.flat().filter(({ outcome }) => outcome === 'archived')).toHaveLength(1);
      expect(await statusOf(id)).toBe('archived');
    }
  });
});
