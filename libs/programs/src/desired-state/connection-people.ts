import type { ConnectionPeople } from '@rekomi/sync';

/**
 * Who counts when one enrolment of a campaign is looked at: approved people, and invited ones where their links are wanted
 * and work.
 */
const COUNTS = `(e.status = 'approved' OR (e.status = 'invited' AND d.invite_links AND EXISTS (
     SELECT FROM invite i JOIN affiliate a ON a.organization_id = i.organization_id AND a.id = i.affiliate_id
      WHERE i.organization_id = $1 AND i.campaign_id = e.campaign_id AND i.affiliate_id = e.affiliate_id
        AND i.state = 'open' AND i.expires_at > now()
        AND NOT EXISTS (SELECT FROM suppression s
                         WHERE s.organization_id = $1 AND s.email_key = a.email_key AND s.lifted_at IS NULL))))`;

const SINCE = `min(coalesce(e.decided_at, e.applied_at)) AS since`;

/** Everybody who is meant to be at a connection, from all campaigns that go there. */
export const connectionPeople: ConnectionPeople = {
  sql: `
    SELECT e.affiliate_id AS contact_id, ${SINCE}
      FROM campaign_destination d
      JOIN enrolment e ON e.organization_id = d.organization_id AND e.campaign_id = d.campaign_id
     WHERE d.organization_id = $1 AND d.connection_id = $2 AND (d.enabled OR $3::boolean) AND ${COUNTS}
     GROUP BY e.affiliate_id`,
};

/** Those of one campaign, `$3`, who are meant to be at the connection because of it. */
export const CAMPAIGN_PEOPLE = `
    SELECT e.affiliate_id AS contact_id, ${SINCE}
      FROM campaign_destination d
      JOIN enrolment e ON e.organization_id = d.organization_id AND e.campaign_id = d.campaign_id
     WHERE d.organization_id = $1 AND d.connection_id = $2 AND d.campaign_id = $3 AND ${COUNTS}
     GROUP BY e.affiliate_id`;
