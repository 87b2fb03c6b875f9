import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/** The form of each campaign's public page, and what people sent with it. */
export class Applications1763900000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION find_confirmation(bytea)`);
    for (const table of ['application_submission', 'application', 'campaign_form']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

function statements(): readonly string[] {
  return [
    // A campaign without a row has the default form.
    `CREATE TABLE campaign_form (
       organization_id uuid NOT NULL,
       campaign_id uuid PRIMARY KEY,
       enabled boolean NOT NULL DEFAULT true,
       fields jsonb NOT NULL,
       texts jsonb NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, id) ON DELETE CASCADE
     )`,
    ...closeTenantTable('campaign_form'),

    `CREATE TABLE application (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       campaign_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       -- Nobody knew the person before, so name and country came from this form.
       made_affiliate boolean NOT NULL,
       submitted_at timestamptz NOT NULL DEFAULT now(),
       -- The moment of the latest submission.
       updated_at timestamptz NOT NULL DEFAULT now(),
       -- SHA-256 of the token in the latest confirmation mail; stays after use, so that a second click finds the answer.
       confirmation_hash bytea UNIQUE,
       -- Where that mail went, in lower case: whoever changes the address meanwhile does not get it confirmed.
       confirmation_email text,
       confirmation_expires_at timestamptz,
       confirmation_sent_at timestamptz,
       confirmation_mails integer NOT NULL DEFAULT 0,
       confirmed_at timestamptz,
       UNIQUE (organization_id, id),
       UNIQUE (campaign_id, affiliate_id),
       FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, id),
       FOREIGN KEY (organization_id, affiliate_id) REFERENCES affiliate (organization_id, id)
     )`,
    `CREATE INDEX application_newest ON application (organization_id, id)`,
    `CREATE INDEX application_campaign ON application (organization_id, campaign_id, id)`,
    `CREATE INDEX application_affiliate ON application (affiliate_id)`,
    ...closeTenantTable('application'),
    ...openToLookup('application', ['SELECT']),
    `CREATE FUNCTION find_confirmation(wanted bytea) RETURNS TABLE (organization_id uuid, application_id uuid)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT a.organization_id, a.id FROM application a WHERE a.confirmation_hash = wanted $$`,
    ...ownByLookup('find_confirmation(bytea)'),

    `CREATE TABLE application_submission (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       application_id uuid NOT NULL,
       -- The one that counts; the others came when they could no longer change anything, or were replaced.
       current boolean NOT NULL,
       -- [{key, type, label, value, text}]: with the labels that were shown.
       answers jsonb NOT NULL,
       -- [{key, wording, given}]
       consents jsonb NOT NULL,
       terms_url text,
       revision text NOT NULL,
       source text NOT NULL,
       -- SHA-256 of what was sent: the same once more is no further submission.
       digest bytea NOT NULL,
       submitted_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id),
       UNIQUE (application_id, digest),
       FOREIGN KEY (organization_id, application_id) REFERENCES application (organization_id, id) ON DELETE CASCADE
     )`,
    `CREATE UNIQUE INDEX application_submission_current ON application_submission (application_id) WHERE current`,
    ...closeTenantTable('application_submission'),
  ];
}
