import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that happened to an affiliate: stored once, never changed. */
@Entity('event')
export class ProgramEvent {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'affiliate_id' })
  affiliateId!: string;

  /** The caller's own id: the same one twice is the same event. */
  @Column('text', { name: 'external_id', nullable: true })
  externalId!: string | null;

  @Column('text')
  name!: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  @Column('jsonb', { default: () => "'{}'" })
  data!: Record<string, unknown>;

  /** The campaign it is about; null: whatever the affiliate takes part in. */
  @Column('uuid', { name: 'campaign_id', nullable: true })
  campaignId!: string | null;

  @Column('timestamptz', { name: 'received_at', default: () => 'now()' })
  receivedAt!: Date;
}
