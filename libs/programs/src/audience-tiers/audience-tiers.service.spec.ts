import { ConversionEvents } from '../conversions/conversion-events.js';
import { ConversionService } from '../conversions/conversion.service.js';
import { CommissionPlanService } from '../commissions/commission-plan.service.js';
import { ProgramBench } from '../testing/program-bench.js';
import { AudienceTiersService, type AudienceTiersView } from './audience-tiers.service.js';
import { ProgramsAudienceWatch } from './programs-audience-watch.js';
import { TierSettlement } from './tier-settlement.js';

let bench: ProgramBench;
let tiers: AudienceTiersService;
let watch: ProgramsAudienceWatch;
let connection: string;
let campaign: string;

const GOLD = { audience: { id: '8', name: 'Power users' }, tier: 'gold' };
const SILVER = { audience: { id: '9', name: 'Regulars' }, tier: 'silver' };

beforeAll(async () => {
  bench = await ProgramBench.open();
  const settlement = new TierSettlement(bench.fanOut);
  tiers = new AudienceTiersService(bench.outbox, settlement);
  watch = new ProgramsAudienceWatch(settlement);
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.superuser.query('DELETE FROM follow_up');
  connection = await bench.connection();
  campaign = await bench.campaign('Partners', connection);
});

function set(...rules: readonly (typeof GOLD)[]): Promise<AudienceTiersView> {
  return bench.do((unit) =>
    tiers.put(unit, campaign, { connectionId: connection, tiers: rules, refreshHours: 24 }),
  );
}

const approved = (email: string, tier?: string): Promise<string> =>
  bench.affiliate(email, { campaign, status: 'approved', ...(tier === undefined ? {} : { tier }) });

function seenIn(affiliateId: string, ...audiences: readonly string[]): Promise<readonly string[]> {
  const target = { organizationId: bench.organizationId, connectionId: connection };
  const seenAt = '2026-11-20T10:00:00.000Z';
  return bench.work.run(bench.organizationId, ({ tx }) =>
    watch.seen(tx, target, affiliateId, { audiences, seenAt }),
  );
}

async function tierOf(affiliateId: string): Promise<unknown> {
  const { enrolments } = await bench.do((unit) => bench.affiliates.get(unit, affiliateId));
  return enrolments[0]?.tier;
}

async function owedLooks(): Promise<readonly { contact_id: string; in_s: number }[]> {
  const { rows } = await bench.superuser.query<{ contact_id: string; in_s: string }>(
    `SELECT contact_id, extract(epoch FROM due_at - now()) AS in_s FROM follow_up ORDER BY due_at`,
  );
  return rows.map((row) => ({ contact_id: row.contact_id, in_s: Number(row.in_s) }));
}

describe('tiers from an audience', () => {
  it('are had from the look on, written to the tool, and explained', async () => {
    await set(GOLD, SILVER);
    const jane = await approved('jane@example.com', 'silver');
    await bench.workOff();
    expect(await seenIn(jane, '1', '8')).toEqual([connection]);
    const { enrolments } = await bench.do((unit) => bench.affiliates.get(unit, jane));
    expect(enrolments[0]).toMatchObject({
      tier: 'gold',
      tierOrigin: {
        given: 'silver',
        audience: { id: '8', name: 'Power users', tier: 'gold' },
        readAt: '2026-11-20T10:00:00.000Z',
        reason:
          '“gold” follows from the audience “Power users”. It is higher than “silver”, which was given to this affiliate.',
      },
    });
    expect(await bench.pendingLines()).toEqual(['Acme jane@example.com contact affiliate_changed']);
    const desired = await bench.desired(connection, [jane]);
    expect(desired.get(jane)).toMatchObject({ contact: { tier: 'gold' } });
  });

  it('are lost again by whoever is seen outside, down to what was given', async () => {
    await set(GOLD);
    const jane = await approved('jane@example.com', 'bronze');
    await seenIn(jane, '8');
    await seenIn(jane);
    expect(await tierOf(jane)).toBe('bronze');
  });

  it('stay as they are when a look comes to nothing, and the failure is shown', async () => {
    await set(GOLD);
    const jane = await approved('jane@example.com');
    await seenIn(jane, '8');
    const target = { organizationId: bench.organizationId, connectionId: connection };
    await bench.work.run(bench.organizationId, ({ tx }) => watch.unseen(tx, target, jane, 'vendor_timeout'));
    expect(await tierOf(jane)).toBe('gold');
    const view = await bench.do((unit) => tiers.get(unit, campaign));
    expect(view).toMatchObject({
      people: { watched: 1, read: 1, failing: 1 },
      oldestReadAt: '2026-11-20T10:00:00.000Z',
      latestFailure: { code: 'vendor_timeout' },
    });
    await seenIn(jane, '8');
    expect(await bench.do((unit) => tiers.get(unit, campaign))).toMatchObject({
      people: { failing: 0 },
      latestFailure: null,
    });
  });

  it('do not send anything twice when nothing changed', async () => {
    await set(GOLD);
    const jane = await approved('jane@example.com');
    await seenIn(jane, '8');
    await bench.workOff();
    expect(await seenIn(jane, '8', '1')).toEqual([]);
    expect(await bench.pendingLines()).toEqual([]);
  });

  it('hold what was given later against what follows from the audience', async () => {
    await set(GOLD, SILVER);
    const jane = await approved('jane@example.com');
    await seenIn(jane, '9');
    await bench.affiliate('jane@example.com', { campaign, tier: 'bronze' });
    expect(await tierOf(jane)).toBe('silver');
    await bench.affiliate('jane@example.com', { campaign, tier: 'gold' });
    expect(await tierOf(jane)).toBe('gold');
    await seenIn(jane);
    expect(await tierOf(jane)).toBe('gold');
  });

  it('follow a changed setting at once from what was read before, and end with it', async () => {
    await set(GOLD);
    const jane = await approved('jane@example.com');
    await seenIn(jane, '9');
    expect(await tierOf(jane)).toBeNull();
    await bench.workOff();
    await set(GOLD, SILVER);
    expect(await tierOf(jane)).toBe('silver');
    expect(await bench.pendingLines()).toEqual(['Acme jane@example.com contact affiliate_changed']);
    await bench.do((unit) => tiers.remove(unit, campaign));
    expect(await tierOf(jane)).toBeNull();
    expect(await bench.do((unit) => tiers.get(unit, campaign))).toBeNull();
  });

  it('leave other campaigns alone', async () => {
    await set(GOLD);
    const other = await bench.campaign('Others', connection);
    const jane = await bench.affiliate('jane@example.com', {
      campaign: other,
      status: 'approved',
      tier: 'bronze',
    });
    await seenIn(jane, '8');
    expect(await tierOf(jane)).toBe('bronze');
  });

  it('decide about the commission, which says so', async () => {
    const plans = new CommissionPlanService();
    const plan = await bench.do((unit) =>
      plans.create(unit, {
        name: 'Standard',
        currency: 'USD',
        components: [{ percent: 10 }],
        tiers: [{ tier: 'gold', components: [{ percent: 25 }] }],
      }),
    );
    await bench.do((unit) => plans.assign(unit, campaign, plan.id));
    expect((await set(GOLD, SILVER)).warnings).toEqual([
      'The commission plan “Standard” has no terms of its own for the tier “silver”.',
    ]);
    const jane = await approved('jane@example.com');
    const conversions = new ConversionService(new ConversionEvents(bench.events));
    const sale = (orderId: string) =>
      bench.do((unit) =>
        conversions.record(unit, { orderId, affiliateId: jane, revenue: 9_900, currency: 'USD' }),
      );
    expect((await sale('one')).conversion).toMatchObject({ commission: 990, tier: null });
    await seenIn(jane, '8');
    expect((await sale('two')).conversion).toMatchObject({
      commission: 2_475,
      tier: 'gold',
      reason: '25 % of 99.00 USD = 24.75 USD (plan “Standard”, tier gold by the audience “Power users”)',
    });
  });
});

describe('who is looked at', () => {
  it('is everybody who is approved when the setting is made, one after the other', async () => {
    const people = [await approved('jane@example.com'), await approved('joe@example.com')];
    await bench.affiliate('waiting@example.com', { campaign });
    await set(GOLD);
    const looks = await owedLooks();
    expect(looks.map((look) => look.contact_id)).toEqual(people);
    expect((looks[1]?.in_s ?? 0) - (looks[0]?.in_s ?? 0)).toBeCloseTo(0.5, 3);
  });

  it('is whoever is approved later, or comes back', async () => {
    await set(GOLD);
    const jane = await approved('jane@example.com');
    expect((await owedLooks()).map((look) => look.contact_id)).toEqual([jane]);
    await bench.superuser.query('DELETE FROM follow_up');
    for (const decision of ['archived', 'restored'] as const) {
      await bench.do((unit) => bench.enrolments.decide(unit, { affiliateIds: [jane], campaign, decision }));
    }
    expect((await owedLooks()).map((look) => look.contact_id)).toEqual([jane]);
  });

  it('is nobody where no tier follows from an audience', async () => {
    await approved('jane@example.com');
    expect(await owedLooks()).toEqual([]);
  });

  it('is watched for as long as approved, by the address of today and the shortest time wanted', async () => {
    await set(GOLD);
    const jane = await approved('jane@example.com');
    const other = await bench.campaign('Others', connection);
    await bench.affiliate('jane@example.com', { campaign: other, status: 'approved' });
    const setting = { connectionId: connection, tiers: [GOLD], refreshHours: 2 };
    await bench.do((unit) => tiers.put(unit, other, setting));
    const target = { organizationId: bench.organizationId, connectionId: connection };
    const watched = () =>
      bench.work.run(bench.organizationId, async ({ tx }) =>
        Object.fromEntries(await watch.watched(tx, target, [jane])),
      );
    expect(await watched()).toEqual({ [jane]: { email: 'jane@example.com', everyMs: 2 * 3_600_000 } });
    await bench.do((unit) => tiers.remove(unit, other));
    await bench.do((unit) =>
      bench.enrolments.decide(unit, { affiliateIds: [jane], campaign, decision: 'archived' }),
    );
    expect(await watched()).toEqual({});
  });
});

describe('a setting', () => {
  it('needs a connection of the organisation that is not disconnected', async () => {
    const setting = { tiers: [GOLD], refreshHours: 24 };
    const theirs = await bench.connection({ organizationId: bench.otherOrganizationId });
    expect(
      await bench.denied((unit) => tiers.put(unit, campaign, { ...setting, connectionId: theirs })),
    ).toMatchObject({ reason: 'not_found', what: 'connection', pointer: '#/connectionId' });
    const closed = await bench.connection({ state: 'disabled' });
    expect(
      await bench.denied((unit) => tiers.put(unit, campaign, { ...setting, connectionId: closed })),
    ).toMatchObject({ reason: 'conflict', errors: [{ code: 'connection_disconnected' }] });
  });

  it('says that nobody is looked at while the connection stands still', async () => {
    connection = await bench.connection({ state: 'auth_error', label: 'Shop' });
    expect((await set(GOLD)).warnings).toEqual([
      'Nobody is looked at while the connection “Shop” is auth_error. What is known of people stays.',
    ]);
  });
});
