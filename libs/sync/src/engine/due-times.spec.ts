import { jest } from '@jest/globals';

import { DueTimes } from './due-times.js';

let due: string[];
let times: DueTimes;

beforeEach(() => {
  jest.useFakeTimers();
  due = [];
  times = new DueTimes((key) => due.push(key));
});
afterEach(() => {
  times.clear();
  jest.useRealTimers();
});

describe('times at which connections have work again', () => {
  it('come in their order, each once', () => {
    times.set('late', 300);
    times.set('early', 100);
    times.set('middle', 200);
    jest.advanceTimersByTime(99);
    expect(due).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(due).toEqual(['early']);
    jest.advanceTimersByTime(10_000);
    expect(due).toEqual(['early', 'middle', 'late']);
  });

  it('are the earliest that was told', () => {
    times.set('a', 500);
    times.set('a', 100);
    times.set('a', 900);
    jest.advanceTimersByTime(100);
    expect(due).toEqual(['a']);
    jest.advanceTimersByTime(10_000);
    expect(due).toEqual(['a']);
  });

  it('may be told again once they came, also while they come', () => {
    times = new DueTimes((key) => {
      due.push(key);
      if (due.length < 3) times.set(key, 50);
    });
    times.set('a', 50);
    jest.advanceTimersByTime(1_000);
    expect(due).toEqual(['a', 'a', 'a']);
  });

  it('lie in the past at times, and come at once', () => {
    times.set('a', -5_000);
    jest.advanceTimersByTime(0);
    expect(due).toEqual(['a']);
  });

  it('beyond a minute are left to the sweep', () => {
    times.set('a', 60_001);
    jest.advanceTimersByTime(3_600_000);
    expect(due).toEqual([]);
  });

  it('are forgotten on clear', () => {
    times.set('a', 10);
    times.clear();
    jest.advanceTimersByTime(1_000);
    expect(due).toEqual([]);
  });
});
