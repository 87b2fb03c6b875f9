/** What spreadsheets would run instead of showing, and what {@link escapeFormula} itself makes of it. */
const FORMULA = /^'*[=+\-@\t\r\n]/;
const ESCAPED = /^'+[=+\-@\t\r\n]/;

/** A cell that a spreadsheet shows and never runs. */
export function escapeFormula(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** Takes back what {@link escapeFormula} did. */
export function unescapeFormula(cell: string): string {
  return cell.charCodeAt(0) === 0x27 && ESCAPED.test(cell) ? cell.slice(1) : cell;
}

/** One line of RFC 4180, safe to open in a spreadsheet. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quote(escapeFormula(cell))).join(',')}\r\n`;
}

function quote(cell: string): string {
  return /[",;\t|\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
