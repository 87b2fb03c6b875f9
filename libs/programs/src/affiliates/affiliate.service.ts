import { sqlState } from '@rekomi/database';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { readEmailAddress } from '../addresses/email-address.js';
import { findCampaign } from '../campaigns/find-campaign.js';
import { DecisionFanOut } from '../enrolments/decision-fan-out.js';
import { cleanText } from '../names/clean-text.js';
import { splitPersonName } from '../names/person-name.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { isReferralSlug, LONGEST_EXTERNAL_ID, LONGEST_NAME } from './affiliate-input.js';
import {
  type AffiliateFilter,
  type AffiliateView,
  findAffiliate,
  searchAffiliates,
} from './affiliate-view.js';
import { lockSlugs } from './claim-slugs.js';

/** Absent keeps, null or blank removes, a text replaces. The address can only be replaced. */
export interface AffiliateChange {
  readonly email?: string;
  readonly name?: string | null;
  readonly externalId?: string | null;
  /** ISO 3166-1 alpha-2, in any letter case. */
  readonly country?: string | null;
  readonly referralSlug?: string | null;
}

export interface AffiliateQuery extends Omit<AffiliateFilter, 'campaignId'> {
  /** Id or slug. */
  readonly campaign?: string;
}

const UNIQUE_VIOLATION = '23505';

const UPDATE = `
  UPDATE affiliate SET
     email = coalesce($3, email),
     full_name = CASE WHEN $4 THEN $5 ELSE full_name END,
     first_name = CASE WHEN $4 THEN $6 ELSE first_name END,
     last_name = CASE WHEN $4 THEN $7 ELSE last_name END,
     external_id = CASE WHEN $8 THEN $9 ELSE external_id END,
     country = CASE WHEN $10 THEN $11 ELSE country END,
     referral_slug = CASE WHEN $12 THEN $13 ELSE referral_slug END,
     updated_at = now()
   WHERE organization_id = $1 AND id = $2`;

@Injectable()
export class AffiliateService {
  constructor(private readonly fanOut: DecisionFanOut) {}

  async get(work: UnitOfWork, id: string): Promise<ProgramResult<AffiliateView>> {
    const affiliate = isUUID(id) ? await findAffiliate(work, id) : undefined;
    return affiliate === undefined
      ? denied({ reason: 'not_found', what: 'affiliate', id })
      : granted(affiliate);
  }

  /** Newest first; one row more than `limit`, which tells whether there is more. */
  async list(
    work: UnitOfWork,
    { campaign, ...filter }: AffiliateQuery,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ProgramResult<readonly AffiliateView[]>> {
    const found = campaign === undefined ? undefined : await findCampaign(work, campaign);
    if (found !== undefined && !found.ok) return found;
    const q = cleanText(filter.q ?? '');
    const wanted: AffiliateFilter = {
      ...(found === undefined ? {} : { campaignId: found.value.id }),
      ...(filter.status === undefined ? {} : { status: filter.status }),
      ...(filter.email === undefined ? {} : { email: storableText(filter.email.normalize('NFC').trim()) }),
      ...(filter.country === undefined ? {} : { country: filter.country.trim().toUpperCase() }),
      ...(filter.referralSlug === undefined ? {} : { referralSlug: cleanText(filter.referralSlug) }),
      ...(filter.importId === undefined ? {} : { importId: filter.importId }),
      ...(filter.externalId === undefined ? {} : { externalId: cleanText(filter.externalId) }),
      ...(q === '' ? {} : { q }),
    };
    return granted(await searchAffiliates(work, wanted, { ...page, limit: page.limit + 1 }));
  }

  async change(work: UnitOfWork, id: string, change: AffiliateChange): Promise<ProgramResult<AffiliateView>> {
    const values = readChange(change);
    if (!values.ok) return values;
    const before = await this.get(work, id);
    if (!before.ok) return before;
    if (change.referralSlug !== undefined) await lockSlugs(work);
    try {
      // In a savepoint, because an address that is taken must not undo what else the transaction does.
      await work.tx.transaction((tx) => tx.query(UPDATE, [work.organizationId, id, ...values.value]));
    } catch (err) {
      if (sqlState(err) !== UNIQUE_VIOLATION) throw err;
      return denied({ reason: 'conflict', errors: [taken(err)] });
    }
    const after = await this.get(work, id);
    if (!after.ok) return after;
    const { email, name, country } = before.value;
    if (after.value.email !== email || after.value.name !== name || after.value.country !== country) {
      await this.fanOut.changed(work, [id]);
    }
    return after;
  }
}

function readChange(change: AffiliateChange): ProgramResult<readonly unknown[]> {
  const errors: InputProblem[] = [];
  const email = change.email === undefined ? undefined : readEmailAddress(change.email);
  if (email?.ok === false) errors.push({ pointer: '#/email', code: email.code, detail: email.detail });
  const name = cleanText(change.name ?? '');
  const externalId = cleanText(change.externalId ?? '');
  for (const [field, text, longest] of [
    ['name', name, LONGEST_NAME],
    ['externalId', externalId, LONGEST_EXTERNAL_ID],
  ] as const) {
    if ([...text].length > longest) {
      errors.push({ pointer: `#/${field}`, code: 'too_long', detail: `At most ${longest} characters.` });
    }
  }
  const country = cleanText(change.country ?? '').toUpperCase();
  if (country !== '' && !/^[A-Z]{2}$/.test(country)) {
    const detail = 'Two letters of ISO 3166-1: DE, US, GB.';
    errors.push({ pointer: '#/country', code: 'invalid_country', detail });
  }
  const slug = (change.referralSlug ?? '').trim();
  if (slug !== '' && !isReferralSlug(slug)) {
    const detail = '3 to 64 letters, digits and hyphens.';
    errors.push({ pointer: '#/referralSlug', code: 'invalid_slug', detail });
  }
  if (errors.length > 0) return denied({ reason: 'invalid', errors });
  const split = splitPersonName(name);
  return granted([
    email?.ok === true ? email.address : null,
    change.name !== undefined,
    split?.full ?? null,
    split?.given ?? null,
    split?.family ?? null,
    change.externalId !== undefined,
    externalId === '' ? null : externalId,
    change.country !== undefined,
    country === '' ? null : country,
    change.referralSlug !== undefined,
    slug === '' ? null : slug,
  ]);
}

/** Which of the two unique values somebody else has. */
function taken(err: unknown): InputProblem {
  const isSlug =
    typeof err === 'object' &&
    err !== null &&
    'constraint' in err &&
    err.constraint === 'affiliate_referral_slug';
  return isSlug
    ? { pointer: '#/referralSlug', code: 'slug_taken', detail: 'Another affiliate has this slug.' }
    : { pointer: '#/email', code: 'email_taken', detail: 'Another affiliate has this address.' };
}
