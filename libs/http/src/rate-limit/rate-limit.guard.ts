import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { problem } from '../problem/problem-exception.js';
import { callerOf } from '../request/caller.js';
import { TokenBucket } from './token-bucket.js';

const WINDOW_SECONDS = 60;
/** Above this many keys, buckets that are full again are forgotten. */
const KEYS_KEPT = 10_000;

/**
 * Limits requests per API key, in this process. Comes after the guard that knows the caller; requests without one
 * (public routes, health) are not limited.
 */
export class RateLimitGuard implements CanActivate {
  readonly #buckets = new Map<string, TokenBucket>();

  /** @param clock milliseconds that never go back. */
  constructor(
    private readonly perMinute: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (caller === undefined) return true;
    const budget = this.#bucketOf(caller.callerId).take(this.clock());
    void context
      .switchToHttp()
      .getResponse<FastifyReply>()
      .headers({
        'ratelimit-policy': `"default";q=${this.perMinute};w=${WINDOW_SECONDS}`,
        ratelimit: `"default";r=${budget.remaining};t=${budget.resetAfter}`,
        'x-ratelimit-limit': String(this.perMinute),
        'x-ratelimit-remaining': String(budget.remaining),
        'x-ratelimit-reset': String(budget.resetAfter),
      });
    if (budget.granted) return true;
    throw problem('rate_limited', {
      detail: `This key has ${this.perMinute} requests a minute. The next one is possible in ${budget.retryAfter} s.`,
      headers: { 'retry-after': String(budget.retryAfter) },
    });
  }

  #bucketOf(callerId: string): TokenBucket {
    const known = this.#buckets.get(callerId);
    if (known !== undefined) return known;
    if (this.#buckets.size >= KEYS_KEPT) this.#forgetFull();
    const bucket = new TokenBucket(this.perMinute, WINDOW_SECONDS * 1000, this.clock());
    this.#buckets.set(callerId, bucket);
    return bucket;
  }

  #forgetFull(): void {
    const now = this.clock();
    for (const [key, bucket] of this.#buckets) {
      if (bucket.isFull(now)) this.#buckets.delete(key);
    }
  }
}
