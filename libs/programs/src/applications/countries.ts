import { type CountryCode, getCountries } from 'libphonenumber-js/max';

export interface Country {
  /** ISO 3166-1 alpha-2; XK, which ISO leaves to users, for Kosovo. */
  readonly code: string;
  readonly name: string;
}

/** Islands that have a telephone code of their own and no country code. */
const NO_COUNTRIES = new Set(['AC', 'TA']);
/** Countries that share the telephone numbers of others or have none. */
const WITHOUT_NUMBERS = ['AQ', 'BV', 'GS', 'HM', 'PN', 'TF', 'UM'];

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Every country, by its English name. */
export const COUNTRIES: readonly Country[] = [...getCountries(), ...WITHOUT_NUMBERS]
  .filter((code) => !NO_COUNTRIES.has(code))
  .map((code) => ({ code, name: names.of(code) ?? code }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'));

const byCode: ReadonlyMap<string, Country> = new Map(COUNTRIES.map((country) => [country.code, country]));

/** The country with this code in any letter case. */
export function findCountry(code: string): Country | undefined {
  return byCode.get(code.trim().toUpperCase());
}

const withNumbers: ReadonlySet<string> = new Set(getCountries());

/** For reading telephone numbers that were written without their country's code. */
export function hasPhoneNumbers(code: string): code is CountryCode {
  return withNumbers.has(code);
}
