const FORM = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether a text is a day that exists, from 1900 to 2199, as `YYYY-MM-DD`. */
export function isCalendarDay(text: string): boolean {
  const match = FORM.exec(text);
  if (match === null) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1900 || year > 2199 || month < 1 || month > 12) return false;
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
