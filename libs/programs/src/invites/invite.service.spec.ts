import { InviteBench } from './testing/invite-bench.js';

let bench: InviteBench;
beforeAll(async () => {
  bench = await InviteBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const crowd = (size: number) => Array.from({ length: size }, (_, index) => `person${index}@example.com`);
const words = (outcomes: readonly { readonly outcome: string }[]) => [
  ...new Set(outcomes.map(({ outcome }) => outcome)),
];

describe('ten thousand invites', () => {
  it('take as many statements as one, and the same list once more changes nothing', async () => {
    const campaign = await bench.programs.campaign('Summer');
    await bench.invite(campaign, ['one@example.com']);
    const { statements } = bench.programs;
    statements.length = 0;
    await bench.invite(campaign, ['two@example.com']);
    const ofOne = statements.length;
    statements.length = 0;
    expect(words(await bench.invite(campaign, crowd(10_000)))).toEqual(['invited']);
    // The connections concerned are asked for page by page.
    expect(statements.length).toBeLessThanOrEqual(ofOne + 1);
    statements.length = 0;
    expect(words(await bench.invite(campaign, crowd(10_000)))).toEqual(['already_invited']);
    expect(statements.filter((text) => /^\s*UPDATE/.test(text))).toEqual([]);
    expect(await bench.programs.count('invite')).toBe(10_002);
    expect(await bench.programs.count('affiliate')).toBe(10_002);
  }, 60_000);

  it('of two calls at the same moment with overlapping lists invite everybody once', async () => {
    const campaign = await bench.programs.campaign('Summer');
    const all = crowd(1_500);
    const [one, other, third] = await Promise.all([
      bench.invite(campaign, all.slice(0, 1_000)),
      bench.invite(campaign, all.slice(500).reverse()),
      bench.invite(campaign, all.slice(250, 1_250)),
    ]);
    const invited = [one, other, third].flat().filter(({ outcome }) => outcome === 'invited');
    expect(invited).toHaveLength(1_500);
    expect(words([one, other, third].flat()).sort()).toEqual(['already_invited', 'invited']);
    expect(await bench.programs.count('invite')).toBe(1_500);
    expect(await bench.programs.count('enrolment')).toBe(1_500);
  }, 60_000);
});

describe('people who are known already', () => {
  it('are invited once by several calls at the same moment', async () => {
    const campaign = await bench.programs.campaign('Summer');
    const all = crowd(300);
    await bench.programs.take({ affiliates: all.map((email) => ({ email })) });
    const calls = await Promise.all(
      [all, all.toReversed(), all, all.toReversed()].map((list) => bench.invite(campaign, list)),
    );
    expect(calls.flat().filter(({ outcome }) => outcome === 'invited')).toHaveLength(300);
    expect(calls.flat().filter(({ outcome }) => outcome === 'already_invited')).toHaveLength(900);
    expect(await bench.programs.count('invite')).toBe(300);
  }, 60_000);
});

describe('a connection that gets invite links', () => {
  it('hears of invited people, and of the end of their invites, once', async () => {
    const { programs } = bench;
    const connection = await programs.connection();
    const campaign = await programs.campaign('Summer');
    await programs.do((unit) => programs.destinations.put(unit, campaign, connection, { inviteLinks: true }));
    const [jane, joe] = await bench.invite(campaign, ['jane@example.com', 'joe@example.com']);
    await bench.invite(campaign, ['jane@example.com']);
    expect(await programs.pendingLines()).toEqual([
      'Acme jane@example.com contact affiliate_invited',
      'Acme joe@example.com contact affiliate_invited',
    ]);
    await programs.workOff();
    const idOf = (one: typeof jane) => (one !== undefined && 'inviteId' in one ? one.inviteId : '');
    await programs.do((unit) => bench.keeper.revoke(unit, idOf(jane)));
    await programs.superuser.query(
      `UPDATE invite SET expires_at = now() - interval '1 second' WHERE id = $1`,
      [idOf(joe)],
    );
    expect(await bench.expiry.run()).toBe(1);
    expect(await bench.expiry.run()).toBe(0);
    expect(await programs.pendingLines()).toEqual([
      'Acme jane@example.com contact invite_ended',
      'Acme joe@example.com contact invite_ended',
    ]);
  });
});

describe('the time that an invite has', () => {
  it('is never shortened by extending', async () => {
    const campaign = await bench.programs.campaign('Summer');
    const [long] = await bench.invite(campaign, ['jane@example.com'], { expiresInDays: 90 });
    const [again] = await bench.invite(campaign, ['jane@example.com'], { expiresInDays: 1, extend: true });
    expect(again).toMatchObject({
      outcome: 'already_invited',
      expiresAt: (long as { expiresAt: string }).expiresAt,
    });
  });
});
