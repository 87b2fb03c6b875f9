import { ClockDistance } from './clock-distance.js';

/** The other clock is 1,000,000 ahead. */
const reading = (askedAt: number, thereMs: number, backMs: number): Parameters<ClockDistance['add']>[0] => ({
  askedAt,
  answeredAt: askedAt + thereMs + backMs,
  said: 1_000_000 + askedAt + thereMs,
});

describe('the distance of two clocks', () => {
  it('is taken from the quickest answer: a slow one does not move what was agreed', () => {
    const clocks = new ClockDistance();
    clocks.add(reading(0, 1, 1));
    const slow = reading(100, 5, 150);
    clocks.add(slow);
    expect(clocks.momentAfter(slow, 40)).toBe(145);
  });

  it('is never believed against the reading itself, so that a clock that was put forward stops nobody', () => {
    const clocks = new ClockDistance();
    clocks.add(reading(0, 1, 1));
    const after = { askedAt: 100, answeredAt: 110, said: 9_000_000 };
    clocks.add(after);
    expect(clocks.momentAfter(after, 40)).toBe(150);
  });

  it('tells how long an answer takes to arrive', () => {
    const clocks = new ClockDistance();
    expect(clocks.answerMs).toBe(0);
    for (const back of [3, 3, 90]) clocks.add(reading(0, 1, back));
    expect(clocks.answerMs).toBe(2);
  });
});
