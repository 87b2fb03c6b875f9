import { JOINING_CAUSES } from '../ports.js';
import type { ClaimedLane, LedgerEntry } from './delivery.js';
import type { Intention } from './intention.js';

/**
 * Whether somebody whom the first sync of a connection left out stays out. Not who joined meanwhile, and never somebody of
 * whom anything of ours is, or may be, at the vendor: what is there is kept up to date and taken back like everybody's.
 */
export function staysOut(
  { pending }: Pick<ClaimedLane, 'pending'>,
  ledger: Pick<LedgerEntry, 'present' | 'written'> | undefined,
  intended: Intention | undefined,
): boolean {
  const joined = pending.some(({ kind, cause }) => kind === 'contact' && JOINING_CAUSES.includes(cause));
  const isThere = ledger?.present === true || ledger?.written !== undefined;
  return !joined && !isThere && (intended ?? []).length === 0;
}
