import type { ProviderManifest } from '@rekomi/provider-contract';
import type { PaceGate } from '@rekomi/transport';

/** 3 September 2026, 10:00 UTC: a clock that stands still makes the same run twice. */
const START = Date.UTC(2026, 8, 3, 10);

/**
 * The one clock of a stage. It moves only when a request is sent, by the distance that the family's pace asks for: the
 * vendor's limits are kept as the engine keeps them, without waiting.
 */
export class StageClock implements PaceGate {
  private at = START;

  constructor(private readonly manifest: ProviderManifest) {}

  readonly now = (): number => Math.floor(this.at);

  acquire(family: string): Promise<{ readonly kind: 'go' }> {
    const limit = this.manifest.limits[family];
    if (limit !== undefined) this.at += limit.usual.perMs / limit.usual.requests;
    return Promise.resolve({ kind: 'go' });
  }

  release(): void {
    // Nothing to give back: time has passed.
  }
}
