/** As PostgreSQL's jsonb takes it: it holds no U+0000, so whoever sent one gets the sign that stands for it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll('\\u0000', '\\u2400');
}
