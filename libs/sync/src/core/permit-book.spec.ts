import fc from 'fast-check';

import { PermitBook } from './permit-book.js';

/** Takes until the book is empty, always at `now`. */
function takeAll(book: PermitBook, now: number): number[] {
  const waits: number[] = [];
  for (let wait = book.take(now); wait !== undefined; wait = book.take(now)) waits.push(wait);
  return waits;
}

describe('permits of an account', () => {
  it('has none before any were reserved', () => {
    expect(new PermitBook(10).take(0)).toBeUndefined();
  });

  it('lie at an even distance, however many are taken at once', () => {
    const book = new PermitBook(10);
    book.grant(4, 25, 1_000);
    expect(takeAll(book, 1_000)).toEqual([25, 35, 45, 55]);
  });

  it('are thrown away when nobody used them in time', () => {
    const book = new PermitBook(10);
    book.grant(10, 0, 0);
    // Those of 0 to 40 ms are more than 50 ms late at 95 ms.
    expect(takeAll(book, 95)).toEqual([0, 10, 20, 30, 40]);
    book.grant(5, 0, 200);
    expect(takeAll(book, 10_000)).toEqual([]);
  });

  it('never make up for lost time in a burst', () => {
    const book = new PermitBook(10);
    book.grant(5, 0, 0);
    expect(book.take(0)).toBe(0);
    // Late, but not too late: from here on the distance counts anew.
    expect(book.take(45)).toBe(0);
    expect(book.take(45)).toBe(10);
  });

  it('keep their distance across two reservations', () => {
    const book = new PermitBook(100);
    book.grant(1, 0, 0);
    expect(book.take(30)).toBe(0);
    book.grant(1, 0, 40);
    expect(book.take(40)).toBe(90);
  });

  it('are void once the vendor asked for a pause', () => {
    const book = new PermitBook(10);
    book.grant(10, 0, 0);
    book.clear();
    expect(book.take(0)).toBeUndefined();
  });

  it('never allow more than the rate in any window, whatever the requests and reservations do', () => {
    const grant = fc.record({ count: fc.integer({ min: 1, max: 40 }), firstInMs: fc.nat(300) });
    const step = fc.record({ passMs: fc.nat(120), takes: fc.nat(30), grant });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(step, { minLength: 5, maxLength: 60 }),
        (distance, steps) => {
          const book = new PermitBook(distance);
          const uses: number[] = [];
          let now = 0;
          for (const { passMs, takes, grant: more } of steps) {
            now += passMs;
            for (let left = takes; left > 0; left -= 1) {
              const wait = book.take(now);
              if (wait === undefined) book.grant(more.count, more.firstInMs, now);
              else uses.push(now + wait);
            }
          }
          const perMs = 20 * distance;
          uses.forEach((first, index) => {
            const inWindow = uses.slice(index).filter((at) => at < first + perMs).length;
            expect(inWindow).toBeLessThanOrEqual(20);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
