import type { UnitOfWork } from '../unit-of-work.js';
import type { TierRule } from './audience-tiers.js';

/** What of a campaign's tiers follows from which audience, the highest first; nothing without such a setting. */
export async function readTierRules(
  { tx, organizationId }: Pick<UnitOfWork, 'tx' | 'organizationId'>,
  campaignId: string,
): Promise<readonly TierRule[]> {
  const rows: { tiers: readonly TierRule[] }[] = await tx.query(
    `SELECT tiers FROM audience_tiers WHERE organization_id = $1 AND campaign_id = $2`,
    [organizationId, campaignId],
  );
  return rows[0]?.tiers ?? [];
}
