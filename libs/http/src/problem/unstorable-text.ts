import { isNativeError } from 'node:util/types';

/** SQLSTATEs of a text with U+0000, as a value and inside of JSON (PostgreSQL manual, appendix A). */
const NUL = new Set(['22021', '22P05']);
/** Half of a surrogate pair inside of JSON is told as JSON that is malformed; only the detail names it. */
const MALFORMED = '22P02';
const HALF_A_CHARACTER = /surrogate/i;

/**
 * Whether a query failed because a text that it was given holds what no text in the database can hold. Such a text came
 * with the request: what is stored already holds none.
 */
export function isUnstorableText(err: unknown): boolean {
  if (!isNativeError(err)) return false;
  const { code, detail } = err as { readonly code?: unknown; readonly detail?: unknown };
  if (typeof code !== 'string') return false;
  return NUL.has(code) || (code === MALFORMED && typeof detail === 'string' && HALF_A_CHARACTER.test(detail));
}
