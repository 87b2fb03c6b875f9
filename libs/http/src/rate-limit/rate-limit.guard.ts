import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { problem } from '../problem/problem-exception.js';
import { callerOf } from '../request/caller.js';
import { TokenBucket } from './token-bucket.js';

const WINDOW_SECONDS = 60;
const DEFAULT = 'default';
/** Above this many keys, buckets that are full again are forgotten. */
const KEYS_KEPT = 10_000;

const BUDGET = Symbol('budget');

interface RouteBudget {
  readonly name: string;
  readonly perMinute: number;
}

/**
 * A budget of its own, beside the default one, for a route that tools call in bursts: `@BurstBudget('invites', 60_000)`. Never less
 * than the default.
 */
export const BurstBudget = (name: string, perMinute: number): MethodDecorator =>
  SetMetadata(BUDGET, { name, perMinute } satisfies RouteBudget);

/**
 * Limits requests per API key, in this process. Comes after the guard that knows the caller; requests without one
 * (public routes, health) are not limited.
 */
export class RateLimitGuard implements CanActivate {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #reflector = new Reflector();

  /** @param clock milliseconds that never go back. */
  constructor(
    private readonly perMinute: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (caller === undefined) return true;
    const { name, perMinute } = this.#budgetOf(context);
    const budget = this.#bucketOf(`${name} ${caller.callerId}`, perMinute).take(this.clock());
    void context
      .switchToHttp()
      .getResponse<FastifyReply>()
      .headers({
        'ratelimit-policy': `"${name}";q=${perMinute};w=${WINDOW_SECONDS}`,
        ratelimit: `"${name}";r=${budget.remaining};t=${budget.resetAfter}`,
        'x-ratelimit-limit': String(perMinute),
        'x-ratelimit-remaining': String(budget.remaining),
        'x-ratelimit-reset': String(budget.resetAfter),
      });
    if (budget.granted) return true;
    throw problem('rate_limited', {
      detail: `You have ${perMinute} requests a minute${name === DEFAULT ? '' : ' here'}. The next one is possible in ${budget.retryAfter} s.`,
      headers: { 'retry-after': String(budget.retryAfter) },
    });
  }

  #budgetOf(context: ExecutionContext): RouteBudget {
    const own = this.#reflector.get<RouteBudget | undefined>(BUDGET, context.getHandler());
    return own === undefined
      ? { name: DEFAULT, perMinute: this.perMinute }
      : { ...own, perMinute: Math.max(own.perMinute, this.perMinute) };
  }

  #bucketOf(key: string, perMinute: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= KEYS_KEPT) this.#forgetFull();
    const bucket = new TokenBucket(perMinute, WINDOW_SECONDS * 1000, this.clock());
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #forgetFull(): void {
    const now = this.clock();
    for (const [key, bucket] of this.#buckets) {
      if (bucket.isFull(now)) this.#buckets.delete(key);
    }
  }
}
