/** A permit used this late still counts as on time; older ones are thrown away instead of being sent in a burst. */
const LATENESS_MS = 50;

/**
 * Permits of one vendor account and endpoint family that this process has reserved, each with its own moment. Keeps
 * the even distance that the reservation promised, also when nobody asked for a while: no two uses are closer.
 */
export class PermitBook {
  private nextAt = 0;
  private left = 0;
  /** No use before this: the last one plus the distance. */
  private freeAt = -Infinity;

  constructor(readonly distanceMs: number) {}

  /** @param firstInMs when the first of them may be used, from `now` on */
  grant(count: number, firstInMs: number, now: number): void {
    this.nextAt = now + firstInMs;
    this.left = count;
  }

  /** Milliseconds to wait before the taken permit may be used; undefined when there is none. */
  take(now: number): number | undefined {
    const late = now - LATENESS_MS - this.nextAt;
    if (late > 0 && this.left > 0) {
      const stale = Math.min(this.left, Math.ceil(late / this.distanceMs));
      this.left -= stale;
      this.nextAt += stale * this.distanceMs;
    }
    if (this.left === 0) return undefined;
    const at = Math.max(now, this.nextAt, this.freeAt);
    this.left -= 1;
    this.nextAt += this.distanceMs;
    this.freeAt = at + this.distanceMs;
    return at - now;
  }

  /** The vendor asked for a pause: what was reserved is void. */
  clear(): void {
    this.left = 0;
  }
}
