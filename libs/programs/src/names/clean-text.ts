/** Soft hyphen, zero-width space, word joiner, byte order mark, and every control of text direction. */
const INVISIBLE = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/gu;

/** Joiners carry meaning inside Arabic and Indic words and between emoji; anywhere else they are debris. */
const STRAY_JOINER =
  /(?<![\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Script=Arabic}\p{Script=Syriac}])[\u200C\u200D]|[\u200C\u200D](?=\s|$)/gu;

/**
 * Text as people meant it: NFC, without invisible characters and halves of characters, every run of blanks (no-break
 * spaces, tabs, line breaks, control characters) one space, trimmed. Letters, case and punctuation stay.
 */
export function cleanText(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\uFFFD')
    .replace(INVISIBLE, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(STRAY_JOINER, '')
    .normalize('NFC')
    .trim();
}
