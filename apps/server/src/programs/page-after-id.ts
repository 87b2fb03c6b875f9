import { type PageQuery, problem } from '@rekomi/http';
import { isUUID } from 'class-validator';

/** What to ask a list for that is sorted by id. */
export function pageAfterId(query: PageQuery): { readonly limit: number; readonly after?: string } {
  const after = query.afterId();
  if (after === undefined) return { limit: query.limit };
  if (!isUUID(after)) throw problem('cursor_invalid');
  return { limit: query.limit, after };
}
