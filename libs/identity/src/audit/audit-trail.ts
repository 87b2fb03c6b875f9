import { Injectable } from '@nestjs/common';
import { runLast, Tenancy } from '@rekomi/database';
import { clientAddressOf, currentRequest } from '@rekomi/http';
import { isIP } from 'node:net';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { actorOf } from './actor.js';
import type { AuditDetails, NewAuditEntry } from './audit-entry.js';

const LONGEST = {
  actorLabel: 320,
  resourceId: 200,
  resourceLabel: 300,
  userAgent: 500,
  details: 8000,
} as const;

/** Writes the audit log. What it writes can be read and added to, never changed. */
@Injectable()
export class AuditTrail {
  constructor(private readonly tenancy: Tenancy) {}

  /** In the transaction of the effect: there is no effect without its entry, and no entry without its effect. */
  async record(tx: EntityManager, organizationId: string, entry: NewAuditEntry): Promise<void> {
    const request = currentRequest();
    const actor = entry.actor ?? actorOf(request);
    const { resource } = entry;
    await runLast(
      tx,
      `INSERT INTO audit_entry (id, organization_id, actor_kind, actor_id, actor_label, action, resource_kind,
         resource_id, resource_label, outcome, code, details, ip, user_agent, request_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        newId(),
        organizationId,
        actor.kind,
        actor.id ?? null,
        cut(actor.label, LONGEST.actorLabel),
        entry.action,
        resource?.kind ?? entry.action.split('.')[0],
        cut(resource?.id, LONGEST.resourceId),
        cut(resource?.label, LONGEST.resourceLabel),
        entry.outcome ?? 'done',
        entry.code ?? null,
        storable(entry.details ?? {}),
        addressOf(request === undefined ? undefined : clientAddressOf(request)),
        cut(request?.headers['user-agent'], LONGEST.userAgent),
        request?.id ?? null,
      ],
    );
  }

  /** In a transaction of its own: for refused attempts, and for effects that are elsewhere. */
  async note(organizationId: string, entry: NewAuditEntry): Promise<void> {
    await this.tenancy.run(organizationId, (tx) => this.record(tx, organizationId, entry));
  }
}

function cut(text: string | undefined, longest: number): string | null {
  return text === undefined ? null : text.replaceAll('\0', '').slice(0, longest);
}

/** PostgreSQL’s jsonb holds no zero character; an entry that is too large must not undo what it tells of. */
function storable(details: AuditDetails): string {
  const json = JSON.stringify(details, (_name, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '') : value,
  );
  return json.length > LONGEST.details ? '{"truncated": true}' : json;
}

/** A unix socket or a proxy that names no address leaves none. */
function addressOf(ip: string | undefined): string | null {
  const bare = ip?.split('%')[0] ?? '';
  return isIP(bare) === 0 ? null : bare;
}
