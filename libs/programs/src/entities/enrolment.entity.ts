import { Column, Entity, PrimaryColumn } from 'typeorm';

export const ENROLMENT_STATUSES = ['invited', 'applied', 'approved', 'rejected', 'archived'] as const;
export type EnrolmentStatus = (typeof ENROLMENT_STATUSES)[number];

/** An affiliate's part in one campaign. */
@Entity('enrolment')
export class Enrolment {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'campaign_id' })
  campaignId!: string;

  @Column('uuid', { name: 'affiliate_id' })
  affiliateId!: string;

  @Column('text')
  status!: EnrolmentStatus;

  @Column('text', { nullable: true })
  tier!: string | null;

  /** By invite, import or API; `tier` is that, or the higher one that follows from an audience. */
  @Column('text', { name: 'given_tier', nullable: true })
  givenTier!: string | null;

  /** What follows from the audience that the person was last seen in. */
  @Column('text', { name: 'audience_tier', nullable: true })
  audienceTier!: string | null;

  /** The vendor's id of that audience. */
  @Column('text', { name: 'tier_audience', nullable: true })
  tierAudience!: string | null;

  @Column('text', { name: 'extra_tags', array: true, default: () => "'{}'" })
  extraTags!: string[];

  @Column('timestamptz', { name: 'applied_at', default: () => 'now()' })
  appliedAt!: Date;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column('text', { name: 'decision_reason', nullable: true })
  decisionReason!: string | null;

  /** What restoring goes back to; means something only while the status is `archived`. */
  @Column('text', { name: 'archived_from', nullable: true })
  archivedFrom!: Exclude<EnrolmentStatus, 'archived'> | null;

  /** Why automatic approval passed this one by, the last time it looked. */
  @Column('jsonb', { default: () => "'[]'" })
  skipped!: { code: string; detail: string }[];

  /** The import that created it. */
  @Column('uuid', { name: 'import_id', nullable: true })
  importId!: string | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
