import type { AuditDetails, AuditResource } from './audit-entry.js';
import type { AuditedAction } from './audited-action.js';

/** What is known so far about the entry of a request. */
export interface PendingEntry {
  readonly audited: AuditedAction;
  resource: Partial<AuditResource>;
  details: AuditDetails;
  /** Nothing is left to write: it was written with the effect, or there was no effect. */
  settled: boolean;
}

const pending = new WeakMap<object, PendingEntry>();

export function beginEntry(request: object, audited: AuditedAction): PendingEntry {
  const entry: PendingEntry = { audited, resource: {}, details: {}, settled: false };
  pending.set(request, entry);
  return entry;
}

export function pendingEntryOf(request: object | undefined): PendingEntry | undefined {
  return request === undefined ? undefined : pending.get(request);
}
