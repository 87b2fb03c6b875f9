import { tierReason } from '../audience-tiers/audience-tiers.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';

export interface EnrolmentView {
  readonly id: string;
  readonly campaign: { readonly id: string; readonly slug: string; readonly name: string };
  readonly status: EnrolmentStatus;
  readonly tier: string | null;
  readonly tierOrigin: TierOriginView;
  readonly tags: readonly string[];
  readonly appliedAt: string;
  readonly decidedAt: string | null;
  readonly decisionReason: string | null;
  /** Why automatic approval passed this one by, the last time it looked; empty for everybody who is not waiting. */
  readonly skipped: readonly { readonly code: string; readonly detail: string }[];
}

/** Where the tier comes from. */
export interface TierOriginView {
  /** By invite, import or API. */
  readonly given: string | null;
  /** The audience that the person was last seen in, of those that mean a tier. */
  readonly audience: { readonly id: string; readonly name: string; readonly tier: string } | null;
  /** When the vendor last told where the person is in; null where nobody asks. */
  readonly readAt: string | null;
  readonly reason: string | null;
}

export interface AffiliateView {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly externalId: string | null;
  readonly country: string | null;
  readonly emailConfirmedAt: string | null;
  readonly referralSlug: string | null;
  readonly linkAliases: readonly string[];
  readonly paypalEmail: string | null;
  readonly wiseEmail: string | null;
  readonly sourceData: Readonly<Record<string, string>>;
  readonly importId: string | null;
  readonly joinedAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly enrolments: readonly EnrolmentView[];
}

export interface AffiliateFilter {
  /** Id of the campaign. */
  readonly campaignId?: string;
  /** Of an enrolment, in the campaign if one is named, otherwise in any. */
  readonly status?: EnrolmentStatus;
  /** The whole address, in any letter case. */
  readonly email?: string;
  /** Beginning of the address or of a word of the name, in any letter case. */
  readonly q?: string;
  readonly externalId?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** Slug or alias, in any letter case. */
  readonly referralSlug?: string;
  /** Those whom this import created. */
  readonly importId?: string;
}

export interface AffiliateRow {
  readonly id: string;
  readonly email: string;
  readonly full_name: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly external_id: string | null;
  readonly country: string | null;
  readonly email_confirmed_at: Date | null;
  readonly referral_slug: string | null;
  readonly link_aliases: readonly string[];
  readonly paypal_email: string | null;
  readonly wise_email: string | null;
  readonly source_data: Readonly<Record<string, string>>;
  readonly import_id: string | null;
  readonly joined_at: Date;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly enrolments: readonly EnrolmentRow[] | null;
}

interface EnrolmentRow extends Omit<EnrolmentView, 'tierOrigin'> {
  readonly tierOrigin: Omit<TierOriginView, 'reason'>;
}

/** The enrolments are added to the page's rows only, so a filter that matches millions costs no more. */
const withEnrolments = (wanted: string): string => `
  SELECT a.*, (
    SELECT jsonb_agg(jsonb_build_object(
             'id', e.id, 'campaign', jsonb_build_object('id', c.id, 'slug', c.slug, 'name', c.name), 'status', e.status,
             'tier', e.tier,
             'tierOrigin', jsonb_build_object('given', e.given_tier, 'readAt', r.seen_at, 'audience', (
                 SELECT jsonb_build_object('id', e.tier_audience, 'name', rule->'audience'->>'name', 'tier', e.audience_tier)
                   FROM jsonb_array_elements(m.tiers) AS rule WHERE rule->'audience'->>'id' = e.tier_audience LIMIT 1)),
             'tags', e.extra_tags, 'appliedAt', e.applied_at, 'decidedAt', e.decided_at,
             'decisionReason', e.decision_reason,
             'skipped', CASE e.status WHEN 'applied' THEN e.skipped ELSE '[]' END) ORDER BY e.applied_at, e.id)
      FROM enrolment e JOIN campaign c ON c.organization_id = e.organization_id AND c.id = e.campaign_id
      LEFT JOIN audience_tiers m ON m.organization_id = $1 AND m.campaign_id = e.campaign_id
      LEFT JOIN audience_reading r ON r.organization_id = $1 AND r.connection_id = m.connection_id
                                  AND r.affiliate_id = e.affiliate_id
     WHERE e.organization_id = $1 AND e.affiliate_id = a.id) AS enrolments
    FROM (${wanted}) AS a ORDER BY a.id DESC`;

const BY_ID = withEnrolments('SELECT * FROM affiliate WHERE organization_id = $1 AND id = $2::uuid');

const FILTERED = withEnrolments(`
  SELECT f.* FROM affiliate f
   WHERE f.organization_id = $1 AND ($2::uuid IS NULL OR f.id < $2)
     AND ($3::uuid IS NULL AND $4::text IS NULL OR EXISTS (
           SELECT FROM enrolment e WHERE e.organization_id = $1 AND e.affiliate_id = f.id
              AND ($3::uuid IS NULL OR e.campaign_id = $3) AND ($4::text IS NULL OR e.status = $4)))
     AND ($5::text IS NULL OR f.email_key = lower($5))
     AND ($6::text IS NULL OR starts_with(f.email_key, lower($6))
          OR strpos(lower(' ' || coalesce(f.full_name, '')), lower(' ' || $6)) > 0)
     AND ($7::text IS NULL OR f.external_id = $7)
     AND ($9::text IS NULL OR f.country = $9)
     AND ($10::text IS NULL OR f.referral_slug_key = lower($10)
          OR EXISTS (SELECT FROM unnest(f.link_aliases) AS alias WHERE lower(alias) = lower($10)))
     AND ($11::uuid IS NULL OR f.import_id = $11)
   ORDER BY f.id DESC LIMIT $8`);

/**
 * One at a time: a list of ids, whose length the planner does not know, would be planned anew each time, which costs ten
 * times as much as reading.
 *
 * @returns undefined for an unknown id, and for one of another organisation.
 */
export async function findAffiliate(
  { tx, organizationId }: UnitOfWork,
  id: string,
): Promise<AffiliateView | undefined> {
  const [row]: AffiliateRow[] = await tx.query(BY_ID, [organizationId, id]);
  return row === undefined ? undefined : affiliateView(row);
}

/** Newest first. */
export async function searchAffiliates(
  { tx, organizationId }: UnitOfWork,
  filter: AffiliateFilter,
  page: { readonly limit: number; readonly after?: string },
): Promise<readonly AffiliateView[]> {
  const rows: AffiliateRow[] = await tx.query(FILTERED, [
    organizationId,
    page.after ?? null,
    filter.campaignId ?? null,
    filter.status ?? null,
    filter.email ?? null,
    filter.q ?? null,
    filter.externalId ?? null,
    page.limit,
    filter.country ?? null,
    filter.referralSlug ?? null,
    filter.importId ?? null,
  ]);
  return rows.map(affiliateView);
}

export function affiliateView(row: AffiliateRow): AffiliateView {
  return {
    id: row.id,
    email: row.email,
    name: row.full_name,
    firstName: row.first_name,
    lastName: row.last_name,
    externalId: row.external_id,
    country: row.country,
    emailConfirmedAt: row.email_confirmed_at?.toISOString() ?? null,
    referralSlug: row.referral_slug,
    linkAliases: row.link_aliases,
    paypalEmail: row.paypal_email,
    wiseEmail: row.wise_email,
    sourceData: row.source_data,
    importId: row.import_id,
    joinedAt: row.joined_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    enrolments: (row.enrolments ?? []).map((enrolment) => ({
      ...enrolment,
      tierOrigin: tierOriginView(enrolment),
      appliedAt: utc(enrolment.appliedAt),
      decidedAt: enrolment.decidedAt === null ? null : utc(enrolment.decidedAt),
    })),
  };
}

function tierOriginView({ tier, tierOrigin }: EnrolmentRow): TierOriginView {
  const { readAt } = tierOrigin;
  return {
    ...tierOrigin,
    readAt: readAt === null ? null : utc(readAt),
    reason: tierReason({ tier, ...tierOrigin }),
  };
}

/** Times inside JSON carry the session's offset. */
const utc = (time: string): string => new Date(time).toISOString();
