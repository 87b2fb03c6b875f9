import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/** Connections, campaigns and where they send, affiliates, enrolments, consent, events. */
export class Programs1763900000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'event',
      'consent',
      'enrolment',
      'affiliate',
      'campaign_destination',
      'campaign',
      'connection',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}

function statements(): readonly string[] {
  return [
    `CREATE TABLE connection (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       provider text NOT NULL,
       label text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
       environment text NOT NULL CHECK (environment IN ('live', 'sandbox')),
       state text NOT NULL CHECK (state IN ('verified', 'needs_attention', 'auth_error', 'paused', 'disconnecting', 'disabled')),
       state_code text,
       state_detail text,
       state_since timestamptz NOT NULL DEFAULT now(),
       -- Sealed by the vault; null once disconnected. Never selected by anything that answers a request.
       credentials text,
       -- Values of credential fields that the manifest does not call secret.
       public_credentials jsonb NOT NULL DEFAULT '{}',
       present_credentials text[] NOT NULL DEFAULT '{}',
       -- Keyed hash of what names the vendor account: connections with the same value share one pace.
       account_key bytea NOT NULL,
       account_id text,
       account_name text,
       region text,
       rights jsonb NOT NULL DEFAULT '[]',
       checks jsonb NOT NULL DEFAULT '[]',
       settings jsonb NOT NULL DEFAULT '{}',
       default_audience text,
       default_audience_name text,
       default_tags text[] NOT NULL DEFAULT '{}',
       -- Goes up with every change that alters what is written; part of what decides "unchanged".
       config_version integer NOT NULL DEFAULT 1,
       verified_at timestamptz,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id)
     )`,
    // The same workspace twice would write every contact twice.
    `CREATE UNIQUE INDEX connection_account ON connection (organization_id, provider, environment, account_key)
       WHERE state <> 'disabled'`,
    // The sweep asks for these every second.
    `CREATE INDEX connection_disconnecting ON connection (id) WHERE state = 'disconnecting'`,
    ...closeTenantTable('connection'),
    ...openToLookup('connection', ['SELECT']),
    `CREATE FUNCTION connection_organization(wanted uuid) RETURNS uuid
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT c.organization_id FROM connection c WHERE c.id = wanted $$`,
    ...ownByLookup('connection_organization(uuid)'),

    `CREATE TABLE campaign (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
       slug text NOT NULL CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
       description text,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id),
       UNIQUE (organization_id, slug)
     )`,
    ...closeTenantTable('campaign'),

    `CREATE TABLE campaign_destination (
       organization_id uuid NOT NULL,
       campaign_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       enabled boolean NOT NULL DEFAULT true,
       -- Null inherits the connection's audience.
       audience text,
       audience_name text,
       extra_tags text[] NOT NULL DEFAULT '{}',
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (campaign_id, connection_id),
       FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, id),
       FOREIGN KEY (organization_id, connection_id) REFERENCES connection (organization_id, id)
     )`,
    `CREATE INDEX campaign_destination_connection ON campaign_destination (connection_id)`,
    ...closeTenantTable('campaign_destination'),

    `CREATE TABLE affiliate (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
       -- Look-ups go through this column: lower() and LIKE are not leakproof, so an index on them is unused under policies.
       email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
       full_name text,
       first_name text,
       last_name text,
       external_id text,
       -- When the person became an affiliate; what vendors get as created_at. Constant.
       joined_at timestamptz NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id),
       UNIQUE (organization_id, email_key)
     )`,
    ...closeTenantTable('affiliate'),

    `CREATE TABLE enrolment (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       campaign_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       status text NOT NULL CHECK (status IN ('applied', 'approved', 'rejected')),
       tier text,
       extra_tags text[] NOT NULL DEFAULT '{}',
       applied_at timestamptz NOT NULL DEFAULT now(),
       decided_at timestamptz,
       decision_reason text,
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id),
       UNIQUE (affiliate_id, campaign_id),
       FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, id),
       FOREIGN KEY (organization_id, affiliate_id) REFERENCES affiliate (organization_id, id)
     )`,
    `CREATE INDEX enrolment_queue ON enrolment (organization_id, campaign_id, status, id)`,
    ...closeTenantTable('enrolment'),

    // Evidence: rows are added and never changed.
    `CREATE TABLE consent (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       basis text NOT NULL CHECK (basis IN ('application', 'invitation', 'import', 'api', 'none_recorded')),
       wording text,
       source text,
       recorded_at timestamptz NOT NULL,
       FOREIGN KEY (organization_id, affiliate_id) REFERENCES affiliate (organization_id, id)
     )`,
    `CREATE INDEX consent_affiliate ON consent (affiliate_id, recorded_at)`,
    ...closeTenantTable('consent', 'SELECT, INSERT'),

    `CREATE TABLE event (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       -- The caller's own id of the event; the same one twice is the same event.
       external_id text CHECK (length(external_id) BETWEEN 1 AND 255),
       name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
       occurred_at timestamptz NOT NULL,
       data jsonb NOT NULL DEFAULT '{}',
       created_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id),
       UNIQUE (organization_id, external_id),
       FOREIGN KEY (organization_id, affiliate_id) REFERENCES affiliate (organization_id, id)
     )`,
    `CREATE INDEX event_affiliate ON event (affiliate_id, occurred_at)`,
    ...closeTenantTable('event', 'SELECT, INSERT, DELETE'),
  ];
}
