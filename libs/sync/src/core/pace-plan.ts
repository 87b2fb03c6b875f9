import type { RateLimit, RateWindow, SettingValue } from '@rekomi/provider-contract';

/** A window that is counted beside the even distance, as the database knows it. */
export interface CountedWindow {
  readonly requests: number;
  readonly perMs: number;
  /** In blocks of UTC; otherwise over any period of the length. */
  readonly calendar: boolean;
}

/** How the limits of an endpoint family are kept. */
export interface PacePlan {
  /** Between two requests; 0 when only the counted windows hold. */
  readonly distanceMs: number;
  /** A request this late still fits; a later one would reach into what the vendor counts for others. */
  readonly latenessMs: number;
  readonly windows: readonly CountedWindow[];
  /** Requests under way at the same time, in all processes. */
  readonly places: number;
}

/** Where the pace leaves no room below the vendor's limit, this part of the window is kept free for lateness. */
const MARGIN = 0.05;
const LONGEST_MARGIN_MS = 250;
/** The rest is for what the network does to the distance on the way. */
const OURS = 0.5;
const LONGEST_LATENESS_MS = 250;

/** What the connection chose, else what the manifest calls usual. */
export function allowance(limit: RateLimit, settings: Readonly<Record<string, SettingValue>>): RateWindow {
  const chosen = limit.setting === undefined ? undefined : settings[limit.setting];
  return typeof chosen === 'number' ? { kind: 'smooth', requests: chosen, perMs: 1_000 } : limit.usual;
}

/**
 * A request may be late by as much as the vendor's limit is above our pace: with requests `d` apart and none more than
 * `j` late, at most `(w + j) / d` arrive in any window `w`. Where our pace is the limit itself, the distance is stretched
 * by a fortieth of the window to make that room; a longer window needs less.
 */
export function pacePlan(limit: RateLimit, settings: Readonly<Record<string, SettingValue>>): PacePlan {
  const own = allowance(limit, settings);
  const places = limit.concurrency;
  const quotas = (limit.quotas ?? []).map(counted);
  if (own.kind !== 'smooth') {
    return {
      distanceMs: 0,
      latenessMs: latenessOf(Math.max(20, own.perMs / 100)),
      windows: [counted(own), ...quotas],
      places,
    };
  }
  const even = own.perMs / own.requests;
  const ceiling = ceilingOf(limit.ceiling, own);
  const room = ceiling.requests * even - ceiling.perMs;
  const needed = Math.min(ceiling.perMs * MARGIN, LONGEST_MARGIN_MS);
  if (room >= needed) return { distanceMs: even, latenessMs: latenessOf(room), windows: quotas, places };
  const stretched = Math.max(even, (ceiling.perMs + needed) / ceiling.requests);
  return { distanceMs: stretched, latenessMs: latenessOf(needed), windows: quotas, places };
}

/**
 * A pace above the vendor's limit is chosen for the sandbox only, to see what the product takes: nothing of the limit is
 * left then, or all figures would be the vendor's.
 */
function ceilingOf(ceiling: RateWindow, own: RateWindow): RateWindow {
  const lifted = own.requests / own.perMs > ceiling.requests / ceiling.perMs;
  return lifted ? { ...own, requests: own.requests * 2 } : ceiling;
}

function latenessOf(roomMs: number): number {
  return Math.min(roomMs * OURS, LONGEST_LATENESS_MS);
}

function counted({ requests, perMs, kind }: RateWindow): CountedWindow {
  return { requests, perMs, calendar: kind === 'calendar' };
}
