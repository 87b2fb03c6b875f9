/** Letter case, blanks, hyphens, underscores and dots do not matter in a column's name, and neither do accents. */
export function normalizeColumnName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .trim()
    .replace(/[\s\-_.]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** The same without what divides words: `First Name`, `first_name` and `firstName` are one. */
export function columnKey(name: string): string {
  return normalizeColumnName(name).replaceAll('_', '');
}
