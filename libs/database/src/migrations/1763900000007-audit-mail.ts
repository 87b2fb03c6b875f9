import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/** The audit log, mail that waits to be sent, former secrets of API keys, limits that outlive a restart. */
export class AuditMail1763900000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of [
      'take_from_limit(bytea, integer, double precision)',
      'forget_limits()',
      'claim_mails(uuid, integer, interval)',
      'forget_mails(interval)',
      'find_former_api_key(bytea)',
    ])
      await runner.query(`DROP FUNCTION ${signature}`);
    for (const table of ['request_limit', 'mail', 'api_key_former_secret', 'audit_entry'])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP FUNCTION refuse_change()');
  }
}

function statements(): readonly string[] {
  return [
    `GRANT CREATE ON SCHEMA public TO rekomi_lookup`,
    ...auditLog(),
    ...formerSecrets(),
    ...mail(),
    ...limits(),
    `REVOKE CREATE ON SCHEMA public FROM rekomi_lookup`,
  ];
}

function auditLog(): readonly string[] {
  return [
    `CREATE TABLE audit_entry (
       id uuid NOT NULL,
       organization_id uuid NOT NULL REFERENCES organization(id),
       -- In milliseconds, so that a cursor made from it says the same again.
       at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
       actor_kind text NOT NULL CHECK (actor_kind IN ('api_key', 'user', 'system', 'public')),
       -- No foreign key: an entry outlives whom and what it tells about.
       actor_id uuid,
       actor_label text,
       action text NOT NULL CHECK (action ~ '^[a-z_]+\\.[a-z_]+$'),
       resource_kind text NOT NULL,
       resource_id text,
       resource_label text,
       outcome text NOT NULL CHECK (outcome IN ('done', 'refused')),
       -- Why it was refused: the code of the problem.
       code text,
       details jsonb NOT NULL DEFAULT '{}' CHECK (pg_column_size(details) < 32768),
       ip inet,
       user_agent text,
       request_id text,
       PRIMARY KEY (organization_id, id)
     )`,
    `CREATE INDEX audit_entry_time ON audit_entry (organization_id, at, id)`,
    `CREATE INDEX audit_entry_action ON audit_entry (organization_id, action, at, id)`,
    `CREATE INDEX audit_entry_actor ON audit_entry (organization_id, actor_id, at, id)`,
    `CREATE INDEX audit_entry_resource ON audit_entry (organization_id, resource_id, at, id)`,
    ...closeTenantTable('audit_entry', 'SELECT, INSERT'),
    `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
     BEGIN
       RAISE EXCEPTION 'The audit log is append-only.' USING ERRCODE = 'insufficient_privilege';
     END $$`,
    `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry
       FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  ];
}

function formerSecrets(): readonly string[] {
  return [
    // What a key's secret was before it was rotated. Rows stay, so that a late caller is told what happened.
    `CREATE TABLE api_key_former_secret (
       organization_id uuid NOT NULL,
       api_key_id uuid NOT NULL,
       secret_hash bytea NOT NULL UNIQUE,
       replaced_at timestamptz NOT NULL DEFAULT now(),
       valid_until timestamptz NOT NULL,
       PRIMARY KEY (organization_id, api_key_id, secret_hash),
       FOREIGN KEY (organization_id, api_key_id) REFERENCES api_key (organization_id, id) ON DELETE CASCADE
     )`,
    ...closeTenantTable('api_key_former_secret'),
    ...openToLookup('api_key_former_secret', ['SELECT']),
    `CREATE FUNCTION find_former_api_key(wanted bytea) RETURNS TABLE (organization_id uuid, api_key_id uuid)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ SELECT f.organization_id, f.api_key_id FROM api_key_former_secret f WHERE f.secret_hash = wanted $$`,
    ...ownByLookup('find_former_api_key(bytea)'),
  ];
}

function mail(): readonly string[] {
  return [
    `CREATE TABLE mail (
       id uuid NOT NULL,
       organization_id uuid NOT NULL REFERENCES organization(id),
       message_id text NOT NULL,
       recipient text NOT NULL,
       subject text NOT NULL,
       -- Emptied once the mail is sent or given up: it holds links that let somebody in.
       body_text text,
       body_html text,
       unsubscribe_url text,
       purpose text NOT NULL,
       -- A person waits for it. Mail that can be unsubscribed from is bulk and comes after.
       urgent boolean NOT NULL,
       state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
       attempts integer NOT NULL DEFAULT 0,
       -- When it is due; while it is being sent, when the sender's claim runs out.
       next_at timestamptz NOT NULL DEFAULT now(),
       claim uuid,
       last_error text,
       created_at timestamptz NOT NULL DEFAULT now(),
       settled_at timestamptz,
       PRIMARY KEY (organization_id, id),
       CHECK ((state IN ('sent', 'failed')) = (settled_at IS NOT NULL)),
       CHECK (state IN ('queued', 'sending') OR body_text IS NULL)
     ) WITH (fillfactor = 80)`,
    `CREATE INDEX mail_due ON mail (organization_id, urgent DESC, next_at, id) WHERE state IN ('queued', 'sending')`,
    `CREATE INDEX mail_age ON mail (settled_at) WHERE settled_at IS NOT NULL`,
    ...closeTenantTable('mail', 'SELECT, INSERT, UPDATE'),
    ...openToLookup('mail', ['SELECT', 'UPDATE', 'DELETE']),
    // Organisations take turns; within one, what a person waits for comes first. Also takes what a sender that is gone
    // has left, once its claim has run out.
    `CREATE FUNCTION claim_mails(claimer uuid, most integer, lease interval)
       RETURNS TABLE (organization_id uuid, mail_id uuid)
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH waiting AS MATERIALIZED (
         SELECT o.id FROM organization o
         WHERE EXISTS (SELECT FROM mail m WHERE m.organization_id = o.id AND m.state IN ('queued', 'sending') AND m.next_at <= now())
         ORDER BY random() LIMIT most
       ), picked AS MATERIALIZED (
         SELECT due.organization_id, due.id FROM waiting w CROSS JOIN LATERAL (
           SELECT m.organization_id, m.id FROM mail m
           WHERE m.organization_id = w.id AND m.state IN ('queued', 'sending') AND m.next_at <= now()
           ORDER BY m.urgent DESC, m.next_at, m.id
           LIMIT ceil(most::numeric / (SELECT count(*) FROM waiting)) FOR UPDATE SKIP LOCKED) due
         LIMIT most
       ), taken AS (
         UPDATE mail m SET state = 'sending', claim = claimer, attempts = m.attempts + 1, next_at = now() + lease
         FROM picked p WHERE m.organization_id = p.organization_id AND m.id = p.id
         RETURNING m.organization_id, m.id, m.urgent
       )
       SELECT t.organization_id, t.id FROM taken t ORDER BY t.urgent DESC, t.id $$`,
    ...ownByLookup('claim_mails(uuid, integer, interval)'),
    `CREATE FUNCTION forget_mails(older_than interval) RETURNS bigint
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ WITH gone AS (DELETE FROM mail WHERE settled_at < now() - older_than RETURNING 1)
             SELECT count(*) FROM gone $$`,
    ...ownByLookup('forget_mails(interval)'),
  ];
}

function limits(): readonly string[] {
  return [
    // Belongs to no organisation: whoever tries to sign in belongs to none yet. Keys are hashes of addresses and accounts.
    // Unlogged, because a crash of the database may well forgive what was tried before.
    `CREATE UNLOGGED TABLE request_limit (
       key bytea PRIMARY KEY,
       -- When the whole budget is back.
       full_at timestamptz NOT NULL
     ) WITH (fillfactor = 50)`,
    `CREATE INDEX request_limit_age ON request_limit (full_at)`,
    `ALTER TABLE request_limit ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE request_limit FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY lookup ON request_limit TO rekomi_lookup USING (true) WITH CHECK (true)`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON request_limit TO rekomi_lookup`,
    // A bucket of \`burst\` tokens, one coming back every \`refill_ms\`. What is refused uses up nothing.
    `CREATE FUNCTION take_from_limit(wanted bytea, burst integer, refill_ms double precision,
         OUT granted boolean, OUT full_in_ms double precision)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       before timestamptz;
       moment timestamptz;
       debt double precision;
     BEGIN
       INSERT INTO request_limit AS l VALUES (wanted, '-infinity')
         ON CONFLICT (key) DO UPDATE SET full_at = l.full_at RETURNING l.full_at INTO before;
       moment := clock_timestamp();
       debt := CASE WHEN before <= moment THEN 0 ELSE extract(epoch FROM before - moment) * 1000 END;
       granted := debt + refill_ms <= burst * refill_ms + 1;
       IF granted THEN
         debt := debt + refill_ms;
         UPDATE request_limit l SET full_at = moment + debt * interval '1 millisecond' WHERE l.key = wanted;
       END IF;
       full_in_ms := debt;
     END $$`,
    ...ownByLookup('take_from_limit(bytea, integer, double precision)'),
    `CREATE FUNCTION forget_limits() RETURNS bigint
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ WITH gone AS (DELETE FROM request_limit WHERE full_at < now() RETURNING 1)
             SELECT count(*) FROM gone $$`,
    ...ownByLookup('forget_limits()'),
  ];
}
