import { emptyTables } from '@rekomi/database/testing';
import { setTimeout as pause } from 'node:timers/promises';

import { Campaign } from './support/campaign.js';
import { spread } from './support/figures.js';
import { between } from './support/seed.js';
import { sized } from './support/size.js';

const TIMES = sized({ ci: 20, full: 400 });
const WITHIN_MS = sized({ ci: 600_000, full: 3_600_000 });

/** The queue's own tables, without the one that says which of its migrations ran. */
async function queueTables(campaign: Campaign): Promise<readonly string[]> {
  const { rows } = await campaign.pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'`,
  );
  return rows.map(({ name }) => name);
}

it(
  'delivers everything although the queue forgets everything, again and again',
  async () => {
    const campaign = await Campaign.open({ name: 'amnesia', planned: { 'empty queue': TIMES } });
    try {
      const random = campaign.seed.stream('amnesia');
      const tables = await queueTables(campaign);
      expect(tables).toContain('bullmq.job');
      campaign.workload.start();
      for (let time = 0; time < TIMES; time += 1) {
        await pause(between(random, ...sized<[number, number]>({ ci: [100, 900], full: [500, 10_000] })));
        await emptyTables(campaign.pool, tables.join(', '));
        campaign.faults.note('empty queue', { mayRepeat: false });
      }
      const { violations, missing } = await campaign.judge();
      const { rows } = await campaign.pool.query<{ seconds: number }>(
        `SELECT extract(epoch FROM settled_at - created_at)::float8 AS seconds FROM history`,
      );
      const waits = rows.map(({ seconds }) => seconds);
      process.stdout.write(`amnesia: deliveries took ${spread(waits, 's')}\n`);
      expect({ violations, missing }).toEqual({ violations: [], missing: [] });
    } finally {
      await campaign.close();
    }
  },
  WITHIN_MS,
);
