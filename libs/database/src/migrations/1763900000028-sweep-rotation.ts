import type { MigrationInterface, QueryRunner } from 'typeorm';

import { ownByLookup } from './tenant-table.js';

const SIGNATURES = [
  'sweep_due(integer, uuid)',
  'sweep_follow_ups(integer, uuid)',
  'sweep_receipts(integer, uuid)',
  'sweep_turn(integer, interval, uuid, uuid)',
  'sweep_checks(integer, uuid)',
];

/**
 * A sweep begins where the last one stopped. It tells of a bounded number of connections, and began with the lowest id each
 * time: with more that always have work, those with higher ids were never told of. The functions of before stay for workers
 * of the previous version.
 */
export class SweepRotation1763900000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...due(), ...followUps(), ...receipts(), ...turn(), ...checks()])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of SIGNATURES) await runner.query(`DROP FUNCTION ${signature}`);
  }
}

/**
 * Jumps from connection to connection through an index, from the one after `after` on and round once, and returns at most
 * `most` of those that `wanted` is true of.
 *
 * @param from rows with a time, and their condition
 * @param wanted of `head`, the earliest row of a connection; may set `kind`
 */
function round(name: string, returns: string, from: string, time: string, wanted: string): readonly string[] {
  return [
    `CREATE FUNCTION ${name}(most integer, after uuid) RETURNS TABLE (${returns})
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       lowest CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
       seen uuid := after;
       went_round boolean := after = lowest;
       head record;
       found_so_far integer := 0;
       is_wanted boolean;
     BEGIN
       LOOP
         EXIT WHEN found_so_far >= most;
         SELECT x.organization_id, x.connection_id, x.${time} INTO head FROM ${from} AND x.connection_id > seen
           ORDER BY x.connection_id, x.${time} LIMIT 1;
         IF NOT FOUND THEN
           EXIT WHEN went_round;
           went_round := true;
           seen := lowest;
           CONTINUE;
         END IF;
         EXIT WHEN went_round AND after <> lowest AND head.connection_id > after;
         seen := head.connection_id;${wanted}
         IF is_wanted THEN
           organization_id := head.organization_id;
           connection_id := head.connection_id;
           found_so_far := found_so_far + 1;
           RETURN NEXT;
         END IF;
       END LOOP;
     END $$`,
    ...ownByLookup(`${name}(integer, uuid)`),
  ];
}

const TARGET = 'organization_id uuid, connection_id uuid';

/** An endpoint that rests is passed by; of one that is disabled even lanes that are not due count: they are only cancelled. */
function due(): readonly string[] {
  return round(
    'sweep_due',
    `${TARGET}, kind text`,
    'lane x WHERE x.drain_id IS NULL',
    'next_due_at',
    `
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
         is_wanted := kind IS NOT NULL;`,
  );
}

const OF_A_VERIFIED_ONE = `
         is_wanted := head.due_at <= now() AND EXISTS (
           SELECT FROM connection c WHERE c.id = head.connection_id AND c.state = 'verified'
         );`;

function followUps(): readonly string[] {
  return round('sweep_follow_ups', TARGET, 'follow_up x WHERE true', 'due_at', OF_A_VERIFIED_ONE);
}

function receipts(): readonly string[] {
  return round('sweep_receipts', TARGET, `receipt x WHERE x.state = 'owed'`, 'due_at', OF_A_VERIFIED_ONE);
}

/** One round of the sweep in one statement. Of several processes that ask at once, one gets an answer. */
function turn(): readonly string[] {
  return [
    `CREATE FUNCTION sweep_turn(most integer, still_landing interval, due_after uuid, looks_after uuid)
       RETURNS TABLE (organization_id uuid, connection_id uuid, kind text)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       ending record;
     BEGIN
       IF NOT pg_try_advisory_xact_lock(hashtext('rekomi.sweep')) THEN RETURN; END IF;
       PERFORM sweep_expired_drains(still_landing);
       -- Nothing is waited for while a connection is being disconnected, and one with no lane left is ended.
       FOR ending IN SELECT c.organization_id, c.id FROM connection c WHERE c.state = 'disconnecting' LOOP
         UPDATE lane l SET held_code = NULL, next_due_at = now()
           WHERE l.connection_id = ending.id AND l.held_code IS NOT NULL AND l.drain_id IS NULL;
         RETURN QUERY SELECT ending.organization_id, ending.id, 'ending'::text
           WHERE NOT EXISTS (SELECT FROM lane l WHERE l.connection_id = ending.id);
       END LOOP;
       RETURN QUERY SELECT d.organization_id, d.connection_id, d.kind FROM sweep_due(most, due_after) d;
       RETURN QUERY SELECT f.organization_id, f.connection_id, 'look'::text FROM sweep_follow_ups(most, looks_after) f;
     END $$`,
    ...ownByLookup('sweep_turn(integer, interval, uuid, uuid)'),
  ];
}

/** Reconciliations that run, whole, and receipts that are owed. What is left of a connection that was disconnected ends here. */
function checks(): readonly string[] {
  return [
    `CREATE FUNCTION sweep_checks(most integer, after uuid)
       RETURNS TABLE (organization_id uuid, connection_id uuid, kind text)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     BEGIN
       IF NOT pg_try_advisory_xact_lock(hashtext('rekomi.checks')) THEN RETURN; END IF;
       UPDATE reconciliation r SET state = 'cancelled', ended_at = now() FROM connection c
         WHERE r.state = 'running' AND c.id = r.connection_id AND c.state = 'disabled';
       RETURN QUERY SELECT r.organization_id, r.connection_id, 'reconciliation'::text
         FROM reconciliation r JOIN connection c ON c.id = r.connection_id
         WHERE r.state = 'running' AND c.state = 'verified';
       RETURN QUERY SELECT p.organization_id, p.connection_id, 'receipt'::text FROM sweep_receipts(most, after) p;
     END $$`,
    ...ownByLookup('sweep_checks(integer, uuid)'),
  ];
}
