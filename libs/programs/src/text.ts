/** The text without what PostgreSQL cannot store: NUL and halves of characters. */
export function storableText(text: string): string {
  return text.replace(/[\u0000\p{Cs}]/gu, '\uFFFD');
}
