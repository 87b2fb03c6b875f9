/** A child that ran this long was healthy; what ended it is not a fault of starting. */
const HEALTHY_MS = 30_000;
const QUICK_FAILURES = 5;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;

/** When to start a child again that ended by itself: later each time, and not for ever. */
export class RestartPolicy {
  private quickFailures = 0;

  /**
   * @param uptimeMs how long the child had been up
   * @returns milliseconds to wait before the next start, or null to give up
   */
  afterExit(uptimeMs: number): number | null {
    this.quickFailures = uptimeMs >= HEALTHY_MS ? 1 : this.quickFailures + 1;
    if (this.quickFailures > QUICK_FAILURES) return null;
    return Math.min(FIRST_DELAY_MS * 2 ** (this.quickFailures - 1), LONGEST_DELAY_MS);
  }
}
