import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable, openToLookup, ownByLookup } from './tenant-table.js';

/** Replays of deliveries, dead letters, and imports that can be undone. */
export class Replays1763900000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER history_dead ON history`);
    for (const signature of ['keep_dead_letter()', 'due_jobs(integer)', 'forget_previews(interval)'])
      await runner.query(`DROP FUNCTION ${signature}`);
    for (const table of [
      'import_undo_item',
      'import_undo',
      'import_change',
      'replay_item',
      'replay',
      'dead_letter',
    ])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query(`ALTER TABLE ledger DROP COLUMN written_fingerprint, DROP COLUMN fingerprint_at`);
  }
}

/** A job that a worker does in the background, a chunk per transaction. Both tables of jobs begin with these columns. */
const JOB = `
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       -- 'previewed': the exact list is written down, and nothing is done until somebody starts it.
       state text NOT NULL DEFAULT 'previewed'
         CHECK (state IN ('previewed', 'running', 'cancelling', 'cancelled', 'finished', 'failed')),
       created_by text,
       -- What of the list there is, and how much of it is done.
       items integer NOT NULL,
       done integer NOT NULL DEFAULT 0,
       items_per_second real,
       failure text,
       lease_id uuid,
       lease_until timestamptz,
       created_at timestamptz NOT NULL DEFAULT now(),
       started_at timestamptz,
       ended_at timestamptz,
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id)`;

const DEAD = `('refused', 'expired', 'ignored')`;

function statements(): readonly string[] {
  return [
    // What was last written with success, as a hash of desired state and configuration. Counts only while it is as old
    // as the row's last change: a worker of an earlier version changes the row and knows nothing of the hash.
    `ALTER TABLE ledger ADD COLUMN written_fingerprint text, ADD COLUMN fingerprint_at timestamptz`,

    // What did not arrive and will not by itself: the latest failure of a contact or an event at a connection.
    `CREATE TABLE dead_letter (
       organization_id uuid NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       -- The event, or the contact itself.
       subject_id uuid NOT NULL,
       -- The row of history that says so.
       delivery_id uuid NOT NULL,
       settled_at timestamptz NOT NULL,
       discarded_at timestamptz,
       discarded_by text,
       note text,
       PRIMARY KEY (connection_id, contact_id, subject_id)
     )`,
    `CREATE INDEX dead_letter_list ON dead_letter (organization_id, delivery_id)`,
    `CREATE INDEX dead_letter_contact ON dead_letter (contact_id)`,
    ...closeTenantTable('dead_letter'),
    // Kept by the database, so that it holds whichever version of a worker settles. Messages to webhook endpoints have
    // ways of their own.
    `CREATE FUNCTION keep_dead_letter() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
     BEGIN
       INSERT INTO dead_letter AS l (organization_id, connection_id, contact_id, subject_id, delivery_id, settled_at)
       SELECT NEW.organization_id, NEW.connection_id, NEW.contact_id, coalesce(NEW.event_id, NEW.contact_id), NEW.id,
              NEW.settled_at
         FROM connection c WHERE c.id = NEW.connection_id AND c.organization_id = NEW.organization_id
       ON CONFLICT (connection_id, contact_id, subject_id) DO UPDATE SET
         delivery_id = excluded.delivery_id, settled_at = excluded.settled_at,
         discarded_at = NULL, discarded_by = NULL, note = NULL;
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER history_dead AFTER INSERT ON history FOR EACH ROW WHEN (NEW.state IN ${DEAD})
       EXECUTE FUNCTION keep_dead_letter()`,
    // What was settled before: the owner is bound by the policies, too, and none lets it see a row.
    ...['history', 'connection', 'ledger', 'dead_letter'].map(
      (table) => `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`,
    ),
    `INSERT INTO dead_letter (organization_id, connection_id, contact_id, subject_id, delivery_id, settled_at)
     SELECT DISTINCT ON (h.connection_id, h.contact_id, coalesce(h.event_id, h.contact_id))
            h.organization_id, h.connection_id, h.contact_id, coalesce(h.event_id, h.contact_id), h.id, h.settled_at
       FROM history h JOIN connection c ON c.id = h.connection_id
      WHERE h.state IN ${DEAD} AND h.kind IN ('contact', 'event')
      ORDER BY h.connection_id, h.contact_id, coalesce(h.event_id, h.contact_id), h.settled_at DESC`,
    ...['history', 'connection', 'ledger', 'dead_letter'].map(
      (table) => `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    ),

    `CREATE TABLE replay (${JOB},
       filter jsonb NOT NULL,
       -- Counts, the reach and a sample, as they were when the list was written down.
       preview jsonb NOT NULL,
       -- Bring contacts even where nothing has changed since they were written.
       rewrite boolean NOT NULL
     )`,
    `CREATE INDEX replay_list ON replay (organization_id, id)`,
    `CREATE INDEX replay_due ON replay (updated_at) WHERE state IN ('running', 'cancelling')`,
    ...closeTenantTable('replay'),
    ...openToLookup('replay', ['SELECT', 'DELETE']),

    // The list (no foreign key: it would cost a look-up per item), in the order in which it is brought: by connection and contact, and there as it was the first time.
    `CREATE TABLE replay_item (
       organization_id uuid NOT NULL,
       replay_id uuid NOT NULL,
       place integer NOT NULL,
       connection_id uuid NOT NULL,
       contact_id uuid NOT NULL,
       kind text NOT NULL CHECK (kind IN ('contact', 'event')),
       event_id uuid,
       -- The settled delivery that is replayed; null for people of whom nothing was ever tried, and for lanes that are held.
       source_id uuid,
       source_settled_at timestamptz,
       state text NOT NULL,
       code text,
       -- What became of it: the delivery that brings it, or why there is none.
       delivery_id uuid,
       skipped text,
       PRIMARY KEY (replay_id, place)
     )`,
    ...closeTenantTable('replay_item'),
    ...openToLookup('replay_item', ['SELECT', 'DELETE']),

    // How people and their parts in campaigns (no foreign key, for the same reason) were before an import changed them, and what it made of them.
    `CREATE TABLE import_change (
       organization_id uuid NOT NULL,
       import_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       what text NOT NULL CHECK (what IN ('affiliate', 'enrolment')),
       before jsonb NOT NULL,
       after jsonb NOT NULL,
       changed_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (import_id, affiliate_id, what)
     )`,
    ...closeTenantTable('import_change', 'SELECT, INSERT, DELETE'),

    `CREATE TABLE import_undo (${JOB},
       import_id uuid NOT NULL UNIQUE,
       preview jsonb NOT NULL,
       FOREIGN KEY (organization_id, import_id) REFERENCES import_run (organization_id, id) ON DELETE CASCADE
     )`,
    `CREATE INDEX import_undo_due ON import_undo (updated_at) WHERE state IN ('running', 'cancelling')`,
    ...closeTenantTable('import_undo'),
    ...openToLookup('import_undo', ['SELECT', 'DELETE']),

    `CREATE TABLE import_undo_item (
       organization_id uuid NOT NULL,
       undo_id uuid NOT NULL,
       place integer NOT NULL,
       affiliate_id uuid NOT NULL,
       -- What is planned, in the words of the API; what of it was left alone in the end, and why.
       plan jsonb NOT NULL,
       outcome text CHECK (outcome IN ('undone', 'left_alone')),
       left_alone jsonb NOT NULL DEFAULT '[]',
       PRIMARY KEY (undo_id, place)
     )`,
    ...closeTenantTable('import_undo_item'),
    ...openToLookup('import_undo_item', ['SELECT', 'DELETE']),

    `CREATE FUNCTION due_jobs(most integer) RETURNS TABLE (kind text, organization_id uuid, job_id uuid)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ (SELECT 'replay', r.organization_id, r.id FROM replay r
               WHERE r.state IN ('running', 'cancelling') AND (r.lease_until IS NULL OR r.lease_until < now())
               ORDER BY r.updated_at LIMIT most)
             UNION ALL
             (SELECT 'import_undo', u.organization_id, u.id FROM import_undo u
               WHERE u.state IN ('running', 'cancelling') AND (u.lease_until IS NULL OR u.lease_until < now())
               ORDER BY u.updated_at LIMIT most) $$`,
    ...ownByLookup('due_jobs(integer)'),
    // Lists that nobody started are worth nothing after a while.
    `CREATE FUNCTION forget_previews(older_than interval) RETURNS void
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
       AS $$ WITH gone AS (
               DELETE FROM replay r WHERE r.state = 'previewed' AND r.created_at < now() - older_than RETURNING r.id
             ) DELETE FROM replay_item i USING gone WHERE i.replay_id = gone.id;
             WITH gone AS (
               DELETE FROM import_undo u WHERE u.state = 'previewed' AND u.created_at < now() - older_than RETURNING u.id
             ) DELETE FROM import_undo_item i USING gone WHERE i.undo_id = gone.id $$`,
    ...ownByLookup('forget_previews(interval)'),
  ];
}
