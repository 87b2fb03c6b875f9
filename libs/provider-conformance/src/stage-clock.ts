import type { ProviderManifest } from '@rekomi/provider-contract';
import type { PaceGate } from '@rekomi/transport';

/** 3 September 2026, 10:00 UTC: a clock that stands still makes the same run twice. */
const START = Date.UTC(2026, 8, 3, 10);

/**
 * The one clock of a stage. It moves only when a request is sent, by the distance that the family's pace asks for: the
 * vendor's limits are kept as the engine keeps them, without waiting. Of requests that are sent side by side no more than
 * the family allows are under way, or they would all arrive at the moment of the last one.
 */
export class StageClock implements PaceGate {
  private at = START;
  private readonly underWay = new Map<string, number>();
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(private readonly manifest: ProviderManifest) {}

  readonly now = (): number => Math.floor(this.at);

  async acquire(family: string): Promise<{ readonly kind: 'go' }> {
    const limit = this.manifest.limits[family];
    if (limit === undefined) return { kind: 'go' };
    if ((this.underWay.get(family) ?? 0) >= limit.concurrency) {
      await new Promise<void>((resolve) => {
        this.waiting.set(family, [...(this.waiting.get(family) ?? []), resolve]);
      });
    } else this.underWay.set(family, (this.underWay.get(family) ?? 0) + 1);
    this.at += limit.usual.perMs / limit.usual.requests;
    return { kind: 'go' };
  }

  release(family: string): void {
    const [next, ...rest] = this.waiting.get(family) ?? [];
    this.waiting.set(family, rest);
    // The place is handed on.
    if (next !== undefined) next();
    else this.underWay.set(family, (this.underWay.get(family) ?? 1) - 1);
  }
}
