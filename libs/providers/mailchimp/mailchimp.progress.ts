import {
  joinDeltas,
  type Failure,
  type Outcome,
  type Warning,
  type WrittenDelta,
} from '@rekomi/provider-contract';

/** Whether it is a failure of the way to the vendor, which the next request would meet as well. */
export function isOfTheWay({ kind }: Failure): boolean {
  return kind !== 'refused' && kind !== 'misconfigured';
}

/** What became of the steps of one call so far. */
export class Progress {
  private written: WrittenDelta = {};
  private taken: WrittenDelta = {};
  private readonly warnings: Warning[] = [];
  private failure: Failure | undefined;
  private sent = false;

  /** Whether going on would be pointless. */
  get stopped(): boolean {
    return this.failure !== undefined && isOfTheWay(this.failure);
  }

  get failed(): boolean {
    return this.failure !== undefined;
  }

  /** Something was sent and taken. */
  add(delta: WrittenDelta = {}): void {
    this.sent = true;
    this.written = joinDeltas(this.written, delta);
  }

  /** Something was taken away, which counts once it is gone in every audience; see `settle`. */
  takeAway(delta: WrittenDelta): void {
    this.sent = true;
    this.taken = joinDeltas(this.taken, delta);
  }

  settle(): void {
    this.written = joinDeltas(this.taken, this.written);
  }

  warn(...warnings: readonly Warning[]): void {
    this.warnings.push(...warnings);
  }

  /** The first failure is the one that is told. */
  fail(failure: Failure): void {
    this.failure ??= failure;
  }

  /** `last` names what holds for the whole contact, if anything was written at all. */
  outcome(last: WrittenDelta = {}): Outcome {
    const parts = Object.entries(this.sent ? { ...this.written, ...last } : {}).filter(([, part]) =>
      Array.isArray(part) ? part.length > 0 : typeof part !== 'object' || Object.keys(part).length > 0,
    );
    return {
      ...(this.failure ?? { kind: this.sent ? 'confirmed' : 'unchanged' }),
      ...(parts.length === 0 ? {} : { written: Object.fromEntries(parts) }),
      ...(this.warnings.length === 0 ? {} : { warnings: this.warnings }),
    };
  }
}
