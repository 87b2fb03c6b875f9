/** Node's timers hold no more than 31 bits of milliseconds; nothing here needs as much. */
const LONGEST_MS = 60_000;

/** Remembers when which connection has work again, with one timer for all of them. */
export class DueTimes {
  private readonly dueAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly onDue: (key: string) => void) {}

  /** The earliest time told for a key counts. Anything beyond a minute is left to the sweep. */
  set(key: string, inMs: number): void {
    if (inMs > LONGEST_MS) return;
    const at = performance.now() + Math.max(0, inMs);
    const known = this.dueAt.get(key);
    if (known !== undefined && known <= at) return;
    this.dueAt.set(key, at);
    this.arm();
  }

  clear(): void {
    this.dueAt.clear();
    clearTimeout(this.timer);
  }

  private arm(): void {
    clearTimeout(this.timer);
    let earliest = Infinity;
    for (const at of this.dueAt.values()) earliest = Math.min(earliest, at);
    if (earliest === Infinity) return;
    this.timer = setTimeout(() => this.fire(), Math.max(0, Math.ceil(earliest - performance.now())));
    this.timer.unref();
  }

  private fire(): void {
    const now = performance.now();
    for (const [key, at] of this.dueAt) {
      if (at > now) continue;
      this.dueAt.delete(key);
      this.onDue(key);
    }
    this.arm();
  }
}
