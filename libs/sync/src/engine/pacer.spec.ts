import type { ProviderManifest } from '@rekomi/provider-contract';
import type { Tenancy } from '@rekomi/database';
import type { PaceGate } from '@rekomi/transport';

import { Pacer } from './pacer.js';
import { PaceBench, acquire, limit, use } from './testing/pace-bench.js';

let bench: PaceBench;

beforeAll(async () => {
  bench = await PaceBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.nextAccount());

/** Workers that ask as fast as they can; tells when each request was let through. */
async function hammer(gates: readonly PaceGate[], forMs: number): Promise<number[]> {
  const uses: number[] = [];
  const end = performance.now() + forMs;
  await Promise.all(
    gates.map(async (gate) => {
      while (performance.now() < end) {
        const answer = await use(gate);
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

describe('the pace of one vendor account', () => {
  it('is shared by all processes: together they stay within the allowance', async () => {
    const rate = limit(100, 1_000);
    const gates = [
      bench.worker(0, rate),
      bench.worker(0, rate),
      bench.worker(1, rate),
      bench.worker(2, rate),
    ];
    const uses = await hammer(gates, 600);
    expect(uses.length).toBeGreaterThan(20);
    // 30 a window by the allowance; timers of four processes that fire late may push a few together.
    expect(mostIn(uses, 300)).toBeLessThanOrEqual(36);
    expect(uses.length).toBeLessThanOrEqual(72);
  });

  it('is kept evenly inside one process, also after a quiet time', async () => {
    const gate = bench.worker(0, limit(50, 1_000));
    await use(gate);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const uses = await hammer([gate], 200);
    expect(mostIn(uses, 95)).toBeLessThanOrEqual(6);
  });

  it('is shared by connections to the same account, and another one for another account', async () => {
    const pacer = bench.pacer(0);
    const manifest = { slug: 'test', limits: { people: limit(1, 60_000) } } as unknown as ProviderManifest;
    const soon = (key: Buffer): Promise<string> =>
      pacer
        .gate(key, manifest, {})
        .acquire('people', AbortSignal.timeout(50))
        .then(
          ({ kind }) => kind,
          () => 'not yet',
        );
    expect(await soon(bench.account)).toBe('go');
    expect(await soon(Buffer.from(bench.account))).toBe('not yet');
    expect(await soon(Buffer.from(`other than ${String(bench.account)}`))).toBe('go');
  });

  it('stops for everybody when the vendor asks for a pause', async () => {
    const rate = limit(1_000, 1_000);
    const [first, second] = [bench.worker(0, rate), bench.worker(1, rate)];
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
    await bench.passMs(60_001);
    expect(await acquire(second)).toEqual({ kind: 'go' });
  });

  it('voids permits that were waiting for their moment when the pause was asked for', async () => {
    const gate = bench.worker(0, limit(10, 1_000));
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
        if (sql.includes('pace_places')) return [{ held: 9, may_use: 9 }];
        asked.push(/pace_\w+/.exec(sql)?.[0] ?? sql);
        if (sql.includes('pace_stop')) await new Promise<void>((resolve) => (stored = resolve));
        return [
          {
            granted: 1,
            first_in_ms: 0,
            step_ms: 1,
            wait_ms: 0,
            failing: false,
            epoch: '1',
            probe: null,
            now_ms: 0,
          },
        ];
      },
    };
    const manifest = { slug: 'test', limits: { people: limit(1_000, 1_000) } } as unknown as ProviderManifest;
    const gate = new Pacer(slow as unknown as Tenancy).gate(bench.account, manifest, {});
    gate.release('people', { status: 429, failed: false, notBefore: new Date() });
    const next = acquire(gate);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toEqual(['pace_stop']);
    stored();
    expect(await next).toEqual({ kind: 'go' });
    expect(asked).toEqual(['pace_stop', 'pace_take']);
  });
});
