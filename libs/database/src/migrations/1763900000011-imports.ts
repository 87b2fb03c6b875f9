import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/** Files of affiliates that are imported, and what an affiliate keeps from the platform it comes from. */
export class Imports1763900000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of ['due_imports(integer)', 'imports_to_forget(interval, interval)'])
      await runner.query(`DROP FUNCTION ${signature}`);
    for (const table of ['import_issue', 'import_file_chunk', 'import_run'])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query(`ALTER TABLE enrolment DROP COLUMN import_id`);
    await runner.query(
      `ALTER TABLE affiliate DROP COLUMN referral_slug_key, DROP COLUMN referral_slug, DROP COLUMN link_aliases,
         DROP COLUMN paypal_email, DROP COLUMN wise_email, DROP COLUMN source_data, DROP COLUMN import_id`,
    );
  }
}

function statements(): readonly string[] {
  return [
    // PostgreSQL 18 makes such ids itself, several times faster: a large import needs a million of them.
    `DO $do$ BEGIN
       IF current_setting('server_version_num')::integer >= 180000 THEN
         CREATE OR REPLACE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
           AS 'SELECT uuidv7()';
       END IF;
     END $do$`,
    `ALTER TABLE affiliate
       -- What the affiliate's links carry. The spelling given is kept; letter case makes no other slug.
       ADD COLUMN referral_slug text CHECK (referral_slug ~ '^[A-Za-z0-9-]{3,64}$'),
       ADD COLUMN referral_slug_key text GENERATED ALWAYS AS (lower(referral_slug)) STORED,
       -- Further words in links that were published elsewhere.
       ADD COLUMN link_aliases text[] NOT NULL DEFAULT '{}',
       ADD COLUMN paypal_email text,
       ADD COLUMN wise_email text,
       -- Columns of an imported file that have no field of their own, by the column's name.
       ADD COLUMN source_data jsonb NOT NULL DEFAULT '{}',
       -- The import that created the person. No foreign key: it would cost a look-up for each imported row.
       ADD COLUMN import_id uuid`,
    `CREATE UNIQUE INDEX affiliate_referral_slug ON affiliate (organization_id, referral_slug_key)
       WHERE referral_slug_key IS NOT NULL`,
    `ALTER TABLE enrolment ADD COLUMN import_id uuid`,

    `CREATE TABLE import_run (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       file_name text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 255),
       created_by text,
       state text NOT NULL CHECK (state IN ('uploading', 'uploaded', 'mapped', 'checking', 'checked', 'running',
                                            'cancelling', 'cancelled', 'finished', 'failed')),
       -- What 'cancelling' interrupts, and what 'failed' failed at.
       pass text CHECK (pass IN ('check', 'run')),
       -- Bytes; of the file as it came.
       size bigint NOT NULL DEFAULT 0,
       sha256 bytea,
       -- Encoding, delimiter, whether there is a header.
       dialect jsonb,
       columns jsonb NOT NULL DEFAULT '[]',
       source text,
       notes jsonb NOT NULL DEFAULT '[]',
       rows integer NOT NULL DEFAULT 0,
       mapping jsonb,
       -- Rows of the present pass that are done, and the line of the file where the next one begins or comes after.
       position integer NOT NULL DEFAULT 0,
       line integer NOT NULL DEFAULT 0,
       counts jsonb NOT NULL DEFAULT '{}',
       rows_per_second real,
       -- What the last check found.
       report jsonb,
       failure jsonb,
       lease_id uuid,
       lease_until timestamptz,
       file_kept boolean NOT NULL DEFAULT true,
       created_at timestamptz NOT NULL DEFAULT now(),
       started_at timestamptz,
       ended_at timestamptz,
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id)
     )`,
    `CREATE INDEX import_run_due ON import_run (updated_at) WHERE state IN ('checking', 'running', 'cancelling')`,
    ...closeTenantTable('import_run'),
    ...openToLookup('import_run', ['SELECT']),

    `CREATE TABLE import_file_chunk (
       organization_id uuid NOT NULL,
       import_id uuid NOT NULL,
       place integer NOT NULL,
       bytes bytea NOT NULL,
       PRIMARY KEY (import_id, place),
       FOREIGN KEY (organization_id, import_id) REFERENCES import_run (organization_id, id) ON DELETE CASCADE
     )`,
    // Read once or twice and then gone: not worth compressing.
    `ALTER TABLE import_file_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL`,
    ...closeTenantTable('import_file_chunk', 'SELECT, INSERT, DELETE'),

    `CREATE TABLE import_issue (
       organization_id uuid NOT NULL,
       import_id uuid NOT NULL,
       -- Of the file, counted from 1.
       line integer NOT NULL,
       -- Of the issue within its row.
       place smallint NOT NULL,
       severity text NOT NULL CHECK (severity IN ('refused', 'warning')),
       column_name text,
       code text NOT NULL,
       reason text NOT NULL,
       -- The row as it stands in the file; with the first issue of a refused row only.
       cells text[],
       PRIMARY KEY (import_id, line, place),
       FOREIGN KEY (organization_id, import_id) REFERENCES import_run (organization_id, id) ON DELETE CASCADE
     )`,
    ...closeTenantTable('import_issue', 'SELECT, INSERT, DELETE'),

    `CREATE FUNCTION due_imports(most integer) RETURNS TABLE (organization_id uuid, import_id uuid)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT r.organization_id, r.id FROM import_run r
              WHERE r.state IN ('checking', 'running', 'cancelling')
                AND (r.lease_until IS NULL OR r.lease_until < now())
              ORDER BY r.updated_at LIMIT most $$`,
    ...ownByLookup('due_imports(integer)'),
    // Uploads that broke off with their process, and files that lie about with people's data.
    `CREATE FUNCTION imports_to_forget(uploading_for interval, lying_for interval)
       RETURNS TABLE (organization_id uuid, import_id uuid)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT r.organization_id, r.id FROM import_run r
              WHERE r.state = 'uploading' AND r.updated_at < now() - uploading_for
                 OR r.state IN ('uploaded', 'mapped', 'checked', 'cancelled', 'finished', 'failed')
                    AND r.file_kept AND r.updated_at < now() - lying_for
              ORDER BY r.updated_at LIMIT 100 $$`,
    ...ownByLookup('imports_to_forget(interval, interval)'),
  ];
}
