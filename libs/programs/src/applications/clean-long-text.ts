/** Everything that controls the direction of text: it could make one text look like another. */
const DIRECTION = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text of several lines: line breaks and tabs stay, other control characters and halves of characters go. */
export function cleanLongText(text: string): string {
  return text
    .replace(/\r\n?/gu, '\n')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\uFEFF]/gu, '')
    .replace(DIRECTION, '')
    .normalize('NFC')
    .trim();
}
