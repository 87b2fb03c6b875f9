import { type PageQuery, problem } from '@rekomi/http';
import type { AuditPosition } from '@rekomi/identity';
import { isISO8601, isUUID } from 'class-validator';

/**
 * Where the page begins.
 *
 * @throws ProblemException `cursor_invalid`, also for a cursor of another list.
 */
export function positionAfter(query: PageQuery): AuditPosition | undefined {
  const key = query.after(2);
  if (key === undefined) return undefined;
  const [at, id] = key;
  if (isISO8601(at) && isUUID(id)) return [String(at), String(id)];
  throw problem('cursor_invalid', { detail: 'The parameter cursor is not a cursor of this list.' });
}
