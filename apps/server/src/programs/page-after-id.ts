import type { PageQuery } from '@rekomi/http';

/** What to ask a list for that is sorted by id. */
export function pageAfterId(query: PageQuery): { readonly limit: number; readonly after?: string } {
  const after = query.afterId();
  return after === undefined ? { limit: query.limit } : { limit: query.limit, after };
}
