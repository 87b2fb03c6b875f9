import { setTimeout as delay } from 'node:timers/promises';

import type { ProviderManifest, SettingValue } from '@rekomi/provider-contract';

import { allowance } from '../core/pace-plan.js';
import type { EngineGate } from './pacer.js';

/** What comparing may take of an endpoint family's pace: the rest is for writes and for looks that something waits for. */
export const CHECKING_SHARE = 0.5;

export interface SharedGateOptions {
  readonly share: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * A gate that takes no more than a share of what the one behind it gives: between two requests of a family lies the
 * distance of its usual pace, divided by the share.
 */
export function sharedGate(
  gate: EngineGate,
  manifest: ProviderManifest,
  settings: Readonly<Record<string, SettingValue>>,
  {
    share,
    now = () => performance.now(),
    wait = (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
  }: SharedGateOptions,
): EngineGate {
  const notBefore = new Map<string, number>();
  return {
    acquire: async (family, signal) => {
      const limit = manifest.limits[family];
      if (limit !== undefined) {
        const { requests, perMs } = allowance(limit, settings);
        const at = now();
        const mine = Math.max(at, notBefore.get(family) ?? at);
        notBefore.set(family, mine + perMs / requests / share);
        if (mine > at) await wait(mine - at, signal);
      }
      return gate.acquire(family, signal);
    },
    release: (family, result, go) => gate.release(family, result, go),
    hadEnough: (family, forMs) => gate.hadEnough(family, forMs),
  };
}
