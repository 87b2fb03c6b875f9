import { isUUID } from 'class-validator';

import { findCampaign } from '../campaigns/find-campaign.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { ConversionInput } from './conversion-input.js';

export interface EarningEnrolment {
  readonly affiliateId: string;
  readonly campaignId: string;
  readonly tier: string | null;
  /** Name of the audience that the tier follows from; null for one that was given. */
  readonly tierAudience: string | null;
}

interface FoundRow extends EarningEnrolment {
  readonly status: string;
}

type Reference = Pick<ConversionInput, 'affiliateId' | 'email' | 'externalAffiliateId' | 'campaign'>;

const BY = {
  affiliateId: 'a.id = $2::uuid',
  email: 'a.email_key = lower($2)',
  externalAffiliateId: 'a.external_id = $2',
} as const;

/** Whom and which campaign a conversion names. */
export interface NamedEnrolment {
  readonly affiliateId: string;
  /** Null: not named, which is enough for affiliates approved in exactly one campaign. */
  readonly campaignId: string | null;
  /** By which field the affiliate was named. */
  readonly by: keyof typeof BY;
}

/**
 * The enrolment that earns, locked until the end of the transaction: conversions of one affiliate in one campaign are
 * booked one after the other, so "the first" is exactly one of them.
 */
export async function lockEarningEnrolment(
  work: UnitOfWork,
  reference: Reference,
): Promise<ProgramResult<EarningEnrolment>> {
  const named = await findReference(work, reference);
  if (!named.ok) return named;
  const { affiliateId, campaignId, by } = named.value;
  const rows: FoundRow[] = await work.tx.query(
    `SELECT e.affiliate_id AS "affiliateId", e.campaign_id AS "campaignId", e.tier, e.status,
            CASE WHEN e.audience_tier = e.tier AND e.given_tier IS DISTINCT FROM e.tier THEN (
              SELECT rule->'audience'->>'name' FROM audience_tiers m, jsonb_array_elements(m.tiers) AS rule
               WHERE m.organization_id = $1 AND m.campaign_id = e.campaign_id
                 AND rule->'audience'->>'id' = e.tier_audience LIMIT 1) END AS "tierAudience"
       FROM enrolment e
      WHERE e.organization_id = $1 AND e.affiliate_id = $2 AND ($3::uuid IS NULL OR e.campaign_id = $3)
      ORDER BY e.id FOR NO KEY UPDATE`,
    [work.organizationId, affiliateId, campaignId],
  );
  const approved = rows.filter(({ status }) => status === 'approved');
  const [enrolment] = approved;
  if (enrolment === undefined) {
    const detail =
      'The affiliate is not approved in this campaign. Approve the affiliate first; then send it again.';
    return refused(`#/${by}`, 'affiliate_not_approved', detail);
  }
  if (approved.length > 1) {
    const detail = 'The affiliate is approved in several campaigns. Name the one that is meant.';
    return refused('#/campaign', 'campaign_needed', detail);
  }
  return granted(enrolment);
}

/** Finds the person and the campaign that a conversion names, whatever their state. */
export async function findReference(
  work: UnitOfWork,
  reference: Reference,
): Promise<ProgramResult<NamedEnrolment>> {
  const given = (['affiliateId', 'email', 'externalAffiliateId'] as const).filter(
    (key) => reference[key] !== undefined,
  );
  const [by] = given;
  if (by === undefined || given.length > 1) {
    const detail = 'Name the affiliate by exactly one of affiliateId, email and externalAffiliateId.';
    return denied({ reason: 'invalid', errors: [{ pointer: '#/affiliateId', code: 'one_of', detail }] });
  }
  const value = storableText((reference[by] ?? '').normalize('NFC').trim());
  let campaignId: string | null = null;
  if (reference.campaign !== undefined) {
    const campaign = await findCampaign(work, reference.campaign, { pointer: '#/campaign' });
    if (!campaign.ok) return campaign;
    campaignId = campaign.value.id;
  }
  const people: { id: string }[] =
    by === 'affiliateId' && !isUUID(value)
      ? []
      : await work.tx.query(
          `SELECT a.id FROM affiliate a WHERE a.organization_id = $1 AND ${BY[by]} LIMIT 2`,
          [work.organizationId, value],
        );
  const [person, another] = people;
  if (person === undefined) {
    return denied({ reason: 'not_found', what: 'affiliate', id: value, pointer: `#/${by}` });
  }
  if (another !== undefined) {
    return refused(`#/${by}`, 'ambiguous', 'Several affiliates have this external id. Name one by its id.');
  }
  return granted({ affiliateId: person.id, campaignId, by });
}

function refused(pointer: string, code: string, detail: string): ProgramResult<never> {
  return denied({ reason: 'invalid', errors: [{ pointer, code, detail }] });
}
