import { currentRequest } from '@rekomi/http';

import type { AuditDetails, AuditResource } from './audit-entry.js';
import { pendingEntryOf } from './pending-entry.js';

export interface EffectDescription {
  /** Where it cannot be taken from path and answer. */
  readonly resource?: Partial<AuditResource>;
  /** `{ changes: { name: { from: 'Spring', to: 'Summer' } } }`. Small, and never a secret. */
  readonly details?: AuditDetails;
  /** There was nothing to do, so there is nothing to tell. */
  readonly unchanged?: boolean;
}

/**
 * Adds to the entry that this request will leave in the audit log. Call it inside the work, before it commits. Does
 * nothing on a route without `@Audited()`.
 */
export function describeEffect({ resource, details, unchanged }: EffectDescription): void {
  const entry = pendingEntryOf(currentRequest());
  if (entry === undefined) return;
  entry.resource = { ...entry.resource, ...resource };
  entry.details = { ...entry.details, ...details };
  if (unchanged === true) entry.settled = true;
}
