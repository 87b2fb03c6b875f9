import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/** Systems that send conversions or payouts with a signature instead of an API key, and the payouts they told of. */
export class InboundSources1763900000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION find_inbound_source(uuid)`);
    for (const table of ['payout', 'inbound_secret', 'inbound_source']) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await runner.query(`ALTER TABLE affiliate DROP COLUMN stripe_account_id`);
  }
}

function statements(): readonly string[] {
  return [
    `CREATE TABLE inbound_source (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       kind text NOT NULL CHECK (kind IN ('conversions', 'stripe')),
       name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
       created_at timestamptz NOT NULL DEFAULT now(),
       revoked_at timestamptz,
       UNIQUE (organization_id, id)
     )`,
    ...closeTenantTable('inbound_source'),
    ...openToLookup('inbound_source', ['SELECT']),
    `CREATE FUNCTION find_inbound_source(wanted uuid) RETURNS uuid
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT s.organization_id FROM inbound_source s WHERE s.id = wanted $$`,
    ...ownByLookup('find_inbound_source(uuid)'),

    `CREATE TABLE inbound_secret (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       source_id uuid NOT NULL,
       -- By the vault, bound to organisation and source.
       sealed text NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       -- Set once another secret takes its place.
       expires_at timestamptz,
       FOREIGN KEY (organization_id, source_id) REFERENCES inbound_source (organization_id, id)
     )`,
    `CREATE INDEX inbound_secret_source ON inbound_secret (source_id)`,
    ...closeTenantTable('inbound_secret'),

    `ALTER TABLE affiliate ADD COLUMN stripe_account_id text CHECK (length(stripe_account_id) BETWEEN 1 AND 255)`,
    `CREATE UNIQUE INDEX affiliate_stripe_account ON affiliate (organization_id, stripe_account_id)
       WHERE stripe_account_id IS NOT NULL`,
    `CREATE TABLE payout (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       -- The payer's own id and what it said of it: the same of both is told once.
       external_id text NOT NULL CHECK (length(external_id) BETWEEN 1 AND 255),
       state text NOT NULL CHECK (state IN ('sent', 'failed')),
       amount bigint NOT NULL CHECK (amount >= 0),
       currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
       reason text,
       occurred_at timestamptz NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, external_id, state),
       FOREIGN KEY (organization_id, affiliate_id) REFERENCES affiliate (organization_id, id)
     )`,
    `CREATE INDEX payout_affiliate ON payout (organization_id, affiliate_id, id)`,
    ...closeTenantTable('payout', 'SELECT, INSERT'),
  ];
}
