import { TcpProxy, type Script } from '@rekomi/database/testing';
import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../support/eventually.js';
import { Campaign } from './support/campaign.js';
import { spread } from './support/figures.js';
import { keepLeaseLog } from './support/lease-log.js';
import { between } from './support/seed.js';
import { sized } from './support/size.js';

/** Times that every connection of a worker to its database falls silent. */
const SILENCES = sized({ ci: 2, full: 100 });
/** Times that a vendor falls silent, and for how long in milliseconds. */
const HANGS = sized({ ci: 1, full: 50 });
const HANG_MS = 6_000;
/** Seconds. The product aims at 15; a loaded machine is given more, the figures are printed. */
const LONGEST = 90;
const WITHIN_MS = sized({ ci: 600_000, full: 4 * 3_600_000 });
const WORKERS = [1, 2] as const;
/** The vendor that falls silent, by what its requests begin with. */
const SILENT = 'mailchimp';
const SILENT_HOST = /^[A-Z]+ \/[^/ ]*mailchimp/;

/** Most connections to vendors work; some do what networks do. By number, so that a run without load meets them as well. */
function script(connection: number): Script {
  if (connection % 5 === 0) return { reset: 'after' };
  if (connection % 7 === 0) return { reset: 'before' };
  if (connection % 11 === 0) return { truncateAfter: 60 };
  if (connection % 3 === 0) return { delayMs: 30 };
  return connection % 4 === 0 ? { dripBytes: 40 } : {};
}

it(
  'goes on when connections fall silent, to the database or to a vendor',
  async () => {
    let hangs = false;
    let databaseUrl = '';
    let sandboxUrl = '';
    let note: (kind: string) => void = () => undefined;
    const portOf = (url: () => string) => () => Number(new URL(url()).port);
    const databases = await Promise.all(
      WORKERS.map(() => TcpProxy.open({ port: portOf(() => databaseUrl) })),
    );
    const vendors = await TcpProxy.open({
      port: portOf(() => sandboxUrl),
      script,
      swallows: (piece) => hangs && SILENT_HOST.test(piece.toString('latin1')),
      onHarm: (kind) => note(`vendor ${kind}`),
    });
    const campaign = await Campaign.open({
      name: 'half-open',
      planned: {
        'silent database': SILENCES,
        'silent vendor': HANGS,
        'vendor black hole': HANGS,
        'vendor reset after': 1,
      },
      envOf: (server, parts) => {
        ({ databaseUrl, sandboxUrl } = parts);
        const database = databases[WORKERS.findIndex((worker) => worker === server)];
        if (database === undefined) return {};
        const through = new URL(databaseUrl);
        through.port = String(database.port);
        return { DATABASE_URL: through.toString(), SANDBOX_URL: `http://127.0.0.1:${vendors.port}` };
      },
    });
    try {
      const { product, faults, pool } = campaign;
      note = (kind) => faults.note(kind, { mayRepeat: kind !== 'vendor reset before' });
      await keepLeaseLog(pool);
      const random = campaign.seed.stream('half-open');
      const back: number[] = [];
      campaign.workload.start();
      for (let silence = 0; silence < SILENCES; silence += 1) {
        await pause(between(random, 500, 2_000));
        const index = silence % WORKERS.length;
        const { pid } = product.serverProcess(WORKERS[index] ?? 1);
        faults.note('silent database', { mayRepeat: true });
        const since = new Date();
        expect(databases[index]!.blackHole()).toBeGreaterThan(0);
        back.push(await againAtWork(campaign, pid, since));
      }
      let others = 0;
      for (let hang = 0; hang < HANGS; hang += 1) {
        faults.note('silent vendor', { mayRepeat: true });
        hangs = true;
        await eventually(
          'the vendor is asked in vain',
          async () => (faults.counts()['vendor black hole'] ?? 0) > hang,
          {
            withinMs: 60_000,
          },
        );
        const since = new Date();
        await pause(HANG_MS);
        others += await deliveredElsewhere(campaign, since);
        hangs = false;
      }
      const { violations, missing } = await campaign.judge();
      process.stdout.write(
        `half-open: workers whose database fell silent were at work again after ${spread(back, 's')}; ` +
          `others got ${others} deliveries while ${SILENT} was silent\n`,
      );
      expect({ violations, missing }).toEqual({ violations: [], missing: [] });
      expect(Math.max(...back)).toBeLessThanOrEqual(LONGEST);
      expect(others).toBeGreaterThan(0);
    } finally {
      await campaign.close();
      await Promise.all([...databases, vendors].map((proxy) => proxy.close()));
    }
  },
  WITHIN_MS,
);

/** Seconds until a worker has leases again, and somebody hears the wakes of the queue for it. */
async function againAtWork({ pool }: Campaign, pid: number | undefined, since: Date): Promise<number> {
  return eventually(
    'the worker is at work again',
    async () => {
      const { rows } = await pool.query<{ seconds: number | null }>(
        `SELECT extract(epoch FROM min(at) - $2::timestamptz)::float8 AS seconds
           FROM lease_log WHERE worker LIKE '%:' || $1 AND at > $2::timestamptz + interval '100 milliseconds'`,
        [String(pid), since],
      );
      return rows[0]?.seconds ?? undefined;
    },
    { withinMs: LONGEST * 1_000 },
  );
}

async function deliveredElsewhere({ pool, connections }: Campaign, since: Date): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM history WHERE settled_at > $1 AND state = 'delivered' AND connection_id <> $2`,
    [since, connections.get(SILENT)?.id],
  );
  return rows[0]?.n ?? 0;
}
