/**
 * SQL of whether the person behind an address agreed to take part in this very campaign, where the address has to be
 * confirmed. An address that was confirmed elsewhere proves that it exists, not who filled in this campaign's form: of
 * somebody who applied counts the link in the mail about that application, or an invitation to the campaign that reached
 * the address and was accepted.
 *
 * @param refs expressions for the organisation, the campaign, and the alias of the affiliate.
 */
export function ownConfirmation(refs: {
  readonly organization: string;
  readonly campaign: string;
  readonly affiliate: string;
}): string {
  const { organization, campaign, affiliate } = refs;
  return `(
    EXISTS (SELECT FROM application own
             WHERE own.organization_id = ${organization} AND own.campaign_id = ${campaign}
               AND own.affiliate_id = ${affiliate}.id AND own.confirmed_at IS NOT NULL)
    OR EXISTS (SELECT FROM invite own
                WHERE own.organization_id = ${organization} AND own.campaign_id = ${campaign}
                  AND own.affiliate_id = ${affiliate}.id AND own.state = 'accepted' AND own.delivered_by <> 'none'
                  AND own.email_key = ${affiliate}.email_key))`;
}

/**
 * The same of an enrolment, however it came about. Who did not apply was brought in by the merchant, and for them any
 * confirmation of the address counts.
 */
export function confirmedForCampaign(enrolment: string, affiliate: string): string {
  const own = ownConfirmation({
    organization: `${enrolment}.organization_id`,
    campaign: `${enrolment}.campaign_id`,
    affiliate,
  });
  return `
    CASE WHEN EXISTS (SELECT FROM application any_own
                       WHERE any_own.organization_id = ${enrolment}.organization_id
                         AND any_own.campaign_id = ${enrolment}.campaign_id
                         AND any_own.affiliate_id = ${enrolment}.affiliate_id)
         THEN ${own} ELSE ${affiliate}.email_confirmed_at IS NOT NULL END`;
}
