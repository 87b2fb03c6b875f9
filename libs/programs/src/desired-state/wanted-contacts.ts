import type { WantedContacts } from '@rekomi/sync';

/** Everybody who is approved, wherever their campaigns send them. */
export const wantedContacts: WantedContacts = {
  sql: `
    SELECT DISTINCT d.connection_id, e.affiliate_id AS contact_id
      FROM enrolment e
      JOIN campaign_destination d
        ON d.organization_id = e.organization_id AND d.campaign_id = e.campaign_id AND d.enabled
     WHERE e.organization_id = $1 AND e.status = 'approved'`,
};
