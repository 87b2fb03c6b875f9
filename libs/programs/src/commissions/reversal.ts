import { share } from './rate.js';

/** A conversion and what was refunded of it so far, in minor units of one currency. */
export interface RefundStanding {
  readonly revenue: number;
  readonly commission: number;
  readonly refunded: number;
}

export type Reversal =
  | {
      readonly ok: true;
      /** Zero or below: what the affiliate loses by this refund. */
      readonly amount: number;
    }
  | { readonly ok: false; readonly code: 'refund_too_large'; readonly left: number };

/**
 * What a refund takes back of the commission, in proportion. Reckoned from the whole refunded so far, not from this
 * refund alone: in whatever pieces and order a sale is refunded, the parts add up to the same, and a full refund leaves
 * nothing.
 *
 * @param refund above zero.
 */
export function reversalOf({ revenue, commission, refunded }: RefundStanding, refund: number): Reversal {
  if (refund > revenue - refunded) return { ok: false, code: 'refund_too_large', left: revenue - refunded };
  const takenBefore = share(commission, refunded, revenue);
  const takenAfter = share(commission, refunded + refund, revenue);
  return { ok: true, amount: takenBefore - takenAfter };
}
