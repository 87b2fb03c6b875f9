import type { IncomingMessage } from 'node:http';
import { v7 as newId } from 'uuid';

const ACCEPTED = /^[\w.:/+=-]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;

/** The caller's `X-Request-Id` where it is short and harmless in a log line, otherwise a new id. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : newId();
}

/** The trace id of a W3C `traceparent` header. */
export function traceIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const given = headers['traceparent'];
  const id = typeof given === 'string' ? TRACEPARENT.exec(given)?.[1] : undefined;
  return id === undefined || /^0+$/.test(id) ? undefined : id;
}
