const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 4 * 60 * 60;

/** For how long a mail is tried, counted from when it was left to be sent. */
export const TRIED_FOR_HOURS = 48;

/**
 * Seconds until a mail is tried again: doubling up to four hours, with full jitter, so that mails that failed together do
 * not come back together.
 *
 * @param attempts how often it was tried, from 1.
 * @param random from 0 to 1.
 */
export function retryDelay(attempts: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(attempts - 1, 20));
  return Math.max(1, Math.round(random() * ceiling));
}
