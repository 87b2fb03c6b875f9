import { advance, isQuiet } from './watch.js';

const backlog = (count: number, atLeast = false) => ({ count, atLeast });

describe('a connection', () => {
  it('is quiet when nothing is on its way, whatever is held', () => {
    expect(isQuiet({ pending: backlog(0) })).toBe(true);
  });

  it('is not while one contact is on its way, or while there are more than were counted', () => {
    expect(isQuiet({ pending: backlog(1) })).toBe(false);
    expect(isQuiet({ pending: backlog(1000, true) })).toBe(false);
  });
});

describe('progress', () => {
  const totals = (created: number, settled: number) => ({
    conservation: { created, settled, open: created - settled, holds: true },
  });

  it('counts the deliveries of this run, not what was there or held before it', () => {
    expect(advance(totals(100, 97), totals(104, 98))).toEqual({ done: 1, total: 4 });
    expect(advance(totals(100, 97), totals(104, 101))).toEqual({ done: 4, total: 4 });
  });

  it('never runs backwards when older work settles as well', () => {
    expect(advance(totals(100, 97), totals(104, 104))).toEqual({ done: 4, total: 4 });
  });
});
