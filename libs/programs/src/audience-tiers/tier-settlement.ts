import { Injectable } from '@nestjs/common';

import { DecisionFanOut } from '../enrolments/decision-fan-out.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { standingTier, type StandingTier, type TierRule } from './audience-tiers.js';

interface PartRow {
  readonly id: string;
  readonly affiliate_id: string;
  readonly status: EnrolmentStatus;
  readonly tier: string | null;
  readonly given_tier: string | null;
  readonly audience_tier: string | null;
  readonly tier_audience: string | null;
  readonly rules: readonly TierRule[] | null;
  readonly audiences: readonly string[] | null;
}

const AT_ONCE = 5_000;

const LOCK_PARTS = `
  SELECT e.id, e.affiliate_id, e.status, e.tier, e.given_tier, e.audience_tier, e.tier_audience,
         m.tiers AS rules, r.audiences
    FROM enrolment e
    LEFT JOIN audience_tiers m ON m.organization_id = $1 AND m.campaign_id = e.campaign_id
    LEFT JOIN audience_reading r ON r.organization_id = $1 AND r.connection_id = m.connection_id
                                AND r.affiliate_id = e.affiliate_id
   WHERE e.organization_id = $1 AND ($2::uuid IS NULL OR e.campaign_id = $2)
     AND ($3::uuid IS NULL OR e.affiliate_id = $3) AND ($4::uuid IS NULL OR m.connection_id = $4)
     AND ($5::uuid IS NULL OR e.id > $5)
   ORDER BY e.id LIMIT ${AT_ONCE} FOR NO KEY UPDATE OF e`;

const UPDATE = `
  UPDATE enrolment e SET tier = u.tier, audience_tier = u.audience_tier, tier_audience = u.audience, updated_at = now()
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS u(id, tier, audience_tier, audience)
   WHERE e.organization_id = $1 AND e.id = u.id`;

/** Brings tiers to what follows from settings and looks as they are now, and has those whose tier changed written again. */
@Injectable()
export class TierSettlement {
  constructor(private readonly fanOut: DecisionFanOut) {}

  /**
   * @param whom everybody of a campaign, or one person in all campaigns whose tiers follow from a connection; the campaigns
   *   concerned are locked.
   */
  async settle(
    work: UnitOfWork,
    whom: { readonly campaignId: string } | { readonly affiliateId: string; readonly connectionId: string },
  ): Promise<void> {
    const { tx, organizationId } = work;
    const which =
      'campaignId' in whom ? [whom.campaignId, null, null] : [null, whom.affiliateId, whom.connectionId];
    for (let after: string | null = null; ;) {
      const rows: PartRow[] = await tx.query(LOCK_PARTS, [organizationId, ...which, after]);
      await this.#store(work, rows);
      const last = rows.at(-1);
      if (last === undefined || rows.length < AT_ONCE) return;
      after = last.id;
    }
  }

  async #store(work: UnitOfWork, rows: readonly PartRow[]): Promise<void> {
    const changes = rows
      .map((row) => ({ row, now: standingTier(row.rules ?? [], row.given_tier, row.audiences) }))
      .filter(({ row, now }) => !isSame(row, now));
    if (changes.length === 0) return;
    await work.tx.query(UPDATE, [
      work.organizationId,
      changes.map(({ row }) => row.id),
      changes.map(({ now }) => now.tier),
      changes.map(({ now }) => now.audienceTier),
      changes.map(({ now }) => now.audienceId),
    ]);
    const moved = changes.filter(({ row, now }) => row.status === 'approved' && row.tier !== now.tier);
    await this.fanOut.changed(
      work,
      moved.map(({ row }) => row.affiliate_id),
    );
  }
}

function isSame(row: PartRow, now: StandingTier): boolean {
  return (
    row.tier === now.tier && row.audience_tier === now.audienceTier && row.tier_audience === now.audienceId
  );
}
