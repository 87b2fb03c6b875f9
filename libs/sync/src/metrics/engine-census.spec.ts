import { randomUUID } from 'node:crypto';

import type { LaneResult } from '../core/delivery.js';
import { announce } from '../outbox/announce.js';
import { releaseLanes, settle } from '../sql/complete.js';
import { TableBench, contactOf, deliveredAll, eventOf, type Tenant } from '../sql/testing/table-bench.js';
import { EngineCensus } from './engine-census.js';
import type { EngineCounts } from './engine-counts.js';

let bench: TableBench;
let endpoint: Tenant;

beforeAll(async () => {
  bench = await TableBench.open();
  endpoint = { organizationId: bench.ours.organizationId, connectionId: randomUUID() };
  await bench.superuser.query(`UPDATE connection SET provider = 'other' WHERE id = $1`, [
    bench.theirs.connectionId,
  ]);
  await bench.superuser.query(
    `INSERT INTO webhook_endpoint (id, organization_id, url) VALUES ($1, $2, 'https://hooks.example/in')`,
    [endpoint.connectionId, endpoint.organizationId],
  );
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.clear();
  await bench.superuser.query(`UPDATE connection SET state = 'verified'`);
  await bench.superuser.query(`UPDATE webhook_endpoint SET rests_until = NULL`);
});

const take = (countedAtMost = 10_000): Promise<EngineCounts> =>
  new EngineCensus(bench.source, { countedAtMost }).take();
const at = (counts: EngineCounts, provider: string) =>
  counts.waiting.find((one) => one.provider === provider) ?? {
    ...{ provider, pending: 0, held: 0, oldestDueSeconds: 0 },
  };

/** Claims everything of a target, settles it as told, and lets the lanes go. */
async function work(tenant: Tenant, outcome: (result: LaneResult, place: number) => LaneResult) {
  const { drainId, lanes } = await bench.claim(100, tenant);
  const results = lanes.map((lane, place) => outcome(deliveredAll(lane), place));
  await bench.run(async (tx) => {
    await settle(tx, tenant, results);
    await releaseLanes(tx, tenant, drainId, results);
  }, tenant);
}

const ending =
  (state: LaneResult['settlements'][number]['state']) =>
  (result: LaneResult): LaneResult => ({
    ...result,
    settlements: result.settlements.map((one) => ({ ...one, state })),
  });
const holding = (result: LaneResult): LaneResult => ({
  ...result,
  settlements: result.settlements.slice(0, 1).map((one) => ({ ...one, state: 'refused' })),
  next: { kind: 'held', code: 'contact_refused' },
});

/** People with a contact write and an event each. */
const people = (tenant: Tenant, number: number) =>
  bench.enqueue(
    Array.from({ length: number }, () => randomUUID()).flatMap((id) => [
      contactOf(tenant, id),
      eventOf(tenant, id),
    ]),
    tenant,
  );

/** Messages to the endpoint. */
const messages = (number: number) =>
  bench.run((tx) =>
    announce(tx, endpoint.organizationId, {
      sql: `SELECT gen_random_uuid() AS contact_id, 'test' AS cause, gen_random_uuid() AS event_id, 'happened' AS event_name,
                   now() AS occurred_at, '{}' AS payload FROM generate_series(1, $2::integer) WHERE $1::uuid IS NOT NULL`,
      parameters: [endpoint.organizationId, number],
    }),
  );

/** Deliveries of every state at two providers and an endpoint, made as the engine makes them. */
async function mixture(): Promise<void> {
  await people(bench.ours, 7);
  await work(bench.ours, (result, place) =>
    place < 3 ? result : place < 5 ? ending('refused')(result) : holding(result),
  );
  await people(bench.theirs, 4);
  await work(bench.theirs, (result, place) => ending(place < 1 ? 'expired' : 'unchanged')(result));
  await people(bench.theirs, 3);
  await messages(2);
  await work(endpoint, (result, place) => (place === 0 ? result : ending('cancelled')(result)));
  await messages(1);
  // Some in hand.
  await people(bench.ours, 2);
  await bench.claim(1);
}

const sorted = <Row extends object>(rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((a, b) => (JSON.stringify(Object.values(a)) < JSON.stringify(Object.values(b)) ? -1 : 1));

describe('counts for operators', () => {
  it('are those of the database itself, over all organisations', async () => {
    await mixture();
    const counts = await take();
    const settled = await bench.rows(
      `SELECT coalesce(c.provider, 'webhook') AS provider, h.kind, h.state, count(*)::integer AS deliveries
         FROM history h LEFT JOIN connection c ON c.id = h.connection_id GROUP BY 1, 2, 3`,
    );
    expect(settled.length).toBeGreaterThan(7);
    expect(at(counts, 'webhook').pending).toBe(1);
    expect(
      sorted(
        counts.settled.map(({ provider, kind, state, deliveries }) => ({
          provider,
          kind,
          state,
          deliveries,
        })),
      ),
    ).toEqual(sorted(settled));
    expect(
      sorted(counts.waiting.map(({ provider, pending, held }) => ({ provider, pending, held }))),
    ).toEqual(
      sorted(
        await bench.rows(
          `SELECT coalesce(c.provider, 'webhook') AS provider, count(*)::integer AS pending,
                  count(DISTINCT l.id) FILTER (WHERE l.held_code IS NOT NULL)::integer AS held
             FROM delivery d JOIN lane l ON l.id = d.lane_id LEFT JOIN connection c ON c.id = d.connection_id GROUP BY 1`,
        ),
      ),
    );
    expect(at(counts, 'scripted')).toMatchObject({ pending: 6, held: 2 });
    expect(at(await take(1), 'scripted')).toMatchObject({ pending: 1, held: 1 });
    expect(counts.targets).toHaveLength(3);
    expect(counts.targets).toEqual(
      expect.arrayContaining([
        { provider: 'other', state: 'verified', targets: 1 },
        { provider: 'scripted', state: 'verified', targets: 1 },
        { provider: 'webhook', state: 'enabled', targets: 1 },
      ]),
    );
    expect(counts.drains.running).toBe(await bench.count('drain'));
  });

  it('add up days that are long over, and those that were just booked, in a process that knows the past already', async () => {
    await people(bench.ours, 2);
    await work(bench.ours, (result) => result);
    await bench.superuser.query(`UPDATE delivery_total SET day = day - 40`);
    const census = new EngineCensus(bench.source);
    const delivered = async (): Promise<number | undefined> =>
      (await census.take()).settled.find(({ kind, state }) => kind === 'contact' && state === 'delivered')
        ?.deliveries;
    expect(await delivered()).toBe(2);
    await people(bench.ours, 3);
    await work(bench.ours, (result) => result);
    expect(await delivered()).toBe(5);
    await people(bench.ours, 1);
    await work(bench.ours, (result) => result);
    await bench.superuser.query(
      `UPDATE delivery_total SET day = day - 1 WHERE day = (now() AT TIME ZONE 'UTC')::date`,
    );
    expect(await delivered()).toBe(6);
  });

  it('read the past again when another day is over', async () => {
    await people(bench.ours, 2);
    await work(bench.ours, (result) => result);
    await bench.superuser.query(`UPDATE delivery_total SET day = day - 10`);
    const days = [`now() - interval '30 days'`, `now() - interval '5 days'`];
    const source = new Proxy(bench.source, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name !== 'query') return value.bind(target) as unknown;
        return () => target.query(`SELECT (${days.shift()})::date::text AS day`);
      },
    });
    const census = new EngineCensus(source);
    const before = (await census.take()).settled;
    expect(before).toContainEqual({ provider: 'scripted', kind: 'event', state: 'delivered', deliveries: 2 });
    expect((await census.take()).settled).toEqual(expect.arrayContaining([...before]));
    expect(days).toEqual([]);
  });

  it('are given up when the database takes too long', async () => {
    const holder = await bench.superuser.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE dead_letter IN ACCESS EXCLUSIVE MODE');
      const slow = new EngineCensus(bench.source, { longestMs: 50 });
      await expect(slow.take()).rejects.toMatchObject({ code: '57014' });
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  });

  it('say for how long the first of what is due has waited, where somebody should be taking it up', async () => {
    expect((await take()).waiting).toEqual([]);
    await people(bench.ours, 3);
    await bench.superuser.query(`UPDATE lane SET next_due_at = now() + interval '1 hour'`);
    expect(at(await take(), 'scripted').oldestDueSeconds).toBe(0);
    await bench.superuser.query(
      `UPDATE lane SET next_due_at = now() - id * interval '1 second' - interval '1 hour'`,
    );
    const longest = async (): Promise<number> =>
      Number(
        (
          await bench.rows<{ s: number }>(
            `SELECT extract(epoch FROM now() - min(next_due_at)) AS s FROM lane`,
          )
        )[0]?.s,
      );
    const least = await longest();
    const told = at(await take(), 'scripted').oldestDueSeconds;
    expect(told).toBeGreaterThanOrEqual(least);
    expect(told).toBeLessThanOrEqual(await longest());
    await bench.superuser.query(`UPDATE connection SET state = 'paused'`);
    expect(at(await take(), 'scripted')).toMatchObject({ oldestDueSeconds: 0, pending: 6 });
    await messages(1);
    await bench.superuser.query(`UPDATE lane SET next_due_at = now() - interval '1 hour'`);
    expect(at(await take(), 'webhook').oldestDueSeconds).toBeGreaterThanOrEqual(3600);
    await bench.superuser.query(`UPDATE webhook_endpoint SET rests_until = now() + interval '1 hour'`);
    expect(at(await take(), 'webhook').oldestDueSeconds).toBe(0);
  });

  it('take a dead letter off that was discarded, or whose contact was written since', async () => {
    await people(bench.ours, 4);
    await work(bench.ours, ending('refused'));
    expect((await take()).deadLetters).toEqual([{ provider: 'scripted', dead: 8, lookedAt: 8 }]);
    await bench.superuser.query(
      `UPDATE dead_letter SET discarded_at = now() WHERE (contact_id, subject_id) IN (
         SELECT contact_id, subject_id FROM dead_letter WHERE contact_id <> subject_id LIMIT 2)`,
    );
    await bench.superuser.query(
      `INSERT INTO ledger (organization_id, connection_id, contact_id, state)
       SELECT organization_id, connection_id, contact_id, 'delivered' FROM dead_letter WHERE contact_id = subject_id LIMIT 1`,
    );
    expect((await take()).deadLetters).toEqual([{ provider: 'scripted', dead: 5, lookedAt: 8 }]);
    expect((await take(3)).deadLetters).toMatchObject([{ lookedAt: 3 }]);
  });

  it('stop at so many per provider, over all of its connections together', async () => {
    await bench.superuser.query(`UPDATE connection SET provider = 'other'`);
    try {
      await people(bench.ours, 2);
      await people(bench.theirs, 4);
      expect(at(await take(7), 'other').pending).toBe(7);
      expect(at(await take(3), 'other').pending).toBe(3);
      expect(at(await take(100), 'other').pending).toBe(12);
    } finally {
      await bench.superuser.query(`UPDATE connection SET provider = 'scripted' WHERE id = $1`, [
        bench.ours.connectionId,
      ]);
    }
  });

  it('tell that somebody holds an old snapshot, whoever it is', async () => {
    const holder = await bench.superuser.connect();
    try {
      await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await holder.query('SELECT count(*) FROM connection');
      for (let n = 0; n < 30; n += 1) await bench.superuser.query('SELECT txid_current()');
      expect((await take()).oldestSnapshotTransactions).toBeGreaterThanOrEqual(30);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  });
});

describe('what counting costs', () => {
  interface Plan {
    readonly 'Shared Hit Blocks': number;
    readonly 'Shared Read Blocks': number;
  }

  /** Fills a connection with waiting, held and dead work; @returns the shared buffers of each function. */
  async function buffersWith(lanes: number): Promise<Readonly<Record<string, number>>> {
    await bench.clear();
    await bench.superuser.query(
      `WITH l AS (
         INSERT INTO lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending, held_code)
         SELECT $1, $2, gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'infinity' ELSE now() - n * interval '1 second' END, 1, true,
                CASE n % 2 WHEN 0 THEN 'contact_refused' END
           FROM generate_series(1, $3::integer) n RETURNING *
       ), d AS (
         INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause)
         SELECT id, 1, gen_random_uuid(), organization_id, connection_id, contact_id, 'contact', 'test' FROM l
       )
       INSERT INTO dead_letter (organization_id, connection_id, contact_id, subject_id, delivery_id, settled_at)
       SELECT organization_id, connection_id, contact_id, contact_id, gen_random_uuid(), now() FROM l`,
      [bench.ours.organizationId, bench.ours.connectionId, lanes],
    );
    await bench.superuser.query('VACUUM ANALYZE lane, delivery, dead_letter');
    const costs: Record<string, number> = {};
    for (const call of ['metrics_waiting(500)', 'metrics_dead_letters(500)']) {
      const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM ${call}`;
      // The first call of a session also reads the catalogue.
      await bench.run((tx) => tx.query(explain));
      const [row] = await bench.run((tx) => tx.query<{ 'QUERY PLAN': { Plan: Plan }[] }[]>(explain));
      const plan = row?.['QUERY PLAN'][0]?.Plan;
      if (plan === undefined) throw new Error('No plan.');
      costs[call] = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    }
    return costs;
  }

  it('does not grow with what waits', async () => {
    const few = await buffersWith(1_000);
    const many = await buffersWith(20_000);
    process.stdout.write(
      `counting up to 500: ${JSON.stringify(few)} shared buffers with 1,000 lanes, ${JSON.stringify(many)} with 20,000\n`,
    );
    for (const [call, buffers] of Object.entries(many)) {
      expect(buffers).toBeGreaterThan(10);
      // An index may be one level deeper by then.
      expect(buffers).toBeLessThan((few[call] ?? 0) * 1.6);
      expect(buffers).toBeLessThan(5_000);
    }
  }, 60_000);
});
