/** Blank whatever the encoding: the bytes of other blanks are parts of letters in UTF-8. */
export function isBlank(cell: string): boolean {
  return /^[ \t]*$/.test(cell);
}

export function isBlankRow(cells: readonly string[]): boolean {
  return cells.every(isBlank);
}
