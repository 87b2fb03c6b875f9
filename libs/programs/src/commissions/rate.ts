/** A share in millionths: 18 per cent is 180,000. Whole, so that a rate of 12.3456 per cent is exact. */
export type Rate = number;

export const WHOLE: Rate = 1_000_000;

/** Reads per cent with up to four decimals: `18`, `12.5`. Undefined for anything else and above 100. */
export function readPercent(text: string): Rate | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const rate = Number(match[1]) * 10_000 + Number((match[2] ?? '').padEnd(4, '0'));
  return rate <= WHOLE ? rate : undefined;
}

/** `18`, `12.5`: what {@link readPercent} reads back. */
export function percentText(rate: Rate): string {
  const decimals = String(rate % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${Math.floor(rate / 10_000)}${decimals === '' ? '' : `.${decimals}`}`;
}

/**
 * `amount × part ÷ whole`, rounded half away from zero, as invoices are. Exact for every safe integer: the product is
 * formed without floats.
 */
export function share(amount: number, part: number, whole: number): number {
  const product = BigInt(amount) * BigInt(part);
  const divisor = BigInt(whole);
  const twice = (product < 0n ? -product : product) * 2n + divisor;
  const rounded = twice / (divisor * 2n);
  return Number(product < 0n ? -rounded : rounded);
}
