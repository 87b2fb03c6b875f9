import { randomUUID } from 'node:crypto';

import { ProgramBench } from '../testing/program-bench.js';
import { ProgramsMemberships } from './programs-memberships.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const read = (id: string) =>
  bench.do(async ({ tx, organizationId }) => ({
    ok: true as const,
    value: await new ProgramsMemberships().read(tx, organizationId, id),
  }));

describe('why somebody should be in a tool', () => {
  it('is told by campaign, with the connections that each one goes to', async () => {
    const [here, there] = [
      await bench.connection({ label: 'Here' }),
      await bench.connection({ label: 'There' }),
    ];
    const summer = await bench.campaign('Summer', here);
    const winter = await bench.campaign('Winter', there);
    const off = await bench.campaign('Off');
    await bench.do((unit) => bench.destinations.put(unit, off, here, { enabled: false }));
    const id = await bench.affiliate('Ada@example.com', { campaign: summer, status: 'approved' });
    await bench.affiliate('ada@example.com', { campaign: winter });
    await bench.affiliate('ada@example.com', { campaign: off, status: 'approved' });
    expect(await read(id)).toMatchObject({
      email: 'Ada@example.com',
      memberships: [
        { campaign: 'Off', status: 'approved', connectionIds: [] },
        { campaign: 'Summer', status: 'approved', connectionIds: [here] },
        { campaign: 'Winter', status: 'applied', connectionIds: [there] },
      ],
    });
  });

  it('is nothing for somebody who is enrolled nowhere, and unknown for a stranger', async () => {
    const id = randomUUID();
    await bench.superuser.query(
      `INSERT INTO affiliate (id, organization_id, email, joined_at) VALUES ($1, $2, 'ben@example.com', now())`,
      [id, bench.organizationId],
    );
    expect(await read(id)).toEqual({ email: 'ben@example.com', memberships: [] });
    expect(await read(randomUUID())).toBeUndefined();
  });
});
