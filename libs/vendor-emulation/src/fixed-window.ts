/** An allowance as a vendor enforces it: so many requests in a block of time that starts with the first one. */
export class FixedWindow {
  private startedAt = Number.NEGATIVE_INFINITY;
  private used = 0;

  constructor(
    private readonly requests: number,
    private readonly perMs: number,
  ) {}

  /** Counts one request. @returns undefined when there was room, otherwise the milliseconds until there is. */
  take(now: number): number | undefined {
    if (now >= this.startedAt + this.perMs) {
      this.startedAt = now;
      this.used = 0;
    }
    if (this.used >= this.requests) return this.startedAt + this.perMs - now;
    this.used += 1;
    return undefined;
  }

  get remaining(): number {
    return Math.max(0, this.requests - this.used);
  }
}
