import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/**
 * Endpoints of merchants that are told what happened, their secrets, and notices about what stopped working.
 *
 * A lane's `connection_id` is the id of its target from now on, a connection or an endpoint, and its `contact_id` that of
 * its subject: the contact, or the event that an endpoint is told of. Nothing of the hot tables changes for it.
 */
export class OutboundWebhooks1763900000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables(), ...functions()]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `DROP FUNCTION sweep_turn(integer, interval)`,
      `DROP FUNCTION sweep_due(integer)`,
      `DROP FUNCTION lane_target(uuid)`,
      ...sweepOfConnections(),
      `DROP TABLE notice`,
      `DROP TABLE webhook_secret`,
      `DROP TABLE webhook_endpoint`,
    ])
      await runner.query(statement);
  }
}

function tables(): readonly string[] {
  return [
    `CREATE TABLE webhook_endpoint (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
       description text CHECK (length(description) BETWEEN 1 AND 200),
       environment text NOT NULL DEFAULT 'live' CHECK (environment IN ('live', 'sandbox')),
       -- Names of events; null hears of all.
       event_types text[],
       state text NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'disabled')),
       state_code text,
       state_detail text,
       state_since timestamptz NOT NULL DEFAULT now(),
       -- Names in the order given; the values are sealed by the vault.
       header_names text[] NOT NULL DEFAULT '{}',
       sealed_headers text,
       -- How a message becomes a body; null is the body of Standard Webhooks.
       template json,
       -- The first failure since the last success, and how many there were in a row.
       failing_since timestamptz,
       failures integer NOT NULL DEFAULT 0,
       -- Nothing is sent before: it asked for patience, or does not answer.
       rests_until timestamptz,
       last_success_at timestamptz,
       last_failure_at timestamptz,
       last_failure_code text,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       -- Kept for the names in history. Secrets are gone by then.
       deleted_at timestamptz,
       UNIQUE (organization_id, id)
     ) WITH (fillfactor = 70)`,
    `CREATE INDEX webhook_endpoint_list ON webhook_endpoint (organization_id, id) WHERE deleted_at IS NULL`,
    ...closeTenantTable('webhook_endpoint'),
    ...openToLookup('webhook_endpoint', ['SELECT']),

    `CREATE TABLE webhook_secret (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       endpoint_id uuid NOT NULL,
       -- By the vault, bound to organisation and endpoint.
       sealed text NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       -- Set once another secret takes its place.
       expires_at timestamptz,
       FOREIGN KEY (organization_id, endpoint_id) REFERENCES webhook_endpoint (organization_id, id)
     )`,
    `CREATE INDEX webhook_secret_endpoint ON webhook_secret (endpoint_id)`,
    ...closeTenantTable('webhook_secret'),

    // One row per change of state that a person should know of, never one per message.
    `CREATE TABLE notice (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       kind text NOT NULL,
       subject_id uuid NOT NULL,
       subject_label text NOT NULL,
       code text NOT NULL,
       detail text NOT NULL,
       occurred_at timestamptz NOT NULL DEFAULT now(),
       -- Set once the matter is over.
       resolved_at timestamptz
     )`,
    `CREATE INDEX notice_list ON notice (organization_id, id)`,
    `CREATE INDEX notice_open ON notice (subject_id) WHERE resolved_at IS NULL`,
    ...closeTenantTable('notice', 'SELECT, INSERT, UPDATE'),
  ];
}

function functions(): readonly string[] {
  return [
    // Whose a woken target is, and what it is.
    `CREATE FUNCTION lane_target(wanted uuid) RETURNS TABLE (organization_id uuid, kind text)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT c.organization_id, 'connection' FROM connection c WHERE c.id = wanted
       UNION ALL
       SELECT e.organization_id, 'endpoint' FROM webhook_endpoint e WHERE e.id = wanted $$`,
    ...ownByLookup('lane_target(uuid)'),

    `DROP FUNCTION sweep_turn(integer, interval)`,
    `DROP FUNCTION sweep_due(integer)`,
    // Which targets have a lane that is due and nobody's? Jumps from target to target through the index. An endpoint that
    // rests is passed by; of one that is disabled even lanes that are not due count: they are only cancelled.
    `CREATE FUNCTION sweep_due(most integer) RETURNS TABLE (organization_id uuid, connection_id uuid, kind text)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       seen uuid := '00000000-0000-0000-0000-000000000000';
       head record;
       found_so_far integer := 0;
     BEGIN
       LOOP
         SELECT l.organization_id, l.connection_id, l.next_due_at INTO head FROM lane l
           WHERE l.drain_id IS NULL AND l.connection_id > seen
           ORDER BY l.connection_id, l.next_due_at LIMIT 1;
         EXIT WHEN NOT FOUND OR found_so_far >= most;
         seen := head.connection_id;
         kind := NULL;
         IF head.next_due_at <= now() AND EXISTS (
           SELECT FROM connection c WHERE c.id = head.connection_id AND c.state IN ('verified', 'disconnecting', 'disabled')
         ) THEN
           kind := 'lane';
         ELSIF EXISTS (
           SELECT FROM webhook_endpoint e WHERE e.id = head.connection_id
             AND (e.state = 'disabled'
                  OR (head.next_due_at <= now() AND (e.rests_until IS NULL OR e.rests_until <= now())))
         ) THEN
           kind := 'endpoint';
         END IF;
         IF kind IS NOT NULL THEN
           organization_id := head.organization_id;
           connection_id := head.connection_id;
           found_so_far := found_so_far + 1;
           RETURN NEXT;
         END IF;
       END LOOP;
     END $$`,
    ...ownByLookup('sweep_due(integer)'),
    ...turn('d.kind'),
  ];
}

/** One round of the sweep in one statement. Of several processes that ask at once, one gets an answer. */
function turn(kind: string): readonly string[] {
  return [
    `CREATE FUNCTION sweep_turn(most integer, still_landing interval)
       RETURNS TABLE (organization_id uuid, connection_id uuid, kind text)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     BEGIN
       IF NOT pg_try_advisory_xact_lock(hashtext('rekomi.sweep')) THEN RETURN; END IF;
       PERFORM sweep_expired_drains(still_landing);
       -- Nothing is waited for while a connection is being disconnected, and one with no lane left is ended.
       UPDATE lane l SET held_code = NULL, next_due_at = now() FROM connection c
         WHERE c.state = 'disconnecting' AND l.connection_id = c.id AND l.held_code IS NOT NULL AND l.drain_id IS NULL;
       RETURN QUERY SELECT c.organization_id, c.id, 'lane'::text FROM connection c
         WHERE c.state = 'disconnecting' AND NOT EXISTS (SELECT FROM lane l WHERE l.connection_id = c.id);
       RETURN QUERY SELECT d.organization_id, d.connection_id, ${kind} FROM sweep_due(most) d;
       RETURN QUERY SELECT f.organization_id, f.connection_id, 'look'::text FROM sweep_follow_ups(most) f;
     END $$`,
    ...ownByLookup('sweep_turn(integer, interval)'),
  ];
}

/** As migration 3 made it. */
function sweepOfConnections(): readonly string[] {
  return [
    `CREATE FUNCTION sweep_due(most integer) RETURNS TABLE (organization_id uuid, connection_id uuid)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       seen uuid := '00000000-0000-0000-0000-000000000000';
       head record;
       found_so_far integer := 0;
     BEGIN
       LOOP
         SELECT l.organization_id, l.connection_id, l.next_due_at INTO head FROM lane l
           WHERE l.drain_id IS NULL AND l.connection_id > seen
           ORDER BY l.connection_id, l.next_due_at LIMIT 1;
         EXIT WHEN NOT FOUND OR found_so_far >= most;
         seen := head.connection_id;
         IF head.next_due_at <= now() AND EXISTS (
           SELECT FROM connection c WHERE c.id = head.connection_id AND c.state IN ('verified', 'disconnecting', 'disabled')
         ) THEN
           organization_id := head.organization_id;
           connection_id := head.connection_id;
           found_so_far := found_so_far + 1;
           RETURN NEXT;
         END IF;
       END LOOP;
     END $$`,
    ...ownByLookup('sweep_due(integer)'),
    ...turn(`'lane'::text`),
  ];
}
