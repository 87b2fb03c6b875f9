import type { ErrorCode, Outcome } from '@rekomi/provider-contract';

import { GIVE_UP_AFTER_ATTEMPTS, GIVE_UP_AFTER_MS, retryInMs, throttledInMs } from './back-off.js';
import type { LaneNext } from './delivery.js';

/** Outcomes after which the same is tried again by itself. */
export type Passing = Extract<Outcome, { kind: 'throttled' | 'unavailable' | 'ambiguous' }>;

/** What decides when. */
export interface Trying {
  /** Number of the attempt that just failed. */
  readonly number: number;
  /** For how long it has been failing, by the database's clock. */
  readonly failingForMs: number;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** When to try again; undefined when it has been tried for long enough. */
export function tryingAgain(outcome: Passing, trying: Trying): LaneNext | undefined {
  const { number, failingForMs, random } = trying;
  if (outcome.kind === 'throttled') {
    const toldMs = pauseInMs(outcome, trying.now);
    const room = toldMs === undefined ? {} : ({ forRoom: true } as const);
    const inMs = toldMs ?? throttledInMs(random());
    return { kind: 'due', inMs, ...room, attempts: number - 1, failing: number > 1, lastCode: outcome.code };
  }
  if (outcome.code === 'send_withheld') return waiting(outcome.code, number);
  if (number >= GIVE_UP_AFTER_ATTEMPTS && failingForMs >= GIVE_UP_AFTER_MS) return undefined;
  return {
    kind: 'due',
    inMs: retryInMs(number, random()),
    attempts: number,
    failing: true,
    lastCode: outcome.code,
  };
}

/** The lane is not at fault: it waits as it is, and nothing is used up. */
export function waiting(code: ErrorCode, number: number): LaneNext {
  return { kind: 'due', inMs: 0, attempts: number - 1, failing: number > 1, lastCode: code };
}

/** How long the vendor asked to wait, where it said so. */
export function pauseInMs(
  outcome: Extract<Outcome, { kind: 'throttled' }>,
  now: () => number,
): number | undefined {
  return outcome.until === undefined ? undefined : Math.max(0, outcome.until.getTime() - now());
}

/** Nothing left this process: our own pace or a shutdown held it back. That is no attempt. */
export function heldBack(outcome: Outcome): boolean {
  if (outcome.kind === 'throttled') return outcome.status === undefined;
  return outcome.kind === 'unavailable' && outcome.code === 'send_withheld';
}

/** The request may have taken effect although nobody said so. A vendor's 5xx, or a fault after sending, proves nothing. */
export function mayHaveArrived(outcome: Outcome): boolean {
  if (outcome.kind === 'ambiguous') return true;
  if (outcome.kind !== 'unavailable' || heldBack(outcome)) return false;
  return outcome.status !== undefined || outcome.code === 'provider_fault';
}
