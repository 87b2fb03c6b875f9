/** Rows per statement: large enough to be cheap, small enough to keep a statement's memory modest. */
const CHUNK = 5_000;

export function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += CHUNK) yield rows.slice(start, start + CHUNK);
}
