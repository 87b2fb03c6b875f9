import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable } from './tenant-table.js';

/** Campaigns with terms, automatic approval and an end; what a campaign wants other than its connections do. */
export class Campaigns1763900000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `DROP TABLE connection_attribute`,
      `ALTER TABLE affiliate DROP COLUMN person_key`,
      `DROP FUNCTION person_key(text)`,
      `DROP INDEX affiliate_external_id`,
      `ALTER TABLE enrolment DROP COLUMN archived_from`,
      `ALTER TABLE campaign_destination DROP COLUMN audience_mode, DROP COLUMN extra_attributes, DROP COLUMN invite_links`,
      `ALTER TABLE campaign DROP COLUMN terms_url, DROP COLUMN auto_approve, DROP COLUMN rules, DROP COLUMN archived_at`,
    ])
      await runner.query(statement);
  }
}

function statements(): readonly string[] {
  return [
    `ALTER TABLE campaign
       ADD COLUMN terms_url text CHECK (terms_url LIKE 'https://%'),
       ADD COLUMN auto_approve boolean NOT NULL DEFAULT false,
       -- As read and checked by the approval rules' code; {} is no rule beyond the defaults.
       ADD COLUMN rules jsonb NOT NULL DEFAULT '{}',
       ADD COLUMN archived_at timestamptz`,

    `ALTER TABLE campaign_destination
       -- inherit: the connection's audience; own: the one of this row; none: no audience at all.
       ADD COLUMN audience_mode text NOT NULL DEFAULT 'inherit' CHECK (audience_mode IN ('inherit', 'own', 'none')),
       ADD COLUMN extra_attributes jsonb NOT NULL DEFAULT '{}',
       -- Whether invited people are written there too, with their personal link.
       ADD COLUMN invite_links boolean NOT NULL DEFAULT false`,
    `UPDATE campaign_destination SET audience_mode = 'own' WHERE audience IS NOT NULL`,
    `ALTER TABLE campaign_destination ADD CONSTRAINT campaign_destination_audience_check
       CHECK ((audience_mode = 'own') = (audience IS NOT NULL))`,

    // Names of attributes that campaigns ever set at a connection: what a contact no longer has of them is cleared.
    `CREATE TABLE connection_attribute (
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       name text NOT NULL,
       PRIMARY KEY (organization_id, connection_id, name),
       FOREIGN KEY (organization_id, connection_id) REFERENCES connection (organization_id, id)
     )`,
    ...closeTenantTable('connection_attribute'),

    // What restoring goes back to; means something only while the status is archived.
    `ALTER TABLE enrolment ADD COLUMN archived_from text
       CHECK (archived_from IN ('invited', 'applied', 'approved', 'rejected'))`,

    // The mailbox behind an address: without what follows a plus, and at Gmail without dots, which it ignores.
    `CREATE FUNCTION person_key(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
       SELECT CASE WHEN lower(email) ~ '@(gmail|googlemail)\\.com$'
                   THEN replace(split_part(split_part(lower(email), '@', 1), '+', 1), '.', '') || '@gmail.com'
                   ELSE regexp_replace(lower(email), '^([^+@]+)\\+[^@]*@', '\\1@') END $$`,
    `ALTER TABLE affiliate ADD COLUMN person_key text NOT NULL GENERATED ALWAYS AS (person_key(email)) STORED`,
    `CREATE INDEX affiliate_person ON affiliate (organization_id, person_key)`,
    `CREATE INDEX affiliate_external_id ON affiliate (organization_id, external_id) WHERE external_id IS NOT NULL`,
  ];
}
