import { type EndpointNews, endpointRestMs } from '@rekomi/sync';

/** An endpoint that has taken nothing for this long is disabled. */
export const DEAD_AFTER_MS = 5 * 24 * 60 * 60 * 1000;

/** People are told of one that has taken nothing for this long: a night's outage is none, and messages last three days. */
export const FAILING_AFTER_MS = 24 * 60 * 60 * 1000;

export interface Health {
  /** The first failure since the last success. */
  readonly failingSince: Date | null;
  /** Failures in a row; those that were under way together, when it began to rest, count as one. */
  readonly failures: number;
}

export interface HealthVerdict {
  readonly health: Health;
  /** At least one message was taken. */
  readonly succeeded: boolean;
  /** Code of the last failure, if there was one. */
  readonly failedWith?: string;
  /** It had failed before, and took something now. */
  readonly recovered: boolean;
  /** It has taken nothing for a day. */
  readonly failsForLong: boolean;
  /** Nothing is sent for so long. */
  readonly restMs?: number;
  readonly disable?: { readonly code: string; readonly detail: string };
}

/**
 * What tries say about an endpoint. One that takes anything at all is alive; one that asks for patience or does not answer
 * is left alone for longer and longer; one that is gone, or has taken nothing for five days, is disabled.
 *
 * @param news oldest first.
 */
export function healthAfter(
  before: Health & { readonly resting: boolean },
  news: readonly EndpointNews[],
  now: Date,
): HealthVerdict {
  let { failingSince, failures, resting } = before;
  let succeeded = false;
  let failedWith: string | undefined;
  let restMs: number | undefined;
  let gone: string | undefined;
  for (const one of news) {
    switch (one.kind) {
      case 'succeeded':
        succeeded = true;
        failingSince = null;
        failures = 0;
        restMs = undefined;
        resting = false;
        break;
      case 'failed':
        failingSince ??= now;
        if (!resting) failures += 1;
        failedWith = one.code;
        if (one.rests) {
          resting = true;
          restMs = Math.max(restMs ?? 0, endpointRestMs(failures, one.retryAfterMs));
        }
        break;
      case 'gone':
        failingSince ??= now;
        failures += 1;
        failedWith = 'endpoint_gone';
        gone = one.detail ?? 'The endpoint answered 410.';
        break;
      case 'unsent':
        break;
    }
  }
  const failsForMs = failingSince === null ? 0 : now.getTime() - failingSince.getTime();
  return {
    health: { failingSince, failures },
    succeeded,
    recovered: succeeded && before.failingSince !== null,
    failsForLong: failsForMs >= FAILING_AFTER_MS,
    ...(failedWith === undefined ? {} : { failedWith }),
    ...(restMs === undefined ? {} : { restMs }),
    ...(gone !== undefined
      ? { disable: { code: 'endpoint_gone', detail: gone } }
      : failsForMs >= DEAD_AFTER_MS
        ? { disable: { code: 'endpoint_dead', detail: 'Every message has failed for five days.' } }
        : {}),
  };
}
