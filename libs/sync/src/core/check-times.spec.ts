import { checkInMs } from './check-times.js';

const DAY = 24 * 3_600_000;

it('spreads what broke together, by a fifth at the most', () => {
  const at = (random: number): number => checkInMs({ state: 'broken', tries: 1, everyMs: DAY, random });
  expect([at(0), at(0.999999)].map(Math.round)).toEqual([54_000, 66_000]);
});

it('never waits for longer than the usual time, whatever went wrong', () => {
  const everyMs = 3_600_000 / 2;
  for (const state of ['broken', 'in order'] as const)
    for (let tries = 0; tries < 100; tries += 1)
      expect(checkInMs({ state, tries, everyMs, random: 0.5 })).toBeLessThanOrEqual(everyMs);
});
