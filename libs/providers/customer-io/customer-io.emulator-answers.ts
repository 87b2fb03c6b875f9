import type { EmulatedAnswer } from '@rekomi/provider-contract';

/** Headers recorded from the vendor in 2021 and again later. */
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-cache, no-store, must-revalidate, max-age=0',
  'access-control-allow-origin': '*',
  via: '1.1 google',
} as const;

/** A success of the Track API is three bytes, whatever became of the request. */
export const TAKEN: EmulatedAnswer = { status: 200, headers: HEADERS, body: '{}\n' };

export function answered(status: number, body: unknown): EmulatedAnswer {
  return { status, headers: HEADERS, body: JSON.stringify(body) };
}

/** Track v1 lists its reasons, pretty-printed (recorded 2023). */
export function trackRefusal(errors: readonly string[], status = 400): EmulatedAnswer {
  return { status, headers: HEADERS, body: `${JSON.stringify({ meta: { errors } }, null, 2)}\n` };
}

/** The other envelope of Track v1. */
export function trackError(status: number, error: string): EmulatedAnswer {
  return answered(status, { meta: { error } });
}

export const UNAUTHORIZED_TRACK = trackError(401, 'Unauthorized request');

export interface EntityError {
  readonly batch_index?: number;
  readonly reason: 'invalid' | 'required';
  readonly field: string;
  readonly message: string;
}

/** Track v2. */
export function entityRefusal(errors: readonly EntityError[], status = 400): EmulatedAnswer {
  return answered(status, { errors });
}

/** App API. The status inside is text in every recording, a number in the description. */
export function appError(
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): EmulatedAnswer {
  return {
    status,
    headers: { ...HEADERS, ...headers },
    body: JSON.stringify({ errors: [{ detail, status: String(status) }] }),
  };
}

export function movedTrack(location: string): EmulatedAnswer {
  return { ...trackError(301, 'wrong datacenter'), headers: { ...HEADERS, location } };
}
