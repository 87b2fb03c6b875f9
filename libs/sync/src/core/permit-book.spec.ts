import fc from 'fast-check';

import { PermitBook, type Permit } from './permit-book.js';

/** Takes until the book is empty, always at `now`. */
function takeAll(book: PermitBook, now: number): number[] {
  const moments: number[] = [];
  for (let permit = book.take(now); permit !== undefined; permit = book.take(now)) moments.push(permit.at);
  return moments;
}

describe('permits of an account', () => {
  it('has none before any were reserved', () => {
    expect(new PermitBook(50).take(0)).toBeUndefined();
  });

  it('lie at an even distance, however many are taken at once', () => {
    const book = new PermitBook(50);
    book.grant({ count: 4, at: 1_025, stepMs: 10 });
    expect(takeAll(book, 1_000)).toEqual([1_025, 1_035, 1_045, 1_055]);
  });

  it('are all for the same moment where the vendor lets a window be used at once', () => {
    const book = new PermitBook(50);
    book.grant({ count: 3, at: 100, stepMs: 0 });
    expect(takeAll(book, 120)).toEqual([100, 100, 100]);
    book.grant({ count: 3, at: 100, stepMs: 0 });
    expect(takeAll(book, 151)).toEqual([]);
  });

  it('are not lost by a little lateness, and thrown away when it was more than reckoned with', () => {
    const book = new PermitBook(50);
    book.grant({ count: 10, at: 0, stepMs: 10 });
    // Those of 0 to 40 ms are more than 50 ms late at 95 ms.
    expect(takeAll(book, 95)).toEqual([50, 60, 70, 80, 90]);
    book.grant({ count: 5, at: 200, stepMs: 10 });
    expect(takeAll(book, 10_000)).toEqual([]);
  });

  it('are void once the vendor asked for a pause', () => {
    const book = new PermitBook(50);
    book.grant({ count: 10, at: 0, stepMs: 10 });
    book.clear();
    expect(book.take(0)).toBeUndefined();
  });

  it('are used up only when somebody took every one of them', () => {
    const book = new PermitBook(50);
    book.grant({ count: 2, at: 0, stepMs: 10 });
    expect([book.has(0), book.isUsedUp]).toEqual([true, false]);
    takeAll(book, 0);
    expect([book.has(0), book.isUsedUp]).toEqual([false, true]);
    book.grant({ count: 2, at: 0, stepMs: 10 });
    takeAll(book, 55);
    expect(book.isUsedUp).toBe(false);
    book.grant({ count: 2, at: 0, stepMs: 10 });
    book.clear();
    expect([book.has(0), book.isUsedUp]).toEqual([false, false]);
  });

  it('hold the one probe for as long as it takes', () => {
    const book = new PermitBook(50);
    book.grant({ count: 1, at: 0, stepMs: 10, probe: 'a' });
    const probe = book.take(5_000) as Permit;
    expect(probe).toEqual({ at: 0, probe: 'a' });
    expect(book.isUsable(probe, 60_000)).toBe(true);
    expect(book.isUsable({ at: 0 }, 51)).toBe(false);
  });

  it('never allow more than the rate in any window and its lateness, whatever the requests and reservations do', () => {
    const step = fc.record({ passMs: fc.nat(120), takes: fc.nat(30), late: fc.nat(60) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(step, { minLength: 5, maxLength: 60 }),
        (distance, steps) => {
          const book = new PermitBook(40);
          const uses: number[] = [];
          let now = 0;
          // The shared row: two processes' worth of reservations, one after the other.
          let nextAt = 0;
          for (const { passMs, takes, late } of steps) {
            now += passMs;
            for (let left = takes; left > 0; left -= 1) {
              const permit = book.take(now);
              if (permit === undefined) {
                nextAt = Math.max(nextAt, now);
                book.grant({ count: 5, at: nextAt, stepMs: distance });
                nextAt += 5 * distance;
                continue;
              }
              const used = Math.max(now, permit.at) + late;
              if (book.isUsable(permit, used)) uses.push(used);
            }
          }
          const perMs = 20 * distance;
          for (const first of uses) {
            const inWindow = uses.filter((at) => at >= first && at < first + perMs).length;
            expect(inWindow).toBeLessThanOrEqual(Math.ceil((perMs + 40) / distance) + 1);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
