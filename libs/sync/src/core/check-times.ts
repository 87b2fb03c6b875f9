/**
 * When a connection that was stopped by an error is verified again by itself, attempt by attempt, in milliseconds. The first
 * comes soon: one odd answer of a vendor must not cost more than a moment. The last one repeats.
 */
export const BROKEN_CHECKS_MS: readonly number[] = [15_000, 60_000, 300_000, 1_800_000, 3_600_000];

/** When the vendor of a connection in order could not be asked; never later than the usual time. */
const UNREACHED_CHECKS_MS: readonly number[] = [300_000, 1_800_000, 3_600_000, 6 * 3_600_000];

/** A connection is verified again this often, in hours, unless told otherwise. */
export const CHECK_EVERY_HOURS = 24;

/** A connection comes back by itself this often before it has to last for a whole round, or a person looks at it. */
export const HEALS_AT_MOST = 3;

/** By how much times vary, so that what broke together does not ask together. */
const SPREAD = 0.2;

export interface CheckTime {
  readonly state: 'broken' | 'in order';
  /** Checks in a row without the wanted result. */
  readonly tries: number;
  readonly everyMs: number;
  /** From 0 up to, and without, 1. */
  readonly random: number;
}

/** In how many milliseconds a connection is to be verified again. */
export function checkInMs({ state, tries, everyMs, random }: CheckTime): number {
  const varied = 1 - SPREAD / 2 + SPREAD * random;
  if (state === 'in order' && tries === 0) return everyMs * varied;
  const ladder = state === 'broken' ? BROKEN_CHECKS_MS : UNREACHED_CHECKS_MS;
  const step = state === 'broken' ? tries : tries - 1;
  const wanted = ladder[Math.min(step, ladder.length - 1)] ?? everyMs;
  return Math.min(wanted, everyMs) * varied;
}
