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
  /** First and last name in one. */
  readonly name?: string | null;
  readonly externalId?: string | null;
  /** ISO 8601, with or without a time of day. The moment of the call unless told; constant afterwards. */
  readonly joinedAt?: string | null;
  readonly tier?: string | null;
  readonly tags?: readonly string[] | null;
  readonly consent?: ConsentInput | null;
}

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
  readonly tier?: string;
  readonly tags: readonly string[];
  readonly consent?: ReadConsent;
}

export type AffiliateReading =
  | { readonly ok: true; readonly value: ReadAffiliate }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

export const LONGEST_NAME = 500;
export const LONGEST_EXTERNAL_ID = 255;
export const LONGEST_TIER = 100;
const LONGEST_EVIDENCE = 10_000;

/** @param pointer where the affiliate stands in the body: `#` or `#/affiliates/3`. */
export function readAffiliate(input: AffiliateInput, pointer: string, now: Date): AffiliateReading {
  const errors: InputProblem[] = [];
  const wrong = (field: string, code: string, detail: string): void => {
    errors.push({ pointer: `${pointer}/${field}`, code, detail });
  };
  const limited = (field: 'name' | 'externalId' | 'tier', longest: number): string | undefined => {
    const text = cleanText(input[field] ?? '');
    if ([...text].length > longest) wrong(field, 'too_long', `At most ${longest} characters.`);
    return text === '' ? undefined : text;
  };

  const email = readEmailAddress(input.email);
  if (!email.ok) wrong('email', email.code, email.detail);
  const fullName = limited('name', LONGEST_NAME);
  const name = fullName === undefined ? undefined : splitPersonName(fullName);
  const externalId = limited('externalId', LONGEST_EXTERNAL_ID);
  const tier = limited('tier', LONGEST_TIER);
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
      ...(name === undefined ? {} : { name }),
      ...(externalId === undefined ? {} : { externalId }),
      ...(tier === undefined ? {} : { tier }),
      ...(joinedAt === undefined ? {} : { joinedAt }),
      ...(input.consent == null ? {} : { consent: readConsent(input.consent) }),
    },
  };
}

/** Evidence keeps its line breaks and spelling. */
function readConsent(input: ConsentInput): ReadConsent {
  const evidence = (text: string | null | undefined): string | null => {
    const kept = storableText(text ?? '').slice(0, LONGEST_EVIDENCE);
    return kept.trim() === '' ? null : kept;
  };
  return { basis: input.basis, wording: evidence(input.wording), source: evidence(input.source) };
}
