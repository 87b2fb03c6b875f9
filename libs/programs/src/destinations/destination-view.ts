import { contactTags } from '../tags/tags.js';
import type { DestinationRow } from './destination-statements.js';
import type { Attributes } from './extra-attributes.js';

/** What holds, where it comes from, and what would hold without the campaign's own choice. */
export interface Inheritable<T> {
  readonly value: T;
  readonly source: 'connection' | 'campaign';
  readonly inherited: T;
}

export interface NamedAudience {
  readonly id: string;
  readonly name: string | null;
}

/** A destination as people see it: its own values beside the connection's, and what comes of both. */
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
  /** Where contacts land; null is no audience, by choice or because none is named. */
  readonly audience: Inheritable<NamedAudience | null>;
  /** All tags that this campaign leads to there, before those of single enrolments. */
  readonly tags: Inheritable<readonly string[]>;
  readonly extraTags: readonly string[];
  readonly extraAttributes: Attributes;
  readonly inviteLinks: boolean;
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
    tags: {
      value: contactTags(row.default_tags, row.extra_tags),
      source: row.extra_tags.length === 0 ? 'connection' : 'campaign',
      inherited: contactTags(row.default_tags),
    },
    extraTags: row.extra_tags,
    extraAttributes: row.extra_attributes,
    inviteLinks: row.invite_links,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function audienceOf(row: DestinationRow): Destination['audience'] {
  const inherited = named(row.default_audience, row.default_audience_name);
  return row.audience_mode === 'inherit'
    ? { value: inherited, source: 'connection', inherited }
    : { value: named(row.audience, row.audience_name), source: 'campaign', inherited };
}

function named(id: string | null, name: string | null): NamedAudience | null {
  return id === null ? null : { id, name };
}
