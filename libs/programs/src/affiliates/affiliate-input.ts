import type { ConsentBasis } from '@rekomi/provider-contract';

import { readEmailAddress } from '../addresses/email-address.js';
import { cleanText } from '../names/clean-text.js';
import { type PersonName, splitPersonName } from '../names/person-name.js';
import type { InputProblem } from '../program-problem.js';
import { readTags } from '../tags/tags.js';
import { storableText } from '../text.js';
import { readTime } from '../time.js';

export interface ConsentInput {
  readonly basis: ConsentBasis['basis'];
  /** What the person agreed to, word for word. */
  readonly wording?: string | null;
  /** Where: a form's address, a file's name. */
  readonly source?: string | null;
}

/** One affiliate as it comes in. Null and blank count as absent, and absent never erases anything. */
export interface AffiliateInput {
  readonly email: string;
  /** First and last name in one. Counts only where neither of the two is given. */
  readonly name?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  /** ISO 3166-1 alpha-2, in any letter case. */
  readonly country?: string | null;
  /** When the person proved that the address is theirs. The first proof stays. */
  readonly emailConfirmedAt?: Date | null;
  /** Of this row's part in the campaign; the intake's status unless told. */
  readonly status?: IntakeStatus | null;
  /** What the affiliate's links carry: 3 to 64 letters, digits and hyphens. */
  readonly referralSlug?: string | null;
  /** Further words in links that were published elsewhere. */
  readonly linkAliases?: readonly string[] | null;
  readonly paypalEmail?: string | null;
  readonly wiseEmail?: string | null;
  /** What has no field of its own, by name. Kept, never sent anywhere. */
  readonly sourceData?: Readonly<Record<string, string>> | null;
  readonly externalId?: string | null;
  /** ISO 8601, with or without a time of day. The moment of the call unless told; constant afterwards. */
  readonly joinedAt?: string | null;
  readonly tier?: string | null;
  readonly tags?: readonly string[] | null;
  readonly consent?: ConsentInput | null;
}

/** What an intake may bring people in as. Who was archived or removed is never brought in as such. */
export type IntakeStatus = 'invited' | 'applied' | 'approved' | 'rejected';

export interface ReadConsent {
  readonly basis: ConsentBasis['basis'];
  readonly wording: string | null;
  readonly source: string | null;
}

/** The same, read and cleaned. */
export interface ReadAffiliate {
  readonly email: string;
  readonly name?: PersonName;
  readonly externalId?: string;
  readonly joinedAt?: Date;
  readonly country?: string;
  readonly emailConfirmedAt?: Date;
  readonly status?: IntakeStatus;
  readonly tier?: string;
  readonly tags: readonly string[];
  readonly consent?: ReadConsent;
  readonly referralSlug?: string;
  readonly linkAliases?: readonly string[];
  readonly paypalEmail?: string;
  readonly wiseEmail?: string;
  readonly sourceData?: Readonly<Record<string, string>>;
}

export type AffiliateReading =
  | { readonly ok: true; readonly value: ReadAffiliate }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

export const LONGEST_NAME = 500;
export const LONGEST_EXTERNAL_ID = 255;
export const LONGEST_TIER = 100;
const LONGEST_ALIAS = 255;
const LONGEST_EVIDENCE = 10_000;

/** @param pointer where the affiliate stands in the body: `#` or `#/affiliates/3`. */
export function readAffiliate(input: AffiliateInput, pointer: string, now: Date): AffiliateReading {
  const errors: InputProblem[] = [];
  const wrong = (field: string, code: string, detail: string): void => {
    errors.push({ pointer: `${pointer}/${field}`, code, detail });
  };
  const limited = (field: LimitedField): string | undefined => {
    const given = input[field];
    if (given === undefined || given === null || given === '') return undefined;
    const text = cleanText(given);
    const longest = LONGEST[field];
    if (text.length > longest && [...text].length > longest) {
      wrong(field, 'too_long', `At most ${longest} characters.`);
    }
    return text === '' ? undefined : text;
  };

  const email = readEmailAddress(input.email);
  if (!email.ok) wrong('email', email.code, email.detail);
  const fields = {
    name: readName(limited('name'), limited('firstName'), limited('lastName')),
    externalId: limited('externalId'),
    tier: limited('tier'),
    country: limited('country')?.toUpperCase(),
    referralSlug: limited('referralSlug'),
    paypalEmail: limited('paypalEmail'),
    wiseEmail: limited('wiseEmail'),
    emailConfirmedAt: input.emailConfirmedAt ?? undefined,
    status: input.status ?? undefined,
    sourceData: input.sourceData ?? undefined,
    consent: input.consent == null ? undefined : readConsent(input.consent),
  };
  if (fields.country !== undefined && !isCountryCode(fields.country)) {
    wrong('country', 'invalid_country', 'Two letters of ISO 3166-1: DE, US, GB.');
  }
  if (fields.referralSlug !== undefined && !isReferralSlug(fields.referralSlug)) {
    wrong('referralSlug', 'invalid_slug', '3 to 64 letters, digits and hyphens.');
  }
  const joinedAt = readTime(input.joinedAt, now);
  if (joinedAt === 'invalid') {
    wrong(
      'joinedAt',
      'invalid_time',
      'A date or time of ISO 8601, not in the future: 2026-01-31 or 2026-01-31T12:00:00Z.',
    );
  }
  const tags = readTags(input.tags ?? []);
  if (!tags.ok) {
    for (const { place, detail } of tags.errors) {
      wrong(place === undefined ? 'tags' : `tags/${place}`, 'invalid_tag', detail);
    }
  }
  if (errors.length > 0 || !email.ok || !tags.ok || joinedAt === 'invalid') return { ok: false, errors };
  return {
    ok: true,
    value: {
      email: email.address,
      tags: tags.tags,
      ...present({ ...fields, joinedAt, linkAliases: readAliases(input.linkAliases ?? []) }),
    },
  };
}

type LimitedField =
  | 'name'
  | 'firstName'
  | 'lastName'
  | 'externalId'
  | 'tier'
  | 'country'
  | 'referralSlug'
  | 'paypalEmail'
  | 'wiseEmail';

const LONGEST: Readonly<Record<LimitedField, number>> = {
  name: LONGEST_NAME,
  firstName: LONGEST_NAME,
  lastName: LONGEST_NAME,
  externalId: LONGEST_EXTERNAL_ID,
  tier: LONGEST_TIER,
  country: 100,
  referralSlug: 255,
  paypalEmail: 320,
  wiseEmail: 320,
};

/** Given in two parts, a name is not divided anew. */
function readName(
  full: string | undefined,
  given: string | undefined,
  family: string | undefined,
): PersonName | undefined {
  if (given === undefined && family === undefined) {
    return full === undefined ? undefined : splitPersonName(full);
  }
  return {
    full: [given, family].filter((part) => part !== undefined).join(' '),
    ...(given === undefined ? {} : { given }),
    ...(family === undefined ? {} : { family }),
  };
}

export function isReferralSlug(text: string): boolean {
  return /^[A-Za-z0-9-]{3,64}$/.test(text);
}

function isCountryCode(text: string): boolean {
  return /^[A-Z]{2}$/.test(text);
}

function readAliases(given: readonly string[]): readonly string[] | undefined {
  const aliases = given
    .map((alias) => cleanText(alias).slice(0, LONGEST_ALIAS))
    .filter((alias) => alias !== '');
  return aliases.length === 0 ? undefined : [...new Set(aliases)];
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Evidence keeps its line breaks and spelling. */
function readConsent(input: ConsentInput): ReadConsent {
  const evidence = (text: string | null | undefined): string | null => {
    const kept = storableText(text ?? '').slice(0, LONGEST_EVIDENCE);
    return kept.trim() === '' ? null : kept;
  };
  return { basis: input.basis, wording: evidence(input.wording), source: evidence(input.source) };
}
