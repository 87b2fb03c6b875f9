import { encodeCursor } from './cursor.js';

export interface Page<T> {
  readonly data: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
}

/**
 * Cuts a page from rows of which one more than `limit` was asked for: that one tells whether there is more.
 *
 * @param keyOf the row's sort key, the same columns in the same order as the query's ORDER BY.
 */
export function page<T>(rows: readonly T[], limit: number, keyOf: (row: T) => readonly string[]): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const hasMore = rows.length > limit;
  return { data, hasMore, nextCursor: hasMore && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

/** {@link page} for rows sorted by their id. */
export function pageById<T extends { readonly id: string }>(rows: readonly T[], limit: number): Page<T> {
  return page(rows, limit, (row) => [row.id]);
}

/** The page with its rows in another shape. */
export function mapPage<T, U>(from: Page<T>, shape: (row: T) => U): Page<U> {
  return { ...from, data: from.data.map(shape) };
}
