import { randomUUID } from 'node:crypto';

import { ProgramBench } from '../testing/program-bench.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.superuser.query('DELETE FROM webhook_endpoint');
  await bench.reset();
});

async function endpoint(eventTypes: readonly string[] | null = null): Promise<string> {
  const id = randomUUID();
  await bench.superuser.query(
    `INSERT INTO webhook_endpoint (id, organization_id, url, event_types) VALUES ($1, $2, 'https://hooks.example.com', $3)`,
    [id, bench.organizationId, eventTypes],
  );
  return id;
}

const decide = (decision: 'approved' | 'rejected', affiliateIds: readonly string[], campaign: string) =>
  bench.do((unit) => bench.enrolments.decide(unit, { decision, affiliateIds, campaign }));

/** Names of the events that an endpoint is to be told of, oldest first. */
async function told(endpointId: string): Promise<readonly string[]> {
  const { rows } = await bench.superuser.query<{ event_name: string }>(
    `SELECT event_name FROM delivery WHERE connection_id = $1 ORDER BY event_id`,
    [endpointId],
  );
  return rows.map(({ event_name: name }) => name);
}

describe('an endpoint that listens', () => {
  it('is told of everything that happens to affiliates, whether or not they are approved anywhere', async () => {
    const all = await endpoint();
    const chosen = await endpoint(['affiliate_rejected', 'course finished']);
    const campaign = await bench.campaign('Summer');
    const id = await bench.affiliate('a@example.com', { campaign });
    await decide('approved', [id], campaign);
    await bench.do((unit) => bench.events.record(unit, { affiliateId: id, name: 'course finished' }));
    await decide('rejected', [id], campaign);
    expect(await told(all)).toEqual([
      'affiliate_applied',
      'affiliate_approved',
      'course finished',
      'affiliate_rejected',
    ]);
    expect(await told(chosen)).toEqual(['course finished', 'affiliate_rejected']);
    expect(bench.woken).toEqual(expect.arrayContaining([all, chosen]));
  });

  it('is told about whom, in which campaign, and what the event says', async () => {
    const all = await endpoint(['commission_earned']);
    const campaign = await bench.campaign('Summer');
    const [outcome] = await bench.take({
      affiliates: [{ email: 'ada@example.com', name: 'Ada Lovelace', externalId: 'ext-7' }],
      campaign,
    });
    const affiliateId = outcome?.outcome === 'invalid' ? '' : outcome!.affiliateId;
    const data = { amount: 1250, currency: 'EUR' };
    await bench.do((unit) =>
      bench.events.record(unit, { affiliateId, campaign, name: 'commission_earned', data }),
    );
    const { rows } = await bench.superuser.query<{ payload: string; contact_id: string; same: boolean }>(
      `SELECT payload, contact_id, dedupe_id = event_id::text AS same FROM delivery WHERE connection_id = $1`,
      [all],
    );
    expect(rows).toMatchObject([{ contact_id: affiliateId, same: true }]);
    expect(JSON.parse(rows[0]!.payload)).toEqual({
      affiliate: {
        id: affiliateId,
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        firstName: 'Ada',
        lastName: 'Lovelace',
        externalId: 'ext-7',
      },
      campaign: { id: expect.any(String), name: 'Summer', slug: campaign },
      data,
    });
  });

  it('is told of nothing that was undone with its transaction', async () => {
    const all = await endpoint();
    const id = await bench.affiliate('a@example.com');
    const undone = bench.work.run(bench.organizationId, async (unit) => {
      await bench.events.record(unit, { affiliateId: id, name: 'never_happened' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await told(all)).toEqual([]);
  });

  it('is told of thousands of approvals in one statement per 5,000, and of each once', async () => {
    const [one, two] = [await endpoint(), await endpoint(['affiliate_approved'])];
    const campaign = await bench.campaign('Summer');
    const ids = await bench.crowd(6_000, campaign);
    await bench.workOff();
    await decide('approved', ids, campaign);
    const statements = bench.statements.length;
    for (const id of [one, two]) expect(await told(id)).toHaveLength(6_000);
    // Two chunks, in each: find, approve, store, allow the join, tell endpoints, allow the join, tell connections.
    expect(statements).toBeLessThanOrEqual(2 * 8 + 6);
    const { rows } = await bench.superuser.query(
      `SELECT count(DISTINCT (connection_id, event_id))::integer AS n FROM delivery`,
    );
    expect(rows).toEqual([{ n: 12_000 }]);
  }, 60_000);

  it('hears nothing while it is disabled or deleted, and nothing of other organisations', async () => {
    const [disabled, deleted, open] = [await endpoint(), await endpoint(), await endpoint()];
    await bench.superuser.query(`UPDATE webhook_endpoint SET state = 'disabled' WHERE id = $1`, [disabled]);
    await bench.superuser.query(`UPDATE webhook_endpoint SET deleted_at = now() WHERE id = $1`, [deleted]);
    const theirs = bench.otherOrganizationId;
    const [outcome] = await bench.do(
      (unit) => bench.intake.take(unit, { affiliates: [{ email: 'a@example.com' }] }),
      theirs,
    );
    const affiliateId = outcome?.outcome === 'invalid' ? '' : outcome!.affiliateId;
    await bench.do((unit) => bench.events.record(unit, { affiliateId, name: 'theirs' }), theirs);
    const ours = await bench.affiliate('b@example.com');
    await bench.do((unit) => bench.events.record(unit, { affiliateId: ours, name: 'ours' }));
    expect([await told(disabled), await told(deleted), await told(open)]).toEqual([[], [], ['ours']]);
  });
});
