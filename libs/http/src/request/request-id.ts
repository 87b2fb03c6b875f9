import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { v7 as newId } from 'uuid';

const ACCEPTED = /^[\w.:/+=-]{1,128}$/;
const ID_BYTES = 16;
const POOL = new Uint8Array(256 * ID_BYTES);
let used = POOL.length;

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;

/** The caller's `X-Request-Id` where it is short and harmless in a log line, otherwise a new id. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : newId({ random: nextRandom() });
}

/** Asking for randomness costs far more than the id: it is fetched for many ids at once. */
function nextRandom(): Uint8Array {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += ID_BYTES;
  return POOL.subarray(used - ID_BYTES, used);
}

/** The trace id of a W3C `traceparent` header. */
export function traceIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const given = headers['traceparent'];
  const id = typeof given === 'string' ? TRACEPARENT.exec(given)?.[1] : undefined;
  return id === undefined || /^0+$/.test(id) ? undefined : id;
}
