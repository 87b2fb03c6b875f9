import { type PageQuery, problem } from '@rekomi/http';

/** Where a page of issues begins. */
export function lineAfter(query: PageQuery): {
  readonly after?: { readonly line: number; readonly place: number };
} {
  const key = query.after(2);
  if (key === undefined) return {};
  const [line, place] = key.map(Number);
  if (!isPosition(line) || !isPosition(place)) throw problem('cursor_invalid');
  return { after: { line, place } };
}

function isPosition(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 2 ** 31 - 1;
}
