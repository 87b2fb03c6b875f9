/** A list of texts as PostgreSQL writes an array: for columns of arrays in `unnest`, which would flatten nested ones. */
export function arrayLiteral(texts: readonly string[]): string {
  return texts.length === 0
    ? '{}'
    : `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
