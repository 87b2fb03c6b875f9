import type { ConsentBasis } from '@rekomi/provider-contract';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why we may write to this person: evidence, added to and never changed. */
@Entity('consent')
export class Consent {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'affiliate_id' })
  affiliateId!: string;

  @Column('text')
  basis!: ConsentBasis['basis'];

  /** What the person agreed to, word for word. */
  @Column('text', { nullable: true })
  wording!: string | null;

  /** Where: a form's address, a file's name. */
  @Column('text', { nullable: true })
  source!: string | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;
}
