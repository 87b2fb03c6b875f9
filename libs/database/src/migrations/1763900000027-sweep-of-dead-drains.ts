import type { MigrationInterface, QueryRunner } from 'typeorm';

import { ownByLookup } from './tenant-table.js';

/**
 * Looking for dead drains costs by the drains that hold lanes, not by the lanes they hold. Asked for lane by lane, every
 * second read each lane that anybody had in hand.
 */
export class SweepOfDeadDrains1763900000027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const dead = `
       -- From drain to drain through the index of what is in hand.
       LOOP
         SELECT l.drain_id INTO holder FROM lane l WHERE l.drain_id > holder ORDER BY l.drain_id LIMIT 1;
         EXIT WHEN NOT FOUND;
         IF NOT EXISTS (SELECT FROM drain d WHERE d.id = holder AND NOT d.expired) THEN dead := dead || holder; END IF;
       END LOOP;`;
    const taken = `SELECT l.id FROM lane l WHERE l.drain_id = ANY (dead)`;
    for (const statement of sweep(dead, taken)) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const taken = `SELECT l.id FROM lane l LEFT JOIN drain d ON d.id = l.drain_id
           WHERE l.drain_id IS NOT NULL AND d.expired IS NOT FALSE`;
    for (const statement of sweep('', taken)) await runner.query(statement);
  }
}

/** The signature of before, so that workers of the previous version go on calling it. */
function sweep(findDead: string, taken: string): readonly string[] {
  return [
    `DROP FUNCTION sweep_expired_drains(interval)`,
    // A plan lives as long as its session, which may have made it when there were hardly any lanes: hence no whole reads. The
    // mark on the drain comes first, in the row that every completion locks: from then on the lost drain can complete nothing.
    // A lane that an open enqueue holds is left for the next round.
    `CREATE FUNCTION sweep_expired_drains(still_landing interval)
       RETURNS TABLE (organization_id uuid, connection_id uuid, lanes bigint)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
     DECLARE
       holder uuid := '00000000-0000-0000-0000-000000000000';
       dead uuid[] := '{}';
     BEGIN
       UPDATE drain d SET expired = true
         WHERE d.id IN (SELECT x.id FROM drain x WHERE NOT x.expired AND x.expires_at < now() FOR UPDATE SKIP LOCKED);${findDead}
       RETURN QUERY
         WITH taken AS (
           ${taken}
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
  ];
}
