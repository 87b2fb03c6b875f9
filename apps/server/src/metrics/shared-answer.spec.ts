import { SharedAnswer } from './shared-answer.js';

describe('an answer that many ask for', () => {
  it('is made once for all who ask meanwhile, and again when it is too old', async () => {
    let now = 0;
    let made = 0;
    const shared = new SharedAnswer(
      () => Promise.resolve((made += 1)),
      1_000,
      () => now,
    );
    expect(await Promise.all([shared.get(), shared.get(), shared.get()])).toEqual([1, 1, 1]);
    now = 999;
    expect(await shared.get()).toBe(1);
    now = 1_000;
    expect(await Promise.all([shared.get(), shared.get()])).toEqual([2, 2]);
  });

  it('that failed is tried again at once', async () => {
    let tries = 0;
    const shared = new SharedAnswer(
      () => ((tries += 1) === 1 ? Promise.reject(new Error('away')) : Promise.resolve('here')),
      1_000,
    );
    await expect(Promise.all([shared.get(), shared.get()])).rejects.toThrow('away');
    expect(await shared.get()).toBe('here');
    expect(tries).toBe(2);
  });
});
