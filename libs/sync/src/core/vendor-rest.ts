import type { LaneResult } from './delivery.js';

/** So many lanes at the most find out whether there is room again, … */
const FEELERS = 64;
/** … this long after those before them. */
const EVERY_MS = 1_000;
/** Lanes that wait for longer are handed on only once in that time, and what needs no room may lie behind them. */
const LONGEST_WAIT_MS = 90_000;

/**
 * A vendor without room sends back whatever is taken up for it. With a long line this would go on without end: the last
 * lane is hardly sent back when the first is due again, at the cost of everybody else in the process and in the database.
 * So as soon as a group comes back as it was, the connection rests for a moment, and then feels its way with a few.
 */
export class VendorRest {
  private hasRoom = true;
  private until = -Infinity;

  /** @param now milliseconds of a clock that only goes forward. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Milliseconds for which taking up anything is in vain. */
  get forMs(): number {
    return Math.max(0, Math.floor(this.until - this.now()));
  }

  /** Lanes in hand at the same time. */
  get mostLanes(): number {
    return this.hasRoom ? Infinity : FEELERS;
  }

  /** What came of lanes that went together. */
  learn(results: readonly LaneResult[]): void {
    const waits = results.map(waitForRoomMs);
    const shortestMs = waits.every((wait) => wait !== undefined) ? Math.min(...waits) : Infinity;
    this.hasRoom = shortestMs > LONGEST_WAIT_MS;
    this.until = this.hasRoom ? -Infinity : this.now() + Math.min(shortestMs, EVERY_MS);
  }
}

/** Undefined: something came of it, or it waits for something else than our own pace. */
function waitForRoomMs({ next, findings, settlements }: LaneResult): number | undefined {
  const heldBack = findings.some((finding) => finding.kind === 'throttled' && !finding.byVendor);
  return heldBack && settlements.length === 0 && next.kind === 'due' && next.forRoom === true
    ? next.inMs
    : undefined;
}
