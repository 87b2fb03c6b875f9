import { OwnPostgres } from '@rekomi/database/testing';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

import { eventually } from '../support/eventually.js';
import { Campaign } from './support/campaign.js';
import { spread } from './support/figures.js';
import { between } from './support/seed.js';
import { sized } from './support/size.js';

const CRASHES = sized({ ci: 3, full: 50 });
/** Sessions of the product that are ended between two crashes. */
const CUTS = sized({ ci: 5, full: 4 });
const WITHIN_MS = sized({ ci: 600_000, full: 4 * 3_600_000 });
/** Seconds. The product aims at 3; a loaded machine is given more, the figures are printed. */
const LONGEST = 30;

/** Ends a session of the product, whichever. False: there was none. */
async function cutSession(pool: pg.Pool, draw: number): Promise<boolean> {
  const { rows } = await pool.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE usename = 'rekomi_app' ORDER BY pid`,
  );
  const session = rows[Math.floor(draw * rows.length)];
  if (session === undefined) return false;
  const ended = await pool.query<{ done: boolean }>('SELECT pg_terminate_backend($1) AS done', [session.pid]);
  return ended.rows[0]?.done === true;
}

/** Milliseconds since 1970 at which the server answered for the first time. */
async function answers(url: string): Promise<number> {
  await eventually(
    'the database answers',
    async () => {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return true;
      } catch {
        return false;
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    { withinMs: 120_000 },
  );
  return Date.now();
}

/** Seconds from a moment to what was settled first after it. */
async function firstDelivery(pool: pg.Pool, since: number): Promise<number> {
  const { rows } = await pool.query<{ seconds: number | null }>(
    `SELECT extract(epoch FROM min(settled_at) - $1::timestamptz)::float8 AS seconds
       FROM history WHERE settled_at > $1::timestamptz`,
    [new Date(since)],
  );
  return rows[0]?.seconds ?? Infinity;
}

it(
  'survives the death of its database, again and again, and goes on within seconds',
  async () => {
    let postgres: OwnPostgres | undefined;
    const campaign = await Campaign.open({
      name: 'database',
      database: async () => (postgres = await OwnPostgres.start()),
      workload: sized({ ci: {}, full: { contacts: 1_000, writers: 32, backlog: 500 } }),
      planned: { 'crash database': CRASHES, 'cut session': CRASHES * CUTS },
    });
    try {
      const { product, faults, pool } = campaign;
      const random = campaign.seed.stream('database');
      const processes = [0, 1, 2].map((server) => product.serverProcess(server));
      const seconds: number[] = [];
      campaign.workload.start();
      for (let crash = 0; crash < CRASHES; crash += 1) {
        for (let cut = 0; cut < CUTS; cut += 1) {
          await pause(between(random, 50, 500));
          const draw = random();
          faults.note('cut session', { mayRepeat: true });
          await eventually('a session is cut', () => cutSession(pool, draw));
        }
        // Without work there is no first delivery to wait for.
        await eventually('work is open', async () => (await campaign.backlog()) > 20, { withinMs: 60_000 });
        faults.note('crash database', { mayRepeat: true });
        await postgres!.crash();
        await pause(between(random, 0, 2_000));
        const [at] = await Promise.all([answers(product.superuserUrl), postgres!.startAgain()]);
        // Not before it delivers is it hit again: what is measured has to be the end of this death.
        seconds.push(
          await eventually(
            'something is delivered again',
            async () => {
              const taken = await firstDelivery(pool, at).catch(() => Infinity);
              return taken < Infinity && taken;
            },
            { withinMs: 2 * LONGEST * 1_000 },
          ),
        );
      }
      const { violations, missing } = await campaign.judge();
      process.stdout.write(`database: the first delivery came ${spread(seconds, 's')} after its return\n`);
      expect({ violations, missing }).toEqual({ violations: [], missing: [] });
      expect(processes.map(({ isRunning }) => isRunning)).toEqual([true, true, true]);
      expect(Math.max(...seconds)).toBeLessThanOrEqual(LONGEST);
    } finally {
      await campaign.close();
    }
  },
  WITHIN_MS,
);
