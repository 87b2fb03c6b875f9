/** Asking the other clock, as seen from here. */
export interface ClockReading {
  /** By our clock, before and after. */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** What the other clock said meanwhile. */
  readonly said: number;
}

const KEPT = 20;
/** An answer is expected to take as long as the median of the latest ones, and no longer than this. */
const LONGEST_MS = 200;

/**
 * How far another clock is from ours. An answer that took long says little about when the other clock was read; the
 * quickest of the latest answers says it best.
 */
export class ClockDistance {
  private readonly readings: ClockReading[] = [];

  add(reading: ClockReading): void {
    this.readings.push(reading);
    if (this.readings.length > KEPT) this.readings.shift();
  }

  /** The moment `inMs` after `reading` was made, by our clock. Never outside of what that reading itself allows. */
  momentAfter(reading: ClockReading, inMs: number): number {
    let best = reading;
    for (const one of this.readings) if (tookMs(one) < tookMs(best)) best = one;
    const distance = best.said - (best.askedAt + best.answeredAt) / 2;
    const readAt = reading.said - distance;
    return Math.min(Math.max(readAt, reading.askedAt), reading.answeredAt) + inMs;
  }

  /** From the reading of the other clock until its answer is here, milliseconds. */
  get answerMs(): number {
    const sorted = this.readings.map(tookMs).sort((one, other) => one - other);
    return Math.min(LONGEST_MS, (sorted[Math.floor(sorted.length / 2)] ?? 0) / 2);
  }
}

function tookMs({ askedAt, answeredAt }: ClockReading): number {
  return answeredAt - askedAt;
}
