import type { UnitOfWork } from '../unit-of-work.js';
import type { GivenConsent } from './answer.js';

export interface ConfirmationRow {
  readonly affiliate_id: string;
  readonly email: string;
  readonly organization: string;
  readonly campaign: string;
  readonly consents: readonly GivenConsent[];
  readonly source: string;
  readonly confirmed: boolean;
  /** The link still works: in time, and the address is the one that the mail went to. */
  readonly open: boolean;
}

const PAUSE = '10 minutes';
const MOST_MAILS = 5;

const TAKE_TURN = `
  UPDATE application SET confirmation_hash = $3, confirmation_email = lower($4), confirmation_sent_at = now(),
         confirmation_expires_at = now() + make_interval(days => $5), confirmation_mails = confirmation_mails + 1
   WHERE organization_id = $1 AND id = $2 AND confirmed_at IS NULL AND confirmation_mails < ${MOST_MAILS}
     AND (confirmation_sent_at IS NULL OR confirmation_sent_at < now() - interval '${PAUSE}')
     AND NOT EXISTS (SELECT FROM suppression s
                      WHERE s.organization_id = $1 AND s.email_key = lower($4) AND s.lifted_at IS NULL)
  RETURNING (SELECT name FROM organization WHERE id = $1) AS organization`;

const READ = `
  SELECT p.affiliate_id, f.email, o.name AS organization, c.name AS campaign, s.consents, s.source,
         p.confirmed_at IS NOT NULL AS confirmed,
         p.confirmation_expires_at > now() AND p.confirmation_email = f.email_key AS open
    FROM application p
    JOIN organization o ON o.id = p.organization_id
    JOIN campaign c ON c.organization_id = $1 AND c.id = p.campaign_id
    JOIN affiliate f ON f.organization_id = $1 AND f.id = p.affiliate_id
    JOIN application_submission s ON s.organization_id = $1 AND s.application_id = p.id AND s.current
   WHERE p.organization_id = $1 AND p.id = $2`;

const SET_CONFIRMED = `
  WITH application AS (
    UPDATE application SET confirmed_at = now() WHERE organization_id = $1 AND id = $2
  ), affiliate AS (
    UPDATE affiliate SET email_confirmed_at = now()
     WHERE organization_id = $1 AND id = $3 AND email_confirmed_at IS NULL
  )
  SELECT campaign_id FROM enrolment
   WHERE organization_id = $1 AND affiliate_id = $3 AND status = 'applied' ORDER BY campaign_id`;

/** @returns name of the organisation when a mail may be sent now, with that token. */
export async function takeMailTurn(
  { tx, organizationId }: UnitOfWork,
  applicationId: string,
  hash: Buffer,
  email: string,
  days: number,
): Promise<string | undefined> {
  const [rows]: [{ organization: string }[], number] = await tx.query(TAKE_TURN, [
    organizationId,
    applicationId,
    hash,
    email,
    days,
  ]);
  return rows[0]?.organization;
}

export async function readConfirmation(
  { tx, organizationId }: UnitOfWork,
  applicationId: string,
): Promise<ConfirmationRow | undefined> {
  const rows: ConfirmationRow[] = await tx.query(READ, [organizationId, applicationId]);
  return rows[0];
}

export async function lockConfirmation(
  { tx, organizationId }: UnitOfWork,
  applicationId: string,
): Promise<ConfirmationRow | undefined> {
  const rows: ConfirmationRow[] = await tx.query(`${READ} FOR NO KEY UPDATE OF p, f`, [
    organizationId,
    applicationId,
  ]);
  return rows[0];
}

/** @returns ids of the campaigns in which the person waits for a decision. */
export async function setConfirmed(
  { tx, organizationId }: UnitOfWork,
  applicationId: string,
  affiliateId: string,
): Promise<readonly string[]> {
  const rows: { campaign_id: string }[] = await tx.query(SET_CONFIRMED, [
    organizationId,
    applicationId,
    affiliateId,
  ]);
  return rows.map((row) => row.campaign_id);
}
