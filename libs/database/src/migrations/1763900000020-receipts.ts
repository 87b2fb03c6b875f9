import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/** What was accepted is read back, and what stands at a vendor is compared with what we wrote. */
export class Receipts1763900000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...receipts(), ...reconciliations(), ...functions()])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION forget_receipts(interval)`);
    await runner.query(`DROP FUNCTION sweep_checks(integer)`);
    await runner.query(`DROP TABLE reconciliation_contact`);
    await runner.query(`DROP TABLE reconciliation`);
    await runner.query(`DROP TABLE receipt_total`);
    await runner.query(`DROP TABLE receipt`);
    await runner.query(`ALTER TABLE connection DROP COLUMN receipt_percent`);
  }
}

function receipts(): readonly string[] {
  return [
    `ALTER TABLE connection ADD COLUMN receipt_percent double precision NOT NULL DEFAULT 1
       CHECK (receipt_percent BETWEEN 0 AND 100)`,

    // A fact about a settled delivery, beside history, which never changes. Written by the completion that settles it, as
    // often as the sample says; no foreign keys, for the reason of the other hot tables.
    `CREATE TABLE receipt (
       delivery_id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       state text NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'confirmed', 'ignored', 'undecided')),
       -- One of the first of its connection, or drawn.
       reason text NOT NULL CHECK (reason IN ('first', 'sampled')),
       owed_at timestamptz NOT NULL DEFAULT now(),
       due_at timestamptz NOT NULL,
       -- Looks that showed something else than was written, and looks that showed nothing.
       tries integer NOT NULL DEFAULT 0,
       failures integer NOT NULL DEFAULT 0,
       decided_at timestamptz,
       code text,
       -- [{"part", "name", "kind", "wrote", "found"}]
       deviations jsonb NOT NULL DEFAULT '[]',
       -- Parts of what was written about which the vendor tells nothing.
       untold text[] NOT NULL DEFAULT '{}'
     )`,
    // The newest write of a contact is the one to be read back.
    `CREATE UNIQUE INDEX receipt_owed ON receipt (connection_id, contact_id) WHERE state = 'owed'`,
    `CREATE INDEX receipt_due ON receipt (connection_id, due_at) WHERE state = 'owed'`,
    `CREATE INDEX receipt_first ON receipt (connection_id) WHERE reason = 'first'`,
    ...closeTenantTable('receipt'),
    ...openToLookup('receipt', ['SELECT', 'DELETE']),

    `CREATE TABLE receipt_total (
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       day date NOT NULL,
       state text NOT NULL,
       receipts bigint NOT NULL,
       PRIMARY KEY (connection_id, day, state)
     ) WITH (fillfactor = 50)`,
    ...closeTenantTable('receipt_total', 'SELECT, INSERT, UPDATE'),
  ];
}

function reconciliations(): readonly string[] {
  return [
    `CREATE TABLE reconciliation (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'cancelled')),
       -- Null: everybody.
       sample_size integer CHECK (sample_size > 0),
       -- How many people the ledger knew there, and how many of them were drawn.
       population integer NOT NULL,
       sampled integer NOT NULL,
       created_by text NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       ended_at timestamptz,
       repaired_at timestamptz,
       UNIQUE (organization_id, id),
       FOREIGN KEY (organization_id, connection_id) REFERENCES connection (organization_id, id)
     )`,
    `CREATE UNIQUE INDEX reconciliation_running ON reconciliation (connection_id) WHERE state = 'running'`,
    `CREATE INDEX reconciliation_list ON reconciliation (connection_id, id)`,
    ...closeTenantTable('reconciliation'),
    ...openToLookup('reconciliation', ['SELECT', 'UPDATE', 'DELETE']),

    `CREATE TABLE reconciliation_contact (
       organization_id uuid NOT NULL,
       reconciliation_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       outcome text NOT NULL DEFAULT 'waiting'
         CHECK (outcome IN ('waiting', 'same', 'drifted', 'missing', 'unread', 'taken_back')),
       due_at timestamptz NOT NULL DEFAULT now(),
       tries integer NOT NULL DEFAULT 0,
       looked_at timestamptz,
       -- The ledger's state that was compared: a repair leaves alone what was written since.
       ledger_at timestamptz,
       consent text,
       code text,
       deviations jsonb NOT NULL DEFAULT '[]',
       untold text[] NOT NULL DEFAULT '{}',
       repaired_at timestamptz,
       PRIMARY KEY (reconciliation_id, contact_id),
       FOREIGN KEY (organization_id, reconciliation_id) REFERENCES reconciliation (organization_id, id) ON DELETE CASCADE
     )`,
    `CREATE INDEX reconciliation_contact_due ON reconciliation_contact (connection_id, due_at) WHERE outcome = 'waiting'`,
    ...closeTenantTable('reconciliation_contact'),
  ];
}

function functions(): readonly string[] {
  return [
    // Which connections have something to compare? Of several processes that ask at once, one gets an answer. Jumps from
    // connection to connection through the index. What is left of a connection that was disconnected ends here.
    `CREATE FUNCTION sweep_checks(most integer) RETURNS TABLE (organization_id uuid, connection_id uuid)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       seen uuid := '00000000-0000-0000-0000-000000000000';
       head record;
       found_so_far integer := 0;
     BEGIN
       IF NOT pg_try_advisory_xact_lock(hashtext('rekomi.checks')) THEN RETURN; END IF;
       UPDATE reconciliation r SET state = 'cancelled', ended_at = now() FROM connection c
         WHERE r.state = 'running' AND c.id = r.connection_id AND c.state = 'disabled';
       RETURN QUERY SELECT r.organization_id, r.connection_id FROM reconciliation r JOIN connection c ON c.id = r.connection_id
         WHERE r.state = 'running' AND c.state = 'verified' LIMIT most;
       LOOP
         SELECT p.organization_id, p.connection_id, p.due_at INTO head FROM receipt p
           WHERE p.state = 'owed' AND p.connection_id > seen ORDER BY p.connection_id, p.due_at LIMIT 1;
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
    ...ownByLookup('sweep_checks(integer)'),

    // The first ones of a connection stay: they are what says that there were any. Reconciliations hold values of people,
    // too, and go with them.
    `CREATE FUNCTION forget_receipts(older_than interval) RETURNS void
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       DELETE FROM receipt WHERE state <> 'owed' AND reason = 'sampled' AND decided_at < now() - older_than;
       DELETE FROM reconciliation WHERE state <> 'running' AND ended_at < now() - older_than
     $$`,
    ...ownByLookup('forget_receipts(interval)'),
  ];
}
