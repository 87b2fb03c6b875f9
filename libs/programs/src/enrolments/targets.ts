import type { UnitOfWork } from '../unit-of-work.js';

/** A contact at a connection where it is meant to be. */
export interface Target {
  readonly connectionId: string;
  readonly contactId: string;
}

const APPROVED = `
  SELECT DISTINCT d.connection_id AS "connectionId", e.affiliate_id AS "contactId"
    FROM enrolment e
    JOIN campaign_destination d ON d.organization_id = e.organization_id AND d.campaign_id = e.campaign_id AND d.enabled
   WHERE e.organization_id = $1 AND e.affiliate_id = ANY ($2::uuid[]) AND e.status = 'approved'
     AND ($3::uuid IS NULL OR e.campaign_id = $3)`;

/** Where these affiliates are meant to be: connections that a campaign they are approved in sends to. */
export function approvedTargets(
  { tx, organizationId }: UnitOfWork,
  affiliateIds: readonly string[],
  campaignId?: string,
): Promise<readonly Target[]> {
  return tx.query(APPROVED, [organizationId, affiliateIds, campaignId ?? null]);
}
