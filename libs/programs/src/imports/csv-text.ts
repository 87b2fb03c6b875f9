/** What we write in front of a text that a spreadsheet would run as a formula; full-width signs count as well. */
const ESCAPED_FORMULA = /^'(?=[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20])/;

/** A cell as it was before it was made safe for spreadsheets: for files that we wrote and that come back corrected. */
export function unescapeFormula(cell: string): string {
  return cell.charCodeAt(0) === 0x27 ? cell.replace(ESCAPED_FORMULA, '') : cell;
}
