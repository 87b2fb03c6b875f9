/**
 * What a message to an endpoint waits at the least before attempt 2, 3, …, in milliseconds: the schedule of Standard
 * Webhooks 1.0 (spec of 1.0.0, read in November 2026), about three days in all. After the last attempt it has expired.
 */
export const ENDPOINT_WAITS_MS: readonly number[] = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
];

/** The first attempt is made at once. */
export const ENDPOINT_ATTEMPTS = ENDPOINT_WAITS_MS.length + 1;

/** Share of a wait that is added by chance, so that what failed together does not come back together. */
const JITTER = 0.2;
/** Nobody is waited for longer than the longest of our own waits. */
const LONGEST_MS = 86_400_000;

/**
 * When a message is tried again; undefined once it has been tried often enough.
 *
 * @param number of the attempt that failed, 1 or more
 * @param random 0 ≤ random < 1
 * @param retryAfterMs what the endpoint asked for
 */
export function endpointRetryInMs(number: number, random: number, retryAfterMs = 0): number | undefined {
  const wait = ENDPOINT_WAITS_MS[number - 1];
  if (wait === undefined) return undefined;
  return Math.max(Math.round(wait * (1 + JITTER * random)), Math.min(retryAfterMs, LONGEST_MS));
}

/** A throttled message waits as it was told, otherwise 1 to 3 seconds; the endpoint's rest comes on top. */
export function endpointPauseInMs(random: number, retryAfterMs?: number): number {
  return retryAfterMs === undefined ? 1_000 + Math.round(2_000 * random) : Math.min(retryAfterMs, LONGEST_MS);
}

/** How long an endpoint rests after so many failures in a row: a second, doubled each time, a minute at the most. */
export function endpointRestMs(failures: number, retryAfterMs?: number): number {
  const ours = Math.min(60_000, 1_000 * 2 ** Math.min(Math.max(failures, 1) - 1, 6));
  return Math.max(ours, Math.min(retryAfterMs ?? 0, LONGEST_MS));
}
