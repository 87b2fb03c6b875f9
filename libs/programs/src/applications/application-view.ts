import { confirmedForCampaign } from '../approval/own-confirmation.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { Answer, GivenConsent } from './answer.js';

/** What was sent at one time. */
export interface SubmissionView {
  readonly submittedAt: string;
  readonly answers: readonly Answer[];
  readonly consents: readonly GivenConsent[];
  readonly termsUrl: string | null;
  /** Address of the page. */
  readonly source: string;
}

export interface ApplicationSummary {
  readonly id: string;
  readonly campaign: { readonly id: string; readonly slug: string; readonly name: string };
  readonly affiliateId: string;
  readonly email: string;
  readonly name: string | null;
  /** Of the person's part in the campaign, now. */
  readonly status: EnrolmentStatus;
  /** The person confirmed this application, by the link in its mail or an invitation to this campaign. */
  readonly addressConfirmed: boolean;
  readonly submittedAt: string;
  /** The moment of the latest submission. */
  readonly updatedAt: string;
  readonly submissions: number;
  /** Why automatic approval passed the person by, the last time it looked. */
  readonly skipped: readonly { readonly code: string; readonly detail: string }[];
  readonly answers: readonly Answer[];
}

export interface ApplicationView extends ApplicationSummary {
  readonly consents: readonly GivenConsent[];
  readonly termsUrl: string | null;
  readonly source: string;
  /** What else was sent for this address: replaced, or too late to change anything. Newest first. */
  readonly furtherSubmissions: readonly SubmissionView[];
}

export interface ApplicationFilter {
  readonly campaignId?: string;
  readonly status?: EnrolmentStatus;
}

interface Row {
  readonly id: string;
  readonly campaign: ApplicationSummary['campaign'];
  readonly affiliate_id: string;
  readonly email: string;
  readonly name: string | null;
  readonly status: EnrolmentStatus;
  readonly address_confirmed: boolean;
  readonly submitted_at: Date;
  readonly updated_at: Date;
  readonly submissions: number;
  readonly skipped: ApplicationSummary['skipped'];
  readonly answers: readonly Answer[];
  readonly consents: readonly GivenConsent[];
  readonly terms_url: string | null;
  readonly source: string;
}

interface SubmissionRow {
  readonly submitted_at: Date;
  readonly answers: readonly Answer[];
  readonly consents: readonly GivenConsent[];
  readonly terms_url: string | null;
  readonly source: string;
}

const SELECT = `
  SELECT p.id, jsonb_build_object('id', c.id, 'slug', c.slug, 'name', c.name) AS campaign, p.affiliate_id,
         f.email, f.full_name AS name, e.status, ${confirmedForCampaign('e', 'f')} AS address_confirmed,
         p.submitted_at, p.updated_at, e.skipped, s.answers, s.consents, s.terms_url, s.source,
         (SELECT count(*)::integer FROM application_submission n
           WHERE n.organization_id = $1 AND n.application_id = p.id) AS submissions
    FROM application p
    JOIN campaign c ON c.organization_id = $1 AND c.id = p.campaign_id
    JOIN affiliate f ON f.organization_id = $1 AND f.id = p.affiliate_id
    JOIN enrolment e ON e.organization_id = $1 AND e.affiliate_id = p.affiliate_id AND e.campaign_id = p.campaign_id
    JOIN application_submission s ON s.organization_id = $1 AND s.application_id = p.id AND s.current
   WHERE p.organization_id = $1`;

const ONE = `${SELECT} AND p.id = $2`;

const LIST = `${SELECT} AND ($2::uuid IS NULL OR p.id < $2) AND ($3::uuid IS NULL OR p.campaign_id = $3)
     AND ($4::text IS NULL OR e.status = $4)
   ORDER BY p.id DESC LIMIT $5`;

const FURTHER = `
  SELECT submitted_at, answers, consents, terms_url, source FROM application_submission
   WHERE organization_id = $1 AND application_id = $2 AND NOT current ORDER BY id DESC`;

/** Every question that was ever answered, as it was asked last, in the order of first appearance. */
const QUESTIONS = `
  SELECT key, (array_agg(label ORDER BY id DESC))[1] AS label FROM (
    SELECT s.id, a.place, a.answer->>'key' AS key, a.answer->>'label' AS label
      FROM application p
      JOIN application_submission s ON s.organization_id = $1 AND s.application_id = p.id AND s.current
      CROSS JOIN jsonb_array_elements(s.answers) WITH ORDINALITY AS a(answer, place)
     WHERE p.organization_id = $1 AND ($2::uuid IS NULL OR p.campaign_id = $2)) AS asked
   GROUP BY key ORDER BY min(id::text), min(place)`;

export async function readApplication(
  { tx, organizationId }: UnitOfWork,
  id: string,
): Promise<ApplicationView | undefined> {
  const rows: Row[] = await tx.query(ONE, [organizationId, id]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const further: SubmissionRow[] = await tx.query(FURTHER, [organizationId, id]);
  const { consents, terms_url: termsUrl, source } = row;
  return {
    ...summaryOf(row),
    consents,
    termsUrl,
    source,
    furtherSubmissions: further.map((one) => ({
      submittedAt: one.submitted_at.toISOString(),
      answers: one.answers,
      consents: one.consents,
      termsUrl: one.terms_url,
      source: one.source,
    })),
  };
}

/** Newest first; one row more than `limit`, which tells whether there is more. */
export async function listApplications(
  { tx, organizationId }: UnitOfWork,
  filter: ApplicationFilter,
  page: { readonly limit: number; readonly after?: string },
): Promise<readonly ApplicationSummary[]> {
  const rows: Row[] = await tx.query(LIST, [
    organizationId,
    page.after ?? null,
    filter.campaignId ?? null,
    filter.status ?? null,
    page.limit + 1,
  ]);
  return rows.map(summaryOf);
}

export async function questionsAsked(
  { tx, organizationId }: UnitOfWork,
  campaignId: string | undefined,
): Promise<readonly { readonly key: string; readonly label: string }[]> {
  return tx.query(QUESTIONS, [organizationId, campaignId ?? null]);
}

function summaryOf(row: Row): ApplicationSummary {
  const { id, campaign, email, name, status, submissions, skipped, answers } = row;
  return {
    id,
    campaign,
    affiliateId: row.affiliate_id,
    email,
    name,
    status,
    addressConfirmed: row.address_confirmed,
    submittedAt: row.submitted_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    submissions,
    skipped,
    answers,
  };
}
