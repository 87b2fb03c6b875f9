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

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** For the next claim. */
  start(): string {
    const now = this.now();
    if (this.since === undefined || now - this.since >= BELIEVED_MS) {
      this.since = now;
      this.farAt = now;
      this.marks = undefined;
    }
    if (this.marks === undefined) return '-infinity';
    if (now - this.farAt < FAR_EVERY_MS) return this.marks.near;
    this.farAt = now;
    return this.marks.far;
  }

  /** What a claim found out. */
  rise(marks: Watermarks): void {
    this.marks = marks;
  }
}
