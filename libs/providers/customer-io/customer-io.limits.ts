import type { Refused } from '@rekomi/provider-contract';

/** Sizes in bytes of UTF-8. https://docs.customer.io/journeys/attributes and the Track API's limits table, 2026-08. */
export const MAXIMUM = {
  identifier: 150,
  attributeName: 150,
  attributeValue: 1000,
  attributes: 300,
  eventData: 100_000,
} as const;

export function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** An address that the vendor cannot store, or that cannot be put into a path at all. */
export function refuseAddress(email: string): Refused | undefined {
  // A lone surrogate has no UTF-8 form, so it can't be percent-encoded.
  if (email === '' || /\p{Surrogate}/u.test(email))
    return { kind: 'refused', code: 'email_invalid', field: 'email' };
  if (bytes(email) > MAXIMUM.identifier) return { kind: 'refused', code: 'email_too_long', field: 'email' };
  return undefined;
}

/**
 * Whole Unix seconds, or undefined when the text is no moment or outside what the vendor's own library accepts
 * (https://github.com/customerio/customerio-ruby: above 999,999,999 and below 100,000,000,000).
 */
export function unixSeconds(iso: string): number | undefined {
  const seconds = Math.floor(Date.parse(iso) / 1000);
  return seconds > 999_999_999 && seconds < 100_000_000_000 ? seconds : undefined;
}
