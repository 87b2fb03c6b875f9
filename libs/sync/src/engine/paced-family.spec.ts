import type { PacePlan } from '../core/pace-plan.js';
import type { PaceStore, Taken } from '../sql/pace.js';
import { PacedFamily } from './paced-family.js';

const PLAN: PacePlan = { distanceMs: 0.01, latenessMs: 250, windows: [], places: 8 };
const NEVER = new AbortController().signal;

/** A database that grants what it is asked for, at once. */
function familyWith(plan: PacePlan, failing = false): { family: PacedFamily; wants: number[] } {
  const wants: number[] = [];
  const store = {
    take: (_: unknown, { want, distanceMs }: { want: number; distanceMs: number }): Promise<Taken> => {
      wants.push(want);
      const said = { firstInMs: 0, stepMs: distanceMs, nowMs: Date.now(), waitMs: 0, failing, epoch: 0 };
      return Promise.resolve({ granted: want, ...said });
    },
    places: (_: unknown, { want }: { want: number }) => Promise.resolve({ held: want, mayUse: want }),
    answered: () => Promise.resolve(undefined),
    failed: () => Promise.resolve(undefined),
  };
  const key = { account: Buffer.from('a'), family: 'people' };
  const family = new PacedFamily(store as unknown as PaceStore, key, plan, 1_000, () => true);
  return { family, wants };
}

async function use(family: PacedFamily): Promise<void> {
  const answer = await family.acquire(NEVER);
  expect(answer.kind).toBe('go');
  // The vendor takes a moment, so that places run out.
  await new Promise((resolve) => setImmediate(resolve));
  family.release({ status: 200, failed: false });
}

describe('permits for those who wait', () => {
  it('are asked for in groups that grow while all of them are used', async () => {
    const { family, wants } = familyWith(PLAN);
    await Promise.all(Array.from({ length: 800 }, () => use(family)));
    await family.close();
    expect(wants[0]).toBeLessThanOrEqual(PLAN.places);
    expect(Math.max(...wants)).toBeGreaterThan(100);
    // One for every two places would be 200.
    expect(wants.length).toBeLessThan(60);
  });
});

describe('permits that are asked for while lanes are claimed', () => {
  it('are there when the request comes', async () => {
    const { family, wants } = familyWith({ ...PLAN, distanceMs: 10 });
    family.expect(40);
    await new Promise((resolve) => setImmediate(resolve));
    expect(wants).toEqual([2]);
    family.expect(40);
    await use(family);
    await family.close();
    expect(wants).toEqual([2]);
  });

  it('are not asked for where they would take much from others, nor while the vendor fails', async () => {
    const slow = familyWith({ ...PLAN, distanceMs: 1_000 });
    slow.family.expect(1);
    const failing = familyWith({ ...PLAN, distanceMs: 10 }, true);
    await use(failing.family);
    const asked = failing.wants.length;
    failing.family.release({ failed: true });
    failing.family.expect(1);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([slow.family.close(), failing.family.close()]);
    expect(slow.wants).toEqual([]);
    expect(failing.wants).toHaveLength(asked);
  });
});
