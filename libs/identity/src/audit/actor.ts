import { tenantOf } from '../access/tenant.js';
import type { AuditActor } from './audit-entry.js';

/** Whom an entry names: nobody's request is the work of this server, a request of nobody known comes from the public. */
export function actorOf(request: object | undefined): AuditActor {
  if (request === undefined) return { kind: 'system' };
  const actor = tenantOf(request)?.actor;
  return actor === undefined ? { kind: 'public' } : { kind: actor.kind, id: actor.id, label: actor.label };
}
