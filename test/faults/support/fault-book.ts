import type { FaultRecord } from './run-record.js';

/** Faults that were really injected. A campaign with fewer than planned proves less than it says, and fails. */
export class FaultBook {
  private readonly faults: FaultRecord[] = [];

  /** @param at milliseconds since 1970; this moment unless told */
  note(kind: string, { mayRepeat }: { readonly mayRepeat: boolean }, at: number = Date.now()): void {
    this.faults.push({ kind, at, mayRepeat });
  }

  get all(): readonly FaultRecord[] {
    return this.faults;
  }

  /** By kind. */
  counts(): Readonly<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const { kind } of this.faults) found[kind] = (found[kind] ?? 0) + 1;
    return found;
  }

  /** @returns what was planned and did not happen, in words */
  missing(planned: Readonly<Record<string, number>>): readonly string[] {
    const counts = this.counts();
    return Object.entries(planned)
      .filter(([kind, wanted]) => (counts[kind] ?? 0) < wanted)
      .map(([kind, wanted]) => `${kind}: ${counts[kind] ?? 0} of ${wanted} planned`);
  }
}
