import { RestartPolicy } from './restart-policy.js';

describe('starting a child again', () => {
  it('waits longer each time it fails quickly, and gives up in the end', () => {
    const policy = new RestartPolicy();
    const delays = Array.from({ length: 6 }, () => policy.afterExit(100));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, null]);
  });

  it('begins anew after the child ran well for a while', () => {
    const policy = new RestartPolicy();
    for (let failure = 0; failure < 5; failure += 1) policy.afterExit(100);
    expect(policy.afterExit(60_000)).toBe(500);
    expect(policy.afterExit(100)).toBe(1000);
  });
});
