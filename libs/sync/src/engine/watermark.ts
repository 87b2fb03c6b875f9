/** How long claims may start from what an earlier one saw before one looks from the very beginning again. */
const BELIEVED_MS = 30_000;

/**
 * Where claims of a connection start looking. Rows may come in below it (a transaction that stayed open for long, a
 * lane that was locked when its turn came), so now and then one claim starts from the very beginning.
 */
export class Watermark {
  private value = '-infinity';
  private since: number | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** For the next claim. */
  start(): string {
    const now = this.now();
    if (this.since !== undefined && now - this.since < BELIEVED_MS) return this.value;
    this.since = now;
    this.value = '-infinity';
    return this.value;
  }

  /** What a claim found out. */
  rise(value: string): void {
    this.value = value;
  }
}
