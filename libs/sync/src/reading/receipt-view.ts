import type { Comparison, Deviation } from '@rekomi/provider-contract';

export const RECEIPT_STATES = ['owed', 'confirmed', 'ignored', 'undecided'] as const;
/**
 * - `owed`: accepted, and to be read back.
 * - `confirmed`: read back, and equal.
 * - `ignored`: read back several times, and not, or not wholly, there.
 * - `undecided`: the vendor could not be asked, several times over; that proves nothing.
 */
export type ReceiptState = (typeof RECEIPT_STATES)[number];

/** What came of reading an accepted write back. Times are ISO 8601, UTC. */
export interface ReceiptView {
  readonly state: ReceiptState;
  /** One of the first of its connection, or drawn. */
  readonly reason: 'first' | 'sampled';
  readonly decidedAt?: string;
  /** When the vendor is asked next. */
  readonly nextLookAt?: string;
  readonly code?: string;
  /** What is missing there or has another value. */
  readonly deviations: readonly Deviation[];
  /** Parts of what was written about which the vendor tells nothing. */
  readonly untold: Comparison['untold'];
}

export interface ReceiptRow {
  readonly receipt_state: ReceiptState | null;
  readonly receipt_reason: 'first' | 'sampled' | null;
  readonly receipt_decided_at: Date | null;
  readonly receipt_due_at: Date | null;
  readonly receipt_code: string | null;
  readonly receipt_deviations: readonly Deviation[] | null;
  readonly receipt_untold: Comparison['untold'] | null;
}

/** Of a receipt, as `r`. */
export const RECEIPT_COLUMNS = `r.state AS receipt_state, r.reason AS receipt_reason, r.decided_at AS receipt_decided_at,
         CASE WHEN r.state = 'owed' THEN r.due_at END AS receipt_due_at, r.code AS receipt_code,
         r.deviations AS receipt_deviations, r.untold AS receipt_untold`;

export const NO_RECEIPT = `NULL::text AS receipt_state, NULL::text AS receipt_reason,
         NULL::timestamptz AS receipt_decided_at, NULL::timestamptz AS receipt_due_at, NULL::text AS receipt_code,
         NULL::jsonb AS receipt_deviations, NULL::text[] AS receipt_untold`;

export function receiptOf(row: ReceiptRow): { readonly receipt?: ReceiptView } {
  if (row.receipt_state === null || row.receipt_reason === null) return {};
  return {
    receipt: {
      state: row.receipt_state,
      reason: row.receipt_reason,
      ...(row.receipt_decided_at === null ? {} : { decidedAt: row.receipt_decided_at.toISOString() }),
      ...(row.receipt_due_at === null ? {} : { nextLookAt: row.receipt_due_at.toISOString() }),
      ...(row.receipt_code === null ? {} : { code: row.receipt_code }),
      deviations: row.receipt_deviations ?? [],
      untold: row.receipt_untold ?? [],
    },
  };
}
