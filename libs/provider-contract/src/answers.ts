import type { Answered, NoAnswer, Withheld } from './access.js';
import type { Ambiguous, Throttled, Unavailable } from './outcome.js';

/**
 * What it means, for every vendor alike, that no answer came. Writes whose bytes may have left are ambiguous; reads
 * (`harmless`) are merely unavailable, because asking again changes nothing.
 */
export function unanswered(
  answer: NoAnswer | Withheld,
  family: string,
  options: { readonly harmless?: boolean } = {},
): Ambiguous | Unavailable | Throttled {
  if (answer.kind === 'withheld') {
    if (answer.reason === 'paced') {
      return {
        kind: 'throttled',
        code: 'vendor_throttled',
        family,
        ...(answer.until === undefined ? {} : { until: answer.until }),
      };
    }
    const code = answer.reason === 'host_not_allowed' ? 'host_not_allowed' : 'send_withheld';
    return { kind: 'unavailable', code, vendorMessage: answer.detail };
  }
  if (!answer.maybeSent)
    return { kind: 'unavailable', code: 'vendor_unreachable', vendorMessage: answer.detail };
  const code = answer.reason === 'timeout' ? 'vendor_timeout' : 'vendor_cut';
  return options.harmless === true
    ? { kind: 'unavailable', code, vendorMessage: answer.detail }
    : { kind: 'ambiguous', code, vendorMessage: answer.detail };
}

/** The longest wait that a `Retry-After` is believed: beyond a day it is an error or a trap. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/**
 * Reads `Retry-After` in both forms (seconds, HTTP date; RFC 9110 section 10.2.3). Undefined when absent, unreadable
 * or in the past.
 */
export function retryAfter(headers: Answered['headers'], now: number): Date | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  const at = /^\d+(\.\d+)?$/.test(value) ? now + Number(value) * 1000 : Date.parse(value);
  if (!Number.isFinite(at) || at <= now) return undefined;
  return new Date(Math.min(at, now + LONGEST_WAIT_MS));
}

/** Beyond this a number cannot be a count of seconds to wait. */
const EPOCH_FROM = 1_000_000_000;

/**
 * Reads a vendor's own header that tells when there is room again, as seconds to wait or as Unix seconds; the size tells
 * them apart. Undefined when absent, unreadable or in the past.
 */
export function resetAt(headers: Answered['headers'], name: string, now: number): Date | undefined {
  const value = headers[name]?.trim();
  if (value === undefined || !/^\d+(\.\d+)?$/.test(value)) return undefined;
  const number = Number(value);
  const at = number >= EPOCH_FROM ? number * 1000 : now + number * 1000;
  return at <= now ? undefined : new Date(Math.min(at, now + LONGEST_WAIT_MS));
}

/** When a vendor that had enough has room again: `Retry-After`, then the first of `resetHeaders` that can be read. */
export function roomAgainAt(
  headers: Answered['headers'],
  now: number,
  resetHeaders: readonly string[] = [],
): Date | undefined {
  return (
    retryAfter(headers, now) ??
    resetHeaders.map((name) => resetAt(headers, name, now)).find((at) => at !== undefined)
  );
}

/** A 429 of any vendor. `resetHeaders` are the manifest's. */
export function throttled(
  answer: Answered,
  family: string,
  now: number,
  vendorMessage?: string,
  resetHeaders: readonly string[] = [],
): Throttled {
  const until = roomAgainAt(answer.headers, now, resetHeaders);
  return {
    kind: 'throttled',
    code: 'vendor_throttled',
    family,
    status: answer.status,
    ...(until === undefined ? {} : { until }),
    ...(vendorMessage === undefined ? {} : { vendorMessage }),
  };
}
