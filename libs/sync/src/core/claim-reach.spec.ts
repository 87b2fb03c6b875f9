import { ClaimReach } from './claim-reach.js';

/** Works off what is in hand, at so many lanes a second, so many times. @returns the reach after each. */
function worked(perSecond: number, times: number, reach?: ClaimReach): number[] {
  let now = 0;
  const one = reach ?? new ClaimReach(() => now);
  return Array.from({ length: times }, () => {
    one.claimed();
    const { size } = one;
    now += (size / perSecond) * 1_000;
    one.released(size);
    return one.size;
  });
}

describe('how many lanes a drain has in hand', () => {
  it('grows with what it gets done, up to a limit', () => {
    expect(worked(1_000_000, 6)).toEqual([200, 400, 800, 1_600, 2_000, 2_000]);
    expect(worked(1_000, 6)).toEqual([200, 400, 800, 800, 800, 800]);
  });

  it('shrinks to a few where the other side is slow', () => {
    expect(worked(10, 3)).toEqual([50, 50, 50]);
  });

  it('stays within the bounds that it was given', () => {
    let now = 0;
    const reach = new ClaimReach(() => now, { least: 8, first: 16, most: 40 });
    expect(reach.size).toBe(16);
    expect(worked(1_000_000, 3, reach)).toEqual([32, 40, 40]);
    now = 10_000;
    reach.claimed();
    reach.released(40);
    expect(reach.size).toBe(20);
  });

  it('comes to rest at about what is done in a second', () => {
    for (const perSecond of [60, 100, 333, 777, 1_500]) {
      const size = worked(perSecond, 20).at(-1)!;
      expect(size / perSecond).toBeGreaterThanOrEqual(0.5);
      expect(size / perSecond).toBeLessThanOrEqual(2);
    }
  });

  it('counts what is let go in parts as a whole', () => {
    const reach = new ClaimReach(() => 0);
    reach.claimed();
    for (let part = 0; part < 9; part += 1) reach.released(10);
    expect(reach.size).toBe(100);
    reach.released(10);
    expect(reach.size).toBe(200);
    expect(reach.worthAClaim).toBe(50);
  });

  it('learns nothing before anything was claimed', () => {
    const reach = new ClaimReach(() => 0);
    reach.released(5_000);
    expect(reach.size).toBe(100);
  });
});
