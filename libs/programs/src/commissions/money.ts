/** An amount in the currency's smallest unit (cents, yen), never a fraction. Negative where something is taken back. */
export interface Money {
  readonly amount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

const KNOWN = new Set(Intl.supportedValuesOf('currency'));

/** @returns the code in upper case, or undefined for one that ISO 4217 does not know. */
export function readCurrency(given: string): string | undefined {
  const code = given.trim().toUpperCase();
  return KNOWN.has(code) ? code : undefined;
}

/**
 * Currencies whose smallest unit is not a hundredth, by digits behind the decimal point, after ISO 4217. Not asked of
 * `Intl`: that knows how prices are usually shown, without the fillér of HUF or the fils of IQD, and changes its mind with
 * the version of Node.js.
 */
const OTHER_DIGITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, Number(digits)] as const)),
);

/** Digits behind the decimal point: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return OTHER_DIGITS.get(currency) ?? 2;
}

/** For reasons in words: `15.00 USD`, `1500 JPY`. Exact, because it never becomes a float. */
export function moneyText({ amount, currency }: Money): string {
  const digits = minorDigits(currency);
  const sign = amount < 0 ? '-' : '';
  const figures = String(Math.abs(amount)).padStart(digits + 1, '0');
  if (digits === 0) return `${sign}${figures} ${currency}`;
  return `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)} ${currency}`;
}
