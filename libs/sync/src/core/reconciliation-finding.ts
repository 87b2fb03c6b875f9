import {
  compareWithSnapshot,
  type Capabilities,
  type Comparison,
  type ContactReading,
  type ContactSnapshot,
  type Deviation,
  type ErrorCode,
  type WrittenContact,
} from '@rekomi/provider-contract';

/** Looks that fail before a person counts as unread. */
const LOOKS_AT_MOST = 4;
const AFTER_FAILURE_MS = 5_000;

/** What a reconciliation says of one person. */
export type ReconciliationFinding =
  | {
      readonly kind: 'seen';
      readonly outcome: 'same' | 'drifted' | 'missing';
      readonly deviations: readonly Deviation[];
      readonly untold: Comparison['untold'];
      readonly consent?: ContactSnapshot['consent'];
    }
  /** The vendor could not be asked, several times over. */
  | { readonly kind: 'unread'; readonly outcome: 'unread'; readonly code: ErrorCode }
  | { readonly kind: 'again'; readonly inMs: number; readonly counts: boolean };

/**
 * Pure. Whoever unsubscribed is no drift: that is theirs. An audience that they left with it is not counted either;
 * a field that differs is.
 *
 * @param tries looks before this one that failed.
 * @param now milliseconds since 1970.
 */
export function reconciliationFinding(
  reading: ContactReading,
  written: WrittenContact,
  capabilities: Pick<Capabilities, 'tags'>,
  tries: number,
  now: number,
): ReconciliationFinding {
  switch (reading.kind) {
    case 'found': {
      const { deviations, untold } = compareWithSnapshot(written, reading.snapshot, capabilities);
      const outcome = deviations.length === 0 ? 'same' : 'drifted';
      return { kind: 'seen', outcome, deviations, untold, consent: reading.snapshot.consent };
    }
    case 'not_found':
      return { kind: 'seen', outcome: 'missing', deviations: [], untold: [] };
    case 'throttled':
      if (reading.until !== undefined)
        return { kind: 'again', inMs: Math.max(1_000, reading.until.getTime() - now), counts: false };
      return failed(reading.code, tries);
    default:
      return failed(reading.code, tries);
  }
}

function failed(code: ErrorCode, tries: number): ReconciliationFinding {
  if (tries + 1 >= LOOKS_AT_MOST) return { kind: 'unread', outcome: 'unread', code };
  return { kind: 'again', inMs: AFTER_FAILURE_MS * 2 ** tries, counts: true };
}
