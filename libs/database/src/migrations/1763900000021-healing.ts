import type { MigrationInterface, QueryRunner } from 'typeorm';

import { openToLookup, ownByLookup } from './tenant-table.js';

/**
 * Connections that break and heal: when each is verified again by itself, what people have been told of it, and since
 * when a vendor account asks for patience or fails. Only adds: a worker of the version before neither sees nor needs it.
 */
export class Healing1763900000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...connections(), ...notices(), ...pace(), ...troubles()])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      ...[
        'connection_troubles(interval, interval, integer)',
        'notices_to_tell(integer)',
        'stopped_connections(uuid[])',
        'claim_connection_checks(integer, interval)',
      ].map((signature) => `DROP FUNCTION ${signature}`),
      `DROP TRIGGER pace_since_insert ON pace`,
      `DROP TRIGGER pace_since_update ON pace`,
      `DROP FUNCTION pace_since()`,
      `ALTER TABLE pace DROP COLUMN throttled_since, DROP COLUMN failing_since`,
      `ALTER TABLE membership DROP COLUMN notice_mails`,
      `DROP INDEX notice_once`,
      `DROP POLICY lookup_select ON notice`,
      `REVOKE SELECT ON notice FROM rekomi_lookup`,
      `ALTER TABLE notice DROP COLUMN tell_at, DROP COLUMN told, DROP COLUMN mail_at, DROP COLUMN mailed_at, DROP COLUMN read_at`,
      `DROP POLICY lookup_update ON connection`,
      `REVOKE UPDATE (check_at) ON connection FROM rekomi_lookup`,
      `ALTER TABLE connection DROP COLUMN check_at, DROP COLUMN check_tries, DROP COLUMN heals, DROP COLUMN missing_audiences`,
    ])
      await runner.query(statement);
  }
}

function connections(): readonly string[] {
  return [
    `ALTER TABLE connection
       -- When it is verified again by itself. Spread over a day, so that those that were made together are not for ever.
       ADD COLUMN check_at timestamptz NOT NULL DEFAULT now() + random() * interval '24 hours',
       -- Verifications in a row that did not bring it back.
       ADD COLUMN check_tries integer NOT NULL DEFAULT 0,
       -- How often it came back by itself since it last lasted for a whole round.
       ADD COLUMN heals integer NOT NULL DEFAULT 0,
       -- Audiences of single campaigns that are gone: only who is to be in one of them waits.
       ADD COLUMN missing_audiences text[] NOT NULL DEFAULT '{}'`,
    `CREATE INDEX connection_check ON connection (check_at) WHERE state IN ('verified', 'auth_error', 'needs_attention')`,
    `GRANT UPDATE (check_at) ON connection TO rekomi_lookup`,
    `CREATE POLICY lookup_update ON connection FOR UPDATE TO rekomi_lookup USING (true)`,

    // A claim moves the time on: whoever dies with one leaves it to the next who asks after the lease.
    `CREATE FUNCTION claim_connection_checks(most integer, lease interval)
       RETURNS TABLE (organization_id uuid, connection_id uuid)
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       UPDATE connection c SET check_at = now() + lease
         FROM (SELECT id FROM connection WHERE state IN ('verified', 'auth_error', 'needs_attention') AND check_at <= now()
                ORDER BY check_at LIMIT most FOR UPDATE SKIP LOCKED) AS due
        WHERE c.id = due.id
       RETURNING c.organization_id, c.id $$`,
    ...ownByLookup('claim_connection_checks(integer, interval)'),

    // Asked by a process about the connections that it is working on, whoever they belong to.
    `CREATE FUNCTION stopped_connections(wanted uuid[]) RETURNS SETOF uuid
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT c.id FROM connection c
        WHERE c.id = ANY (wanted) AND c.state NOT IN ('verified', 'disconnecting', 'disabled') $$`,
    ...ownByLookup('stopped_connections(uuid[])'),
  ];
}

function notices(): readonly string[] {
  return [
    `ALTER TABLE notice
       -- When endpoints and mailboxes are told what is new about it; null: nothing is.
       ADD COLUMN tell_at timestamptz,
       -- What they were told last.
       ADD COLUMN told text CHECK (told IN ('open', 'over')),
       ADD COLUMN mail_at timestamptz,
       ADD COLUMN mailed_at timestamptz,
       ADD COLUMN read_at timestamptz`,
    `CREATE UNIQUE INDEX notice_once ON notice (subject_id, kind) WHERE resolved_at IS NULL AND kind LIKE 'connection.%'`,
    `CREATE INDEX notice_tell ON notice (tell_at) WHERE tell_at IS NOT NULL`,
    `CREATE INDEX notice_mail ON notice (mail_at) WHERE mail_at IS NOT NULL`,
    ...openToLookup('notice', ['SELECT']),
    `ALTER TABLE membership ADD COLUMN notice_mails boolean NOT NULL DEFAULT true`,

    `CREATE FUNCTION notices_to_tell(most integer) RETURNS SETOF uuid
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT DISTINCT organization_id FROM (
         (SELECT organization_id FROM notice WHERE tell_at <= now() ORDER BY tell_at LIMIT most)
         UNION ALL
         (SELECT organization_id FROM notice WHERE mail_at <= now() ORDER BY mail_at LIMIT most)) AS due $$`,
    ...ownByLookup('notices_to_tell(integer)'),
  ];
}

/**
 * Since when an account has been slow or down, noted whenever somebody writes down a pause or a failure, in whichever
 * function.
 */
function pace(): readonly string[] {
  return [
    `ALTER TABLE pace
       -- The first of an unbroken row of long pauses.
       ADD COLUMN throttled_since timestamptz,
       -- The first failure since the last success.
       ADD COLUMN failing_since timestamptz`,
    `CREATE FUNCTION pace_since() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
     DECLARE
       moment timestamptz := clock_timestamp();
       before_failures integer := 0;
       before_until timestamptz := '-infinity';
     BEGIN
       IF TG_OP = 'UPDATE' THEN
         before_failures := OLD.failures;
         before_until := OLD.not_before;
       END IF;
       IF NEW.failures = 0 THEN NEW.failing_since := NULL;
       ELSIF before_failures = 0 OR NEW.failing_since IS NULL THEN NEW.failing_since := moment;
       END IF;
       -- Short pauses are how a busy account keeps its pace; they neither begin nor end anything.
       IF NEW.not_before > before_until AND NEW.not_before >= moment + interval '1 minute' THEN
         NEW.throttled_since := CASE WHEN before_until >= moment - interval '2 minutes'
           THEN coalesce(NEW.throttled_since, moment) ELSE moment END;
       END IF;
       RETURN NEW;
     END $$`,
    `CREATE TRIGGER pace_since_insert BEFORE INSERT ON pace FOR EACH ROW EXECUTE FUNCTION pace_since()`,
    `CREATE TRIGGER pace_since_update BEFORE UPDATE OF not_before, failures ON pace FOR EACH ROW
       WHEN (OLD.not_before IS DISTINCT FROM NEW.not_before OR OLD.failures IS DISTINCT FROM NEW.failures)
       EXECUTE FUNCTION pace_since()`,
  ];
}

function troubles(): readonly string[] {
  const kinds = `('connection.rate_limited', 'connection.vendor_down')`;
  return [
    // What is new: accounts that have been slow or down for long and nobody was told, and those of whom it is over. A
    // breaker of which nobody has heard for ten minutes says nothing any more: nobody had anything to send.
    `CREATE FUNCTION connection_troubles(slow interval, down interval, breaker_at integer)
       RETURNS TABLE (organization_id uuid, connection_id uuid, kind text, since timestamptz, until timestamptz, is_over boolean)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH account AS (
         SELECT p.account_key, 'connection.rate_limited' AS kind, min(p.throttled_since) AS since, max(p.not_before) AS until
           FROM pace p WHERE p.not_before > now() AND p.not_before - p.throttled_since >= slow GROUP BY p.account_key
         UNION ALL
         SELECT p.account_key, 'connection.vendor_down', min(p.failing_since), max(p.open_until)
           FROM pace p WHERE p.failures >= breaker_at AND p.failing_since <= now() - down
             AND p.open_until > now() - interval '10 minutes' GROUP BY p.account_key
       ), troubled AS (
         SELECT c.organization_id, c.id AS connection_id, a.kind, a.since, a.until
           FROM account a JOIN connection c ON c.account_key = a.account_key AND c.state = 'verified'
       ), told AS (
         SELECT n.organization_id, n.subject_id AS connection_id, n.kind, n.occurred_at
           FROM notice n WHERE n.resolved_at IS NULL AND n.kind IN ${kinds}
       )
       SELECT t.organization_id, t.connection_id, t.kind, t.since, t.until, false FROM troubled t
        WHERE NOT EXISTS (SELECT FROM told o WHERE o.connection_id = t.connection_id AND o.kind = t.kind)
       UNION ALL
       SELECT o.organization_id, o.connection_id, o.kind, o.occurred_at, NULL, true FROM told o
        WHERE NOT EXISTS (SELECT FROM troubled t WHERE t.connection_id = o.connection_id AND t.kind = o.kind) $$`,
    ...ownByLookup('connection_troubles(interval, interval, integer)'),
  ];
}
