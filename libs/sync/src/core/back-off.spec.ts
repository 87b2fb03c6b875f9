import fc from 'fast-check';

import {
  GIVE_UP_AFTER_ATTEMPTS,
  GIVE_UP_AFTER_MS,
  RETRY_CEILINGS_MS,
  retryInMs,
  throttledInMs,
} from './back-off.js';

const ALMOST_ONE = 1 - Number.EPSILON;

describe('the time until the next attempt', () => {
  it.each([
    [1, 2_000],
    [2, 10_000],
    [5, 600_000],
    [10, 21_600_000],
    [11, 21_600_000],
    [1_000, 21_600_000],
  ])('after failure %i is at most %i ms', (failures, ceiling) => {
    expect(retryInMs(failures, ALMOST_ONE)).toBe(ceiling);
    expect(retryInMs(failures, 0.5)).toBe(ceiling / 2);
  });

  it('leaves the vendor a moment, however lucky the draw', () => {
    expect(retryInMs(1, 0)).toBe(250);
    expect(retryInMs(10, 0)).toBe(250);
  });

  it('stays between a moment and the ceiling, whatever is drawn', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: ALMOST_ONE, noNaN: true }),
        (failures, drawn) => {
          const inMs = retryInMs(failures, drawn);
          expect(inMs).toBeGreaterThanOrEqual(250);
          expect(inMs).toBeLessThanOrEqual(
            RETRY_CEILINGS_MS[Math.min(failures, RETRY_CEILINGS_MS.length) - 1] ?? 0,
          );
        },
      ),
    );
  });

  it('grows from failure to failure', () => {
    expect([...RETRY_CEILINGS_MS].sort((a, b) => a - b)).toEqual(RETRY_CEILINGS_MS);
  });

  it('is one to three seconds when a vendor says "too fast" and nothing else', () => {
    expect(throttledInMs(0)).toBe(1_000);
    expect(throttledInMs(ALMOST_ONE)).toBe(3_000);
  });
});

describe('giving up', () => {
  it('takes about three days and more attempts than an afternoon of bad luck', () => {
    expect(GIVE_UP_AFTER_MS).toBe(72 * 60 * 60 * 1000);
    expect(GIVE_UP_AFTER_ATTEMPTS).toBe(10);
  });
});
