import { TokenBucket } from './token-bucket.js';

describe('a budget of 60 requests a minute', () => {
  it('grants 60 at once and refuses the next one, telling how long to wait', () => {
    const bucket = new TokenBucket(60, 60_000, 0);
    const granted = Array.from({ length: 60 }, () => bucket.take(0).granted);
    expect(granted.every(Boolean)).toBe(true);
    expect(bucket.take(0)).toEqual({ granted: false, remaining: 0, retryAfter: 1, resetAfter: 60 });
  });

  it('grants one more each second', () => {
    const bucket = new TokenBucket(60, 60_000, 0);
    for (let used = 0; used < 60; used += 1) bucket.take(0);
    expect(bucket.take(999).granted).toBe(false);
    expect(bucket.take(1001).granted).toBe(true);
    expect(bucket.take(1002).granted).toBe(false);
  });

  it('never grows above its quota', () => {
    const bucket = new TokenBucket(60, 60_000, 0);
    expect(bucket.take(3_600_000).remaining).toBe(59);
    expect(bucket.isFull(3_600_000)).toBe(false);
    expect(bucket.isFull(3_602_000)).toBe(true);
  });
});
