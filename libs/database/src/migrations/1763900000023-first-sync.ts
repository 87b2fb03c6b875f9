import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable } from './tenant-table.js';

/** Who goes to a connection when it is switched on, and who is left out for the time being. */
export class FirstSync1763900000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of tables()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE first_sync_left_out`);
    await runner.query(`DROP TABLE first_sync`);
  }
}

function tables(): readonly string[] {
  return [
    // Without a row: everybody, and nothing was ever chosen.
    `CREATE TABLE first_sync (
       organization_id uuid NOT NULL,
       connection_id uuid PRIMARY KEY,
       mode text NOT NULL DEFAULT 'all' CHECK (mode IN ('all', 'from_now_on', 'first_ten')),
       -- When the first campaign began to send people there.
       started_at timestamptz,
       -- Of the first ten, how many were let go.
       admitted integer NOT NULL DEFAULT 0,
       continued_at timestamptz,
       cancelled_at timestamptz,
       FOREIGN KEY (organization_id, connection_id) REFERENCES connection (organization_id, id)
     )`,
    ...closeTenantTable('first_sync', 'SELECT, INSERT, UPDATE'),

    // Read with every claim, so without foreign keys like the other hot tables. Rows go when a person joins anew or somebody
    // says that the rest is to go.
    `CREATE TABLE first_sync_left_out (
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       left_out_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (connection_id, contact_id)
     )`,
    ...closeTenantTable('first_sync_left_out'),
  ];
}
