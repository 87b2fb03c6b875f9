import { ProgramBench } from '../testing/program-bench.js';
import type { ApprovalRules } from './approval-rules.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** A campaign that approves by these rules; @returns its id. */
async function campaignWith(
  rules: Partial<ApprovalRules>,
  ...connections: readonly string[]
): Promise<string> {
  const slug = await bench.campaign('Summer', ...connections);
  const { rows } = await bench.superuser.query<{ id: string }>(
    'UPDATE campaign SET auto_approve = true, rules = $2 WHERE slug = $1 RETURNING id',
    [slug, rules],
  );
  return rows[0]?.id ?? '';
}

/** Puts somebody there who applied, without the product; @returns the id. */
async function applicant(
  campaignId: string,
  email: string,
  more: { readonly externalId?: string; readonly country?: string; readonly status?: string } = {},
): Promise<string> {
  const { rows } = await bench.superuser.query<{ affiliate_id: string }>(
    `WITH person AS (
       INSERT INTO affiliate (id, organization_id, email, external_id, country, joined_at)
       VALUES (new_id(), $1, $2, $3, $4, now()) RETURNING id)
     INSERT INTO enrolment (id, organization_id, campaign_id, affiliate_id, status)
     SELECT new_id(), $1, $5, id, $6 FROM person RETURNING affiliate_id`,
    [
      bench.organizationId,
      email,
      more.externalId ?? null,
      more.country ?? null,
      campaignId,
      more.status ?? 'applied',
    ],
  );
  return rows[0]?.affiliate_id ?? '';
}

function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
}

const consider = (campaignId: string, ids: readonly string[]) =>
  bench.work.run(bench.organizationId, (unit) => bench.autoApproval.consider(unit, campaignId, ids));
const statusOf = async (affiliateId: string) => {
  const { rows } = await bench.superuser.query<{ status: string; skipped: readonly { code: string }[] }>(
    'SELECT status, skipped FROM enrolment WHERE affiliate_id = $1',
    [affiliateId],
  );
  return rows[0];
};

describe('automatic approval', () => {
  it('does nothing in a campaign where it is switched off', async () => {
    const slug = await bench.campaign('Summer');
    const { id: campaignId } = await bench.do((unit) => bench.campaigns.get(unit, slug));
    const id = await applicant(campaignId, 'a@example.com');
    expect(await consider(campaignId, [id])).toEqual([{ affiliateId: id, outcome: 'off', reasons: [] }]);
    expect(await statusOf(id)).toMatchObject({ status: 'applied' });
  });

  it('approves who fulfils the rules as every approval does: contact, event, and a wake', async () => {
    const connection = await bench.connection();
    const campaignId = await campaignWith(
      { emailDomains: { allow: ['example.com'], block: [] } },
      connection,
    );
    const [fits, not] = [
      await applicant(campaignId, 'a@mail.EXAMPLE.com'),
      await applicant(campaignId, 'b@example.org'),
    ];
    expect(await consider(campaignId, [not, fits])).toMatchObject([
      { affiliateId: not, outcome: 'skipped', reasons: [{ code: 'domain_not_allowed' }] },
      { affiliateId: fits, outcome: 'approved', reasons: [] },
    ]);
    expect(await bench.pendingLines()).toEqual([
      'Acme a@mail.EXAMPLE.com contact affiliate_approved',
      'Acme a@mail.EXAMPLE.com event affiliate_approved',
    ]);
    expect(bench.woken).toEqual([connection]);
    expect(await statusOf(not)).toMatchObject({
      status: 'applied',
      skipped: [{ code: 'domain_not_allowed' }],
    });
  });

  it('forgets earlier reasons once it approves', async () => {
    const campaignId = await campaignWith({ confirmedAddress: true });
    const id = await applicant(campaignId, 'a@example.com');
    expect(await consider(campaignId, [id])).toMatchObject([
      { reasons: [{ code: 'address_not_confirmed' }] },
    ]);
    await bench.superuser.query('UPDATE affiliate SET email_confirmed_at = now()');
    expect(await consider(campaignId, [id])).toMatchObject([{ outcome: 'approved' }]);
    expect(await statusOf(id)).toEqual({ status: 'approved', skipped: [] });
  });

  it('of somebody who applied asks for the confirmation of this application, not of the address elsewhere', async () => {
    const campaignId = await campaignWith({ confirmedAddress: true });
    const id = await applicant(campaignId, 'a@example.com');
    await bench.superuser.query('UPDATE affiliate SET email_confirmed_at = now()');
    await bench.superuser.query(
      `INSERT INTO application (id, organization_id, campaign_id, affiliate_id, made_affiliate)
       VALUES (new_id(), $1, $2, $3, false)`,
      [bench.organizationId, campaignId, id],
    );
    expect(await consider(campaignId, [id])).toMatchObject([
      { reasons: [{ code: 'address_not_confirmed' }] },
    ]);
    await bench.superuser.query('UPDATE application SET confirmed_at = now()');
    expect(await consider(campaignId, [id])).toMatchObject([{ outcome: 'approved' }]);
  });

  it.each([
    ['reached the address', 'mail', 'a@example.com', 'approved'],
    ['nobody delivered', 'none', 'a@example.com', 'skipped'],
    ['reached an earlier address', 'mail', 'old@example.com', 'skipped'],
  ])('takes an accepted invitation that %s for what it proves', async (_what, by, address, outcome) => {
    const campaignId = await campaignWith({ confirmedAddress: true });
    const id = await applicant(campaignId, 'a@example.com');
    await bench.superuser.query(
      `INSERT INTO application (id, organization_id, campaign_id, affiliate_id, made_affiliate)
       VALUES (new_id(), $1, $2, $3, false)`,
      [bench.organizationId, campaignId, id],
    );
    await bench.superuser.query(
      `INSERT INTO invite (id, organization_id, campaign_id, affiliate_id, email_key, state, approve_on_accept,
                           delivered_by, source, made_affiliate, expires_at, accepted_at)
       VALUES (new_id(), $1, $2, $3, $4, 'accepted', false, $5, 'api', false, now(), now())`,
      [bench.organizationId, campaignId, id, address, by],
    );
    expect(await consider(campaignId, [id])).toMatchObject([{ outcome }]);
  });

  it('never overrides what a person decided, not even an application put back to waiting', async () => {
    const campaignId = await campaignWith({});
    const rejected = await applicant(campaignId, 'a@example.com', { status: 'rejected' });
    const putBack = await applicant(campaignId, 'b@example.com', { status: 'approved' });
    await bench.do((unit) =>
      bench.enrolments.decide(unit, { affiliateIds: [putBack], decision: 'unapproved' }),
    );
    expect(await consider(campaignId, [rejected, putBack])).toMatchObject([
      { outcome: 'skipped', reasons: [{ code: 'not_pending' }] },
      { outcome: 'skipped', reasons: [{ code: 'not_pending' }] },
    ]);
    expect((await statusOf(rejected))?.status).toBe('rejected');
    expect((await statusOf(putBack))?.status).toBe('applied');
  });

  it('waits for a decision that is being made by hand, and then leaves it alone', async () => {
    const campaignId = await campaignWith({});
    const id = await applicant(campaignId, 'a@example.com');
    const [decided, commit] = [gate(), gate()];
    const byHand = bench.work.run(bench.organizationId, async (unit) => {
      await bench.enrolments.decide(unit, { affiliateIds: [id], decision: 'rejected' });
      decided.open();
      await commit.opened;
    });
    await decided.opened;
    const automatic = consider(campaignId, [id]);
    await bench.untilSomebodyWaits();
    commit.open();
    await byHand;
    expect(await automatic).toMatchObject([{ outcome: 'skipped', reasons: [{ code: 'not_pending' }] }]);
    expect((await statusOf(id))?.status).toBe('rejected');
  });

  it('passes by who is here already under another address or with the same external id, and says which', async () => {
    const campaignId = await campaignWith({});
    const first = await applicant(campaignId, 'jane.doe@gmail.com', { externalId: '42' });
    const dots = await applicant(campaignId, 'J.anedoe+two@GoogleMail.com');
    const plus = await applicant(campaignId, 'joe+x@example.com');
    const base = await applicant(campaignId, 'joe@example.com');
    const sameId = await applicant(campaignId, 'other@example.com', { externalId: '42' });
    const dotsElsewhere = await applicant(campaignId, 'j.oe@example.com');
    expect(await consider(campaignId, [first, dots, plus, base, sameId, dotsElsewhere])).toMatchObject([
      { outcome: 'approved' },
      { outcome: 'skipped', reasons: [{ code: 'duplicate', detail: expect.stringContaining(first) }] },
      { outcome: 'approved' },
      { outcome: 'skipped', reasons: [{ code: 'duplicate', detail: expect.stringContaining(plus) }] },
      { outcome: 'skipped', reasons: [{ detail: expect.stringContaining('external id') }] },
      { outcome: 'approved' },
    ]);
  });

  it('of two addresses of one person in two calls at the same moment approves one', async () => {
    for (let round = 0; round < 10; round += 1) {
      const campaignId = await campaignWith({});
      const name = `p${round}`;
      const [one, two] = [`${name}+1@example.com`, `${name}+2@example.com`];
      const come = (email: string) =>
        bench.work.run(bench.organizationId, async (unit) => {
          const rows: { id: string }[] = await unit.tx.query(
            `INSERT INTO affiliate (id, organization_id, email, joined_at) VALUES (new_id(), $1, $2, now()) RETURNING id`,
            [bench.organizationId, email],
          );
          const id = rows[0]?.id ?? '';
          await unit.tx.query(
            `INSERT INTO enrolment (id, organization_id, campaign_id, affiliate_id, status) VALUES (new_id(), $1, $2, $3, 'applied')`,
            [bench.organizationId, campaignId, id],
          );
          return bench.autoApproval.consider(unit, campaignId, [id]);
        });
      const both = await Promise.all([come(one), come(two)]);
      expect(both.flat().filter(({ outcome }) => outcome === 'approved')).toHaveLength(1);
    }
  });

  it('leaves other organisations’ people and duplicates out of account', async () => {
    const campaignId = await campaignWith({});
    await bench.superuser.query(
      `INSERT INTO affiliate (id, organization_id, email, joined_at) VALUES (new_id(), $1, 'jane@example.com', now())`,
      [bench.otherOrganizationId],
    );
    const id = await applicant(campaignId, 'jane+1@example.com');
    const foreign = await bench.work.run(bench.otherOrganizationId, (unit) =>
      bench.autoApproval.consider(unit, campaignId, [id]),
    );
    expect(foreign).toEqual([]);
    expect(await consider(campaignId, [id])).toMatchObject([{ outcome: 'approved' }]);
  });

  it('takes nobody into an archived campaign', async () => {
    const campaignId = await campaignWith({});
    await bench.superuser.query('UPDATE campaign SET archived_at = now()');
    const id = await applicant(campaignId, 'a@example.com');
    expect(await consider(campaignId, [id])).toMatchObject([{ reasons: [{ code: 'campaign_archived' }] }]);
  });

  it('looks at everybody who waits, counts per reason, and changes nothing in a dry run', async () => {
    const campaignId = await campaignWith(
      { countries: { allow: ['DE'], block: [] } },
      await bench.connection(),
    );
    await applicant(campaignId, 'a@example.com', { country: 'DE' });
    await applicant(campaignId, 'b@example.com', { country: 'FR' });
    await applicant(campaignId, 'c@example.com');
    await applicant(campaignId, 'c+1@example.com');
    const run = (dryRun: boolean) => bench.do((unit) => bench.autoApproval.run(unit, campaignId, { dryRun }));
    const counts = {
      considered: 4,
      approved: 1,
      skipped: 3,
      reasons: { country_not_allowed: 1, country_unknown: 2, duplicate: 1 },
    };
    expect(await run(true)).toEqual(counts);
    expect(await bench.pending()).toEqual([]);
    expect(await run(false)).toEqual(counts);
    expect(await bench.pending()).toHaveLength(2);
    expect(await run(false)).toMatchObject({ considered: 3, approved: 0 });
  });

  it('of 12,000 people takes statements by the thousand', async () => {
    const campaignId = await campaignWith({}, await bench.connection());
    const slug = (await bench.do((unit) => bench.campaigns.get(unit, campaignId))).slug;
    await bench.crowd(12_000, slug);
    bench.statements.length = 0;
    expect(
      await bench.do((unit) => bench.autoApproval.run(unit, campaignId, { dryRun: false })),
    ).toMatchObject({ approved: 12_000 });
    expect(bench.statements.length).toBeLessThan(60);
  });
});
