import { randomUUID } from 'node:crypto';

import type { UnitOfWork } from '../unit-of-work.js';
import { ProgramBench } from '../testing/program-bench.js';
import { findTargets, type PlacedEvent } from './event-statements.js';

const PEOPLE = 1_000;
/** Shared buffers to find where one event goes, whoever else is approved. */
const MOST_BUFFERS = 100;

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());

interface Explained {
  readonly 'QUERY PLAN': readonly {
    readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
  }[];
}

/** Where the event of one person goes, with what finding it costs instead of the answer. */
function buffersFor(affiliateId: string): Promise<number> {
  return bench.work.run(bench.organizationId, async (unit) => {
    let buffers = 0;
    const query = async (sql: string, parameters: unknown[]): Promise<unknown> => {
      const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`;
      const [row] = await unit.tx.query<Explained[]>(explain, parameters);
      const plan = row?.['QUERY PLAN'][0]?.Plan;
      buffers += (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
      return unit.tx.query(sql, parameters);
    };
    const explaining = { tx: { query }, organizationId: unit.organizationId } as unknown as UnitOfWork;
    const event: PlacedEvent = {
      place: 0,
      id: randomUUID(),
      reference: { by: 'affiliateId', value: affiliateId },
      affiliateId,
      campaignId: null,
      name: 'first_click',
      externalId: null,
      occurredAt: '2026-03-01T00:00:00.000Z',
      data: {},
    };
    const targets = await findTargets(explaining, [event]);
    expect(targets).toMatchObject([{ eventId: event.id, name: 'first_click' }]);
    return buffers;
  });
}

describe('where an event goes', () => {
  it('is found without reading everybody else, also while the planner knows nothing of the tables', async () => {
    for (const table of ['affiliate', 'enrolment', 'campaign_destination', 'connection'])
      await bench.superuser.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
    const campaign = await bench.campaign('Summer', await bench.connection());
    const { rows } = await bench.superuser.query<{ affiliate_id: string }>(
      `WITH person AS (
         INSERT INTO affiliate (id, organization_id, email, joined_at)
         SELECT new_id(), $1, 'person' || n || '@example.com', now() FROM generate_series(1, $2::int) AS n RETURNING id)
       INSERT INTO enrolment (id, organization_id, campaign_id, affiliate_id, status)
       SELECT new_id(), $1, c.id, p.id, 'approved' FROM person p, campaign c WHERE c.slug = $3 RETURNING affiliate_id`,
      [bench.organizationId, PEOPLE, campaign],
    );
    const buffers = await buffersFor(rows[PEOPLE / 2]?.affiliate_id ?? '');
    expect(buffers).toBeGreaterThan(0);
    expect(buffers).toBeLessThan(MOST_BUFFERS);
  });
});
