export interface ReachBounds {
  /** A target that answers slowly holds few lanes that a second process, or another time slice, could have. */
  readonly least: number;
  readonly first: number;
  /** Larger groups are no cheaper, and each lane in hand is one more to hand on when the process dies. */
  readonly most: number;
}

const USUAL: ReachBounds = { least: 50, first: 100, most: 2_000 };
/** Lanes that are worked off sooner were too few: claims and completions were too small to pay. */
const TOO_SOON_MS = 500;
/** Lanes that take longer were too many: what falls due meanwhile waits behind them. */
const TOO_LATE_MS = 2_000;

/**
 * How many lanes a drain has in hand: about what it gets done in a second. So a fast target is served in large groups, and
 * with a slow one nothing is held for long.
 */
export class ClaimReach {
  private done = 0;
  private since: number | undefined;
  private lanes: number;

  /** @param now milliseconds of a clock that only goes forward. */
  constructor(
    private readonly now: () => number,
    private readonly bounds: ReachBounds = USUAL,
  ) {
    this.lanes = bounds.first;
  }

  get size(): number {
    return this.lanes;
  }

  /** Room for fewer is not worth a claim, as long as some are in hand. */
  get worthAClaim(): number {
    return Math.ceil(this.lanes / 4);
  }

  /** Lanes were claimed: from now on it counts how long they take. */
  claimed(): void {
    this.since ??= this.now();
  }

  /** @param lanes that were let go. */
  released(lanes: number): void {
    this.done += lanes;
    if (this.since === undefined || this.done < this.lanes) return;
    const tookMs = this.now() - this.since;
    if (tookMs < TOO_SOON_MS) this.lanes = Math.min(this.bounds.most, this.lanes * 2);
    else if (tookMs > TOO_LATE_MS) this.lanes = Math.max(this.bounds.least, Math.ceil(this.lanes / 2));
    this.done = 0;
    this.since = this.now();
  }
}
