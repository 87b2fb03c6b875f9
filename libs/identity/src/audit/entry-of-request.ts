import type { FastifyRequest } from 'fastify';

import type { AuditDetails, NewAuditEntry } from './audit-entry.js';
import type { PendingEntry } from './pending-entry.js';

const MOST_FIELDS = 50;

/** The entry for what a request did, as far as it can be told from path, body and answer. */
export function entryOfRequest(
  request: FastifyRequest,
  { audited, resource, details }: PendingEntry,
  answer: unknown,
): NewAuditEntry {
  const parameters = record(request.params);
  const answered = record(answer);
  const idName = audited.id ?? 'id';
  const id = text(parameters[idName]) ?? text(answered['id']);
  const label = audited.label === undefined ? undefined : text(answered[audited.label]);
  const others = Object.entries(parameters).filter(([name]) => name !== idName);
  return {
    action: audited.action,
    resource: {
      ...(audited.kind === undefined ? {} : { kind: audited.kind }),
      ...(id === undefined ? {} : { id }),
      ...(label === undefined ? {} : { label }),
      ...resource,
    },
    details: {
      ...Object.fromEntries(others),
      ...fieldsOf(request.body),
      ...countsOf(audited.counts ?? [], answered),
      ...details,
    },
  };
}

/** Which fields were sent; what was in them stays out of the log. */
function fieldsOf(body: unknown): AuditDetails {
  const fields = Object.keys(record(body));
  return fields.length === 0
    ? {}
    : { fields: fields.slice(0, MOST_FIELDS).map((name) => name.slice(0, 100)) };
}

function countsOf(names: readonly string[], answer: AuditDetails): AuditDetails {
  return Object.fromEntries(
    names.flatMap((name) => (typeof answer[name] === 'number' ? [[name, answer[name]] as const] : [])),
  );
}

function record(value: unknown): AuditDetails {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? Object.fromEntries(Object.entries(value)) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
