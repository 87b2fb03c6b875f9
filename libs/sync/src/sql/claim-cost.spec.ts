import { randomUUID } from 'node:crypto';

import { claimLanes } from './claim.js';
import { TableBench, contactOf } from './testing/table-bench.js';

const LANES = 200_000;
/** Shared buffers that one claim of a hundred lanes may touch, whatever lies around it. */
const MOST_BUFFERS = 2_500;

let bench: TableBench;

beforeAll(async () => {
  bench = await TableBench.open();
}, 60_000);
afterAll(() => bench.close());

interface Plan {
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
}

const buffersOf = (rows: readonly { 'QUERY PLAN': readonly { Plan: Plan }[] }[]): number => {
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error('No plan.');
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
};

/** The claim as it is run, with its cost instead of its rows. */
async function claimBuffers(watermark: string): Promise<number> {
  return bench.run(async (tx) => {
    let buffers = 0;
    const explaining = new Proxy(tx, {
      get: (target, name): unknown =>
        name === 'query'
          ? async (sql: string, parameters: unknown[]): Promise<unknown> => {
              buffers += buffersOf(
                await target.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`, parameters),
              );
              return [[], 0];
            }
          : (Reflect.get(target, name) as unknown),
    });
    await claimLanes(explaining, bench.ours, { drainId: randomUUID(), watermark, most: 100 });
    return buffers;
  });
}

describe('a claim of a hundred lanes', () => {
  it('costs the same with 200,000 lanes, half of them of a blocked connection, while an old snapshot is held', async () => {
    await bench.superuser.query(
      `INSERT INTO lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
       SELECT t.organization_id, t.connection_id, gen_random_uuid(), now() - n * interval '20 milliseconds', 1, true
         FROM generate_series(1, $1::integer / 2) n,
           (VALUES ($2::uuid, $3::uuid), ($4::uuid, $5::uuid)) AS t(organization_id, connection_id)`,
      [
        LANES,
        bench.ours.organizationId,
        bench.ours.connectionId,
        bench.theirs.organizationId,
        bench.theirs.connectionId,
      ],
    );
    await bench.superuser.query(`UPDATE connection SET state = 'paused' WHERE id = $1`, [
      bench.theirs.connectionId,
    ]);
    await bench.superuser.query('ANALYZE lane');
    const holder = await bench.superuser.connect();
    try {
      await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await holder.query('SELECT count(*) FROM connection');
      let watermark = '-infinity';
      // Twenty thousand dead index entries that nothing may take away as long as somebody could see them.
      for (let n = 0; n < 40; n += 1) {
        watermark = await bench.run(async (tx) => {
          const claim = await claimLanes(tx, bench.ours, { drainId: randomUUID(), watermark, most: 500 });
          return claim.watermarks?.far ?? watermark;
        });
      }
      const bounded = await claimBuffers(watermark);
      const unbounded = await claimBuffers('-infinity');
      const naive = buffersOf(
        await bench.rows(
          `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT l.id FROM lane l
            WHERE l.drain_id IS NULL AND l.next_due_at <= now()
              AND NOT EXISTS (SELECT FROM connection c WHERE c.id = l.connection_id AND c.state = 'paused')
            ORDER BY l.next_due_at, l.id LIMIT 100`,
        ),
      );
      process.stdout.write(
        `claim of 100: ${bounded} shared buffers; from the very beginning: ${unbounded}; one queue with an anti-join: ${naive}\n`,
      );
      expect(bounded).toBeGreaterThan(100);
      expect(bounded).toBeLessThan(MOST_BUFFERS);
      expect(unbounded).toBeGreaterThan(bounded);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  }, 120_000);
});

describe('a claim', () => {
  it('tells later ones where to start, five seconds and half a minute before the first that it took', async () => {
    await bench.clear();
    await bench.enqueue([contactOf(bench.ours)]);
    const { lanes, watermarks } = await bench.run((tx) =>
      claimLanes(tx, bench.ours, { drainId: randomUUID(), watermark: '-infinity', most: 100 }),
    );
    expect(lanes).toHaveLength(1);
    expect(
      await bench.rows(
        `SELECT next_due_at - '${watermarks?.near}'::timestamptz = '5 seconds' AS near,
                next_due_at - '${watermarks?.far}'::timestamptz = '30 seconds' AS far FROM lane`,
      ),
    ).toEqual([{ near: true, far: true }]);
  });
});

describe('a sweep', () => {
  it('reads no lane of a connection that it has nothing to do with', async () => {
    await bench.source.transaction(async (tx) => {
      expect(await bench.sweep(tx)).not.toEqual([]);
      // Counted for this transaction only: others may read as they like.
      const reads: unknown = await tx.query(
        `SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname IN ('lane', 'delivery') AND seq_scan > 0`,
      );
      expect(reads).toEqual([]);
    });
  });

  it('costs the same however many lanes are in hand', async () => {
    await bench.clear();
    await bench.enqueue(Array.from({ length: 1_000 }, () => contactOf(bench.ours)));
    expect((await bench.claim(1_000)).lanes).toHaveLength(1_000);
    await bench.source.transaction(async (tx) => {
      await tx.query(`SELECT * FROM sweep_expired_drains('15 seconds')`);
      const [row]: { lanes: string }[] = await tx.query(
        `SELECT pg_stat_get_xact_tuples_returned('lane_in_hand'::regclass)
                + pg_stat_get_xact_tuples_returned('lane'::regclass) AS lanes`,
      );
      expect(Number(row?.lanes)).toBeLessThan(10);
    });
  });
});
