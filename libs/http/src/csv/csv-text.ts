/** What a cell can hold. Dates become RFC 3339 in UTC; null and undefined an empty cell. */
export type CsvCell = string | number | boolean | Date | null | undefined;

/** How a text begins that a spreadsheet would take for a formula; full-width signs count as well. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const ESCAPED_FORMULA = /^'(?=[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20])/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** One record of RFC 4180, with its CRLF. Texts that a spreadsheet would run as a formula get an apostrophe in front. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map((cell) => quoted(textOf(cell))).join(',')}\r\n`;
}

/** A text as it is safe in a spreadsheet's cell. */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Takes back {@link escapeFormula}, for files that we wrote and that come back corrected. */
export function unescapeFormula(text: string): string {
  return text.replace(ESCAPED_FORMULA, '');
}

function textOf(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return escapeFormula(cell);
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
