import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

import { AUDITED, type AuditedAction } from './audited-action.js';
import { beginEntry, pendingEntryOf, type PendingEntry } from './pending-entry.js';

/**
 * Begins the entry of an `@Audited()` route, before it is known whether the caller may: what is refused names the same
 * action as what is done.
 */
export function beginAuditOf(context: ExecutionContext, reflector: Reflector): PendingEntry | undefined {
  const request = context.switchToHttp().getRequest<object>();
  const audited = reflector.get<AuditedAction | undefined>(AUDITED, context.getHandler());
  return pendingEntryOf(request) ?? (audited === undefined ? undefined : beginEntry(request, audited));
}
