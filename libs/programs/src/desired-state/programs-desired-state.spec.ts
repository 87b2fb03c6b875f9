import { randomUUID } from 'node:crypto';

import { ProgramBench } from '../testing/program-bench.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

describe('what a contact should look like at a connection', () => {
  it('is the union of tags and audiences of all approved enrolments there, with the highest tier', async () => {
    const connection = await bench.connection();
    const summer = await bench.campaign('Summer');
    const winter = await bench.campaign('Winter');
    await bench.do((unit) =>
      bench.destinations.put(unit, summer, connection, {
        extraTags: ['Sun'],
        audience: { id: '7', name: 'Seven' },
      }),
    );
    await bench.do((unit) =>
      bench.destinations.put(unit, winter, connection, { extraTags: ['snow', 'SUN'] }),
    );
    const [created] = await bench.take({
      campaign: summer,
      status: 'approved',
      affiliates: [
        {
          email: 'Jane@Example.com',
          name: 'Jane van Doe',
          joinedAt: '2024-01-31T12:30:15.678Z',
          tier: 'gold',
          tags: ['blog'],
        },
      ],
    });
    const id = created?.outcome === 'created' ? created.affiliateId : '';
    await bench.affiliate('jane@example.com', {
      campaign: winter,
      status: 'approved',
      tier: 'silver',
      tags: ['Blog', 'video'],
    });

    const desired = await bench.desired(connection, [id], {
      defaultAudience: '1',
      defaultTags: ['VIP', 'rekomi AFFILIATE'],
    });
    expect(desired.get(id)).toEqual({
      kind: 'present',
      contact: {
        email: 'Jane@Example.com',
        firstName: 'Jane',
        lastName: 'van Doe',
        fullName: 'Jane van Doe',
        createdAt: '2024-01-31T12:30:15Z',
        status: 'approved',
        tier: 'gold',
        tags: ['Rekomi affiliate', 'Sun', 'VIP', 'blog', 'snow', 'video'],
        audiences: ['1', '7'],
        attributes: {},
      },
    });
  });

  it('counts neither applied nor rejected enrolments, nor destinations that are switched off or elsewhere', async () => {
    const [here, elsewhere] = [
      await bench.connection({ label: 'Here' }),
      await bench.connection({ label: 'Elsewhere' }),
    ];
    const counts = await bench.campaign('Counts', here);
    const off = await bench.campaign('Off');
    await bench.do((unit) => bench.destinations.put(unit, off, here, { enabled: false, extraTags: ['off'] }));
    const other = await bench.campaign('Other', elsewhere);
    const applied = await bench.campaign('Applied', here);
    const id = await bench.affiliate('a@example.com', {
      campaign: counts,
      status: 'approved',
      tags: ['counts'],
    });
    await bench.affiliate('a@example.com', { campaign: off, status: 'approved', tags: ['b'] });
    await bench.affiliate('a@example.com', { campaign: other, status: 'approved', tags: ['c'] });
    await bench.affiliate('a@example.com', { campaign: applied, tags: ['d'], tier: 'gold' });

    const read = async (connection: string) => (await bench.desired(connection, [id])).get(id);
    expect(await read(here)).toMatchObject({ contact: { tags: ['Rekomi affiliate', 'counts'] } });
    expect(await read(here)).not.toHaveProperty('contact.tier');
    await bench.do((unit) =>
      bench.enrolments.decide(unit, { affiliateIds: [id], campaign: counts, decision: 'rejected' }),
    );
    expect(await read(here)).toEqual({ kind: 'absent' });
    expect(await read(elsewhere)).toMatchObject({ kind: 'present' });
  });

  it('leaves out what is not known, and quotes the latest consent', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer', connection);
    const [outcome] = await bench.take({
      campaign,
      status: 'approved',
      affiliates: [{ email: 'a@example.com', consent: { basis: 'application', wording: 'I agree.' } }],
    });
    const id = outcome?.outcome === 'created' ? outcome.affiliateId : '';
    await bench.take({
      affiliates: [{ email: 'a@example.com', consent: { basis: 'import', source: 'list.csv' } }],
    });
    const found = (await bench.desired(connection, [id])).get(id);
    expect(found).toMatchObject({ consent: { basis: 'import' }, contact: { audiences: [] } });
    expect(found?.kind === 'present' ? Object.keys(found.contact).sort() : []).toEqual([
      'attributes',
      'audiences',
      'createdAt',
      'email',
      'status',
      'tags',
    ]);
  });

  it('has an answer for every id asked, also for nobody’s and for another organisation’s', async () => {
    const connection = await bench.connection();
    const foreign = await bench.do(
      (unit) => bench.intake.take(unit, { affiliates: [{ email: 'x@example.com' }] }),
      bench.otherOrganizationId,
    );
    const foreignId = foreign[0]?.outcome === 'created' ? foreign[0].affiliateId : '';
    const desired = await bench.desired(connection, [foreignId, randomUUID()]);
    expect([...desired.values()]).toEqual([{ kind: 'absent' }, { kind: 'absent' }]);
  });

  it('is read for 3,000 contacts in one statement', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer', connection);
    const affiliates = Array.from({ length: 3_000 }, (_, index) => ({ email: `a${index}@example.com` }));
    const ids = (await bench.take({ campaign, status: 'approved', affiliates })).map((one) =>
      one.outcome === 'created' ? one.affiliateId : '',
    );
    bench.statements.length = 0;
    const desired = await bench.desired(connection, ids);
    expect([...desired.values()].filter(({ kind }) => kind === 'present')).toHaveLength(3_000);
    expect(bench.statements.filter((text) => text.includes('FROM affiliate'))).toHaveLength(1);
    // What begins the transaction goes with the question, past what counts here; the other one is COMMIT.
    expect(bench.statements).toHaveLength(2);
  });
});
