import type { MigrationInterface, QueryRunner } from 'typeorm';

import { ownByLookup } from './tenant-table.js';

/**
 * The round of a sweep goes from the connections that are being disconnected to their lanes. Asked for both at once, the
 * planner read every lane twice in every second to find that there is no such connection.
 */
export class SweepTurn1763900000025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const ending = `
       FOR ending IN SELECT c.organization_id, c.id FROM connection c WHERE c.state = 'disconnecting' LOOP
         UPDATE lane l SET held_code = NULL, next_due_at = now()
           WHERE l.connection_id = ending.id AND l.held_code IS NOT NULL AND l.drain_id IS NULL;
         RETURN QUERY SELECT ending.organization_id, ending.id, 'lane'::text
           WHERE NOT EXISTS (SELECT FROM lane l WHERE l.connection_id = ending.id);
       END LOOP;`;
    for (const statement of turn(ending)) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const ending = `
       UPDATE lane l SET held_code = NULL, next_due_at = now() FROM connection c
         WHERE c.state = 'disconnecting' AND l.connection_id = c.id AND l.held_code IS NOT NULL AND l.drain_id IS NULL;
       RETURN QUERY SELECT c.organization_id, c.id, 'lane'::text FROM connection c
         WHERE c.state = 'disconnecting' AND NOT EXISTS (SELECT FROM lane l WHERE l.connection_id = c.id);`;
    for (const statement of turn(ending)) await runner.query(statement);
  }
}

/** The signature of before, so that workers of the previous version go on calling it. */
function turn(ending: string): readonly string[] {
  return [
    `DROP FUNCTION sweep_turn(integer, interval)`,
    `CREATE FUNCTION sweep_turn(most integer, still_landing interval)
       RETURNS TABLE (organization_id uuid, connection_id uuid, kind text)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       ending record;
     BEGIN
       IF NOT pg_try_advisory_xact_lock(hashtext('rekomi.sweep')) THEN RETURN; END IF;
       PERFORM sweep_expired_drains(still_landing);
       -- Nothing is waited for while a connection is being disconnected, and one with no lane left is ended.${ending}
       RETURN QUERY SELECT d.organization_id, d.connection_id, d.kind FROM sweep_due(most) d;
       RETURN QUERY SELECT f.organization_id, f.connection_id, 'look'::text FROM sweep_follow_ups(most) f;
     END $$`,
    ...ownByLookup('sweep_turn(integer, interval)'),
  ];
}
