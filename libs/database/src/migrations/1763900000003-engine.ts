import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/**
 * The sync engine: ledger, lanes, deliveries, drains, history, attempts, totals, follow-ups.
 *
 * No foreign key leads from the hot tables (lane, delivery, drain, follow_up): each insert would lock the connection's
 * row, and every producer of a connection would queue there. The engine settles what a closed connection leaves behind.
 */
export class Engine1763900000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables(), ...functions()]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of [
      'sweep_turn(integer, interval)',
      'sweep_due(integer)',
      'sweep_expired_drains(interval)',
      'sweep_follow_ups(integer)',
      'prepare_partitions()',
      'drop_partitions(interval)',
    ])
      await runner.query(`DROP FUNCTION ${signature}`);
    for (const table of [
      'follow_up',
      'delivery_total',
      'attempt',
      'history',
      'delivery',
      'lane',
      'drain',
      'ledger',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}

const CHURN = `fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000`;

function tables(): readonly string[] {
  return [
    // What we last wrote for a contact at a connection. Permanent; the only ground for taking anything back.
    `CREATE TABLE ledger (
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       -- True once a write of the contact succeeded and until it was taken back. Events are sent only then.
       present boolean NOT NULL DEFAULT false,
       -- State of the latest contact write in the words of deliveries: delivered, unchanged, refused, ignored, expired.
       state text NOT NULL,
       code text,
       field text,
       detail text,
       warnings jsonb NOT NULL DEFAULT '[]',
       written jsonb,
       -- What was refused, as a hash of desired state and configuration: the same is not sent again.
       refused_fingerprint text,
       deferred text[] NOT NULL DEFAULT '{}',
       -- The latest look at the vendor; written by follow-ups only, never by a drain.
       observed jsonb,
       written_at timestamptz,
       confirmed_at timestamptz,
       updated_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (connection_id, contact_id)
     ) WITH (fillfactor = 85)`,
    `CREATE INDEX ledger_contact ON ledger (contact_id)`,
    ...closeTenantTable('ledger'),

    // One row per running drain loop; the only row that a heartbeat touches.
    `CREATE TABLE drain (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       worker text NOT NULL,
       started_at timestamptz NOT NULL DEFAULT now(),
       expires_at timestamptz NOT NULL,
       -- Set by the sweep. From then on the drain completes nothing, whatever it still has in flight.
       expired boolean NOT NULL DEFAULT false
     ) WITH (fillfactor = 50)`,
    `CREATE INDEX drain_connection ON drain (connection_id)`,
    ...closeTenantTable('drain'),
    ...openToLookup('drain', ['SELECT', 'UPDATE', 'DELETE']),

    // One row per (connection, contact) with pending work. Its row lock numbers the deliveries, so their order is
    // commit order without gaps.
    `CREATE TABLE lane (
       id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       next_due_at timestamptz NOT NULL,
       tail_seq bigint NOT NULL,
       -- The drain that works on it.
       drain_id uuid,
       -- Consecutive failed attempts of what stands first.
       attempts integer NOT NULL DEFAULT 0,
       first_failed_at timestamptz,
       last_code text,
       -- A contact (or erasure) delivery is pending; cleared by the claim, so that what comes in meanwhile shows.
       contact_pending boolean NOT NULL,
       -- Why the lane waits for a change of data or configuration, or for a person. Its next_due_at is infinity then.
       held_code text,
       -- Set when a lease ran out with this lane in hand: a request of the lost drain may still land, so the contact is
       -- written once more after this moment.
       rewrite_after timestamptz,
       UNIQUE (connection_id, contact_id)
     ) WITH (${CHURN})`,
    `CREATE INDEX lane_due ON lane (connection_id, next_due_at, id) WHERE drain_id IS NULL`,
    `CREATE INDEX lane_in_hand ON lane (drain_id) WHERE drain_id IS NOT NULL`,
    ...closeTenantTable('lane'),
    ...openToLookup('lane', ['SELECT', 'UPDATE']),

    // One pending item of a lane.
    `CREATE TABLE delivery (
       lane_id bigint NOT NULL,
       lane_seq bigint NOT NULL,
       id uuid NOT NULL,
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       kind text NOT NULL CHECK (kind IN ('contact', 'event', 'erasure')),
       -- Why it came up, for the timeline: affiliate_approved, destination_changed, look, …
       cause text NOT NULL,
       event_id uuid,
       event_name text,
       dedupe_id text,
       occurred_at timestamptz,
       -- The event's data as JSON text, exactly as it was accepted.
       payload text,
       created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       PRIMARY KEY (lane_id, lane_seq),
       CHECK (kind <> 'event' OR (event_id IS NOT NULL AND event_name IS NOT NULL AND dedupe_id IS NOT NULL
                                  AND occurred_at IS NOT NULL AND payload IS NOT NULL))
     ) WITH (${CHURN})`,
    `CREATE INDEX delivery_list ON delivery (organization_id, id)`,
    ...closeTenantTable('delivery'),

    // What is settled. One row per delivery, written once.
    `CREATE TABLE history (
       settled_at timestamptz NOT NULL,
       id uuid NOT NULL,
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       lane_id bigint NOT NULL,
       lane_seq bigint NOT NULL,
       kind text NOT NULL,
       cause text NOT NULL,
       event_id uuid,
       event_name text,
       dedupe_id text,
       occurred_at timestamptz,
       payload text,
       state text NOT NULL CHECK (state IN ('delivered', 'ignored', 'unchanged', 'coalesced', 'refused', 'expired',
                                            'discarded', 'cancelled', 'erased')),
       code text,
       field text,
       detail text,
       warnings jsonb,
       attempts integer NOT NULL,
       created_at timestamptz NOT NULL,
       PRIMARY KEY (settled_at, id)
     ) PARTITION BY RANGE (settled_at)`,
    `CREATE INDEX history_list ON history (organization_id, id)`,
    `CREATE INDEX history_contact ON history (contact_id, id)`,
    ...closeTenantTable('history', 'SELECT, INSERT, DELETE'),

    // One row per attempt at a delivery, with this contact's part of the exchange.
    `CREATE TABLE attempt (
       at timestamptz NOT NULL,
       id uuid NOT NULL,
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       delivery_id uuid NOT NULL,
       number integer NOT NULL,
       outcome text NOT NULL,
       code text,
       detail text,
       duration_ms integer NOT NULL,
       next_attempt_at timestamptz,
       exchanges jsonb NOT NULL,
       PRIMARY KEY (at, id)
     ) PARTITION BY RANGE (at)`,
    `CREATE INDEX attempt_delivery ON attempt (delivery_id, at)`,
    `CREATE INDEX attempt_contact ON attempt (contact_id, at)`,
    ...closeTenantTable('attempt', 'SELECT, INSERT, DELETE'),

    // Outlive the partitions. State 'created' counts the deliveries of lanes that are closed, so that
    //   created + sum(tail_seq of open lanes) = sum(settled states) + count(open deliveries)
    // holds at every commit: the conservation law.
    `CREATE TABLE delivery_total (
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       day date NOT NULL,
       kind text NOT NULL,
       state text NOT NULL,
       deliveries bigint NOT NULL,
       PRIMARY KEY (connection_id, day, kind, state)
     ) WITH (fillfactor = 50)`,
    ...closeTenantTable('delivery_total', 'SELECT, INSERT, UPDATE'),

    // Looks at the vendor that are owed, each at its own slow pace; never in the way of a lane.
    `CREATE TABLE follow_up (
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       kind text NOT NULL CHECK (kind IN ('look')),
       due_at timestamptz NOT NULL,
       attempts integer NOT NULL DEFAULT 0,
       PRIMARY KEY (connection_id, contact_id, kind)
     ) WITH (fillfactor = 80)`,
    `CREATE INDEX follow_up_due ON follow_up (connection_id, due_at)`,
    ...closeTenantTable('follow_up'),
    ...openToLookup('follow_up', ['SELECT']),
  ];
}

function functions(): readonly string[] {
  return [
    // Partitions are made by the tables' owner; the runtime role may only ask for it.
    `CREATE FUNCTION prepare_partitions() RETURNS void
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       parent text;
       first_day date;
     BEGIN
       PERFORM pg_advisory_xact_lock(hashtext('rekomi.prepare_partitions'));
       FOREACH parent IN ARRAY ARRAY['history', 'attempt'] LOOP
         FOR ahead IN -1..3 LOOP
           first_day := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead))::date;
           IF to_regclass(format('%I', parent || to_char(first_day, '_YYYY_MM'))) IS NULL THEN
             EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
               parent || to_char(first_day, '_YYYY_MM'), parent,
               first_day || ' 00:00:00+00', (first_day + interval '1 month')::date || ' 00:00:00+00');
           END IF;
         END LOOP;
       END LOOP;
     END $$`,
    `SELECT prepare_partitions()`,
    // Nothing is lost when nobody prepared a partition in time.
    `CREATE TABLE history_rest PARTITION OF history DEFAULT`,
    `CREATE TABLE attempt_rest PARTITION OF attempt DEFAULT`,
    `CREATE FUNCTION drop_partitions(older_than interval) RETURNS text[]
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       part record;
       gone text[] := '{}';
     BEGIN
       FOR part IN
         SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent IN ('history'::regclass, 'attempt'::regclass) AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
           AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= now() - older_than
       LOOP
         EXECUTE format('DROP TABLE %I', part.relname);
         gone := gone || part.relname::text;
       END LOOP;
       RETURN gone;
     END $$`,
    ...['prepare_partitions()', 'drop_partitions(interval)'].flatMap((signature) => [
      `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
      `GRANT EXECUTE ON FUNCTION ${signature} TO rekomi_runtime`,
    ]),

    // The sweep's question: which connections have a lane that is due and nobody's? Jumps from connection to
    // connection through the index, so its cost follows the connections with pending work, not the backlog.
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

    // Takes the lanes of dead drains back. The mark on the drain comes first, in the row that every completion locks:
    // from then on the lost drain can complete nothing. A lane that an open enqueue holds is left for the next round.
    `CREATE FUNCTION sweep_expired_drains(still_landing interval)
       RETURNS TABLE (organization_id uuid, connection_id uuid, lanes bigint)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     BEGIN
       UPDATE drain d SET expired = true
         WHERE d.id IN (SELECT x.id FROM drain x WHERE NOT x.expired AND x.expires_at < now() FOR UPDATE SKIP LOCKED);
       RETURN QUERY
         WITH taken AS (
           SELECT l.id FROM lane l LEFT JOIN drain d ON d.id = l.drain_id
           WHERE l.drain_id IS NOT NULL AND d.expired IS NOT FALSE
           ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
         ), freed AS (
           UPDATE lane l SET drain_id = NULL, next_due_at = now(), rewrite_after = now() + still_landing
             FROM taken WHERE l.id = taken.id
             RETURNING l.organization_id, l.connection_id
         )
         SELECT f.organization_id, f.connection_id, count(*) FROM freed f GROUP BY 1, 2;
       DELETE FROM drain d WHERE d.expired AND NOT EXISTS (SELECT FROM lane l WHERE l.drain_id = d.id);
     END $$`,
    ...ownByLookup('sweep_expired_drains(interval)'),

    `CREATE FUNCTION sweep_follow_ups(most integer) RETURNS TABLE (organization_id uuid, connection_id uuid)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       seen uuid := '00000000-0000-0000-0000-000000000000';
       head record;
       found_so_far integer := 0;
     BEGIN
       LOOP
         SELECT f.organization_id, f.connection_id, f.due_at INTO head FROM follow_up f
           WHERE f.connection_id > seen ORDER BY f.connection_id, f.due_at LIMIT 1;
         EXIT WHEN NOT FOUND OR found_so_far >= most;
         seen := head.connection_id;
         IF head.due_at <= now() AND EXISTS (
           SELECT FROM connection c WHERE c.id = head.connection_id AND c.state = 'verified'
         ) THEN
           organization_id := head.organization_id;
           connection_id := head.connection_id;
           found_so_far := found_so_far + 1;
           RETURN NEXT;
         END IF;
       END LOOP;
     END $$`,
    ...ownByLookup('sweep_follow_ups(integer)'),

    // One round of the sweep in one statement. Of several processes that ask at once, one gets an answer.
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
       RETURN QUERY SELECT d.organization_id, d.connection_id, 'lane'::text FROM sweep_due(most) d;
       RETURN QUERY SELECT f.organization_id, f.connection_id, 'look'::text FROM sweep_follow_ups(most) f;
     END $$`,
    ...ownByLookup('sweep_turn(integer, interval)'),
  ];
}
