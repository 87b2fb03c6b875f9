import { isQuiet } from './watch.js';

const backlog = (count: number, atLeast = false) => ({ count, atLeast });

describe('a connection', () => {
  it('is quiet when nothing waits, or only what is held', () => {
    expect(isQuiet({ pending: backlog(0), held: backlog(0) })).toBe(true);
    expect(isQuiet({ pending: backlog(3), held: backlog(3) })).toBe(true);
  });

  it('is not while one contact is on its way, or while there are more than were counted', () => {
    expect(isQuiet({ pending: backlog(4), held: backlog(3) })).toBe(false);
    expect(isQuiet({ pending: backlog(1000, true), held: backlog(1000) })).toBe(false);
  });
});
