import { PaceBench, type Reservation } from '../engine/testing/pace-bench.js';

let bench: PaceBench;

beforeAll(async () => {
  bench = await PaceBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.nextAccount());

describe('a reservation', () => {
  it('starts where the one before it ends', async () => {
    expect(await bench.reserve(20)).toMatchObject({ granted: 20, first_in_ms: 0 });
    const next = await bench.reserve(5);
    expect(next.granted).toBe(5);
    expect(next.first_in_ms).toBeGreaterThan(100);
    expect(next.first_in_ms).toBeLessThanOrEqual(200);
    await bench.passMs(10_000);
    expect(await bench.reserve(1)).toMatchObject({ granted: 1, first_in_ms: 0 });
  });

  it('is cut to what a quota leaves, over any period of its length', async () => {
    const quotas = [
      { requests: 10, perMs: 3_600_000 },
      { requests: 12, perMs: 86_400_000 },
    ];
    expect(await bench.reserve(6, quotas)).toMatchObject({ granted: 6 });
    await bench.passMs(1_800_000);
    expect(await bench.reserve(8, quotas)).toMatchObject({ granted: 4 });
    const over = await bench.reserve(8, quotas);
    expect(over.granted).toBe(0);
    expect(over.wait_ms).toBeGreaterThan(1_700_000);
    expect(over.wait_ms).toBeLessThan(1_880_000);
    // The first six are an hour old by then, the last four are not; the day has room for two.
    await bench.passMs(1_900_000);
    expect(await bench.reserve(8, quotas)).toMatchObject({ granted: 2 });
    expect((await bench.reserve(8, quotas)).wait_ms).toBeGreaterThan(79_000_000);
    await bench.passMs(86_400_000);
    expect(await bench.reserve(8, quotas)).toMatchObject({ granted: 8 });
  });

  it('is counted by the day in UTC where the vendor does so, whenever the first one was', async () => {
    const day = [{ requests: 10, perMs: 86_400_000, calendar: true }];
    const untilMidnight = 86_400_000 - (Date.now() % 86_400_000);
    const first = await bench.reserve(10, day);
    // Within a second of midnight nothing is granted: the vendor's clock may disagree.
    if (first.granted === 0) return;
    expect(first.granted).toBe(10);
    const over = await bench.reserve(1, day);
    expect(over.granted).toBe(0);
    expect(Math.abs(over.wait_ms - untilMidnight - 1_000)).toBeLessThan(5_000);
    await bench.passMs(86_400_000);
    expect(await bench.reserve(1, day)).toMatchObject({ granted: 1 });
  });

  it('of a worker of the previous version comes from the same budget', async () => {
    const quotas = [{ requests: 10, perMs: 3_600_000 }];
    const old = (want: number): Promise<readonly Reservation[]> =>
      bench.ask(`SELECT * FROM pace_reserve($1, 'people', $2, 10000000, $3::jsonb, 5)`, [
        bench.account,
        want,
        JSON.stringify(quotas),
      ]);
    expect(await old(4)).toMatchObject([{ granted: 4, first_in_ms: 0 }]);
    const ours = await bench.reserve(9, quotas);
    expect(ours.granted).toBe(6);
    expect(ours.first_in_ms).toBeGreaterThan(0);
    expect(await old(1)).toMatchObject([{ granted: 0 }]);
  });

  it('waits for the later of two pauses', async () => {
    const block = (ms: number): Promise<unknown> | undefined =>
      bench.ask(`SELECT pace_stop($1, 'people', $2)`, [bench.account, ms]);
    await block(60_000);
    await block(5_000);
    expect((await bench.row()).blocked_in_ms).toBeGreaterThan(50_000);
    expect((await bench.reserve(1)).wait_ms).toBeGreaterThan(50_000);
  });
});
