/** What a failed lane waits at the most before attempt 2, 3, …; the last entry repeats. Milliseconds. */
export const RETRY_CEILINGS_MS: readonly number[] = [
  2_000, 10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000,
];

/** After failing for this long a delivery is given up: about three days. */
export const GIVE_UP_AFTER_MS = 3 * 24 * 60 * 60 * 1000;
/** And not before this many attempts: while a connection is paused or no worker runs, time passes and nothing is tried. */
export const GIVE_UP_AFTER_ATTEMPTS = RETRY_CEILINGS_MS.length;

/** Even a lucky draw leaves the vendor a moment. */
const SHORTEST_MS = 250;

/**
 * Full jitter: anything between nothing and the ceiling, so that what failed together does not come back together.
 *
 * @param failures consecutive failures so far, 1 or more
 * @param random 0 ≤ random < 1
 */
export function retryInMs(failures: number, random: number): number {
  const ceiling = RETRY_CEILINGS_MS[Math.min(failures, RETRY_CEILINGS_MS.length) - 1] ?? SHORTEST_MS;
  return Math.max(SHORTEST_MS, Math.round(ceiling * random));
}

/** What a throttled lane waits when the vendor did not say how long. */
export function throttledInMs(random: number): number {
  return 1_000 + Math.round(2_000 * random);
}
