import { ownConfirmation } from '../approval/own-confirmation.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';

/** What is known of the person behind an address, before an application of theirs is taken. */
export interface KnownApplicant {
  readonly affiliateId: string;
  readonly addressConfirmed: boolean;
  /** The person confirmed that they want to take part in the campaign applied to. */
  readonly applicationConfirmed: boolean;
  /** In the campaign applied to. */
  readonly status: EnrolmentStatus | null;
  /** Everything known of the person came from an application, and nobody has confirmed, decided or changed anything. */
  readonly onlyApplied: boolean;
}

/** What is stored of one submission. */
export interface NewSubmission {
  readonly applicationId: string;
  readonly current: boolean;
  readonly answers: unknown;
  readonly consents: unknown;
  readonly termsUrl: string | null;
  readonly revision: string;
  readonly source: string;
  readonly digest: Buffer;
}

/** The same address, twice at once, is read one after the other. Ends with the transaction. */
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(hashtextextended('application ' || $1 || ' ' || lower($2), 0))`;

const KNOWN = `
  SELECT a.id AS "affiliateId", a.email_confirmed_at IS NOT NULL AS "addressConfirmed",
         ${ownConfirmation({ organization: '$1', campaign: '$3', affiliate: 'a' })} AS "applicationConfirmed",
         (SELECT e.status FROM enrolment e
           WHERE e.organization_id = $1 AND e.affiliate_id = a.id AND e.campaign_id = $3) AS status,
         a.email_confirmed_at IS NULL
           AND NOT EXISTS (SELECT FROM enrolment e
                            WHERE e.organization_id = $1 AND e.affiliate_id = a.id AND e.status <> 'applied')
           AND EXISTS (SELECT FROM application p
                        WHERE p.organization_id = $1 AND p.affiliate_id = a.id AND p.made_affiliate
                          AND p.updated_at >= a.updated_at) AS "onlyApplied"
    FROM affiliate a WHERE a.organization_id = $1 AND a.email_key = lower($2)`;

const UPSERT = `
  INSERT INTO application (id, organization_id, campaign_id, affiliate_id, made_affiliate)
  VALUES (new_id(), $1, $2, $3, $4)
  ON CONFLICT (campaign_id, affiliate_id) DO UPDATE SET updated_at = now()
  RETURNING id, xmax = 0 AS fresh`;

const HAS_SUBMISSION = `
  SELECT FROM application_submission WHERE organization_id = $1 AND application_id = $2 AND digest = $3`;

const NO_LONGER_CURRENT = `
  UPDATE application_submission SET current = false
   WHERE organization_id = $1 AND application_id = $2 AND current`;

const ADD_SUBMISSION = `
  INSERT INTO application_submission (id, organization_id, application_id, current, answers, consents, terms_url,
                                      revision, source, digest)
  VALUES (new_id(), $1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** Whoever sends again and again cannot fill the database: the one that counts and the newest stay. */
const FORGET_OLDEST = `
  DELETE FROM application_submission
   WHERE organization_id = $1 AND id IN (
     SELECT id FROM application_submission WHERE organization_id = $1 AND application_id = $2
      ORDER BY current DESC, id DESC OFFSET $3)`;

export async function lockAddress({ tx, organizationId }: UnitOfWork, email: string): Promise<void> {
  await tx.query(ONE_AT_A_TIME, [organizationId, email]);
}

export async function findApplicant(
  { tx, organizationId }: UnitOfWork,
  email: string,
  campaignId: string,
): Promise<KnownApplicant | undefined> {
  const rows: KnownApplicant[] = await tx.query(KNOWN, [organizationId, email, campaignId]);
  return rows[0];
}

/** @returns `fresh`: it is the person's first one in this campaign. */
export async function putApplication(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  affiliateId: string,
  madeAffiliate: boolean,
): Promise<{ readonly id: string; readonly fresh: boolean }> {
  const rows: { id: string; fresh: boolean }[] = await tx.query(UPSERT, [
    organizationId,
    campaignId,
    affiliateId,
    madeAffiliate,
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('An application was neither added nor found.');
  return row;
}

/** Whether exactly this was sent before. */
export async function hasSubmission(
  { tx, organizationId }: UnitOfWork,
  applicationId: string,
  digest: Buffer,
): Promise<boolean> {
  const rows: unknown[] = await tx.query(HAS_SUBMISSION, [organizationId, applicationId, digest]);
  return rows.length > 0;
}

/** @param most submissions that are kept per application. */
export async function addSubmission(
  { tx, organizationId }: UnitOfWork,
  one: NewSubmission,
  most: number,
): Promise<void> {
  if (one.current) await tx.query(NO_LONGER_CURRENT, [organizationId, one.applicationId]);
  await tx.query(ADD_SUBMISSION, [
    organizationId,
    one.applicationId,
    one.current,
    JSON.stringify(one.answers),
    JSON.stringify(one.consents),
    one.termsUrl,
    one.revision,
    one.source,
    one.digest,
  ]);
  await tx.query(FORGET_OLDEST, [organizationId, one.applicationId, most]);
}
