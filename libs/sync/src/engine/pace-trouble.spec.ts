import type { Tenancy } from '@rekomi/database';

import { Pacer } from './pacer.js';
import { PaceBench, acquire, eventually, limit, use } from './testing/pace-bench.js';

let bench: PaceBench;

beforeAll(async () => {
  bench = await PaceBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.nextAccount());

describe('a vendor that had enough and does not say for how long', () => {
  it('is asked half as often by everybody, once for requests that were under way together', async () => {
    const rate = limit(1_000, 1_000);
    const [first, second] = [bench.worker(0, rate), bench.worker(1, rate)];
    for (let n = 0; n < 3; n += 1) {
      expect((await acquire(first)).kind).toBe('go');
      first.release('people', { status: 429, failed: false });
    }
    await eventually(async () => expect((await bench.shares())[0]).toBeCloseTo(0.5, 1));
    expect((await acquire(second)).kind).toBe('go');
    const { step_ms: stepMs } = await bench.reserve(1);
    expect(stepMs).toBeGreaterThan(15);
    expect(stepMs).toBeLessThanOrEqual(20);
  });

  it('is asked less and less often, and comes back to the usual pace by itself', async () => {
    const slow = (): Promise<unknown> => bench.ask(`SELECT pace_slow($1, 'people')`, [bench.account]);
    const shares: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      await slow();
      shares.push((await bench.shares())[0] ?? 1);
      await bench.passMs(1_001);
    }
    expect(shares[0]).toBeCloseTo(0.5, 1);
    expect(shares[2]).toBeLessThan(0.15);
    expect(shares.at(-1)).toBeCloseTo(1 / 64, 2);
    await bench.passMs(60_000);
    expect((await bench.shares())[0]).toBeGreaterThan(0.3);
    await bench.passMs(200_000);
    expect(await bench.shares()).toEqual([]);
    expect((await bench.reserve(1)).step_ms).toBe(10);
  });
});

describe('a vendor that is down', () => {
  it('is left alone after five failures, then asked once, and back in use after an answer', async () => {
    const rate = limit(1_000, 1_000);
    const [first, second] = [bench.worker(0, rate), bench.worker(1, rate)];
    for (let n = 0; n < 5; n += 1) {
      expect(await acquire(first)).toEqual({ kind: 'go' });
      first.release('people', { status: 503, failed: false });
    }
    // Told without waiting for it.
    await eventually(async () => expect((await bench.row()).failures).toBe(5));
    await bench.passMs(1_001);
    const go = await acquire(second);
    expect(go).toEqual({ kind: 'go', probe: expect.any(String) });
    // Everybody else waits for what becomes of it.
    let others = 0;
    const waiting = [first, first, second].map((gate) =>
      acquire(gate).then((answer) => {
        others += 1;
        return answer;
      }),
    );
    await bench.reserve(1);
    expect(others).toBe(0);
    second.release('people', { status: 200, failed: false }, go as { kind: 'go' });
    expect(await Promise.all(waiting)).toEqual([{ kind: 'go' }, { kind: 'go' }, { kind: 'go' }]);
    expect((await bench.row()).failures).toBe(0);
  });

  it('gets exactly one probe from all processes together, whoever else answers or fails meanwhile', async () => {
    await bench.fail(5);
    await bench.passMs(1_001);
    const probes = (await Promise.all([bench.reserve(9), bench.reserve(9), bench.reserve(9)])).filter(
      ({ granted }) => granted > 0,
    );
    expect(probes).toHaveLength(1);
    expect(probes[0]).toMatchObject({ granted: 1, probe: expect.any(String) });
    // Requests from before: their ends change nothing.
    await bench.fail(3);
    await bench.ask(`SELECT pace_answered($1, 'people', 5, NULL)`, [bench.account]);
    expect(await bench.reserve(1)).toMatchObject({ granted: 0 });
    expect((await bench.row()).failures).toBe(5);
    await bench.ask(`SELECT pace_answered($1, 'people', 5, $2)`, [bench.account, probes[0]?.probe]);
    expect(await bench.reserve(3)).toMatchObject({ granted: 3, probe: null });
  });

  it('hands the probe on when it was not sent', async () => {
    await bench.fail(5);
    await bench.passMs(1_001);
    const { probe } = await bench.reserve(1);
    await bench.ask(`SELECT pace_unprobed($1, 'people', $2)`, [bench.account, probe]);
    expect(await bench.reserve(1)).toMatchObject({ granted: 1, probe: expect.any(String) });
  });

  it('takes back what other processes had reserved, the moment it is left alone', async () => {
    const gate = bench.worker(1, limit(1, 1_000));
    expect(await acquire(gate)).toEqual({ kind: 'go' });
    const reserved = acquire(gate);
    await eventually(async () => expect((await bench.row()).next_in_ms).toBeGreaterThan(1_000));
    await bench.fail(5);
    // It would have gone as an ordinary request; now it comes back as the one probe.
    expect(await reserved).toEqual({ kind: 'go', probe: expect.any(String) });
  });

  it('is asked less and less often, up to once a minute', async () => {
    await bench.fail(5);
    const pauses = [Math.round((await bench.row()).open_in_ms / 1_000)];
    for (let probe = 0; probe < 8; probe += 1) {
      await bench.passMs(120_000);
      const asked = await bench.reserve(10);
      expect(asked).toMatchObject({ granted: 1 });
      expect(await bench.reserve(10)).toMatchObject({ granted: 0 });
      await bench.fail(1, asked.probe);
      pauses.push(Math.round((await bench.row()).open_in_ms / 1_000));
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is counted once for requests that fail together', async () => {
    await bench.fail(30);
    expect((await bench.row()).failures).toBe(5);
    expect((await bench.row()).open_in_ms).toBeLessThanOrEqual(1_000);
  });

  it('is asked again when nobody heard of the probe for as long as it may take', async () => {
    await bench.fail(5);
    await bench.passMs(1_001);
    expect(await bench.reserve(1)).toMatchObject({ granted: 1 });
    await bench.passMs(9_000);
    expect(await bench.reserve(1)).toMatchObject({ granted: 0 });
    await bench.passMs(1_001);
    expect(await bench.reserve(1)).toMatchObject({ granted: 1 });
  });
});

describe('a vendor that says for how long to wait', () => {
  it('is asked by nobody before that moment, and evenly from then on', async () => {
    const rate = limit(20, 1_000);
    const gates = [bench.worker(0, rate), bench.worker(1, rate), bench.worker(2, rate)];
    const [first] = gates;
    if (first === undefined) throw new Error('No worker.');
    // Each holds a reservation when the vendor has enough.
    const held = await acquire(first);
    const waiting = gates.flatMap((gate) => [use(gate), use(gate), use(gate)]);
    await Promise.any(waiting);
    const moments: number[] = [];
    for (const one of waiting) void one.then(() => moments.push(performance.now()));
    const deadline = performance.now() + 1_500;
    const enough = { status: 429, failed: false, notBefore: new Date(Date.now() + 1_500) };
    first.release('people', enough, held as { kind: 'go' });
    await eventually(async () => expect((await bench.row()).blocked_in_ms).toBeGreaterThan(0));
    const told = performance.now();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ kind }) => kind)).toEqual(answers.map(() => 'go'));
    // What was on its way when the news spread is nobody's fault.
    const later = moments.filter((at) => at > told + 100);
    expect(later.length).toBeGreaterThan(0);
    expect(Math.min(...later)).toBeGreaterThanOrEqual(deadline - 1);
    const last = Math.max(...later);
    expect(last - deadline).toBeGreaterThanOrEqual((later.length - 1) * 40);
  });
});

describe('a database that is away', () => {
  it('leaves whoever waits for room waiting, and goes on where it was', async () => {
    const tenancy = bench.tenancy(0);
    let refusals = 3;
    const unsteady: Pick<Tenancy, 'lookup'> = {
      lookup: async (sql, parameters) => {
        if (sql.includes('pace_take') && refusals > 0) {
          refusals -= 1;
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        }
        return tenancy.lookup(sql, parameters);
      },
    };
    const gate = bench.worker(0, limit(1_000, 1_000), new Pacer(unsteady));
    expect(await acquire(gate)).toEqual({ kind: 'go' });
    expect(refusals).toBe(0);
  });
});
