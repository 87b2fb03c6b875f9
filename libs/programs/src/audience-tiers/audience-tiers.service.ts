import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '@rekomi/provider-contract';
import { SyncOutbox } from '@rekomi/sync';

import { findCampaign } from '../campaigns/find-campaign.js';
import type { CommissionPlan } from '../commissions/plan.js';
import { lockConnection } from '../destinations/destination-statements.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { TierRule } from './audience-tiers.js';
import { lookAtCampaign } from './tier-looks.js';
import { TierSettlement } from './tier-settlement.js';

export interface AudienceTiersView {
  readonly connection: {
    readonly id: string;
    readonly label: string;
    readonly provider: string;
    readonly state: string;
  };
  /** The highest first. */
  readonly tiers: readonly TierRule[];
  readonly refreshHours: number;
  readonly people: {
    /** Approved in the campaign. */
    readonly watched: number;
    /** Of these, those whose audiences were read at least once. */
    readonly read: number;
    /** Those whose latest look came to nothing; what was known of them still holds. */
    readonly failing: number;
  };
  /** When the person who was looked at longest ago was; null until everybody was. */
  readonly oldestReadAt: string | null;
  readonly latestFailure: { readonly code: ErrorCode; readonly at: string } | null;
  readonly warnings: readonly string[];
  readonly updatedAt: string;
}

export interface AudienceTiersSetting {
  readonly connectionId: string;
  readonly tiers: readonly TierRule[];
  readonly refreshHours: number;
}

interface SettingRow {
  readonly connection_id: string;
  readonly label: string;
  readonly provider: string;
  readonly state: string;
  readonly tiers: readonly TierRule[];
  readonly refresh_hours: number;
  readonly updated_at: Date;
  readonly plan: CommissionPlan | null;
}

interface ProgressRow {
  readonly watched: number;
  readonly read: number;
  readonly failing: number;
  readonly oldest: Date | null;
  readonly failed_code: ErrorCode | null;
  readonly failed_at: Date | null;
}

const SETTING = `
  SELECT m.connection_id, c.label, c.provider, c.state, m.tiers, m.refresh_hours, m.updated_at, p.document AS plan
    FROM audience_tiers m
    JOIN connection c ON c.organization_id = $1 AND c.id = m.connection_id
    JOIN campaign k ON k.organization_id = $1 AND k.id = m.campaign_id
    LEFT JOIN commission_plan p ON p.organization_id = $1 AND p.id = k.commission_plan_id
   WHERE m.organization_id = $1 AND m.campaign_id = $2`;

const PROGRESS = `
  SELECT count(*)::int AS watched, count(r.seen_at)::int AS read, count(r.failed_at)::int AS failing,
         CASE WHEN count(*) = count(r.seen_at) THEN min(r.seen_at) END AS oldest,
         max(r.failed_at) AS failed_at, (array_agg(r.failed_code ORDER BY r.failed_at DESC NULLS LAST))[1] AS failed_code
    FROM enrolment e
    LEFT JOIN audience_reading r ON r.organization_id = $1 AND r.connection_id = $3 AND r.affiliate_id = e.affiliate_id
   WHERE e.organization_id = $1 AND e.campaign_id = $2 AND e.status = 'approved'`;

const PUT = `
  INSERT INTO audience_tiers (organization_id, campaign_id, connection_id, tiers, refresh_hours)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (campaign_id) DO UPDATE
     SET connection_id = excluded.connection_id, tiers = excluded.tiers, refresh_hours = excluded.refresh_hours,
         updated_at = now()`;

/** Which tier follows from which audience, campaign by campaign. */
@Injectable()
export class AudienceTiersService {
  constructor(
    private readonly outbox: SyncOutbox,
    private readonly settlement: TierSettlement,
  ) {}

  /** Null when tiers of the campaign follow from no audience. */
  async get(work: UnitOfWork, campaign: string): Promise<ProgramResult<AudienceTiersView | null>> {
    const found = await findCampaign(work, campaign);
    return found.ok ? granted(await readView(work, found.value.id)) : found;
  }

  /**
   * Sets or replaces it. What is known of people counts at once; everybody who is approved is looked at, also when nothing
   * was changed.
   *
   * @param setting whose audiences were found at the vendor
   */
  async put(
    work: UnitOfWork,
    campaign: string,
    setting: AudienceTiersSetting,
  ): Promise<ProgramResult<AudienceTiersView>> {
    const found = await findCampaign(work, campaign, { lock: 'destinations' });
    if (!found.ok) return found;
    const { connectionId, tiers, refreshHours } = setting;
    const pointer = '#/connectionId';
    const connection = await lockConnection(work, connectionId);
    if (connection === undefined) {
      return denied({ reason: 'not_found', what: 'connection', id: connectionId, pointer });
    }
    if (connection.state === 'disconnecting' || connection.state === 'disabled') {
      const detail = 'The connection was disconnected. Connect the tool again and use the new connection.';
      return denied({ reason: 'conflict', errors: [{ pointer, code: 'connection_disconnected', detail }] });
    }
    const campaignId = found.value.id;
    const values = [work.organizationId, campaignId, connectionId, JSON.stringify(tiers), refreshHours];
    await work.tx.query(PUT, values);
    await this.settlement.settle(work, { campaignId });
    await lookAtCampaign(work, this.outbox, campaignId);
    const view = await readView(work, campaignId);
    if (view === null) throw new Error('Audience tiers that were just written cannot be read.');
    return granted(view);
  }

  /** Everybody has the tier again that was given to them. What was read is kept for other campaigns. */
  async remove(work: UnitOfWork, campaign: string): Promise<ProgramResult<undefined>> {
    const found = await findCampaign(work, campaign, { lock: 'destinations' });
    if (!found.ok) return found;
    const campaignId = found.value.id;
    await work.tx.query(`DELETE FROM audience_tiers WHERE organization_id = $1 AND campaign_id = $2`, [
      work.organizationId,
      campaignId,
    ]);
    await this.settlement.settle(work, { campaignId });
    return granted(undefined);
  }
}

async function readView(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
): Promise<AudienceTiersView | null> {
  const settings: SettingRow[] = await tx.query(SETTING, [organizationId, campaignId]);
  const [setting] = settings;
  if (setting === undefined) return null;
  const { connection_id: id, label, provider, state, tiers } = setting;
  const counts: ProgressRow[] = await tx.query(PROGRESS, [organizationId, campaignId, id]);
  const [progress] = counts;
  if (progress === undefined) throw new Error('An aggregate returned no row.');
  const { watched, read, failing, failed_code: code, failed_at: failedAt } = progress;
  return {
    connection: { id, label, provider, state },
    tiers,
    refreshHours: setting.refresh_hours,
    people: { watched, read, failing },
    oldestReadAt: progress.oldest?.toISOString() ?? null,
    latestFailure: code === null || failedAt === null ? null : { code, at: failedAt.toISOString() },
    warnings: [...standstill(setting), ...tiersWithoutTerms(setting)],
    updatedAt: setting.updated_at.toISOString(),
  };
}

function standstill({ label, state }: SettingRow): readonly string[] {
  return state === 'verified'
    ? []
    : [`Nobody is looked at while the connection “${label}” is ${state}. What is known of people stays.`];
}

/** Somebody with such a tier earns what everybody earns, which is rarely what was meant. */
function tiersWithoutTerms({ plan, tiers }: SettingRow): readonly string[] {
  if (plan === null) return [];
  const known = new Set(
    [plan.terms, ...plan.regions.map(({ terms }) => terms)].flatMap((terms) => Object.keys(terms.tiers)),
  );
  return [...new Set(tiers.map(({ tier }) => tier))]
    .filter((tier) => !known.has(tier))
    .map((tier) => `The commission plan “${plan.name}” has no terms of its own for the tier “${tier}”.`);
}
