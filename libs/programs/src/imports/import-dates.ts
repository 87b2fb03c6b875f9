/** How a file writes dates. Day and month cannot be told apart by looking, so the merchant says it. */
export const DATE_FORMATS = ['iso', 'utc_text', 'month_first', 'day_first'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

const UTC_TEXT = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?) ?(?:UTC|GMT|Z)$/i;
const PARTS = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:,? +(\d{1,2}):(\d{2})(?::\d{2})?(?: ?([AP]M))?)?$/i;

/**
 * Turns a date into the ISO form that an intake reads. What is not of the chosen format comes back as it is, so that the
 * intake refuses it and shows it.
 */
export function isoDate(text: string, format: DateFormat): string {
  const given = text.trim();
  if (format === 'iso') return given;
  if (format === 'utc_text') {
    const match = UTC_TEXT.exec(given);
    return match === null ? given : `${match[1] ?? ''}T${match[2] ?? ''}Z`;
  }
  const match = PARTS.exec(given);
  if (match === null) return given;
  const [, first = '', second = '', year = '', hour, minute, half] = match;
  const [day, month] = format === 'day_first' ? [first, second] : [second, first];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (Number(month) > 12 || Number(day) > 31) return given;
  if (hour === undefined || minute === undefined) return date;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  return hours > 23 ? given : `${date}T${String(hours).padStart(2, '0')}:${minute}Z`;
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * The format of dates, as far as it can be told by looking: of days and months only if a number is too large for a month.
 *
 * @returns undefined when nothing or several formats fit.
 */
export function datesIn(samples: readonly string[]): DateFormat | undefined {
  const given = samples.map((sample) => sample.trim());
  if (given.length === 0) return undefined;
  if (given.every((date) => ISO.test(date))) return 'iso';
  if (given.every((date) => UTC_TEXT.test(date))) return 'utc_text';
  const parts = given.map((date) => PARTS.exec(date));
  if (parts.includes(null)) return undefined;
  const isDayFirst = parts.some((match) => Number(match?.[1]) > 12);
  const isMonthFirst = parts.some((match) => Number(match?.[2]) > 12);
  if (isDayFirst === isMonthFirst) return undefined;
  return isDayFirst ? 'day_first' : 'month_first';
}
