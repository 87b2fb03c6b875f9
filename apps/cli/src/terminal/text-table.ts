/**
 * Columns of equal width, the last one as it is.
 *
 * @param indent blanks before every line
 */
export function textTable(rows: readonly (readonly string[])[], indent = 2): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [place, cell] of row.entries())
      widths[place] = Math.max(widths[place] ?? 0, displayWidth(cell));
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, place) =>
        place === row.length - 1 ? cell : cell + ' '.repeat((widths[place] ?? 0) - displayWidth(cell)),
      );
      return `${' '.repeat(indent)}${cells.join('  ')}`.trimEnd();
    })
    .join('\n');
}

/** What foreign data may do to a terminal: nothing. Line breaks and control characters become a dot. */
export function printable(text: string, longest = Number.POSITIVE_INFINITY): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
  const characters = [...clean];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : clean;
}

const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}]/u;
const NO_WIDTH = /\p{M}/u;

/** Columns of a terminal that a text takes. */
function displayWidth(text: string): number {
  return [...text].reduce((sum, one) => sum + (NO_WIDTH.test(one) ? 0 : WIDE.test(one) ? 2 : 1), 0);
}
