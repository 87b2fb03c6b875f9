const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?$/;
/** Clocks of other systems may be ahead by that much. */
const TOLERANCE_MS = 24 * 60 * 60 * 1000;

/**
 * Reads a date (midnight UTC) or a time (UTC where it names no offset) of ISO 8601, from 1970 until now, with a day's
 * tolerance for clocks and time zones.
 *
 * @returns undefined for absent or blank.
 */
export function readTime(text: string | null | undefined, now: Date): Date | undefined | 'invalid' {
  const given = text?.trim() ?? '';
  if (given === '') return undefined;
  const match = FORM.exec(given);
  if (match === null) return 'invalid';
  const [, year, month, day, hour] = match;
  const hasOffset = /(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(given.slice(10));
  const time = new Date(
    hour === undefined
      ? `${given}T00:00:00Z`
      : `${given.replace(/[ t]/, 'T').toUpperCase()}${hasOffset ? '' : 'Z'}`,
  );
  // 30 February must not become 2 March.
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const possible =
    Number(day) <= daysInMonth && time.getTime() >= 0 && time.getTime() <= now.getTime() + TOLERANCE_MS;
  return possible ? time : 'invalid';
}
