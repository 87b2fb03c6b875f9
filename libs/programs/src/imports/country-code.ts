import { COUNTRIES, findCountry } from '../applications/countries.js';

const BY_NAME: ReadonlyMap<string, string> = new Map(
  COUNTRIES.map(({ code, name }) => [name.toUpperCase(), code]),
);

/** Names that people write and Unicode does not. */
const OTHERS: Readonly<Record<string, string>> = {
  USA: 'US',
  'UNITED STATES OF AMERICA': 'US',
  UK: 'GB',
  ENGLAND: 'GB',
  'GREAT BRITAIN': 'GB',
  'CZECH REPUBLIC': 'CZ',
  HOLLAND: 'NL',
  TURKEY: 'TR',
  'RUSSIAN FEDERATION': 'RU',
  UAE: 'AE',
};

/** The code of ISO 3166-1 of a country that is given by code or English name, in any letter case. */
export function countryCode(text: string): string | undefined {
  const key = text.trim().toUpperCase();
  return findCountry(key)?.code ?? BY_NAME.get(key) ?? OTHERS[key];
}
