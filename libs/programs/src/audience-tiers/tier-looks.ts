import type { SyncOutbox } from '@rekomi/sync';

import { chunks } from '../chunks.js';
import type { UnitOfWork } from '../unit-of-work.js';

/** Vendors apply what they accept with a delay; before that, somebody new is not there to be seen. */
const AFTER_APPROVAL_MS = 5_000;
/**
 * Between the looks at people of a campaign whose setting was changed. Half of the slowest reading limit that we know,
 * so that who is approved meanwhile does not wait behind all of them.
 */
const SPACING_MS = 500;

/** Most campaigns have none, and then approving costs this one question, whatever the number of people. */
const WITH_TIERS = `
  SELECT campaign_id FROM audience_tiers WHERE organization_id = $1 AND campaign_id = ANY ($2::uuid[])`;

const OF_APPROVED = `
  SELECT m.connection_id, x.affiliate_id AS contact_id, $4::double precision + (x.place - 1) * $5::double precision AS in_ms
    FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS x(affiliate_id, campaign_id, place)
    JOIN audience_tiers m ON m.organization_id = $1 AND m.campaign_id = x.campaign_id`;

const OF_CAMPAIGN = `
  SELECT m.connection_id, e.affiliate_id AS contact_id, (row_number() OVER (ORDER BY e.id) - 1) * $3::double precision AS in_ms
    FROM audience_tiers m
    JOIN enrolment e ON e.organization_id = $1 AND e.campaign_id = m.campaign_id AND e.status = 'approved'
   WHERE m.organization_id = $1 AND m.campaign_id = $2`;

/** Has those looked at who were just approved, where their tier may follow from an audience. */
export async function lookAtApproved(
  { tx, organizationId }: UnitOfWork,
  outbox: SyncOutbox,
  approved: readonly { readonly affiliateId: string; readonly campaignId: string }[],
): Promise<void> {
  if (approved.length === 0) return;
  const campaignIds = [...new Set(approved.map(({ campaignId }) => campaignId))];
  const rows: { campaign_id: string }[] = await tx.query(WITH_TIERS, [organizationId, campaignIds]);
  const withTiers = new Set(rows.map((row) => row.campaign_id));
  for (const chunk of chunks(approved.filter(({ campaignId }) => withTiers.has(campaignId)))) {
    await outbox.oweLooks(tx, organizationId, {
      sql: OF_APPROVED,
      parameters: [
        organizationId,
        chunk.map(({ affiliateId }) => affiliateId),
        chunk.map(({ campaignId }) => campaignId),
        AFTER_APPROVAL_MS,
        SPACING_MS,
      ],
    });
  }
}

/** Has everybody looked at who is approved in a campaign, one after the other. */
export async function lookAtCampaign(
  { tx, organizationId }: UnitOfWork,
  outbox: SyncOutbox,
  campaignId: string,
): Promise<void> {
  const parameters = [organizationId, campaignId, SPACING_MS];
  await outbox.oweLooks(tx, organizationId, { sql: OF_CAMPAIGN, parameters });
}
