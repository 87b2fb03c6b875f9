/** As PostgreSQL's jsonb takes it: it holds no U+0000, so whoever sent one gets the sign that stands for it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll('\\u0000', '\\u2400');
}

/** One line for each value, to go beside the rows of a set: a value that PostgreSQL only keeps is not taken apart by it. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map(jsonText).join('\n');
}
