import { isNativeError } from 'node:util/types';

/**
 * SQLSTATE classes and codes (PostgreSQL manual, appendix A) of a server that cannot serve just now: connection
 * exceptions, insufficient resources, operator intervention (57014: the statement took longer than allowed), lock not
 * available.
 */
const SQLSTATES = /^(?:08|53|57)|^55P03$/;
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);
/**
 * What `pg` and `pg-pool` say without a code, our own connection that found itself half open, and TypeORM when a session
 * ended between two statements of a transaction.
 */
const WORDS =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|Cannot use a pool after calling end|connection to the database broke|query runner (?:was )?already released/i;

/** Whether an error that a query threw means that the database is away, rather than that the query is wrong. */
export function isDatabaseUnavailable(err: unknown): boolean {
  if (!(err instanceof Error || isNativeError(err))) return false;
  if ('errors' in err && Array.isArray(err.errors) && err.errors.some(isDatabaseUnavailable)) return true;
  const code = 'code' in err && typeof err.code === 'string' ? err.code : '';
  return (code.length === 5 && SQLSTATES.test(code)) || SOCKET.has(code) || WORDS.test(err.message);
}
