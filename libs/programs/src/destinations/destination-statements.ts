import type { UnitOfWork } from '../unit-of-work.js';

/** A destination with the connection's own values beside it. */
export interface DestinationRow {
  readonly campaign_id: string;
  readonly connection_id: string;
  readonly enabled: boolean;
  readonly audience: string | null;
  readonly audience_name: string | null;
  readonly extra_tags: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly label: string;
  readonly provider: string;
  readonly environment: 'live' | 'sandbox';
  readonly state: string;
  readonly default_audience: string | null;
  readonly default_audience_name: string | null;
  readonly default_tags: readonly string[];
}

export interface ConnectionRow {
  readonly id: string;
  readonly state: string;
}

const ROWS = `
  SELECT d.campaign_id, d.connection_id, d.enabled, d.audience, d.audience_name, d.extra_tags, d.created_at, d.updated_at,
         c.label, c.provider, c.environment, c.state, c.default_audience, c.default_audience_name, c.default_tags
    FROM campaign_destination d
    JOIN connection c ON c.organization_id = d.organization_id AND c.id = d.connection_id
   WHERE d.organization_id = $1 AND d.campaign_id = $2 AND ($3::uuid IS NULL OR d.connection_id = $3)
   ORDER BY d.created_at, d.connection_id`;

export function selectDestinations(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  connectionId?: string,
): Promise<readonly DestinationRow[]> {
  return tx.query(ROWS, [organizationId, campaignId, connectionId ?? null]);
}

/** The connection stays as it is until the end of the transaction: it can't be disconnected meanwhile. */
export async function lockConnection(
  { tx, organizationId }: UnitOfWork,
  id: string,
): Promise<ConnectionRow | undefined> {
  const rows: ConnectionRow[] = await tx.query(
    `SELECT id, state FROM connection WHERE organization_id = $1 AND id = $2 FOR SHARE`,
    [organizationId, id],
  );
  return rows[0];
}

export interface DestinationValues {
  readonly enabled: boolean;
  readonly audience: string | null;
  readonly audienceName: string | null;
  readonly extraTags: readonly string[];
}

export async function upsertDestination(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  connectionId: string,
  values: DestinationValues,
): Promise<void> {
  await tx.query(
    `INSERT INTO campaign_destination AS d (organization_id, campaign_id, connection_id, enabled, audience, audience_name, extra_tags)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (campaign_id, connection_id) DO UPDATE SET
       enabled = excluded.enabled, audience = excluded.audience, audience_name = excluded.audience_name,
       extra_tags = excluded.extra_tags, updated_at = now()`,
    [
      organizationId,
      campaignId,
      connectionId,
      values.enabled,
      values.audience,
      values.audienceName,
      values.extraTags,
    ],
  );
}

/** Affiliates approved in a campaign, page by page in order of their enrolments. */
export async function* approvedInCampaign(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
): AsyncGenerator<readonly string[]> {
  const size = 5_000;
  for (let after: string | null = null; ;) {
    const rows: { id: string; affiliate_id: string }[] = await tx.query(
      `SELECT id, affiliate_id FROM enrolment
        WHERE organization_id = $1 AND campaign_id = $2 AND status = 'approved' AND ($3::uuid IS NULL OR id > $3)
        ORDER BY id LIMIT ${size}`,
      [organizationId, campaignId, after],
    );
    if (rows.length > 0) yield rows.map((row) => row.affiliate_id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last.id;
  }
}
