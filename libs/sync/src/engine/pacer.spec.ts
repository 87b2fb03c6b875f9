import { Tenancy, createDataSource } from '@rekomi/database';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import type { ProviderManifest, RateLimit } from '@rekomi/provider-contract';
import type { PaceAnswer, PaceGate } from '@rekomi/transport';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { Pacer } from './pacer.js';

let database: TestDatabase;
let superuser: pg.Pool;
let sources: DataSource[];
let accounts = 0;
let account: Buffer;

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 1 });
  sources = await Promise.all(
    [1, 2, 3].map((n) =>
      createDataSource({ url: database.appUrl, poolSize: 2, applicationName: `worker-${n}` }).initialize(),
    ),
  );
});
afterAll(async () => {
  await Promise.all(sources.map((source) => source.destroy()));
  await superuser.end();
  await database.drop();
});
beforeEach(() => {
  accounts += 1;
  account = Buffer.from(`account ${accounts}`);
});

function limit(requests: number, perMs: number, quotas: RateLimit['quotas'] = []): RateLimit {
  return {
    usual: { kind: 'smooth', requests, perMs },
    ceiling: { kind: 'smooth', requests, perMs },
    concurrency: 1_000,
    timeoutMs: 1_000,
    source: 'test',
    quotas,
  };
}

/** A process of its own: nothing is shared with the others but the database. */
function worker(n: number, people: RateLimit, key = account): PaceGate {
  const source = sources[n];
  if (source === undefined) throw new Error(`There is no worker ${n}.`);
  const manifest = { slug: 'test', limits: { people } } as unknown as ProviderManifest;
  return new Pacer(new Tenancy(source)).gate(key, manifest, {});
}

const never = new AbortController().signal;
const acquire = (gate: PaceGate): Promise<PaceAnswer> => gate.acquire('people', never);

/** Workers that ask as fast as they can; tells when each request was let through. */
async function hammer(gates: readonly PaceGate[], forMs: number): Promise<number[]> {
  const uses: number[] = [];
  const end = performance.now() + forMs;
  await Promise.all(
    gates.map(async (gate) => {
      while (performance.now() < end) {
        const answer = await acquire(gate);
        if (answer.kind === 'go') uses.push(performance.now());
        else return;
      }
    }),
  );
  return uses.sort((a, b) => a - b);
}

function mostIn(uses: readonly number[], windowMs: number): number {
  return Math.max(...uses.map((first, i) => uses.slice(i).filter((at) => at < first + windowMs).length));
}

async function paceRow(): Promise<{ failures: number; open_in_ms: number; blocked_in_ms: number }> {
  const found = await superuser.query<{ failures: number; open_in_ms: number; blocked_in_ms: number }>(
    `SELECT failures, (extract(epoch FROM greatest(open_until, now()) - now()) * 1000)::float AS open_in_ms,
       (extract(epoch FROM greatest(not_before, now()) - now()) * 1000)::float AS blocked_in_ms FROM pace WHERE account_key = $1`,
    [account],
  );
  const [row] = found.rows;
  if (row === undefined) throw new Error('Nothing is known of the account.');
  return row;
}

/** The pace of the account, seen from a later moment. */
async function passMs(ms: number): Promise<void> {
  await superuser.query(
    `UPDATE pace SET open_until = open_until - $2 * interval '1 ms', not_before = not_before - $2 * interval '1 ms',
       next_at = next_at - $2 * interval '1 ms' WHERE account_key = $1`,
    [account, ms],
  );
  await superuser.query(
    `UPDATE pace_window SET started_at = started_at - $2 * interval '1 ms' WHERE account_key = $1`,
    [account, ms],
  );
}

interface Reservation {
  granted: number;
  first_in_ms: number;
  wait_ms: number;
}
async function reserve(want: number, quotas: object[] = [], distanceUs = 10_000): Promise<Reservation> {
  const source = sources[0];
  const rows: Reservation[] | undefined = await source?.query(
    `SELECT * FROM pace_reserve($1, 'people', $2, $3, $4::jsonb, 5)`,
    [account, want, distanceUs, JSON.stringify(quotas)],
  );
  if (rows?.[0] === undefined) throw new Error('No answer.');
  return rows[0];
}
const fail = async (times: number): Promise<void> => {
  for (let n = 0; n < times; n += 1)
    await sources[0]?.query(`SELECT pace_failure($1, 'people', 5, 1000, 60000)`, [account]);
};

describe('the pace of one vendor account', () => {
  it('is shared by all processes: together they stay within the allowance', async () => {
    const rate = limit(100, 1_000);
    const gates = [worker(0, rate), worker(0, rate), worker(1, rate), worker(2, rate)];
    const uses = await hammer(gates, 600);
    expect(uses.length).toBeGreaterThan(20);
    // 30 a window by the allowance; timers of four processes that fire late may push a few together.
    expect(mostIn(uses, 300)).toBeLessThanOrEqual(36);
    expect(uses.length).toBeLessThanOrEqual(72);
  });

  it('is kept evenly inside one process, also after a quiet time', async () => {
    const gate = worker(0, limit(50, 1_000));
    await acquire(gate);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const uses = await hammer([gate], 200);
    expect(mostIn(uses, 95)).toBeLessThanOrEqual(6);
  });

  it('is shared by connections to the same account, and another one for another account', async () => {
    const pacer = new Pacer(new Tenancy(sources[0] as DataSource));
    const manifest = { slug: 'test', limits: { people: limit(1, 60_000) } } as unknown as ProviderManifest;
    const soon = (key: Buffer): Promise<string> =>
      pacer
        .gate(key, manifest, {})
        .acquire('people', AbortSignal.timeout(50))
        .then(
          ({ kind }) => kind,
          () => 'not yet',
        );
    expect(await soon(account)).toBe('go');
    expect(await soon(Buffer.from(account))).toBe('not yet');
    expect(await soon(Buffer.from(`other ${accounts}`))).toBe('go');
  });

  it('stops for everybody when the vendor asks for a pause', async () => {
    const rate = limit(1_000, 1_000);
    const [first, second] = [worker(0, rate), worker(1, rate)];
    await acquire(first);
    const until = new Date(Date.now() + 60_000);
    first.release('people', { status: 429, failed: false, notBefore: until });
    const here = await acquire(first);
    const elsewhere = await acquire(second);
    for (const answer of [here, elsewhere]) {
      expect(answer.kind).toBe('wait');
      if (answer.kind === 'wait')
        expect(Math.abs(answer.until.getTime() - until.getTime())).toBeLessThan(2_000);
    }
    await passMs(60_001);
    expect(await acquire(second)).toEqual({ kind: 'go' });
  });

  it('voids permits that were waiting for their moment when the pause was asked for', async () => {
    const gate = worker(0, limit(10, 1_000));
    const waiting = [acquire(gate), acquire(gate), acquire(gate)];
    expect(await waiting[0]).toEqual({ kind: 'go' });
    // By now the second one holds a permit for a moment that is still to come.
    await new Promise((resolve) => setTimeout(resolve, 40));
    gate.release('people', { status: 429, failed: false, notBefore: new Date(Date.now() + 60_000) });
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['go', 'wait', 'wait']);
  });

  it('reserves nothing more before everybody else can know of the pause', async () => {
    const asked: string[] = [];
    let stored: () => void = () => undefined;
    const slow = {
      lookup: async (sql: string): Promise<object[]> => {
        asked.push(/pace_\w+/.exec(sql)?.[0] ?? sql);
        if (sql.includes('pace_block')) await new Promise<void>((resolve) => (stored = resolve));
        return [{ granted: 1, first_in_ms: 0, wait_ms: 0, failing: false }];
      },
    };
    const manifest = { slug: 'test', limits: { people: limit(1_000, 1_000) } } as unknown as ProviderManifest;
    const gate = new Pacer(slow as unknown as Tenancy).gate(account, manifest, {});
    gate.release('people', { status: 429, failed: false, notBefore: new Date() });
    const next = acquire(gate);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toEqual(['pace_block']);
    stored();
    expect(await next).toEqual({ kind: 'go' });
    expect(asked).toEqual(['pace_block', 'pace_reserve']);
  });
});

describe('a vendor that is down', () => {
  it('is left alone after five failures, then asked once, and back in use after an answer', async () => {
    const rate = limit(1_000, 1_000);
    const [first, second] = [worker(0, rate), worker(1, rate)];
    for (let n = 0; n < 5; n += 1) {
      expect(await acquire(first)).toEqual({ kind: 'go' });
      first.release('people', { status: 503, failed: false });
    }
    // Told without waiting for it.
    while ((await paceRow()).failures < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    await passMs(1_001);
    expect(await acquire(second)).toEqual({ kind: 'go' });
    expect((await acquire(first)).kind).toBe('wait');
    second.release('people', { status: 200, failed: false });
    // Its own next request comes after what it told.
    expect(await acquire(second)).toEqual({ kind: 'go' });
    expect((await paceRow()).failures).toBe(0);
  });

  it('is asked less and less often, up to once a minute', async () => {
    await fail(5);
    const pauses = [Math.round((await paceRow()).open_in_ms / 1_000)];
    for (let probe = 0; probe < 8; probe += 1) {
      await passMs(120_000);
      expect(await reserve(10)).toMatchObject({ granted: 1 });
      expect(await reserve(10)).toMatchObject({ granted: 0 });
      await fail(1);
      pauses.push(Math.round((await paceRow()).open_in_ms / 1_000));
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is counted once for requests that fail together', async () => {
    await fail(30);
    expect((await paceRow()).failures).toBe(5);
    expect((await paceRow()).open_in_ms).toBeLessThanOrEqual(1_000);
  });

  it('is asked again when nobody heard of the probe for ten seconds', async () => {
    await fail(5);
    await passMs(1_001);
    expect(await reserve(1)).toMatchObject({ granted: 1 });
    await passMs(9_000);
    expect(await reserve(1)).toMatchObject({ granted: 0 });
    await passMs(1_001);
    expect(await reserve(1)).toMatchObject({ granted: 1 });
  });
});

describe('a reservation', () => {
  it('starts where the one before it ends', async () => {
    expect(await reserve(20)).toMatchObject({ granted: 20, first_in_ms: 0 });
    const next = await reserve(5);
    expect(next.granted).toBe(5);
    expect(next.first_in_ms).toBeGreaterThan(100);
    expect(next.first_in_ms).toBeLessThanOrEqual(200);
    await passMs(10_000);
    expect(await reserve(1)).toMatchObject({ granted: 1, first_in_ms: 0 });
  });

  it('is cut to what a quota leaves, and refused until its window is over', async () => {
    const quotas = [
      { requests: 10, perMs: 3_600_000 },
      { requests: 12, perMs: 86_400_000 },
    ];
    expect(await reserve(8, quotas)).toMatchObject({ granted: 8 });
    expect(await reserve(8, quotas)).toMatchObject({ granted: 2 });
    const over = await reserve(8, quotas);
    expect(over.granted).toBe(0);
    expect(over.wait_ms).toBeGreaterThan(3_590_000);
    await passMs(3_600_001);
    expect(await reserve(8, quotas)).toMatchObject({ granted: 2 });
    await passMs(3_600_001);
    expect((await reserve(8, quotas)).wait_ms).toBeGreaterThan(79_000_000);
    await passMs(86_400_000);
    expect(await reserve(8, quotas)).toMatchObject({ granted: 8 });
  });

  it('waits for the later of two pauses', async () => {
    const block = (ms: number): Promise<unknown> | undefined =>
      sources[0]?.query(`SELECT pace_block($1, 'people', $2)`, [account, new Date(Date.now() + ms)]);
    await block(60_000);
    await block(5_000);
    expect((await paceRow()).blocked_in_ms).toBeGreaterThan(50_000);
    expect((await reserve(1)).wait_ms).toBeGreaterThan(50_000);
  });
});
