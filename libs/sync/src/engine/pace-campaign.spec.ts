import { setTimeout as delay } from 'node:timers/promises';

import type { RateLimit } from '@rekomi/provider-contract';

import { PaceBench, acquire, limit } from './testing/pace-bench.js';

let bench: PaceBench;

beforeAll(async () => {
  bench = await PaceBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.nextAccount());

const RUN_MS = 3_000;

/** Keeps the rule that it is made for to the letter: so many in any period of the length, so many at once. */
class StrictVendor {
  taken = 0;
  refused = 0;
  private readonly times: number[] = [];
  private underWay = 0;

  constructor(
    private readonly rule: { readonly requests: number; readonly perMs: number; readonly places: number },
  ) {}

  async ask(): Promise<number> {
    const now = performance.now();
    while ((this.times[0] ?? Infinity) <= now - this.rule.perMs) this.times.shift();
    if (this.times.length >= this.rule.requests || this.underWay >= this.rule.places) {
      this.refused += 1;
      return 429;
    }
    this.times.push(now);
    this.underWay += 1;
    await delay(10);
    this.underWay -= 1;
    this.taken += 1;
    return 200;
  }
}

/** A process: six requests at a time as fast as it may, until it is killed without a word. */
function startProcess(n: number, rate: RateLimit, vendor: StrictVendor): AbortController {
  const killed = new AbortController();
  const gate = bench.worker(n, rate);
  for (let loop = 0; loop < 6; loop += 1) {
    void (async () => {
      while (!killed.signal.aborted) {
        const go = await acquire(gate, killed.signal);
        if (go.kind === 'wait') {
          await delay(20);
          continue;
        }
        const status = await vendor.ask();
        // Whoever is killed tells nobody.
        if (!killed.signal.aborted) gate.release('people', { status, failed: false }, go);
      }
    })().catch(() => undefined);
  }
  return killed;
}

describe('the allowance of a vendor account', () => {
  it.each([1, 2, 8])(
    'is never exceeded by %i processes that are killed and started again',
    async (processes) => {
      const rate = limit(50, 1_000, {
        ceiling: { kind: 'fixed', requests: 100, perMs: 1_000 },
        concurrency: 12,
      });
      const vendor = new StrictVendor({ requests: 100, perMs: 1_000, places: 12 });
      const running = Array.from({ length: processes }, (_, n) => startProcess(n, rate, vendor));
      const end = performance.now() + RUN_MS;
      for (let round = 0; performance.now() < end; round += 1) {
        await delay(400);
        const victim = round % processes;
        running[victim]?.abort(new Error('killed'));
        running[victim] = startProcess(victim, rate, vendor);
      }
      for (const one of running) one.abort(new Error('the end'));
      expect(vendor.refused).toBe(0);
      expect(vendor.taken).toBeGreaterThan(0);
      // The pace itself: 50 a second, and what may have been late.
      expect(vendor.taken).toBeLessThanOrEqual((50 * (performance.now() - end + RUN_MS)) / 1_000 + 15);
    },
    30_000,
  );
});
