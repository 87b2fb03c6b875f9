import {
  compareWithSnapshot,
  type Capabilities,
  type Comparison,
  type ContactReading,
  type Deviation,
  type ErrorCode,
  type WrittenContact,
} from '@rekomi/provider-contract';

/**
 * Milliseconds from the write to the first look, and from each look that showed something else to the next: vendors
 * apply what they accept with a delay, some with a long one. After the last look it counts as not applied.
 */
export const RECEIPT_WAITS_MS = [3_000, 15_000, 60_000, 300_000] as const;
/** Looks that show nothing, the vendor being down for instance, before it stays open what became of the write. */
export const FAILED_LOOKS_AT_MOST = 6;
const AFTER_FAILURE_MS = 5_000;

/** What a look says about a write that the vendor accepted. */
export type ReceiptVerdict =
  | { readonly kind: 'confirmed'; readonly untold: Comparison['untold'] }
  | {
      readonly kind: 'ignored';
      readonly code: ErrorCode;
      readonly deviations: readonly Deviation[];
      readonly untold: Comparison['untold'];
      /** Nobody is there under this address. */
      readonly nobodyThere: boolean;
    }
  /** It could not be seen, several times over: that proves nothing. */
  | { readonly kind: 'undecided'; readonly code: ErrorCode }
  | {
      readonly kind: 'again';
      readonly inMs: number;
      /** What this look counts as; neither when the vendor only asked for patience. */
      readonly counts?: 'try' | 'failure';
    };

export interface ReceiptSoFar {
  /** Looks before this one that showed something else than was written. */
  readonly tries: number;
  /** Looks before this one that showed nothing. */
  readonly failures: number;
}

/** Pure: the same look at the same point gives the same verdict. `now` in milliseconds since 1970. */
export function receiptVerdict(
  reading: ContactReading,
  written: WrittenContact,
  capabilities: Pick<Capabilities, 'tags'>,
  soFar: ReceiptSoFar,
  now: number,
): ReceiptVerdict {
  switch (reading.kind) {
    case 'found': {
      const { deviations, untold } = compareWithSnapshot(written, reading.snapshot, capabilities);
      if (deviations.length === 0) return { kind: 'confirmed', untold };
      return (
        again(soFar) ?? {
          kind: 'ignored',
          code: 'receipt_incomplete',
          deviations,
          untold,
          nobodyThere: false,
        }
      );
    }
    case 'not_found':
      return (
        again(soFar) ?? {
          ...{ kind: 'ignored', code: 'vendor_ignored', deviations: [], untold: [], nobodyThere: true },
        }
      );
    case 'throttled':
      if (reading.until !== undefined)
        return { kind: 'again', inMs: Math.max(1_000, reading.until.getTime() - now) };
      return failed(soFar, reading.code);
    default:
      return failed(soFar, reading.code);
  }
}

function again({ tries }: ReceiptSoFar): ReceiptVerdict | undefined {
  const inMs = RECEIPT_WAITS_MS[tries + 1];
  return inMs === undefined ? undefined : { kind: 'again', inMs, counts: 'try' };
}

function failed({ failures }: ReceiptSoFar, code: ErrorCode): ReceiptVerdict {
  const number = failures + 1;
  if (number >= FAILED_LOOKS_AT_MOST) return { kind: 'undecided', code };
  return { kind: 'again', inMs: AFTER_FAILURE_MS * 2 ** failures, counts: 'failure' };
}
