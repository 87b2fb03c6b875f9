import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a campaign's affiliates go: one connection, with what this campaign wants other than the connection's own. */
@Entity('campaign_destination')
export class CampaignDestination {
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @PrimaryColumn('uuid', { name: 'campaign_id' })
  campaignId!: string;

  @PrimaryColumn('uuid', { name: 'connection_id' })
  connectionId!: string;

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** `inherit`: the connection's audience; `own`: this row's; `none`: no audience at all. */
  @Column('text', { name: 'audience_mode', default: 'inherit' })
  audienceMode!: 'inherit' | 'own' | 'none';

  /** The vendor's id of an audience; present when it is this campaign's own. */
  @Column('text', { nullable: true })
  audience!: string | null;

  @Column('text', { name: 'audience_name', nullable: true })
  audienceName!: string | null;

  @Column('text', { name: 'extra_tags', array: true, default: () => "'{}'" })
  extraTags!: string[];

  @Column('jsonb', { name: 'extra_attributes', default: () => "'{}'" })
  extraAttributes!: Record<string, string | number | boolean>;

  /** Whether invited people are written there too, with their personal link. */
  @Column('boolean', { name: 'invite_links', default: false })
  inviteLinks!: boolean;

  /** Which events go there, and their names there; null inherits the connection's rules. */
  @Column('jsonb', { name: 'event_rules', nullable: true })
  eventRules!: Record<string, unknown> | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
