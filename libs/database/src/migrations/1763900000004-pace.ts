import type { MigrationInterface, QueryRunner } from 'typeorm';

import { ownByLookup } from './tenant-table.js';

/**
 * Reserves up to `want` requests, `distance_us` apart. The first may go `first_in_ms` from now, the others follow at
 * that distance. Nothing granted: try again in `wait_ms`. Evenly spaced requests stay within fixed and sliding
 * windows alike; `quotas` holds the longer windows on top: [{"requests": 30000, "perMs": 86400000}].
 */
export const PACE_RESERVE = `CREATE FUNCTION pace_reserve(account bytea, fam text, want integer, distance_us bigint, quotas jsonb, breaker_at integer,
         OUT granted integer, OUT first_in_ms double precision, OUT wait_ms double precision, OUT failing boolean)
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE
       row_now pace%ROWTYPE;
       moment timestamptz;
       start_at timestamptz;
       quota record;
       quota_start timestamptz;
       quota_used bigint;
     BEGIN
       INSERT INTO pace (account_key, family) VALUES (account, fam) ON CONFLICT DO NOTHING;
       SELECT * INTO row_now FROM pace p WHERE p.account_key = account AND p.family = fam FOR UPDATE;
       moment := clock_timestamp();
       granted := 0; first_in_ms := 0; wait_ms := 0; failing := row_now.failures > 0;
       IF greatest(row_now.not_before, row_now.open_until) > moment THEN
         wait_ms := extract(epoch FROM greatest(row_now.not_before, row_now.open_until) - moment) * 1000;
         RETURN;
       END IF;
       granted := want;
       IF row_now.failures >= breaker_at THEN
         -- Half open: one probe, and the next one only after it had time to answer.
         granted := 1;
         UPDATE pace p SET open_until = moment + interval '10 seconds', probing = true WHERE p.account_key = account AND p.family = fam;
       END IF;
       FOR quota IN SELECT (q->>'requests')::bigint AS requests, (q->>'perMs')::bigint AS per_ms
                    FROM jsonb_array_elements(quotas) q LOOP
         INSERT INTO pace_window AS w VALUES (account, fam, quota.per_ms, moment, 0)
           ON CONFLICT (account_key, family, per_ms) DO UPDATE SET
             started_at = CASE WHEN w.started_at + quota.per_ms * interval '1 millisecond' <= moment THEN moment ELSE w.started_at END,
             used = CASE WHEN w.started_at + quota.per_ms * interval '1 millisecond' <= moment THEN 0 ELSE w.used END
           RETURNING started_at, used INTO quota_start, quota_used;
         IF quota_used >= quota.requests THEN
           granted := 0;
           wait_ms := greatest(wait_ms, extract(epoch FROM quota_start + quota.per_ms * interval '1 millisecond' - moment) * 1000);
         ELSE
           granted := least(granted, (quota.requests - quota_used)::integer);
         END IF;
       END LOOP;
       IF granted = 0 THEN RETURN; END IF;
       UPDATE pace_window w SET used = w.used + granted WHERE w.account_key = account AND w.family = fam;
       start_at := greatest(row_now.next_at, moment);
       UPDATE pace p SET next_at = start_at + granted * distance_us * interval '1 microsecond'
         WHERE p.account_key = account AND p.family = fam;
       first_in_ms := extract(epoch FROM start_at - moment) * 1000;
     END $$`;

/**
 * The budget of a vendor account and endpoint family. Belongs to no organisation: connections of several may share one
 * account. Reached only through these functions, in short transactions of their own.
 */
export class Pace1763900000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of [
      'pace_reserve(bytea, text, integer, bigint, jsonb, integer)',
      'pace_block(bytea, text, timestamptz)',
      'pace_failure(bytea, text, integer, integer, integer)',
      'pace_recovered(bytea, text)',
      'pace_blocked_until(bytea)',
    ])
      await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query('DROP TABLE pace_window');
    await runner.query('DROP TABLE pace');
  }
}

function statements(): readonly string[] {
  return [
    `CREATE TABLE pace (
       account_key bytea NOT NULL,
       family text NOT NULL,
       -- The first moment that nobody has reserved yet.
       next_at timestamptz NOT NULL DEFAULT '-infinity',
       -- Told by the vendor (Retry-After); every process obeys it.
       not_before timestamptz NOT NULL DEFAULT '-infinity',
       -- The breaker: consecutive failures, and until when nothing but one probe is sent.
       failures integer NOT NULL DEFAULT 0,
       open_until timestamptz NOT NULL DEFAULT '-infinity',
       -- The probe is under way; its failure opens the breaker for longer.
       probing boolean NOT NULL DEFAULT false,
       PRIMARY KEY (account_key, family)
     ) WITH (fillfactor = 50)`,
    `CREATE TABLE pace_window (
       account_key bytea NOT NULL,
       family text NOT NULL,
       per_ms bigint NOT NULL,
       started_at timestamptz NOT NULL,
       used bigint NOT NULL,
       PRIMARY KEY (account_key, family, per_ms)
     ) WITH (fillfactor = 50)`,
    ...['pace', 'pace_window'].flatMap((table) => [
      `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
      `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
      `CREATE POLICY lookup ON ${table} TO rekomi_lookup USING (true) WITH CHECK (true)`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO rekomi_lookup`,
    ]),

    PACE_RESERVE,
    ...ownByLookup('pace_reserve(bytea, text, integer, bigint, jsonb, integer)'),

    `CREATE FUNCTION pace_block(account bytea, fam text, until timestamptz) RETURNS void
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       INSERT INTO pace (account_key, family, not_before) VALUES (account, fam, until)
         ON CONFLICT (account_key, family) DO UPDATE SET not_before = greatest(pace.not_before, excluded.not_before) $$`,
    ...ownByLookup('pace_block(bytea, text, timestamptz)'),

    // Counts a failure; from \`breaker_at\` on the breaker opens for a time that doubles up to a ceiling.
    `CREATE FUNCTION pace_failure(account bytea, fam text, breaker_at integer, base_ms integer, ceiling_ms integer)
       RETURNS integer
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       INSERT INTO pace (account_key, family, failures) VALUES (account, fam, 1)
         ON CONFLICT (account_key, family) DO UPDATE SET
           -- Requests that were under way together fail together; they count once.
           failures = pace.failures + (pace.probing OR pace.open_until <= clock_timestamp())::integer,
           probing = false,
           open_until = CASE
             WHEN pace.failures + 1 < breaker_at OR NOT pace.probing AND pace.open_until > clock_timestamp() THEN pace.open_until
             ELSE clock_timestamp() + least(ceiling_ms, base_ms * (2 ^ least(pace.failures + 1 - breaker_at, 16))) * interval '1 millisecond' END
         RETURNING failures $$`,
    ...ownByLookup('pace_failure(bytea, text, integer, integer, integer)'),

    `CREATE FUNCTION pace_recovered(account bytea, fam text) RETURNS void
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       UPDATE pace SET failures = 0, open_until = '-infinity', probing = false WHERE account_key = account AND family = fam AND failures > 0 $$`,
    ...ownByLookup('pace_recovered(bytea, text)'),

    `CREATE FUNCTION pace_blocked_until(account bytea) RETURNS timestamptz
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT max(greatest(not_before, open_until)) FROM pace
         WHERE account_key = account AND greatest(not_before, open_until) > now() $$`,
    ...ownByLookup('pace_blocked_until(bytea)'),

    // The lookup role needed CREATE only to be given these functions.
    `REVOKE CREATE ON SCHEMA public FROM rekomi_lookup`,
  ];
}
