import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/**
 * Roles, the tenant setting, row ids, organisations, API keys, idempotency keys.
 *
 * Two roles belong to the whole server and are shared by all databases on it: `rekomi_runtime` (what the product logs
 * in as is a member of it) and `rekomi_lookup` (nobody can log in as it; it owns the few functions that work before a
 * tenant is known).
 */
export class Foundation1763900000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('The first migration has no way back: drop the database instead.');
  }
}

function statements(): readonly string[] {
  return [
    ...['rekomi_runtime', 'rekomi_lookup'].map(
      (role) => `DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
          CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOBYPASSRLS;
        END IF;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$`,
    ),
    // Handing a function to a role takes membership in it and CREATE on the schema.
    // From PostgreSQL 16 on whoever created a role may grant it to itself, and need not inherit its rights.
    `DO $$ BEGIN
       IF current_setting('server_version_num')::integer >= 160000 THEN
         IF NOT pg_has_role(current_user, 'rekomi_lookup', 'SET') THEN
           EXECUTE 'GRANT rekomi_lookup TO CURRENT_USER WITH INHERIT FALSE, SET TRUE';
         END IF;
       ELSIF NOT pg_has_role(current_user, 'rekomi_lookup', 'MEMBER') THEN
         GRANT rekomi_lookup TO CURRENT_USER;
       END IF;
     END $$`,
    `GRANT USAGE, CREATE ON SCHEMA public TO rekomi_lookup`,
    `GRANT USAGE ON SCHEMA public TO rekomi_runtime`,

    `CREATE FUNCTION current_organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
       AS $$ SELECT NULLIF(current_setting('app.organization_id', true), '')::uuid $$`,

    // RFC 9562 version 7. PostgreSQL has its own only from 18 on; ids made by set-based statements come from here.
    `CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
       SELECT encode(
         set_byte(set_byte(overlay(uuid_send(gen_random_uuid())
           PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
           FROM 1 FOR 6), 6, (get_byte(uuid_send(gen_random_uuid()), 0) & 15) | 112), 8,
           (get_byte(uuid_send(gen_random_uuid()), 1) & 63) | 128), 'hex')::uuid $$`,

    `CREATE TABLE organization (
       id uuid PRIMARY KEY,
       slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
       name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
       created_at timestamptz NOT NULL DEFAULT now()
     )`,
    `ALTER TABLE organization ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE organization FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant ON organization TO rekomi_runtime
       USING (id = (SELECT current_organization())) WITH CHECK (id = (SELECT current_organization()))`,
    `GRANT SELECT, INSERT, UPDATE ON organization TO rekomi_runtime`,
    ...openToLookup('organization', ['SELECT']),

    `CREATE TABLE api_key (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
       environment text NOT NULL CHECK (environment IN ('live', 'test')),
       scope text NOT NULL CHECK (scope IN ('read', 'read_write')),
       prefix text NOT NULL,
       last_four text NOT NULL,
       secret_hash bytea NOT NULL UNIQUE,
       created_at timestamptz NOT NULL DEFAULT now(),
       last_used_at timestamptz,
       expires_at timestamptz,
       revoked_at timestamptz,
       UNIQUE (organization_id, id)
     )`,
    ...closeTenantTable('api_key'),
    ...openToLookup('api_key', ['SELECT']),
    // Ids only: everything else about the key is read inside its tenant.
    `CREATE FUNCTION find_api_key(wanted bytea) RETURNS TABLE (organization_id uuid, api_key_id uuid)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT k.organization_id, k.id FROM api_key k WHERE k.secret_hash = wanted $$`,
    ...ownByLookup('find_api_key(bytea)'),
    `CREATE FUNCTION find_organization(wanted text) RETURNS uuid
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT o.id FROM organization o WHERE o.slug = wanted $$`,
    ...ownByLookup('find_organization(text)'),

    // The answer is stored in the transaction of the effect, so a repeat can never see one without the other.
    `CREATE TABLE idempotency_key (
       organization_id uuid NOT NULL,
       api_key_id uuid NOT NULL,
       route text NOT NULL,
       key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
       fingerprint bytea NOT NULL,
       status integer NOT NULL,
       body jsonb,
       created_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (organization_id, api_key_id, route, key),
       FOREIGN KEY (organization_id, api_key_id) REFERENCES api_key (organization_id, id) ON DELETE CASCADE
     )`,
    `CREATE INDEX idempotency_key_age ON idempotency_key (created_at)`,
    ...closeTenantTable('idempotency_key'),
    ...openToLookup('idempotency_key', ['SELECT', 'DELETE']),
    `CREATE FUNCTION forget_idempotency_keys(older_than interval) RETURNS bigint
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ WITH gone AS (DELETE FROM idempotency_key WHERE created_at < now() - older_than RETURNING 1)
             SELECT count(*) FROM gone $$`,
    ...ownByLookup('forget_idempotency_keys(interval)'),
  ];
}
