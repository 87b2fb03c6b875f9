import type { MigrationInterface, QueryRunner } from 'typeorm';

import { ownByLookup } from './tenant-table.js';

/**
 * Loops ask in which state the connections are that they work on, and judge for themselves whether they may go on. The
 * function of before told of no connection that had been disconnected, so what a worker had in hand was still sent. It
 * stays for workers of the previous version.
 */
export class ConnectionStandings1763900000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `CREATE FUNCTION connection_standings(wanted uuid[]) RETURNS TABLE (id uuid, state text)
         LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
         SELECT c.id, c.state FROM connection c WHERE c.id = ANY (wanted) AND c.state <> 'verified' $$`,
      ...ownByLookup('connection_standings(uuid[])'),
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION connection_standings(uuid[])`);
  }
}
