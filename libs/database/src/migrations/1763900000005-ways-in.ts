import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What every way in needs of people and their parts in campaigns: invited and archived ones, country, confirmation. */
export class WaysIn1763900000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error(
      'This migration has no way back: invited and archived people have no place in the schema before.',
    );
  }
}

function statements(): readonly string[] {
  return [
    `ALTER TABLE enrolment DROP CONSTRAINT enrolment_status_check`,
    `ALTER TABLE enrolment ADD CONSTRAINT enrolment_status_check
       CHECK (status IN ('invited', 'applied', 'approved', 'rejected', 'archived'))`,
    // With the organisation in front: row policies ask for it, and an index that begins with something else is passed
    // over by a planner that has no statistics yet.
    `ALTER TABLE enrolment DROP CONSTRAINT enrolment_affiliate_id_campaign_id_key`,
    `ALTER TABLE enrolment ADD UNIQUE (organization_id, affiliate_id, campaign_id)`,
    // Why automatic approval passed this one by, the last time it looked: [{code, detail}].
    `ALTER TABLE enrolment ADD COLUMN skipped jsonb NOT NULL DEFAULT '[]'`,
    `ALTER TABLE affiliate
       -- ISO 3166-1 alpha-2, upper case.
       ADD COLUMN country text CHECK (country ~ '^[A-Z]{2}$'),
       -- When the person proved that the address is theirs.
       ADD COLUMN email_confirmed_at timestamptz`,
  ];
}
