import { connectionPeople } from '../desired-state/connection-people.js';
import { ProgramBench } from '../testing/program-bench.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** A connection with that choice, and a campaign with three approved people and one who applied. */
async function chosen(mode: string): Promise<{ readonly connection: string; readonly campaign: string }> {
  const connection = await bench.connection();
  await bench.superuser.query(
    `INSERT INTO first_sync (organization_id, connection_id, mode) VALUES ($1, $2, $3)`,
    [bench.organizationId, connection, mode],
  );
  const campaign = await bench.campaign('Summer');
  for (const name of ['a', 'b', 'c'])
    await bench.affiliate(`${name}@example.com`, { campaign, status: 'approved' });
  await bench.affiliate('applied@example.com', { campaign });
  return { connection, campaign };
}

const put = (campaign: string, connection: string, input: object = {}) =>
  bench.do((unit) => bench.destinations.put(unit, campaign, connection, input));

describe('a destination that is switched on', () => {
  it('sends everybody where nothing was chosen', async () => {
    const { connection, campaign } = await chosen('all');
    await put(campaign, connection);
    expect(await bench.pendingLines()).toHaveLength(3);
  });

  it('sends nobody of before where only those from now on are wanted, however often it is changed', async () => {
    const { connection, campaign } = await chosen('from_now_on');
    await put(campaign, connection, { enabled: false });
    expect(await bench.count('first_sync_left_out')).toBe(0);
    await put(campaign, connection);
    await put(campaign, connection, { extraTags: ['sun'] });
    expect(await bench.pendingLines()).toEqual([]);
    await bench.affiliate('later@example.com', { campaign, status: 'approved' });
    expect(await bench.pendingLines()).toEqual([
      'Acme later@example.com contact affiliate_approved',
      'Acme later@example.com event affiliate_approved',
    ]);
    await bench.superuser.query('DELETE FROM first_sync_left_out');
  });

  it('sends ten where ten are wanted first, whichever campaign they come from', async () => {
    const { connection, campaign } = await chosen('first_ten');
    await put(campaign, connection);
    expect(await bench.pendingLines()).toHaveLength(3);
    const winter = await bench.campaign('Winter');
    const crowd = await bench.crowd(20, winter);
    await bench.superuser.query(
      `UPDATE enrolment SET status = 'approved', decided_at = applied_at WHERE affiliate_id = ANY ($1::uuid[])`,
      [crowd],
    );
    await put(winter, connection);
    expect(await bench.pendingLines()).toHaveLength(10);
    expect(await bench.count('first_sync_left_out')).toBe(13);
    await bench.superuser.query('DELETE FROM first_sync_left_out');
  });
});

describe('the people of a connection', () => {
  it('are those of every campaign that goes there, each once, and of what is switched off only when asked', async () => {
    const { connection, campaign } = await chosen('all');
    const winter = await bench.campaign('Winter', connection);
    await bench.affiliate('a@example.com', { campaign: winter, status: 'approved' });
    await put(campaign, connection, { enabled: false });
    const found = (withSwitchedOff: boolean) =>
      bench.work.run(bench.organizationId, async ({ tx, organizationId }) => {
        const rows: { email: string }[] = await tx.query(
          `SELECT a.email FROM (${connectionPeople.sql}) p JOIN affiliate a ON a.id = p.contact_id ORDER BY 1`,
          [organizationId, connection, withSwitchedOff],
        );
        return rows.map(({ email }) => email);
      });
    expect(await found(false)).toEqual(['a@example.com']);
    expect(await found(true)).toEqual(['a@example.com', 'b@example.com', 'c@example.com']);
  });
});
