import type { Attributes } from './extra-attributes.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';

export type AudienceMode = 'inherit' | 'own' | 'none';

/** A destination with the connection's own values beside it. */
export interface DestinationRow {
  readonly campaign_id: string;
  readonly connection_id: string;
  readonly enabled: boolean;
  readonly audience_mode: AudienceMode;
  readonly audience: string | null;
  readonly audience_name: string | null;
  readonly extra_tags: readonly string[];
  readonly extra_attributes: Attributes;
  readonly invite_links: boolean;
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
  readonly provider: string;
  readonly state: string;
}

const ROWS = `
  SELECT d.campaign_id, d.connection_id, d.enabled, d.audience_mode, d.audience, d.audience_name, d.extra_tags,
         d.extra_attributes, d.invite_links, d.created_at, d.updated_at,
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
    `SELECT id, provider, state FROM connection WHERE organization_id = $1 AND id = $2 FOR SHARE`,
    [organizationId, id],
  );
  return rows[0];
}

/** What a campaign wants of a connection. `audience` is there when the mode is `own`. */
export interface DestinationValues {
  readonly enabled: boolean;
  readonly audienceMode: AudienceMode;
  readonly audience: string | null;
  readonly audienceName: string | null;
  readonly extraTags: readonly string[];
  readonly extraAttributes: Attributes;
  readonly inviteLinks: boolean;
}

const UPSERT = `
  INSERT INTO campaign_destination
         (organization_id, campaign_id, connection_id, enabled, audience_mode, audience, audience_name, extra_tags,
          extra_attributes, invite_links)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (campaign_id, connection_id) DO UPDATE SET
    enabled = excluded.enabled, audience_mode = excluded.audience_mode, audience = excluded.audience,
    audience_name = excluded.audience_name, extra_tags = excluded.extra_tags,
    extra_attributes = excluded.extra_attributes, invite_links = excluded.invite_links, updated_at = now()`;

/** Remembered for good: who has one of these no longer has to lose it at the vendor too. */
const REMEMBER_ATTRIBUTES = `
  INSERT INTO connection_attribute (organization_id, connection_id, name)
  SELECT $1, $2, name FROM unnest($3::text[]) AS name ON CONFLICT DO NOTHING`;

export async function upsertDestination(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  connectionId: string,
  values: DestinationValues,
): Promise<void> {
  await tx.query(UPSERT, [
    organizationId,
    campaignId,
    connectionId,
    values.enabled,
    values.audienceMode,
    values.audience,
    values.audienceName,
    values.extraTags,
    JSON.stringify(values.extraAttributes),
    values.inviteLinks,
  ]);
  const names = Object.keys(values.extraAttributes);
  if (names.length > 0) await tx.query(REMEMBER_ATTRIBUTES, [organizationId, connectionId, names]);
}

/** Affiliates of a campaign in one of these states, page by page in order of their enrolments. */
export async function* peopleOfCampaign(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  states: readonly EnrolmentStatus[],
): AsyncGenerator<readonly string[]> {
  const size = 5_000;
  for (let after: string | null = null; ;) {
    const rows: { id: string; affiliate_id: string }[] = await tx.query(
      `SELECT id, affiliate_id FROM enrolment
        WHERE organization_id = $1 AND campaign_id = $2 AND status = ANY ($4::text[]) AND ($3::uuid IS NULL OR id > $3)
        ORDER BY id LIMIT ${size}`,
      [organizationId, campaignId, after, states],
    );
    if (rows.length > 0) yield rows.map((row) => row.affiliate_id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last.id;
  }
}
