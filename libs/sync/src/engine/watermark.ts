import type { Watermarks } from '../sql/claim.js';

/** How long claims may start from what an earlier one saw before one looks from the very beginning again. */
const BELIEVED_MS = 30_000;
/** One claim in this time looks further back than the others, for what a long transaction has committed. */
const FAR_EVERY_MS = 10_000;

/**
 * Where claims of a connection start looking. Rows may come in below it (a transaction that stayed open for long, a
 * lane that was locked when its turn came), so now and then one claim looks further back, and one starts from the very
 * beginning. The others walk over as few dead entries as can be: while an old snapshot is held, nobody clears them away.
 */
export class Watermark {
  private marks: Watermarks | undefined;
  private since: number | undefined;
  private farAt = -Infinity;
  private latest: keyof Watermarks | 'beginning' = 'beginning';

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** For the next claim. */
  start(): string {
    const now = this.now();
    if (this.since === undefined || now - this.since >= BELIEVED_MS) {
      this.since = now;
      this.farAt = now;
      this.marks = undefined;
    }
    this.latest = this.marks === undefined ? 'beginning' : now - this.farAt < FAR_EVERY_MS ? 'near' : 'far';
    if (this.latest === 'far') this.farAt = now;
    return this.marks === undefined || this.latest === 'beginning' ? '-infinity' : this.marks[this.latest];
  }

  /** Something is due that the latest claim did not see: the next looks further back than that one. */
  missed(): void {
    if (this.latest === 'near') this.farAt = -Infinity;
    else this.since = undefined;
  }

  /** What a claim found out. */
  rise(marks: Watermarks): void {
    this.marks = marks;
  }
}
