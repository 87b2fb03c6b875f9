/** How much goes into one request. */
export interface ParcelLimits {
  readonly items: number;
  /** In bytes of UTF-8, all of the body. */
  readonly bytes: number;
  /** Bytes of the body that are there however many items it holds. */
  readonly frame: number;
}

/**
 * Parts items, given as the JSON texts that will be sent, into requests: in order, as few as the limits allow. An item that
 * is too large for any request has one of its own. The texts are measured and joined, never written a second time.
 *
 * @returns positions in `texts`, request by request.
 */
export function parcels(
  texts: readonly string[],
  { items, bytes, frame }: ParcelLimits,
): readonly (readonly number[])[] {
  const all: number[][] = [];
  let size = 0;
  for (const [position, text] of texts.entries()) {
    const more = Buffer.byteLength(text, 'utf8') + SEPARATOR;
    const last = all.at(-1);
    if (last === undefined || last.length >= items || size + more > bytes) {
      all.push([position]);
      size = frame + more;
    } else {
      last.push(position);
      size += more;
    }
  }
  return all;
}

/** The comma. */
const SEPARATOR = 1;
