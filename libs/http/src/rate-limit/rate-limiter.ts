import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';

import { problem, type ProblemException } from '../problem/problem-exception.js';
import type { Budget } from './token-bucket.js';

const MINUTE_MS = 60_000;
/** Above this many subjects, those that may try again are forgotten. */
const REFUSED_KEPT = 10_000;

export interface Limit {
  /** Tries that come back per minute, evenly. May be a fraction: 0.2 is one in five minutes. */
  readonly perMinute: number;
  /** Tries at once after a quiet time. As many as come back in a minute unless told. */
  readonly burst?: number;
}

/**
 * Limits what people without an API key may try: public forms by address, sign-in by account. Counted in the database,
 * so it holds for all processes together and over a restart.
 */
@Injectable()
export class RateLimiter {
  /** Spares the database those who are refused anyway: hashed subject to the moment of its next try. */
  readonly #refusedUntil = new Map<string, { readonly until: number; readonly fullAt: number }>();

  constructor(private readonly tenancy: Tenancy) {}

  /**
   * Uses up one try of `subject`, if one is left.
   *
   * @param name of the limit: `sign_in`. Different limits of one subject do not know each other.
   * @param subject whom the tries are counted for: an address, an account. Only its hash is stored.
   */
  async take(name: string, subject: string, limit: Limit): Promise<Budget> {
    const { burst, refillMs } = bucketOf(limit);
    const key = createHash('sha256')
      .update(JSON.stringify([name, subject]))
      .digest();
    const known = this.#refusedUntil.get(key.toString('base64'));
    const now = performance.now();
    if (known !== undefined && known.until > now) return budget(false, known.fullAt - now, burst, refillMs);
    const rows = await this.tenancy.lookup<{ granted: boolean; full_in_ms: number }>(
      'SELECT granted, full_in_ms FROM take_from_limit($1, $2, $3)',
      [key, burst, refillMs],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('take_from_limit returned no row.');
    const taken = budget(row.granted, row.full_in_ms, burst, refillMs);
    if (!taken.granted) this.#remember(key.toString('base64'), row.full_in_ms, burst, refillMs);
    return taken;
  }

  /**
   * {@link take}, for callers that have nothing else to say to somebody who tries too often.
   *
   * @throws ProblemException `too_many_attempts`
   */
  async require(name: string, subject: string, limit: Limit): Promise<void> {
    const taken = await this.take(name, subject, limit);
    if (!taken.granted) throw tooManyAttempts(taken);
  }

  #remember(key: string, fullInMs: number, burst: number, refillMs: number): void {
    const now = performance.now();
    if (this.#refusedUntil.size >= REFUSED_KEPT) {
      for (const [other, { until }] of this.#refusedUntil) if (until <= now) this.#refusedUntil.delete(other);
    }
    if (this.#refusedUntil.size >= REFUSED_KEPT) return;
    const waitMs = fullInMs + refillMs - burst * refillMs;
    this.#refusedUntil.set(key, { until: now + waitMs, fullAt: now + fullInMs });
  }
}

/** Seconds in which the whole budget comes back, and how large it is: what `RateLimit-Policy` tells. */
export function policyOf(limit: Limit): { readonly quota: number; readonly seconds: number } {
  const { burst, refillMs } = bucketOf(limit);
  return { quota: burst, seconds: Math.ceil((burst * refillMs) / 1000) };
}

export function tooManyAttempts({ retryAfter }: Budget): ProblemException {
  return problem('too_many_attempts', {
    detail: `The next try is possible in ${retryAfter} s.`,
    headers: { 'retry-after': String(retryAfter) },
  });
}

function bucketOf({ perMinute, burst }: Limit): { readonly burst: number; readonly refillMs: number } {
  return { burst: burst ?? Math.max(1, Math.floor(perMinute)), refillMs: MINUTE_MS / perMinute };
}

function budget(granted: boolean, fullInMs: number, burst: number, refillMs: number): Budget {
  const seconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000));
  const remaining = Math.max(0, Math.floor(burst - fullInMs / refillMs));
  return {
    granted,
    remaining,
    retryAfter:
      remaining > 0 ? 0 : Math.max(granted ? 0 : 1, seconds(fullInMs + refillMs - burst * refillMs)),
    resetAfter: seconds(fullInMs),
  };
}
