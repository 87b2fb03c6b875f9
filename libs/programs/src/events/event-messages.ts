import type { OutboxQuery } from '@rekomi/sync';

/** Which events: by their ids, or by when they came in. */
export type WantedEvents =
  { readonly ids: readonly string[] } | { readonly since: Date; readonly until?: Date };

/**
 * What endpoints are told of events: whom they are about, in which campaign, and their data. A message is a fact like the
 * event itself: it says what was so when it was made, in every attempt alike.
 */
const MESSAGES = `
  SELECT x.id AS event_id, x.affiliate_id AS contact_id, x.name AS cause, x.name AS event_name, x.occurred_at,
         json_build_object(
           'affiliate', jsonb_strip_nulls(jsonb_build_object('id', a.id, 'email', a.email, 'name', a.full_name,
              'firstName', a.first_name, 'lastName', a.last_name, 'externalId', a.external_id, 'country', a.country,
              'referralSlug', a.referral_slug)),
           'campaign', CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', c.id, 'name', c.name, 'slug', c.slug) END,
           'data', x.data)::text AS payload
    FROM event x
    JOIN affiliate a ON a.organization_id = $1 AND a.id = x.affiliate_id
    LEFT JOIN campaign c ON c.organization_id = $1 AND c.id = x.campaign_id
   WHERE x.organization_id = $1`;

/** As a query of the outbox: the rows stay in the database. */
export function eventMessages(organizationId: string, wanted: WantedEvents): OutboxQuery {
  if ('ids' in wanted)
    return { sql: `${MESSAGES} AND x.id = ANY ($2::uuid[])`, parameters: [organizationId, wanted.ids] };
  return {
    sql: `${MESSAGES} AND x.received_at >= $2::timestamptz AND ($3::timestamptz IS NULL OR x.received_at < $3)`,
    parameters: [organizationId, wanted.since, wanted.until ?? null],
  };
}
