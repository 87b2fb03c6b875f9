export interface Budget {
  readonly granted: boolean;
  /** Requests that are left right now. */
  readonly remaining: number;
  /** Seconds until the next request is granted; 0 when one is left. */
  readonly retryAfter: number;
  /** Seconds until the whole budget is back. */
  readonly resetAfter: number;
}

/** A budget of `quota` requests that refills evenly over `windowMs`. */
export class TokenBucket {
  #tokens: number;
  #at: number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(
    private readonly quota: number,
    private readonly windowMs: number,
    now: number,
  ) {
    this.#tokens = quota;
    this.#at = now;
  }

  take(now: number): Budget {
    this.#refill(now);
    const granted = this.#tokens >= 1;
    if (granted) this.#tokens -= 1;
    return {
      granted,
      remaining: Math.floor(this.#tokens),
      retryAfter: this.#secondsFor(1 - this.#tokens),
      resetAfter: this.#secondsFor(this.quota - this.#tokens),
    };
  }

  /** Nothing was taken lately, so a new bucket would be the same. */
  isFull(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= this.quota;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.quota, this.#tokens + ((now - this.#at) * this.quota) / this.windowMs);
    this.#at = now;
  }

  #secondsFor(tokens: number): number {
    return Math.ceil(Math.max(0, (tokens * this.windowMs) / this.quota / 1000));
  }
}
