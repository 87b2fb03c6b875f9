import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import { cleanText } from '../names/clean-text.js';
import { type Reading, fault, read } from './answer.js';
import { hasPhoneNumbers } from './countries.js';

const LONGEST = 40;

/** @param country code of the applicant's country, as far as the form tells it: for numbers without a country's code. */
export function readPhone(given: string, country: string | undefined): Reading {
  const text = cleanText(given);
  const defaultCountry = country !== undefined && hasPhoneNumbers(country) ? country : undefined;
  const number =
    text.length > LONGEST
      ? undefined
      : parsePhoneNumberFromString(text, {
          extract: false,
          ...(defaultCountry === undefined ? {} : { defaultCountry }),
        });
  if (number?.isValid() === true) return read(number.format('E.164'), number.formatInternational());
  return fault(
    'invalid_phone',
    'Enter a telephone number that exists, with + and the code of its country in front: +49 30 901820.',
  );
}
