import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable } from './tenant-table.js';

/** Tiers that follow from the audiences a person is in at a vendor. */
export class AudienceTiers1763900000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audience_reading`);
    await runner.query(`DROP TABLE audience_tiers`);
    await runner.query(
      `ALTER TABLE enrolment DROP COLUMN given_tier, DROP COLUMN audience_tier, DROP COLUMN tier_audience`,
    );
  }
}

function statements(): readonly string[] {
  return [
    `CREATE TABLE audience_tiers (
       organization_id uuid NOT NULL,
       campaign_id uuid PRIMARY KEY,
       connection_id uuid NOT NULL,
       -- [{"audience": {"id", "name"}, "tier"}], the highest first.
       tiers jsonb NOT NULL,
       -- How old what is known of a person may become before the vendor is asked again.
       refresh_hours integer NOT NULL CHECK (refresh_hours BETWEEN 1 AND 168),
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, id),
       FOREIGN KEY (organization_id, connection_id) REFERENCES connection (organization_id, id)
     )`,
    `CREATE INDEX audience_tiers_connection ON audience_tiers (connection_id)`,
    ...closeTenantTable('audience_tiers'),

    // What the latest successful look showed, and beside it the latest that failed since.
    `CREATE TABLE audience_reading (
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       -- Of the vendor, whether they mean a tier or not: a changed setting holds without asking again. Null: never seen.
       audiences text[],
       seen_at timestamptz,
       failed_code text,
       failed_at timestamptz,
       PRIMARY KEY (connection_id, affiliate_id),
       FOREIGN KEY (organization_id, connection_id) REFERENCES connection (organization_id, id),
       FOREIGN KEY (organization_id, affiliate_id) REFERENCES affiliate (organization_id, id)
     )`,
    `CREATE INDEX audience_reading_affiliate ON audience_reading (affiliate_id)`,
    ...closeTenantTable('audience_reading'),

    // tier stays what counts: the higher one of what was given and what follows from the audience.
    `ALTER TABLE enrolment ADD COLUMN given_tier text, ADD COLUMN audience_tier text, ADD COLUMN tier_audience text`,
    // The owner is bound by the policies, too, and none lets it see a row.
    `ALTER TABLE enrolment NO FORCE ROW LEVEL SECURITY`,
    `UPDATE enrolment SET given_tier = tier WHERE tier IS NOT NULL`,
    `ALTER TABLE enrolment FORCE ROW LEVEL SECURITY`,
  ];
}
