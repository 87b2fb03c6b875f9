import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/**
 * People, their roles, sessions, invitations and one-time links.
 *
 * A person may belong to several organisations, so `app_user` is nobody's. An organisation sees name and address of its
 * own members; passwords and everything before a tenant is known are reached through functions only.
 */
export class People1763900000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('This migration has no way back: without people nobody could sign in any more.');
  }
}

const ROLE_CHECK = `CHECK (role IN ('owner', 'admin', 'manager', 'viewer'))`;

/** A function that runs as `rekomi_lookup`. */
function lookup(signature: string, types: string, returns: string, body: string): readonly string[] {
  const name = signature.slice(0, signature.indexOf('('));
  return [
    `CREATE FUNCTION ${signature} RETURNS ${returns}
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$ ${body} $$`,
    ...ownByLookup(`${name}(${types})`),
  ];
}

function statements(): readonly string[] {
  return [...callers(), ...people(), ...sessions(), ...invitations(), ...links()];
}

/** Whoever sends requests may repeat them: people as well as API keys. */
function callers(): readonly string[] {
  return [
    `ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_organization_id_api_key_id_fkey`,
    `ALTER TABLE idempotency_key RENAME COLUMN api_key_id TO caller_id`,
  ];
}

function people(): readonly string[] {
  return [
    `CREATE TABLE app_user (
       id uuid PRIMARY KEY,
       email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
       email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED UNIQUE,
       name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
       -- Argon2id in PHC form, parameters included.
       password_hash text,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now()
     )`,
    `ALTER TABLE app_user ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE app_user FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY lookup ON app_user TO rekomi_lookup USING (true) WITH CHECK (true)`,
    `GRANT SELECT, INSERT, UPDATE ON app_user TO rekomi_lookup`,

    `CREATE TABLE membership (
       organization_id uuid NOT NULL REFERENCES organization(id),
       user_id uuid NOT NULL REFERENCES app_user(id),
       role text NOT NULL ${ROLE_CHECK},
       created_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (organization_id, user_id)
     )`,
    `CREATE INDEX membership_user ON membership (user_id)`,
    ...closeTenantTable('membership'),
    ...openToLookup('membership', ['SELECT']),
    // Policies of membership hold in here as well: only people of the transaction's organisation are found.
    `CREATE POLICY member ON app_user FOR SELECT TO rekomi_runtime
       USING (EXISTS (SELECT FROM membership m WHERE m.user_id = app_user.id))`,
    `GRANT SELECT (id, email, email_key, name, created_at) ON app_user TO rekomi_runtime`,

    ...lookup(
      'find_user_by_email(wanted text)',
      'text',
      'TABLE (user_id uuid, password_hash text)',
      `SELECT u.id, u.password_hash FROM app_user u WHERE u.email_key = lower(wanted)`,
    ),
    ...lookup(
      'find_user_password(wanted uuid)',
      'uuid',
      'text',
      `SELECT u.password_hash FROM app_user u WHERE u.id = wanted`,
    ),
    ...lookup(
      'create_user(new_user uuid, new_email text, new_name text, new_password_hash text)',
      'uuid, text, text, text',
      'uuid',
      `INSERT INTO app_user (id, email, name, password_hash)
       VALUES (new_user, new_email, new_name, new_password_hash)
       ON CONFLICT (email_key) DO NOTHING RETURNING id`,
    ),
    // The hash that was read before has to be there still: of two changes at once one is lost, not both half done.
    ...lookup(
      'set_user_password(wanted uuid, old_hash text, new_hash text)',
      'uuid, text, text',
      'uuid',
      `UPDATE app_user SET password_hash = new_hash, updated_at = now()
       WHERE id = wanted AND password_hash IS NOT DISTINCT FROM old_hash RETURNING id`,
    ),
    ...lookup(
      'set_user_name(wanted uuid, new_name text)',
      'uuid, text',
      'uuid',
      `UPDATE app_user SET name = new_name, updated_at = now() WHERE id = wanted RETURNING id`,
    ),
    ...lookup(
      'organizations_of_user(wanted uuid)',
      'uuid',
      'TABLE (organization_id uuid, name text, slug text, role text)',
      `SELECT m.organization_id, o.name, o.slug, m.role FROM membership m JOIN organization o ON o.id = m.organization_id
       WHERE m.user_id = wanted ORDER BY m.created_at, m.organization_id`,
    ),
    ...lookup(
      'organizations_without_owner()',
      '',
      'TABLE (organization_id uuid)',
      `SELECT o.id FROM organization o
       WHERE NOT EXISTS (SELECT FROM membership m WHERE m.organization_id = o.id AND m.role = 'owner')
       ORDER BY o.created_at, o.id`,
    ),
  ];
}

function sessions(): readonly string[] {
  return [
    `CREATE TABLE session (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       user_id uuid NOT NULL,
       -- SHA-256 of 256 random bits, which nobody can try out.
       token_hash bytea NOT NULL UNIQUE,
       created_at timestamptz NOT NULL DEFAULT now(),
       last_seen_at timestamptz NOT NULL DEFAULT now(),
       expires_at timestamptz NOT NULL,
       ip text CHECK (length(ip) <= 64),
       user_agent text CHECK (length(user_agent) <= 400),
       -- Whoever is no member any more has no session there any more.
       FOREIGN KEY (organization_id, user_id) REFERENCES membership (organization_id, user_id) ON DELETE CASCADE
     )`,
    `CREATE INDEX session_by_user ON session (user_id)`,
    `CREATE INDEX session_by_member ON session (organization_id, user_id)`,
    ...closeTenantTable('session', 'SELECT, INSERT, UPDATE'),
    ...openToLookup('session', ['SELECT', 'UPDATE', 'DELETE']),
    ...lookup(
      'find_session(wanted bytea)',
      'bytea',
      'TABLE (organization_id uuid, session_id uuid)',
      `SELECT s.organization_id, s.id FROM session s WHERE s.token_hash = wanted`,
    ),
    ...lookup(
      'sessions_of_user(wanted uuid)',
      'uuid',
      'TABLE (session_id uuid, organization_id uuid, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz, ip text, user_agent text)',
      `SELECT s.id, s.organization_id, s.created_at, s.last_seen_at, s.expires_at, s.ip, s.user_agent
       FROM session s WHERE s.user_id = wanted ORDER BY s.last_seen_at DESC, s.id`,
    ),
    ...lookup(
      'end_session(owner uuid, wanted uuid)',
      'uuid, uuid',
      'uuid',
      `DELETE FROM session WHERE user_id = owner AND id = wanted RETURNING id`,
    ),
    ...lookup(
      'end_session_by_token(wanted bytea)',
      'bytea',
      'void',
      `DELETE FROM session WHERE token_hash = wanted`,
    ),
    ...lookup(
      'end_sessions(owner uuid, except_for uuid)',
      'uuid, uuid',
      'bigint',
      `WITH gone AS (DELETE FROM session WHERE user_id = owner AND id IS DISTINCT FROM except_for RETURNING 1)
       SELECT count(*) FROM gone`,
    ),
    // The foreign key refuses organisations that the person does not belong to.
    ...lookup(
      'move_session(owner uuid, wanted uuid, to_organization uuid)',
      'uuid, uuid, uuid',
      'uuid',
      `UPDATE session SET organization_id = to_organization WHERE user_id = owner AND id = wanted
         AND EXISTS (SELECT FROM membership m WHERE m.organization_id = to_organization AND m.user_id = owner)
       RETURNING id`,
    ),
    ...lookup(
      'forget_sessions(idle interval)',
      'interval',
      'bigint',
      `WITH gone AS (DELETE FROM session WHERE expires_at <= now() OR last_seen_at <= now() - idle RETURNING 1)
       SELECT count(*) FROM gone`,
    ),
  ];
}

function invitations(): readonly string[] {
  return [
    `CREATE TABLE member_invitation (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
       email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
       role text NOT NULL ${ROLE_CHECK},
       token_hash bytea NOT NULL UNIQUE,
       -- A person or an API key; for people to read, so it refers to nothing.
       invited_by text NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       expires_at timestamptz NOT NULL,
       accepted_at timestamptz,
       revoked_at timestamptz,
       UNIQUE (organization_id, id)
     )`,
    // One open invitation per address; a further one takes its place.
    `CREATE UNIQUE INDEX member_invitation_open ON member_invitation (organization_id, email_key)
       WHERE accepted_at IS NULL AND revoked_at IS NULL`,
    ...closeTenantTable('member_invitation'),
    ...openToLookup('member_invitation', ['SELECT']),
    ...lookup(
      'find_member_invitation(wanted bytea)',
      'bytea',
      'TABLE (organization_id uuid, invitation_id uuid)',
      `SELECT i.organization_id, i.id FROM member_invitation i WHERE i.token_hash = wanted`,
    ),
  ];
}

function links(): readonly string[] {
  return [
    `CREATE TABLE first_owner_link (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       token_hash bytea NOT NULL UNIQUE,
       created_at timestamptz NOT NULL DEFAULT now(),
       expires_at timestamptz NOT NULL,
       used_at timestamptz,
       UNIQUE (organization_id, id)
     )`,
    ...closeTenantTable('first_owner_link', 'SELECT, INSERT, UPDATE, DELETE'),
    ...openToLookup('first_owner_link', ['SELECT']),
    ...lookup(
      'find_first_owner_link(wanted bytea)',
      'bytea',
      'TABLE (organization_id uuid, link_id uuid)',
      `SELECT l.organization_id, l.id FROM first_owner_link l WHERE l.token_hash = wanted`,
    ),

    // A password belongs to a person and to no organisation.
    `CREATE TABLE password_reset_link (
       id uuid PRIMARY KEY,
       user_id uuid NOT NULL REFERENCES app_user(id),
       token_hash bytea NOT NULL UNIQUE,
       created_at timestamptz NOT NULL DEFAULT now(),
       expires_at timestamptz NOT NULL,
       used_at timestamptz
     )`,
    `CREATE INDEX password_reset_link_user ON password_reset_link (user_id)`,
    `ALTER TABLE password_reset_link ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE password_reset_link FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY lookup ON password_reset_link TO rekomi_lookup USING (true) WITH CHECK (true)`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON password_reset_link TO rekomi_lookup`,
    ...lookup(
      'create_password_reset_link(new_link uuid, for_user uuid, hash bytea, valid_for interval)',
      'uuid, uuid, bytea, interval',
      'void',
      `INSERT INTO password_reset_link (id, user_id, token_hash, expires_at)
       VALUES (new_link, for_user, hash, now() + valid_for)`,
    ),
    ...lookup(
      'find_password_reset_link(wanted bytea)',
      'bytea',
      'TABLE (user_id uuid, email text)',
      `SELECT u.id, u.email FROM password_reset_link l JOIN app_user u ON u.id = l.user_id
       WHERE l.token_hash = wanted AND l.used_at IS NULL AND l.expires_at > now()`,
    ),
    // Link, password and sessions in one step: nobody stays signed in with what the old password opened, and every other
    // link that was asked for is dead as well.
    `CREATE FUNCTION reset_password(wanted bytea, new_hash text) RETURNS uuid
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       DECLARE whose uuid;
       BEGIN
         UPDATE password_reset_link l SET used_at = now()
           WHERE l.token_hash = wanted AND l.used_at IS NULL AND l.expires_at > now() RETURNING l.user_id INTO whose;
         IF whose IS NULL THEN RETURN NULL; END IF;
         UPDATE password_reset_link l SET used_at = now() WHERE l.user_id = whose AND l.used_at IS NULL;
         UPDATE app_user u SET password_hash = new_hash, updated_at = now() WHERE u.id = whose;
         DELETE FROM session s WHERE s.user_id = whose;
         RETURN whose;
       END $$`,
    ...ownByLookup('reset_password(bytea, text)'),
    ...lookup(
      'forget_password_reset_links()',
      '',
      'bigint',
      `WITH gone AS (DELETE FROM password_reset_link WHERE expires_at < now() - interval '7 days' RETURNING 1)
       SELECT count(*) FROM gone`,
    ),
  ];
}
