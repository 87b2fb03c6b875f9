import { problem } from '@rekomi/http';

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;
const LATEST_YEAR = 9999;

/**
 * The moment at which a key ends.
 *
 * @throws ProblemException `validation_failed` for what is no point in time, or one that has passed.
 */
export function readExpiry(text: string | null | undefined, now: Date): Date | undefined {
  if (text === null || text === undefined) return undefined;
  const at = new Date(text);
  if (!RFC_3339.test(text) || Number.isNaN(at.getTime()) || at.getUTCFullYear() > LATEST_YEAR) {
    throw refused('is_date_time', 'Send a date and time with its offset, of the form 2027-11-23T00:00:00Z.');
  }
  if (at <= now) {
    throw refused(
      'in_the_past',
      'This has passed already. Send a later time, or none for a key without end.',
    );
  }
  return at;
}

function refused(code: string, detail: string): Error {
  return problem('validation_failed', {
    detail: `Not acceptable: #/expiresAt. ${detail}`,
    errors: [{ pointer: '#/expiresAt', code, detail }],
  });
}
