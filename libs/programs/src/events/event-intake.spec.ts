import { ProgramBench } from '../testing/program-bench.js';
import type { NewEvent } from './event-input.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const take = (events: readonly NewEvent[], strict = false) =>
  bench.work.run(bench.organizationId, (unit) => bench.events.take(unit, { events, strict }));
const crowdIn = async (size: number) => {
  const campaign = await bench.campaign('Summer', await bench.connection());
  const ids = await bench.crowd(size, campaign);
  await bench.do((unit) =>
    bench.enrolments.decide(unit, { affiliateIds: ids, campaign, decision: 'approved' }),
  );
  await bench.workOff();
  return ids;
};

describe('a batch of events', () => {
  it('of 1,000 takes a handful of statements', async () => {
    const ids = await crowdIn(100);
    const events = Array.from({ length: 1_000 }, (_, index) => ({
      affiliateId: ids[index % 100] ?? '',
      name: 'first_click',
      externalId: `e-${index}`,
    }));
    const outcomes = await take(events);
    expect(outcomes.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    expect(await bench.count('delivery')).toBe(1_000);
    expect(bench.statements.length).toBeLessThanOrEqual(10);
  });

  it('sent twice at the same moment, in another order, is stored and delivered once', async () => {
    const ids = await crowdIn(50);
    const events = Array.from({ length: 500 }, (_, index) => ({
      affiliateId: ids[index % 50] ?? '',
      name: 'first_click',
      externalId: `e-${index}`,
    }));
    const both = await Promise.all([take(events), take([...events].reverse()), take(events)]);
    const counts = both.flat().map(({ outcome }) => outcome);
    expect(counts.filter((outcome) => outcome === 'accepted')).toHaveLength(500);
    expect(counts.filter((outcome) => outcome === 'duplicate')).toHaveLength(1_000);
    expect(await bench.count('delivery')).toBe(500);
    expect(await bench.count(`event WHERE name = 'first_click'`)).toBe(500);
  });

  it('keeps the order of the call for each person, whatever the times', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const affiliateId = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    const times = ['2026-03-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'];
    await take(
      times.map((occurredAt, index) => ({
        affiliateId,
        name: `n${index}`,
        occurredAt,
        externalId: `z${9 - index}`,
      })),
    );
    expect((await bench.pending()).map(({ event_name }) => event_name)).toEqual(['n0', 'n1', 'n2']);
    const { rows } = await bench.superuser.query<{ occurred_at: Date }>(
      'SELECT occurred_at FROM delivery ORDER BY lane_seq',
    );
    expect(rows.map((row) => row.occurred_at.getTime())).toEqual(times.map((time) => Date.parse(time)));
  });

  it('shares its ids with events that came singly, and tells an id that another event has', async () => {
    const affiliateId = await bench.affiliate('a@example.com');
    const event = { affiliateId, name: 'x', externalId: 'same' };
    const single = await bench.do((unit) => bench.events.record(unit, event));
    expect(await take([event, { ...event, name: 'y' }])).toMatchObject([
      { outcome: 'duplicate', event: { id: single.event.id } },
      { outcome: 'invalid', errors: [{ pointer: '#/events/1/externalId', code: 'external_id_taken' }] },
    ]);
  });

  it('finds people by address in any case and by external id, and says when that is several', async () => {
    const people = ['a@example.com', 'b@example.com', 'c@example.com'].map((email, index) => ({
      email,
      externalId: index === 0 ? 'one' : 'two',
    }));
    const [first] = await bench.take({ affiliates: people });
    const id = first !== undefined && 'affiliateId' in first ? first.affiliateId : '';
    expect(
      await take([
        { email: ' A@Example.com ', name: 'x' },
        { externalAffiliateId: 'one', name: 'x' },
        { affiliateId: id.toUpperCase(), name: 'x' },
        { externalAffiliateId: 'two', name: 'x' },
        { externalAffiliateId: 'three', name: 'x' },
        { affiliateId: 'no id', name: 'x' },
        { affiliateId: id, name: 'x', campaign: 'nowhere' },
      ]),
    ).toMatchObject([
      { outcome: 'stored', event: { affiliateId: id } },
      { outcome: 'stored', event: { affiliateId: id } },
      { outcome: 'stored', event: { affiliateId: id } },
      { outcome: 'invalid', errors: [{ code: 'ambiguous', pointer: '#/events/3/externalAffiliateId' }] },
      { outcome: 'affiliate_not_found' },
      { outcome: 'affiliate_not_found' },
      { outcome: 'invalid', errors: [{ code: 'campaign_not_found' }] },
    ]);
  });

  it('refuses what lies more than five minutes ahead, and keeps what is years late', async () => {
    const affiliateId = await bench.affiliate('a@example.com');
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    expect(
      await take([
        { affiliateId, name: 'x', occurredAt: inMinutes(6) },
        { affiliateId, name: 'x', occurredAt: inMinutes(4) },
        { affiliateId, name: 'x', occurredAt: '2019-01-01T00:00:00Z' },
      ]),
    ).toMatchObject([
      { outcome: 'invalid', errors: [{ code: 'time_in_future', pointer: '#/events/0/occurredAt' }] },
      { outcome: 'stored', event: { lateSeconds: 0 } },
      { outcome: 'stored', event: { occurredAt: '2019-01-01T00:00:00.000Z' } },
    ]);
  });

  it('holds built-in events against their schema, and names nobody declared only when asked to', async () => {
    const affiliateId = await bench.affiliate('a@example.com');
    const events = [
      { affiliateId, name: 'payout_sent', data: { amount: 5 } },
      { affiliateId, name: 'payout_sent', data: { amount: 5, currency: 'eur' } },
      { affiliateId, name: 'payout_sent', data: { amount: 5, currency: 'EUR', anything: { else: [1] } } },
      { affiliateId, name: 'Affiliate Aproved' },
      { affiliateId, name: 'something of mine' },
    ];
    expect(await take(events)).toMatchObject([
      { outcome: 'invalid', errors: [{ pointer: '#/events/0/data' }] },
      { outcome: 'invalid', errors: [{ pointer: '#/events/1/data/currency' }] },
      { outcome: 'stored', warnings: [] },
      { outcome: 'stored', warnings: [{ code: 'name_like_builtin' }] },
      { outcome: 'stored', warnings: [] },
    ]);
    expect((await take(events, true)).map(({ outcome }) => outcome)).toEqual([
      'invalid',
      'invalid',
      'stored',
      'invalid',
      'invalid',
    ]);
  });
});

describe('which events go where', () => {
  const only = (...chosen: readonly string[]) => ({ mode: 'chosen', chosen }) as const;

  it('is asked of the campaign that an event is about, and of the oldest that lets it through otherwise', async () => {
    const connection = await bench.connection();
    const [older, newer] = [
      await bench.campaign('Older', connection),
      await bench.campaign('Newer', connection),
    ];
    const affiliateId = await bench.affiliate('a@example.com', { campaign: older, status: 'approved' });
    await bench.affiliate('a@example.com', { campaign: newer, status: 'approved' });
    await bench.workOff();
    const rules = (campaign: string, part: { mode: 'all' | 'chosen'; names?: Record<string, string> }) =>
      bench.do((unit) => bench.eventRules.setOfDestination(unit, campaign, connection, part));
    const event = { affiliateId, name: 'lead_created' };
    const sentAs = async (...events: readonly NewEvent[]) => {
      await bench.workOff();
      await take(events);
      return (await bench.pending()).map(({ event_name, cause }) => [event_name, cause]);
    };
    await rules(older, { mode: 'all', names: { lead_created: 'Old' } });
    await rules(newer, { mode: 'all', names: { lead_created: 'New' } });
    expect(await sentAs(event)).toEqual([['Old', 'lead_created']]);
    expect(await sentAs({ ...event, campaign: newer })).toEqual([['New', 'lead_created']]);
    await rules(older, { mode: 'chosen' });
    expect(await sentAs(event)).toEqual([['New', 'lead_created']]);
    expect(await sentAs({ ...event, campaign: older })).toEqual([]);
    expect(await take([{ ...event, campaign: older }])).toMatchObject([
      { outcome: 'stored', reason: { code: 'switched_off' } },
    ]);
  });

  it('keeps the name that an event had when it was recorded', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer', connection);
    const affiliateId = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    await take([{ affiliateId, name: 'first_click' }]);
    await bench.do((unit) =>
      bench.eventRules.setOfConnection(unit, connection, { mode: 'all', names: { first_click: 'Other' } }),
    );
    expect((await bench.pending()).map(({ event_name }) => event_name)).toEqual(['first_click']);
  });

  it('is asked by approvals too: the contact goes anyway', async () => {
    const connection = await bench.connection({ label: 'Acme' });
    const campaign = await bench.campaign('Summer', connection);
    await bench.do((unit) => bench.eventRules.setOfConnection(unit, connection, only('payout_sent')));
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    expect(await bench.pendingLines()).toEqual(['Acme a@example.com contact affiliate_approved']);
    await bench.do((unit) =>
      bench.eventRules.setOfConnection(unit, connection, {
        mode: 'all',
        names: { affiliate_approved: 'Welcome' },
      }),
    );
    await bench.affiliate('b@example.com', { campaign, status: 'approved' });
    const [contact, event] = (await bench.pending()).filter(({ contact: who }) => who === 'b@example.com');
    expect([contact?.kind, event?.kind, event?.event_name]).toEqual(['contact', 'event', 'Welcome']);
    expect(event?.payload).toEqual({ campaign, campaign_name: 'Summer' });
  });

  it('tells a rejection and an application where the person is for another campaign, and nowhere else', async () => {
    const [shared, alone] = [
      await bench.connection({ label: 'Shared' }),
      await bench.connection({ label: 'Alone' }),
    ];
    const summer = await bench.campaign('Summer', shared, alone);
    const winter = await bench.campaign('Winter', shared);
    const id = await bench.affiliate('a@example.com', { campaign: winter, status: 'approved' });
    await bench.affiliate('a@example.com', { campaign: summer });
    const { id: campaignId } = await bench.do((unit) => bench.campaigns.get(unit, summer));
    await bench.workOff();
    await bench.do(async (unit) => {
      const fanOut = bench.fanOut;
      await fanOut.applied(unit, [{ affiliateId: id, campaignId, tier: null }]);
      return { ok: true, value: undefined };
    });
    await bench.do((unit) =>
      bench.enrolments.decide(unit, { affiliateIds: [id], campaign: summer, decision: 'rejected' }),
    );
    expect(await bench.pendingLines()).toEqual([
      'Shared a@example.com event affiliate_applied',
      'Shared a@example.com event affiliate_rejected',
    ]);
    await bench.affiliate('b@example.com', { campaign: summer, status: 'approved' });
    const other = await bench.affiliate('b@example.com');
    await bench.workOff();
    await bench.do((unit) =>
      bench.enrolments.decide(unit, { affiliateIds: [other], campaign: summer, decision: 'rejected' }),
    );
    expect(await bench.pendingLines()).toEqual([
      'Alone b@example.com contact affiliate_rejected',
      'Shared b@example.com contact affiliate_rejected',
    ]);
    expect(await bench.count(`event WHERE name = 'affiliate_rejected'`)).toBe(2);
  });
});
