import type { RateLimit } from '@rekomi/provider-contract';

import { slowedDown } from './slowed-down.js';

const limit: RateLimit = {
  usual: { kind: 'smooth', requests: 4, perMs: 1_000 },
  ceiling: { kind: 'smooth', requests: 5, perMs: 1_000 },
  setting: 'requestsPerSecond',
  concurrency: 4,
  timeoutMs: 1_000,
  source: 'test',
};
const family = { family: 'api', share: 0.5, since: '2026-11-29T12:00:00.000Z' };

describe('a slowed-down family', () => {
  it('says what the pace is now and why', () => {
    expect(slowedDown(family, limit, {})).toEqual({
      family: 'api',
      percent: 50,
      requestsPerSecond: 2,
      since: '2026-11-29T12:00:00.000Z',
      text: 'Slowed down to 2 requests a second (50 % of the usual pace), because the vendor answered “too many requests” without saying for how long to wait. The pace comes back by itself.',
    });
  });

  it('is measured by the pace that the connection chose', () => {
    expect(slowedDown({ ...family, share: 0.25 }, limit, { requestsPerSecond: 1 })).toMatchObject({
      percent: 25,
      requestsPerSecond: 0.25,
    });
  });

  it('names no rate when the limits are not known', () => {
    const { text, requestsPerSecond } = slowedDown(family, undefined, {});
    expect(requestsPerSecond).toBeUndefined();
    expect(text).toContain('Slowed down to 50 % of the usual pace,');
  });
});
