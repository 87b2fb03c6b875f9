/** A sliding window of one second: the request is taken when fewer than `limit` were taken in the second before. */
export class SlidingWindow {
  private readonly taken: Float64Array;
  private next = 0;

  /** @param limit Requests a second; 0 takes everything. */
  constructor(readonly limit: number) {
    this.taken = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  }

  take(now: number): boolean {
    if (this.limit === 0) return true;
    const oldest = this.taken[this.next] ?? 0;
    if (now - oldest < 1000) return false;
    this.taken[this.next] = now;
    this.next = (this.next + 1) % this.limit;
    return true;
  }
}
