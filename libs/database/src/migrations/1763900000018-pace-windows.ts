import type { MigrationInterface, QueryRunner } from 'typeorm';

import { PACE_RESERVE } from './1763900000004-pace.js';
import { ownByLookup } from './tenant-table.js';
import {
  PACE_PLACES,
  PACE_RESERVE_THROUGH,
  PACE_SHARE,
  PACE_STANDING,
  PACE_TAKE,
  paceReports,
  type PaceFunction,
} from './pace-windows.functions.js';

/**
 * A vendor account's budget in full: windows that are counted over any period of their length or by the calendar,
 * places for requests under way that all processes share, a pace that slows down when the vendor does not say for how
 * long to wait, one probe in the whole cluster, and news of all that for processes that hold reservations.
 *
 * Workers of the previous version go on with `pace_reserve`, `pace_block`, `pace_failure` and `pace_recovered`; the
 * first of them reserves from the same budget from now on.
 */
export class PaceWindows1763900000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of tables()) await runner.query(statement);
    for (const { signature, text } of functions()) {
      await runner.query(text);
      for (const statement of ownByLookup(signature)) await runner.query(statement);
    }
    for (const statement of reserveIs(PACE_RESERVE_THROUGH)) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of reserveIs(PACE_RESERVE)) await runner.query(statement);
    for (const { signature } of [...functions()].reverse()) await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query('DROP TABLE pace_place');
    await runner.query('DROP TABLE pace_count');
    await runner.query(
      'ALTER TABLE pace DROP COLUMN epoch, DROP COLUMN share, DROP COLUMN slowed_at, DROP COLUMN probe',
    );
  }
}

function functions(): readonly PaceFunction[] {
  return [PACE_SHARE, PACE_TAKE, ...paceReports(), PACE_PLACES, PACE_STANDING];
}

/** Made anew in the same transaction: callers find the old one or the new one, and never none. */
function reserveIs(text: string): readonly string[] {
  const signature = 'pace_reserve(bytea, text, integer, bigint, jsonb, integer)';
  return [`DROP FUNCTION ${signature}`, text, ...ownByLookup(signature)];
}

function tables(): readonly string[] {
  return [
    `ALTER TABLE pace
       -- Rises whenever what was reserved before is void.
       ADD COLUMN epoch bigint NOT NULL DEFAULT 0,
       -- The part of the usual pace that was kept after the latest slow-down; it grows back from then on.
       ADD COLUMN share double precision NOT NULL DEFAULT 1,
       ADD COLUMN slowed_at timestamptz NOT NULL DEFAULT '-infinity',
       -- Who was let through to a vendor that is down. Nobody else's answer opens or closes anything.
       ADD COLUMN probe uuid`,

    // Requests by block of time. A sliding window is the sum of its last blocks, a calendar window is one block.
    `CREATE TABLE pace_count (
       account_key bytea NOT NULL,
       family text NOT NULL,
       per_ms bigint NOT NULL,
       -- Length of a block; blocks are counted from 1970 on.
       width_ms bigint NOT NULL,
       block bigint NOT NULL,
       used bigint NOT NULL,
       PRIMARY KEY (account_key, family, per_ms, width_ms, block)
     ) WITH (fillfactor = 50)`,

    // Places for requests under way, lent to processes. A process that is gone loses its own when the loan ends.
    `CREATE TABLE pace_place (
       account_key bytea NOT NULL,
       family text NOT NULL,
       holder uuid NOT NULL,
       held integer NOT NULL,
       wanted integer NOT NULL,
       -- Since when it has the first of its places, or waits for one.
       since timestamptz NOT NULL,
       expires_at timestamptz NOT NULL,
       PRIMARY KEY (account_key, family, holder)
     ) WITH (fillfactor = 50)`,
    // What is left of the windows that are running now stays left. The owner is bound by the policies, too.
    `ALTER TABLE pace_window NO FORCE ROW LEVEL SECURITY`,
    `INSERT INTO pace_count
       SELECT account_key, family, per_ms, greatest(1, per_ms / 100), floor(extract(epoch FROM now()) * 1000 / greatest(1, per_ms / 100)), used
         FROM pace_window WHERE used > 0 AND started_at + per_ms * interval '1 millisecond' > now()`,
    `ALTER TABLE pace_window FORCE ROW LEVEL SECURITY`,
    ...['pace_count', 'pace_place'].flatMap((table) => [
      `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
      `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
      `CREATE POLICY lookup ON ${table} TO rekomi_lookup USING (true) WITH CHECK (true)`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO rekomi_lookup`,
    ]),
  ];
}
