import type { CsvCell } from '@rekomi/http';
import type { AuditEntry } from '@rekomi/identity';

const COLUMNS = {
  time: ({ at }) => at,
  action: ({ action }) => action,
  outcome: ({ outcome }) => outcome,
  code: ({ code }) => code,
  actor_kind: ({ actorKind }) => actorKind,
  actor: ({ actorLabel }) => actorLabel,
  actor_id: ({ actorId }) => actorId,
  resource_kind: ({ resourceKind }) => resourceKind,
  resource: ({ resourceLabel }) => resourceLabel,
  resource_id: ({ resourceId }) => resourceId,
  ip: ({ ip }) => ip,
  user_agent: ({ userAgent }) => userAgent,
  request_id: ({ requestId }) => requestId,
  details: ({ details }) => JSON.stringify(details),
  id: ({ id }) => id,
} as const satisfies Record<string, (entry: AuditEntry) => CsvCell>;

export const AUDIT_CSV_HEADER = Object.keys(COLUMNS);

export async function* auditCsvRows(entries: AsyncIterable<AuditEntry>): AsyncGenerator<readonly CsvCell[]> {
  for await (const entry of entries) yield Object.values(COLUMNS).map((cell) => cell(entry));
}
