import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable } from './tenant-table.js';

/** What is about to be sent and may leave something at the vendor, for as long as nobody knows what became of it. */
export class Intentions1763900000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      // Noted in the transaction of the claim, forgotten in the one that settles. What stays is in doubt: a worker died,
      // or the vendor never answered. Small and busy, like lane and delivery; no foreign keys for their reason.
      `CREATE TABLE intention (
         organization_id uuid NOT NULL,
         connection_id uuid NOT NULL,
         contact_id uuid NOT NULL,
         -- One entry per address, each as in ledger.written.
         writes jsonb NOT NULL,
         noted_at timestamptz NOT NULL DEFAULT now(),
         PRIMARY KEY (connection_id, contact_id)
       ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
               autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000)`,
      ...closeTenantTable('intention'),

      // Audiences that somebody asked to have created, by request: a repeat looks for what the first sending made.
      `CREATE TABLE audience_creation (
         organization_id uuid NOT NULL,
         connection_id uuid NOT NULL,
         request_id text NOT NULL,
         -- The vendor's ids that had the name before the first sending.
         ids_before text[] NOT NULL,
         attempts integer NOT NULL DEFAULT 1,
         attempted_at timestamptz NOT NULL DEFAULT now(),
         PRIMARY KEY (connection_id, request_id),
         FOREIGN KEY (organization_id, connection_id) REFERENCES connection (organization_id, id) ON DELETE CASCADE
       )`,
      ...closeTenantTable('audience_creation'),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audience_creation`);
    await runner.query(`DROP TABLE intention`);
  }
}
