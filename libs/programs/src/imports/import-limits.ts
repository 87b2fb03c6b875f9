/** What a file may have at most. */
export const IMPORT_LIMITS = {
  bytes: 200 * 1024 * 1024,
  columns: 500,
  /** Characters of one row, and so of one cell. */
  recordLength: 1024 * 1024,
  rows: 1_000_000,
} as const;
