import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';

import type { AuditEntry } from './audit-entry.js';

const COLUMNS = `id, at, actor_kind AS "actorKind", actor_id AS "actorId", actor_label AS "actorLabel", action,
  resource_kind AS "resourceKind", resource_id AS "resourceId", resource_label AS "resourceLabel", outcome, code, details,
  host(ip) AS ip, user_agent AS "userAgent", request_id AS "requestId"`;
const EXPORT_CHUNK = 1000;

export interface AuditFilter {
  /** `campaign.created`, or `campaign` for everything about campaigns. */
  readonly action?: string;
  readonly actorId?: string;
  readonly resourceKind?: string;
  readonly resourceId?: string;
  readonly outcome?: AuditEntry['outcome'];
  /** Part of a name, address, action, id or IP address, in any letter case. */
  readonly text?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

/** Time in RFC 3339 and id of the last entry seen. */
export type AuditPosition = readonly [at: string, id: string];

@Injectable()
export class AuditLogReader {
  constructor(private readonly tenancy: Tenancy) {}

  /** Newest first. */
  list(
    organizationId: string,
    filter: AuditFilter,
    wanted: { readonly after?: AuditPosition; readonly limit: number },
  ): Promise<readonly AuditEntry[]> {
    const { conditions, parameters } = conditionsOf(filter, wanted.after);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return this.tenancy.run(organizationId, (tx) =>
      tx.query<AuditEntry[]>(
        `SELECT ${COLUMNS} FROM audit_entry ${where} ORDER BY at DESC, id DESC LIMIT $${parameters.length + 1}`,
        [...parameters, wanted.limit],
      ),
    );
  }

  /** Everything that matches, newest first, with one chunk in memory at a time and no transaction held open. */
  async *all(organizationId: string, filter: AuditFilter): AsyncGenerator<AuditEntry> {
    let after: AuditPosition | undefined;
    for (;;) {
      const chunk = await this.list(organizationId, filter, {
        ...(after === undefined ? {} : { after }),
        limit: EXPORT_CHUNK,
      });
      yield* chunk;
      const last = chunk.at(-1);
      if (last === undefined || chunk.length < EXPORT_CHUNK) return;
      after = positionOf(last);
    }
  }
}

export function positionOf({ at, id }: AuditEntry): AuditPosition {
  return [at.toISOString(), id];
}

interface Conditions {
  readonly conditions: readonly string[];
  readonly parameters: readonly unknown[];
}

function conditionsOf(filter: AuditFilter, after: AuditPosition | undefined): Conditions {
  const conditions: string[] = [];
  const parameters: unknown[] = [];
  const add = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition(`$${parameters.length}`));
  };
  const { action } = filter;
  if (action?.includes('.') === true) add((place) => `action = ${place}`, action);
  else add((place) => `split_part(action, '.', 1) = ${place}`, action);
  add((place) => `actor_id = ${place}`, filter.actorId);
  add((place) => `resource_kind = ${place}`, filter.resourceKind);
  add((place) => `resource_id = ${place}`, filter.resourceId);
  add((place) => `outcome = ${place}`, filter.outcome);
  add((place) => `at >= ${place}`, filter.from);
  add((place) => `at < ${place}`, filter.to);
  add(
    (place) =>
      `concat_ws(' ', action, actor_label, resource_label, resource_id, code, host(ip), request_id) ILIKE ${place}`,
    filter.text === undefined ? undefined : `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`,
  );
  if (after !== undefined) {
    parameters.push(...after);
    conditions.push(`(at, id) < ($${parameters.length - 1}::timestamptz, $${parameters.length}::uuid)`);
  }
  return { conditions, parameters };
}
