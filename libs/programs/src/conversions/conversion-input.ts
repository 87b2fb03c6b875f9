import { cleanText } from '../names/clean-text.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { readTime } from '../time.js';
import { readCurrency } from '../commissions/money.js';

export interface ConversionInput {
  /** The merchant's own id of the order: the same one twice is the same conversion. */
  readonly orderId: string;
  /** Exactly one of the three. */
  readonly affiliateId?: string;
  readonly email?: string;
  readonly externalAffiliateId?: string;
  /** Id or slug. May be left out for affiliates approved in exactly one campaign. */
  readonly campaign?: string;
  /** `sale` unless told. */
  readonly kind?: 'sale' | 'renewal';
  /** The merchant's own id of the customer. */
  readonly customerId?: string;
  /** Of the customer, ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** In minor units, above zero: 9900 for 99.00 USD. */
  readonly revenue: number;
  /** ISO 4217. */
  readonly currency: string;
  /** ISO 8601; now unless told. */
  readonly occurredAt?: string;
}

/** A conversion without anything that could be wrong with it by itself. */
export interface ReadConversion {
  readonly orderId: string;
  readonly kind: 'sale' | 'renewal';
  readonly customerId: string | null;
  readonly country: string | null;
  readonly revenue: number;
  readonly currency: string;
  readonly occurredAt: Date;
}

const LONGEST_ID = 255;

export function readConversion(input: ConversionInput, now: Date): ProgramResult<ReadConversion> {
  const errors: InputProblem[] = [];
  const wrong = (field: string, detail: string): void => {
    errors.push({ pointer: `#/${field}`, code: 'invalid_value', detail });
  };
  const orderId = readId(input.orderId);
  if (orderId === undefined) wrong('orderId', `An id has 1 to ${LONGEST_ID} characters.`);
  const customerId = input.customerId === undefined ? null : (readId(input.customerId) ?? null);
  if (input.customerId !== undefined && customerId === null) {
    wrong('customerId', `An id has 1 to ${LONGEST_ID} characters. Leave it out where there is none.`);
  }
  const country = input.country?.trim().toUpperCase() ?? null;
  if (country !== null && !/^[A-Z]{2}$/.test(country)) {
    wrong('country', 'A country of ISO 3166-1 in two letters: DE.');
  }
  if (!Number.isSafeInteger(input.revenue) || input.revenue <= 0) {
    wrong('revenue', 'A whole number of minor units above zero: 9900 for 99.00 USD.');
  }
  const currency = readCurrency(input.currency);
  if (currency === undefined) wrong('currency', 'A currency of ISO 4217 in three letters: USD, EUR.');
  const occurredAt = readTime(input.occurredAt, now);
  if (occurredAt === 'invalid') {
    wrong('occurredAt', 'A time of ISO 8601, not in the future: 2026-01-31T12:00:00Z.');
  }
  if (orderId === undefined || currency === undefined || occurredAt === 'invalid' || errors.length > 0) {
    return denied({ reason: 'invalid', errors });
  }
  return granted({
    orderId,
    kind: input.kind ?? 'sale',
    customerId,
    country,
    revenue: input.revenue,
    currency,
    occurredAt: occurredAt ?? now,
  });
}

/** @returns undefined for blank and for too long. */
export function readId(given: string): string | undefined {
  const id = cleanText(given);
  return id === '' || id.length > LONGEST_ID ? undefined : id;
}
