import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { ApprovalRules } from '../approval/approval-rules.js';

/** A programme that affiliates take part in. */
@Entity('campaign')
export class Campaign {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('text')
  name!: string;

  /** Given or made from the first name, permanent: it stands in links. */
  @Column('text')
  slug!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text', { name: 'terms_url', nullable: true })
  termsUrl!: string | null;

  @Column('boolean', { name: 'auto_approve', default: false })
  autoApprove!: boolean;

  /** What automatic approval asks for. What is absent has its default. */
  @Column('jsonb', { default: () => "'{}'" })
  rules!: Partial<ApprovalRules>;

  /** How commissions are reckoned; null: none are. */
  @Column('uuid', { name: 'commission_plan_id', nullable: true })
  commissionPlanId!: string | null;

  /** Set: nobody comes in any more; who is in stays. */
  @Column('timestamptz', { name: 'archived_at', nullable: true })
  archivedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
