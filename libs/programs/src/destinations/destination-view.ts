import { contactTags } from '../tags/tags.js';
import type { DestinationRow } from './destination-statements.js';

/** A destination as people see it: its own values and what comes of them together with the connection's. */
export interface Destination {
  readonly campaignId: string;
  readonly connection: {
    readonly id: string;
    readonly label: string;
    readonly provider: string;
    readonly environment: 'live' | 'sandbox';
    readonly state: string;
  };
  readonly enabled: boolean;
  /** Where contacts land; null when neither the campaign nor the connection names an audience. */
  readonly audience: {
    readonly id: string;
    readonly name: string | null;
    readonly inherited: boolean;
  } | null;
  readonly extraTags: readonly string[];
  /** All tags that this campaign leads to there, before those of single enrolments. */
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function destinationView(row: DestinationRow): Destination {
  return {
    campaignId: row.campaign_id,
    connection: {
      id: row.connection_id,
      label: row.label,
      provider: row.provider,
      environment: row.environment,
      state: row.state,
    },
    enabled: row.enabled,
    audience: audienceOf(row),
    extraTags: row.extra_tags,
    tags: contactTags(row.default_tags, row.extra_tags),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function audienceOf(row: DestinationRow): Destination['audience'] {
  if (row.audience !== null) return { id: row.audience, name: row.audience_name, inherited: false };
  if (row.default_audience === null) return null;
  return { id: row.default_audience, name: row.default_audience_name, inherited: true };
}
