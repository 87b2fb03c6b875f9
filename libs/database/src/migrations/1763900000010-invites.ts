import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/** Personal invitations into a campaign, and the addresses that want none. */
export class Invites1763900000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of ['invite_organization(uuid)', 'expired_invites(integer)']) {
      await runner.query(`DROP FUNCTION ${signature}`);
    }
    for (const table of ['suppression', 'invite']) await runner.query(`DROP TABLE ${table}`);
  }
}

function statements(): readonly string[] {
  return [
    // The link is no column: it is made from the id and a key of the vault whenever it is shown.
    `CREATE TABLE invite (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       campaign_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       -- The address it was made for; the person's own may change.
       email_key text NOT NULL,
       -- One that is open counts only until expires_at, whether or not somebody has noted that yet.
       state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'revoked', 'expired')),
       tier text,
       tags text[] NOT NULL DEFAULT '{}',
       approve_on_accept boolean NOT NULL,
       -- How the link reached the address: by our mail, by the merchant's own tool, or nobody told us.
       delivered_by text NOT NULL CHECK (delivered_by IN ('none', 'mail', 'crm')),
       -- What brought it about: api, list, csv, customer-io.
       source text NOT NULL CHECK (length(source) BETWEEN 1 AND 100),
       -- Nobody knew the person before.
       made_affiliate boolean NOT NULL,
       expires_at timestamptz NOT NULL,
       mails integer NOT NULL DEFAULT 0,
       mailed_at timestamptz,
       accepted_at timestamptz,
       revoked_at timestamptz,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id),
       CHECK ((state = 'accepted') = (accepted_at IS NOT NULL)),
       CHECK ((state = 'revoked') = (revoked_at IS NOT NULL)),
       FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, id),
       FOREIGN KEY (organization_id, affiliate_id) REFERENCES affiliate (organization_id, id)
     )`,
    `CREATE UNIQUE INDEX invite_open ON invite (campaign_id, affiliate_id) WHERE state = 'open'`,
    `CREATE INDEX invite_newest ON invite (organization_id, id)`,
    `CREATE INDEX invite_address ON invite (organization_id, email_key)`,
    `CREATE INDEX invite_affiliate ON invite (affiliate_id)`,
    `CREATE INDEX invite_expiry ON invite (expires_at) WHERE state = 'open'`,
    ...closeTenantTable('invite'),
    ...openToLookup('invite', ['SELECT']),
    `CREATE FUNCTION invite_organization(wanted uuid) RETURNS uuid
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT i.organization_id FROM invite i WHERE i.id = wanted $$`,
    ...ownByLookup('invite_organization(uuid)'),
    `CREATE FUNCTION expired_invites(most integer) RETURNS TABLE (organization_id uuid, invite_id uuid)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT i.organization_id, i.id FROM invite i
              WHERE i.state = 'open' AND i.expires_at <= now() ORDER BY i.expires_at LIMIT most $$`,
    ...ownByLookup('expired_invites(integer)'),

    // One that was lifted stays as a record of who wanted what when.
    `CREATE TABLE suppression (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       email_key text NOT NULL CHECK (length(email_key) BETWEEN 3 AND 320),
       reason text NOT NULL CHECK (reason IN ('unsubscribed', 'manual', 'bounced')),
       -- Where it came from: link, api.
       source text NOT NULL CHECK (length(source) BETWEEN 1 AND 100),
       note text,
       at timestamptz NOT NULL DEFAULT now(),
       lifted_at timestamptz,
       lifted_reason text,
       UNIQUE (organization_id, id),
       CHECK ((lifted_at IS NULL) = (lifted_reason IS NULL))
     )`,
    `CREATE UNIQUE INDEX suppression_address ON suppression (organization_id, email_key) WHERE lifted_at IS NULL`,
    `CREATE INDEX suppression_newest ON suppression (organization_id, id)`,
    ...closeTenantTable('suppression', 'SELECT, INSERT, UPDATE'),
  ];
}
