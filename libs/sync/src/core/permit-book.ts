/** A reserved request. */
export interface Permit {
  /** When it may be sent, by the clock that `take` was asked with. */
  readonly at: number;
  readonly probe?: string;
}

export interface Grant {
  readonly count: number;
  /** When the first of them may be used, by the clock of `take`. */
  readonly at: number;
  /** Between one and the next, milliseconds. */
  readonly stepMs: number;
  /** The only one of the grant tries whether the vendor is back. */
  readonly probe?: string;
}

/**
 * Permits of one vendor account and endpoint family that this process has reserved, each with its own moment. One that
 * is late by no more than was reckoned with is used at once; an older one is thrown away, because by now the vendor
 * may count it among others.
 */
export class PermitBook {
  private nextAt = 0;
  private stepMs = 0;
  private left = 0;
  private probe: string | undefined;
  private wasted = false;

  constructor(readonly latenessMs: number) {}

  grant({ count, at, stepMs, probe }: Grant): void {
    this.nextAt = at;
    this.stepMs = stepMs;
    this.left = count;
    this.probe = probe;
    this.wasted = false;
  }

  /** Every permit of the latest grant found somebody to use it. */
  get isUsedUp(): boolean {
    return this.left === 0 && !this.wasted;
  }

  /** Whether `take` would give one. */
  has(now: number): boolean {
    this.dropStale(now);
    return this.left > 0;
  }

  take(now: number): Permit | undefined {
    this.dropStale(now);
    if (this.left === 0) return undefined;
    const at = this.nextAt;
    const { probe } = this;
    this.left -= 1;
    this.nextAt += this.stepMs;
    return probe === undefined ? { at } : { at, probe };
  }

  /** Whether the permit can still be used. A probe waits for nobody's distance. */
  isUsable(permit: Permit, now: number): boolean {
    return permit.probe !== undefined || now - permit.at <= this.latenessMs;
  }

  /** What was reserved is void. */
  clear(): void {
    if (this.left > 0) this.wasted = true;
    this.left = 0;
  }

  private dropStale(now: number): void {
    const late = now - this.latenessMs - this.nextAt;
    if (late <= 0 || this.left === 0 || this.probe !== undefined) return;
    const stale = this.stepMs === 0 ? this.left : Math.min(this.left, Math.ceil(late / this.stepMs));
    this.left -= stale;
    this.wasted = true;
    this.nextAt += stale * this.stepMs;
  }
}
