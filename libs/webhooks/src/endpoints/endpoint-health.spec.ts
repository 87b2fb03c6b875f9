import type { EndpointNews } from '@rekomi/sync';

import { DEAD_AFTER_MS, FAILING_AFTER_MS, healthAfter } from './endpoint-health.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const HEALTHY = { failingSince: null, failures: 0, resting: false };
const ok: EndpointNews = { kind: 'succeeded' };
const failed: EndpointNews = { kind: 'failed', code: 'endpoint_failed', rests: false };
const silent: EndpointNews = { kind: 'failed', code: 'endpoint_silent', rests: true };

describe('the health of an endpoint', () => {
  it('counts failures in a row from the first one on', () => {
    expect(healthAfter(HEALTHY, [failed, failed], NOW)).toEqual({
      health: { failingSince: NOW, failures: 2 },
      succeeded: false,
      recovered: false,
      failsForLong: false,
      failedWith: 'endpoint_failed',
    });
  });

  it('is restored by a single success', () => {
    const ill = { failingSince: new Date(0), failures: 90, resting: true };
    expect(healthAfter(ill, [silent, ok], NOW)).toMatchObject({
      health: { failingSince: null, failures: 0 },
      succeeded: true,
      recovered: true,
    });
    expect(healthAfter(ill, [silent, ok], NOW)).not.toHaveProperty('restMs');
    expect(healthAfter(ill, [ok, failed], NOW).health).toEqual({ failingSince: NOW, failures: 1 });
  });

  it('lets it rest longer each time, and counts what was under way together as one', () => {
    expect(healthAfter(HEALTHY, [silent, silent, silent], NOW)).toMatchObject({
      health: { failures: 1 },
      restMs: 1_000,
    });
    const before = { failingSince: NOW, failures: 1, resting: true };
    expect(healthAfter(before, [silent], NOW)).toMatchObject({ health: { failures: 1 }, restMs: 1_000 });
    expect(healthAfter({ ...before, resting: false }, [silent], NOW)).toMatchObject({ restMs: 2_000 });
  });

  it('lets it rest as long as it asks', () => {
    expect(healthAfter(HEALTHY, [{ ...silent, retryAfterMs: 90_000 }], NOW)).toMatchObject({
      restMs: 90_000,
    });
  });

  it('is over at once when the endpoint says that it is gone', () => {
    expect(healthAfter(HEALTHY, [ok, { kind: 'gone', detail: 'It answered 410.' }], NOW).disable).toEqual({
      code: 'endpoint_gone',
      detail: 'It answered 410.',
    });
  });

  it('is worth a word after a day in which everything failed, and not a moment before', () => {
    const since = (ms: number) => ({
      failingSince: new Date(NOW.getTime() - ms),
      failures: 9,
      resting: false,
    });
    expect(healthAfter(since(FAILING_AFTER_MS), [failed], NOW).failsForLong).toBe(true);
    expect(healthAfter(since(FAILING_AFTER_MS - 1), [failed], NOW).failsForLong).toBe(false);
    expect(healthAfter(since(FAILING_AFTER_MS), [ok, failed], NOW)).toMatchObject({
      recovered: true,
      failsForLong: false,
    });
    expect(healthAfter(HEALTHY, [ok], NOW).recovered).toBe(false);
  });

  it('is over after five days in which everything failed, and not a moment before', () => {
    const since = (ms: number) => ({
      failingSince: new Date(NOW.getTime() - ms),
      failures: 40,
      resting: false,
    });
    expect(healthAfter(since(DEAD_AFTER_MS), [failed], NOW).disable?.code).toBe('endpoint_dead');
    expect(healthAfter(since(DEAD_AFTER_MS - 1), [failed], NOW).disable).toBeUndefined();
    expect(healthAfter(since(DEAD_AFTER_MS), [failed, ok], NOW).disable).toBeUndefined();
  });

  it('does not suffer from messages that could not be made', () => {
    expect(healthAfter(HEALTHY, [{ kind: 'unsent' }], NOW)).toEqual({
      health: { failingSince: null, failures: 0 },
      succeeded: false,
      recovered: false,
      failsForLong: false,
    });
  });
});
