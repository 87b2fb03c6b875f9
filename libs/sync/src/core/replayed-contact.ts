import type { LedgerEntry, PendingDelivery } from './delivery.js';

/**
 * Why a delivery of a replay came up. The first brings a person up to date and has nothing to bring where nothing has
 * changed since the last write; the second writes all the same.
 */
export const REPLAY_CAUSE = 'replayed';
export const REWRITE_CAUSE = 'rewrite';

/** Whether all that is asked of the contact is to be what it should have been already. */
export function isReplay(contacts: readonly PendingDelivery[]): boolean {
  return contacts.length > 0 && contacts.every(({ cause }) => cause === REPLAY_CAUSE);
}

/** Whether what is wanted now is what was last written. `fingerprint`: of what is wanted. */
export function bringsNothing(
  contacts: readonly PendingDelivery[],
  fingerprint: string | undefined,
  ledger: LedgerEntry | undefined,
): boolean {
  if (fingerprint === undefined || ledger?.present !== true) return false;
  return isReplay(contacts) && ledger.writtenFingerprint === fingerprint;
}
