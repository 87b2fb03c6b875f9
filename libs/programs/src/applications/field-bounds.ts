import { isCalendarDay } from './calendar-day.js';
import type { FieldType, FormField } from './form.js';

/** Most characters of a text, whatever its field says, and how many it may have unless its field says. */
export const LONGEST_ANSWER = { text: 2_000, long_text: 20_000 } as const;
export const USUAL_LENGTH = { text: 500, long_text: 5_000 } as const;

type Bound = number | string | null;
interface Bounded {
  readonly type: FieldType;
  readonly min?: Bound;
  readonly max?: Bound;
}

/** Reads least and most, which mean something else with every type. */
export function readBounds(
  { type, min = null, max = null }: Bounded,
  optionCount: number,
  wrong: (place: string, code: string, detail: string) => void,
): Pick<FormField, 'min' | 'max'> {
  const expected = expectation(type, optionCount);
  if (expected === undefined) {
    for (const [place, bound] of [
      ['/min', min],
      ['/max', max],
    ] as const) {
      if (bound !== null) wrong(place, 'not_applicable', `A field of type ${type} has neither min nor max.`);
    }
    return { min: null, max: null };
  }
  const minFits = min === null || expected.fits(min);
  const maxFits = max === null || expected.fits(max);
  if (!minFits) wrong('/min', 'invalid_value', expected.detail);
  if (!maxFits) wrong('/max', 'invalid_value', expected.detail);
  if (min !== null && max !== null && minFits && maxFits && min > max) {
    wrong('/max', 'out_of_range', 'max is less than min.');
  }
  return { min, max };
}

function expectation(
  type: FieldType,
  optionCount: number,
): { readonly fits: (bound: number | string) => boolean; readonly detail: string } | undefined {
  const whole = (most: number, what: string): ReturnType<typeof expectation> => ({
    fits: (bound) => Number.isInteger(bound) && Number(bound) >= 0 && Number(bound) <= most,
    detail: `A whole number of ${what}, from 0 to ${most}.`,
  });
  switch (type) {
    case 'text':
    case 'long_text':
      return whole(LONGEST_ANSWER[type], 'characters');
    case 'checkboxes':
      return whole(optionCount, 'choices');
    case 'number':
      return {
        fits: (bound) => typeof bound === 'number' && Math.abs(bound) <= Number.MAX_SAFE_INTEGER,
        detail: 'A number, without quotes.',
      };
    case 'date':
      return {
        fits: (bound) => typeof bound === 'string' && isCalendarDay(bound),
        detail: 'A day as YYYY-MM-DD, from 1900 to 2199.',
      };
    default:
      return undefined;
  }
}
