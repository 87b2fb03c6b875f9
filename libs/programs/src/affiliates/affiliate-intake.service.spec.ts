import { ProgramBench } from '../testing/program-bench.js';
import type { IntakeOutcome } from './affiliate-intake.service.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const words = (outcomes: readonly IntakeOutcome[]) => outcomes.map(({ outcome }) => outcome);
const find = async (email: string) => {
  const [found] = await bench.do((unit) => bench.affiliates.list(unit, { email }, { limit: 1 }));
  return found;
};

describe('taking affiliates in', () => {
  it('stores the person with both parts of the name, and says so once per row', async () => {
    const outcomes = await bench.take({
      affiliates: [
        {
          email: ' Jane+tag@Example.com ',
          name: '  Jane   van Doe ',
          externalId: ' 42 ',
          joinedAt: '2024-01-31',
        },
        { email: 'madonna@example.com', name: 'Madonna' },
      ],
    });
    expect(words(outcomes)).toEqual(['created', 'created']);
    expect(await find('jane+tag@example.com')).toMatchObject({
      email: 'Jane+tag@Example.com',
      name: 'Jane van Doe',
      firstName: 'Jane',
      lastName: 'van Doe',
      externalId: '42',
      joinedAt: '2024-01-31T00:00:00.000Z',
      enrolments: [],
    });
    expect(await find('MADONNA@EXAMPLE.COM')).toMatchObject({ firstName: 'Madonna', lastName: null });
  });

  it('tells of one as it reads afterwards: new, known, and in a campaign', async () => {
    const one = {
      email: ' Jane@Example.com ',
      name: 'Jane van Doe',
      country: 'gb',
      referralSlug: 'jane',
      externalId: '42',
      joinedAt: '2024-01-31',
    };
    const campaign = await bench.campaign('River');
    for (const [affiliate, created, where] of [
      [one, true, {}],
      [{ email: 'jane@example.com', name: 'Jane Roe' }, false, {}],
      [{ email: 'joe@example.com' }, true, { campaign }],
    ] as const) {
      const taken = await bench.do((unit) => bench.intake.takeOne(unit, { affiliate, ...where }));
      expect(taken.created).toBe(created);
      expect(taken.affiliate).toEqual(await find(affiliate.email));
    }
    expect((await find('joe@example.com'))?.enrolments).toHaveLength(1);
  });

  it('recognises an address in other letter case, within one call and between two', async () => {
    const first = await bench.take({
      affiliates: [
        { email: 'Jane@Example.com' },
        { email: 'JANE@EXAMPLE.COM' },
        { email: 'joe@example.com' },
      ],
    });
    expect(words(first)).toEqual(['created', 'already_exists', 'created']);
    expect(words(await bench.take({ affiliates: [{ email: 'jane@example.COM' }] }))).toEqual([
      'already_exists',
    ]);
    expect(await bench.count('affiliate')).toBe(2);
    expect((await find('jane@example.com'))?.email).toBe('Jane@Example.com');
  });

  it('fills gaps and replaces values of somebody known, and blank never erases', async () => {
    await bench.take({
      affiliates: [{ email: 'a@example.com', name: 'Ann Old', externalId: '1', joinedAt: '2020-01-01' }],
    });
    const again = { email: 'A@example.com', joinedAt: '2024-01-01' };
    expect(words(await bench.take({ affiliates: [{ ...again, name: ' ', externalId: '' }] }))).toEqual([
      'already_exists',
    ]);
    expect(words(await bench.take({ affiliates: [{ ...again, name: 'Ann New' }] }))).toEqual(['updated']);
    expect(await find('a@example.com')).toMatchObject({
      name: 'Ann New',
      lastName: 'New',
      externalId: '1',
      joinedAt: '2020-01-01T00:00:00.000Z',
    });
  });

  it('reports a bad row with its place and reason, and takes the others', async () => {
    const outcomes = await bench.take({
      affiliates: [
        { email: 'no address' },
        { email: 'good@example.com' },
        { email: 'x@example.com', joinedAt: 'yesterday', tags: ['fine', 'a,b'], name: 'x'.repeat(501) },
      ],
      campaign: await bench.campaign('Summer'),
    });
    expect(outcomes).toMatchObject([
      { outcome: 'invalid', errors: [{ pointer: '#/affiliates/0/email', code: 'email_with_blank' }] },
      { outcome: 'created' },
      {
        outcome: 'invalid',
        errors: [
          { pointer: '#/affiliates/2/name', code: 'too_long' },
          { pointer: '#/affiliates/2/joinedAt', code: 'invalid_time' },
          { pointer: '#/affiliates/2/tags/1', code: 'invalid_tag' },
        ],
      },
    ]);
    expect(await bench.count('affiliate')).toBe(1);
  });

  it('stores texts that no database likes: NUL, halves of characters, quotes, very long names', async () => {
    const name = `Rob\u0000ert '); DROP "TABLE"\uD800 ${'x'.repeat(450)}`;
    expect(
      words(await bench.take({ affiliates: [{ email: 'a@example.com', name, externalId: '\u0000' }] })),
    ).toEqual(['created']);
    expect((await find('a@example.com'))?.name).toMatch(/^Rob ert '\); DROP "TABLE"\uFFFD x+$/);
  });

  it('stores nothing at all when the campaign is unknown, and needs one for status, tier and tags', async () => {
    const affiliates = [{ email: 'a@example.com', tier: 'gold', tags: ['x'] }];
    expect(await bench.denied((unit) => bench.intake.take(unit, { affiliates, campaign: 'nope' }))).toEqual({
      reason: 'not_found',
      what: 'campaign',
      id: 'nope',
      pointer: '#/campaign',
    });
    expect(
      await bench.denied((unit) => bench.intake.take(unit, { affiliates, status: 'approved' })),
    ).toMatchObject({
      reason: 'invalid',
      errors: [
        { pointer: '#/status', code: 'campaign_needed' },
        { pointer: '#/affiliates/0/tier' },
        { pointer: '#/affiliates/0/tags' },
      ],
    });
    expect(await bench.count('affiliate')).toBe(0);
  });

  it('approves directly when told to, which sends contact and event', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    await bench.take({
      campaign,
      status: 'approved',
      affiliates: [{ email: 'a@example.com', tier: 'gold' }],
    });
    expect(await bench.pendingLines()).toEqual([
      'Acme a@example.com contact affiliate_approved',
      'Acme a@example.com event affiliate_approved',
    ]);
    await bench.workOff();
    const again = await bench.take({
      campaign,
      status: 'approved',
      affiliates: [{ email: 'A@example.com' }],
    });
    expect(words(again)).toEqual(['already_exists']);
    expect(await bench.pending()).toEqual([]);
  });

  it('approves who had only applied, and never takes an approval back', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const affiliates = [{ email: 'a@example.com' }];
    await bench.take({ campaign, affiliates });
    expect(words(await bench.take({ campaign, status: 'approved', affiliates }))).toEqual(['updated']);
    expect(await bench.pending()).toHaveLength(2);
    await bench.take({ campaign, status: 'applied', affiliates });
    expect((await find('a@example.com'))?.enrolments).toMatchObject([{ status: 'approved' }]);
    // One for applying, one for the approval.
    expect(await bench.count('event')).toBe(2);
  });

  it('adds tags and changes the tier of somebody approved, and sends the contact once more', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    await bench.affiliate('a@example.com', { campaign, status: 'approved', tags: ['blog'], tier: 'silver' });
    await bench.workOff();
    await bench.affiliate('a@example.com', { campaign, tags: ['Blog', 'video'], tier: 'gold' });
    expect(await bench.pendingLines()).toEqual(['Acme a@example.com contact affiliate_changed']);
    expect((await find('a@example.com'))?.enrolments).toMatchObject([
      { tier: 'gold', tags: ['blog', 'video'] },
    ]);
    await bench.workOff();
    await bench.affiliate('a@example.com', { campaign, tags: ['BLOG'] });
    expect(await bench.pending()).toEqual([]);
  });

  it('sends a new name to every connection where the person is', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer', connection);
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.workOff();
    await bench.take({ affiliates: [{ email: 'a@example.com', name: 'Ann Lee' }] });
    expect(await bench.pendingLines()).toEqual(['Acme a@example.com contact affiliate_changed']);
    expect(bench.woken).toEqual([connection]);
  });

  it('keeps each consent once, as evidence', async () => {
    const consent = {
      basis: 'application',
      wording: 'I agree.\nReally.',
      source: 'https://example.com/join',
    } as const;
    const affiliates = [
      { email: 'a@example.com', consent },
      { email: 'A@example.com', consent },
    ];
    await bench.take({ affiliates });
    await bench.take({ affiliates });
    const { rows } = await bench.superuser.query('SELECT basis, wording, source FROM consent');
    expect(rows).toEqual([consent]);
  });

  it('by two callers at the same moment makes each person once', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const affiliates = Array.from({ length: 300 }, (_, index) => ({
      email: `a${index}@example.com`,
      name: 'Ann Lee',
    }));
    const calls = [
      affiliates,
      affiliates.toReversed(),
      affiliates.map((one) => ({ email: one.email.toUpperCase() })),
    ];
    const all = await Promise.all(
      calls.map((rows) => bench.take({ campaign, status: 'approved', affiliates: rows })),
    );
    expect(words(all.flat()).filter((outcome) => outcome === 'created')).toHaveLength(300);
    expect(await bench.count('affiliate')).toBe(300);
    expect(await bench.count('event')).toBe(300);
  });

  it('of 1,000 people takes no more statements than of 10', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const statementsFor = async (size: number) => {
      bench.statements.length = 0;
      const affiliates = Array.from({ length: size }, (_, index) => ({
        email: `${size}-${index}@example.com`,
      }));
      await bench.take({ campaign, status: 'approved', affiliates });
      return bench.statements.length;
    };
    expect(await statementsFor(1_000)).toBe(await statementsFor(10));
  });

  it('leaves another organisation’s person with the same address alone', async () => {
    const take = (organizationId: string) =>
      bench.do(
        (unit) => bench.intake.take(unit, { affiliates: [{ email: 'a@example.com' }] }),
        organizationId,
      );
    expect(words(await take(bench.organizationId))).toEqual(['created']);
    expect(words(await take(bench.otherOrganizationId))).toEqual(['created']);
    expect(await bench.count('affiliate')).toBe(2);
  });
});
