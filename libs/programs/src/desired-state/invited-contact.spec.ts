import { ProgramBench } from '../testing/program-bench.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.superuser.query('DELETE FROM suppression');
});

/** A campaign with one destination where links are wanted, and one open invite into it. */
const invited = async (options: { readonly inviteLinks?: boolean } = {}) => {
  const connection = await bench.connection();
  const campaign = await bench.campaign('Summer');
  await bench.do((unit) =>
    bench.destinations.put(unit, campaign, connection, {
      inviteLinks: options.inviteLinks ?? true,
      extraTags: ['sun'],
    }),
  );
  const [outcome] = await bench.take({
    campaign,
    status: 'invited',
    affiliates: [{ email: 'Jane@example.com', name: 'Jane van Doe' }],
  });
  const affiliateId = outcome?.outcome === 'created' ? outcome.affiliateId : '';
  const { rows } = await bench.superuser.query<{ id: string }>(
    `INSERT INTO invite (id, organization_id, campaign_id, affiliate_id, email_key, approve_on_accept, delivered_by, source,
                         made_affiliate, expires_at)
     SELECT new_id(), $1, c.id, $2, 'jane@example.com', true, 'crm', 'api', true, now() + interval '1 day'
       FROM campaign c WHERE c.slug = $3 RETURNING id`,
    [bench.organizationId, affiliateId, campaign],
  );
  const inviteId = rows[0]?.id ?? '';
  const read = async () =>
    (await bench.desired(connection, [affiliateId], { defaultAudience: '1', defaultTags: ['VIP'] })).get(
      affiliateId,
    );
  return {
    connection,
    campaign,
    affiliateId,
    inviteId,
    read,
    link: `https://crm.example.com/invites/${inviteId}`,
  };
};

describe('an invited person at a connection that gets invite links', () => {
  it('has the link and nothing else: no tags, no audience, no name', async () => {
    const { read, link } = await invited();
    expect(await read()).toEqual({
      kind: 'present',
      contact: {
        email: 'Jane@example.com',
        status: 'invited',
        tags: [],
        audiences: [],
        attributes: { invite_url: link },
      },
    });
  });

  it('is not there where no links are wanted', async () => {
    const { read } = await invited({ inviteLinks: false });
    expect(await read()).toEqual({ kind: 'absent' });
  });

  it.each([
    ['was used or taken back', `UPDATE invite SET state = 'revoked', revoked_at = now()`],
    ['has expired', `UPDATE invite SET expires_at = now() - interval '1 second'`],
    [
      'belongs to an address that wants none',
      `INSERT INTO suppression (id, organization_id, email_key, reason, source)
       SELECT new_id(), organization_id, email_key, 'manual', 'api' FROM invite`,
    ],
  ])('leaves when the link %s', async (_, change) => {
    const { read } = await invited();
    await bench.superuser.query(change);
    expect(await read()).toEqual({ kind: 'absent' });
  });

  it('loses the link once approved, and gets everything that affiliates get', async () => {
    const { read, campaign } = await invited();
    await bench.affiliate('jane@example.com', { campaign, status: 'approved' });
    expect(await read()).toMatchObject({
      contact: {
        status: 'approved',
        firstName: 'Jane',
        tags: ['Rekomi affiliate', 'VIP', 'sun'],
        audiences: ['1'],
        attributes: { invite_url: { clear: true } },
      },
    });
  });

  it('keeps what another campaign brought them, with the link beside it', async () => {
    const { read, connection, link } = await invited();
    const winter = await bench.campaign('Winter', connection);
    await bench.affiliate('jane@example.com', { campaign: winter, status: 'approved', tags: ['snow'] });
    expect(await read()).toMatchObject({
      contact: {
        status: 'approved',
        tags: ['Rekomi affiliate', 'VIP', 'snow'],
        attributes: { invite_url: link },
      },
    });
  });
});
