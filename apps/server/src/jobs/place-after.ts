import { type PageQuery, problem } from '@rekomi/http';

/** Where a page of a job's list begins. */
export function placeAfter(query: PageQuery): { readonly after?: number } {
  const key = query.after(1)?.[0];
  if (key === undefined) return {};
  const place = Number(key);
  if (!Number.isInteger(place) || place < 0 || place > 2 ** 31 - 1) throw problem('cursor_invalid');
  return { after: place };
}
