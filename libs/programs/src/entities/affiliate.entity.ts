import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person. Found by address in any letter case, and written with the letter case given. */
@Entity('affiliate')
export class Affiliate {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('text')
  email!: string;

  @Column({
    type: 'text',
    name: 'email_key',
    asExpression: 'lower(email)',
    generatedType: 'STORED',
    insert: false,
    update: false,
  })
  emailKey!: string;

  /** The mailbox behind the address: equal for addresses that differ in a plus tag, or in dots at Gmail. */
  @Column({
    type: 'text',
    name: 'person_key',
    asExpression: 'person_key(email)',
    generatedType: 'STORED',
    insert: false,
    update: false,
  })
  personKey!: string;

  @Column('text', { name: 'full_name', nullable: true })
  fullName!: string | null;

  @Column('text', { name: 'first_name', nullable: true })
  firstName!: string | null;

  @Column('text', { name: 'last_name', nullable: true })
  lastName!: string | null;

  /** The merchant's own id of this person. */
  @Column('text', { name: 'external_id', nullable: true })
  externalId!: string | null;

  /** ISO 3166-1 alpha-2, upper case. */
  @Column('text', { nullable: true })
  country!: string | null;

  /** When the person proved that the address is theirs. */
  @Column('timestamptz', { name: 'email_confirmed_at', nullable: true })
  emailConfirmedAt!: Date | null;

  /** What the affiliate's links carry; one affiliate per organisation in any letter case. */
  @Column('text', { name: 'referral_slug', nullable: true })
  referralSlug!: string | null;

  @Column({
    type: 'text',
    name: 'referral_slug_key',
    asExpression: 'lower(referral_slug)',
    generatedType: 'STORED',
    nullable: true,
    insert: false,
    update: false,
  })
  referralSlugKey!: string | null;

  /** Further words in links that were published elsewhere. */
  @Column('text', { name: 'link_aliases', array: true, default: () => "'{}'" })
  linkAliases!: string[];

  @Column('text', { name: 'paypal_email', nullable: true })
  paypalEmail!: string | null;

  @Column('text', { name: 'wise_email', nullable: true })
  wiseEmail!: string | null;

  /** Columns of an imported file that have no field of their own, by the column's name. */
  @Column('jsonb', { name: 'source_data', default: () => "'{}'" })
  sourceData!: Record<string, string>;

  /** The import that created the person. */
  @Column('uuid', { name: 'import_id', nullable: true })
  importId!: string | null;

  /** Where payouts go: `acct_…`. */
  @Column('text', { name: 'stripe_account_id', nullable: true })
  stripeAccountId!: string | null;

  /** When the person became an affiliate. Constant. */
  @Column('timestamptz', { name: 'joined_at' })
  joinedAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
