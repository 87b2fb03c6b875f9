import type { RateLimit, RateWindow } from '@rekomi/provider-contract';
import fc from 'fast-check';

import { allowance, pacePlan } from './pace-plan.js';

function limit(usual: RateWindow, more: Partial<RateLimit> = {}): RateLimit {
  return { usual, ceiling: usual, concurrency: 3, timeoutMs: 1_000, source: 'test', ...more };
}
const smooth = (requests: number, perMs: number): RateWindow => ({ kind: 'smooth', requests, perMs });

describe('the allowance', () => {
  it('is what the connection chose, else what is usual', () => {
    const rate = limit(smooth(100, 1_000), { setting: 'requestsPerSecond' });
    expect(allowance(rate, { requestsPerSecond: 7 })).toMatchObject({ requests: 7, perMs: 1_000 });
    expect(allowance(rate, {})).toMatchObject({ requests: 100, perMs: 1_000 });
  });
});

describe('how limits are kept', () => {
  it('uses the usual pace in full where the vendor allows more, and may be late by what lies between', () => {
    const plan = pacePlan(limit(smooth(4, 1_000), { ceiling: smooth(5, 1_000) }), {});
    expect(plan).toMatchObject({ distanceMs: 250, latenessMs: 125, windows: [], places: 3 });
  });

  it('keeps a little of the window free where the pace is the limit itself', () => {
    const second = pacePlan(limit(smooth(100, 1_000)), {});
    expect(second.distanceMs).toBeCloseTo(10.5);
    const minute = pacePlan(limit(smooth(60, 60_000)), {});
    expect(1_000 / minute.distanceMs).toBeGreaterThan(0.995);
  });

  it('lets a pace that was lifted above the vendor’s limit go as fast as it says', () => {
    const rate = limit(smooth(1_000, 1_000), { setting: 'requestsPerSecond' });
    expect(pacePlan(rate, { requestsPerSecond: 100_000 })).toMatchObject({ distanceMs: 0.01, windows: [] });
    expect(pacePlan(rate, { requestsPerSecond: 1_000 }).distanceMs).toBeCloseTo(1.05);
  });

  it('counts quotas beside the distance, and by the calendar where the vendor does', () => {
    const quotas: RateWindow[] = [
      { kind: 'fixed', requests: 150, perMs: 86_400_000 },
      { kind: 'calendar', requests: 1_000, perMs: 86_400_000 },
    ];
    expect(pacePlan(limit(smooth(1, 1_000), { quotas }), {}).windows).toEqual([
      { requests: 150, perMs: 86_400_000, calendar: false },
      { requests: 1_000, perMs: 86_400_000, calendar: true },
    ]);
  });

  it('lets a window that the vendor counts in blocks be used at once', () => {
    const plan = pacePlan(limit({ kind: 'fixed', requests: 60, perMs: 3_600_000 }), {});
    expect(plan).toMatchObject({ distanceMs: 0, windows: [{ requests: 60, perMs: 3_600_000 }] });
  });

  it('never lets more arrive in any of the vendor’s windows than it allows, however late requests are', () => {
    const rate = fc.record({
      requests: fc.integer({ min: 1, max: 500 }),
      perMs: fc.constantFrom(1_000, 10_000, 60_000),
    });
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 100 }), (ceiling, percent) => {
        const usual = smooth(Math.max(1, Math.floor((ceiling.requests * percent) / 100)), ceiling.perMs);
        const plan = pacePlan(limit(usual, { ceiling: { kind: 'fixed', ...ceiling } }), {});
        const most = Math.ceil((ceiling.perMs + plan.latenessMs) / plan.distanceMs - 1e-9);
        expect(most).toBeLessThanOrEqual(ceiling.requests);
        expect(usual.perMs / usual.requests / plan.distanceMs).toBeGreaterThan(0.95);
      }),
    );
  });
});
