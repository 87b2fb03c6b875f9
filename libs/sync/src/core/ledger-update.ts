import type { Outcome } from '@rekomi/provider-contract';

import type { LedgerUpdate } from './delivery.js';
import { detailsOf } from './lane-record.js';

/** What an outcome does not say by itself. */
export type LedgerExtra = Partial<
  Pick<LedgerUpdate, 'refusedFingerprint' | 'writtenFingerprint' | 'deferred' | 'wrote' | 'confirmed'>
>;

/** What the ledger has to say after an attempt at the contact. */
export function ledgerUpdateOf(
  outcome: Outcome,
  state: LedgerUpdate['state'],
  now: Pick<LedgerUpdate, 'present' | 'written'>,
): LedgerUpdate {
  return {
    ...now,
    state,
    ...('code' in outcome ? { code: outcome.code } : {}),
    ...detailsOf(outcome),
    warnings: outcome.warnings ?? [],
    deferred: [],
    wrote: outcome.written !== undefined,
    confirmed: false,
  };
}
