import { parcels, type Failure } from '@rekomi/provider-contract';
import { errorsIn, type Declined, type VendorError } from './customer-io.answers.js';
import { BATCH_LIMITS } from './customer-io.manifest.js';
import type { CustomerIoSession } from './customer-io.session.js';

/** The vendor declined the request that held this item, and named nobody. */
export type DeclinedTogether = Omit<Declined, 'kind'> & { readonly kind: 'declined_together' };

/** What became of one item of a batch. */
export type ItemResult =
  | { readonly kind: 'ok'; readonly status: number }
  | Declined
  | DeclinedTogether
  | { readonly kind: 'failed'; readonly failure: Failure };

const OPENING = '{"batch":[';
const CLOSING = ']}';
const PARCEL = {
  items: BATCH_LIMITS.items,
  bytes: BATCH_LIMITS.bytes,
  frame: OPENING.length + CLOSING.length,
};

/**
 * Sends items (JSON texts) through `/api/v2/batch` and finds out for each what became of it. Items that a 400 names are
 * set aside and the others sent again, since nothing of such a batch was taken; a 400 or 413 that names nobody is told of
 * each. After a failure of the way to the vendor nothing more is sent.
 */
export async function sendBatch(
  session: CustomerIoSession,
  items: readonly string[],
): Promise<readonly ItemResult[]> {
  const results: ItemResult[] = [];
  const waiting = [...parcels(items, PARCEL)];
  let stopped: Failure | undefined;
  for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
    const positions = chunk;
    const give = (result: (index: number) => ItemResult): void =>
      positions.forEach((position, index) => (results[position] = result(index)));
    if (stopped !== undefined) {
      const failure = notSent(stopped);
      give(() => ({ kind: 'failed', failure }));
      continue;
    }
    const reading = await session.askPartly({
      door: 'track',
      method: 'POST',
      path: '/api/v2/batch',
      jsonText: `${OPENING}${positions.map((position) => items[position]).join(',')}${CLOSING}`,
      declines: [400, 413, 422],
    });
    if (reading.kind === 'failed') {
      stopped = reading.failure;
      give(() => reading);
    } else if (reading.kind === 'ok') {
      give(itemResults(reading.status, reading.body, positions.length));
    } else {
      const named = reading.errors.filter((error) => isWithin(error, positions.length));
      if (positions.length === 1) give(() => reading);
      else if (named.length === 0) give(() => ({ ...reading, kind: 'declined_together' }));
      else {
        const at = new Set(named.map(({ index }) => index));
        for (const [index, position] of positions.entries())
          if (at.has(index)) results[position] = declinedItem(reading.status, named, index);
        const others = positions.filter((_, index) => !at.has(index));
        if (others.length > 0) waiting.unshift(others);
      }
    }
  }
  return results;
}

/**
 * Errors are looked for in every success answer, 207 or not. One that names no item leaves all of them open, and so does
 * one in `meta`, where batches have none by the vendor's pages: whom it does not name may be meant all the same.
 */
function itemResults(
  status: number,
  body: Readonly<Record<string, unknown>>,
  count: number,
): (index: number) => ItemResult {
  const errors = errorsIn(body);
  const listed = body.errors === undefined || body.errors === null || Array.isArray(body.errors);
  const unclear =
    !listed ||
    (status === 207 && !Array.isArray(body.errors)) ||
    errorsIn({ meta: body.meta }).length > 0 ||
    errors.some((error) => !isWithin(error, count));
  return (index) => {
    if (errors.some((error) => error.index === index)) return declinedItem(status, errors, index);
    if (unclear) return { kind: 'failed', failure: { kind: 'unavailable', code: 'answer_unknown', status } };
    return { kind: 'ok', status };
  };
}

function declinedItem(status: number, errors: readonly VendorError[], index: number): Declined {
  const own = errors.filter((error) => error.index === index);
  return { kind: 'declined', status, errors: own, message: own.map(({ message }) => message).join('; ') };
}

/** For what stood behind a failure: the same answer where it holds for everyone, otherwise "not sent yet". */
export function notSent(stopped: Failure): Failure {
  if (stopped.kind === 'throttled' || stopped.kind === 'unauthorised') return stopped;
  return {
    kind: 'unavailable',
    code: 'send_withheld',
    vendorMessage: `After ${stopped.code} nothing more was sent.`,
  };
}

function isWithin({ index }: VendorError, count: number): boolean {
  return index !== undefined && index >= 0 && index < count;
}
