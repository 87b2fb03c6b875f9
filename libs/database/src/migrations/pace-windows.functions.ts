/** One function of the pace, run as the role that nobody can log in as. */
export interface PaceFunction {
  readonly signature: string;
  readonly text: string;
}

const DEFINER = `SECURITY DEFINER SET search_path = public, pg_temp AS $$`;

/** Additive increase: half of the usual pace comes back in 50 seconds. */
export const PACE_SHARE: PaceFunction = {
  signature: 'pace_share(double precision, timestamptz)',
  text: `CREATE FUNCTION pace_share(kept double precision, slowed_at timestamptz) RETURNS double precision
    LANGUAGE sql VOLATILE ${DEFINER}
    SELECT CASE WHEN kept >= 1 OR slowed_at = '-infinity' THEN 1
      ELSE least(1, kept + 0.01 * extract(epoch FROM clock_timestamp() - slowed_at)) END $$`,
};

/**
 * Reserves up to `want` requests, `distance_us` apart at the full pace. The first may go `first_in_ms` from now, the
 * others follow at `step_ms`, each at most `lateness_us` late, by the clock that stands at `now_ms`; none is for a moment
 * before the answer is there, `ahead_us` from now. Nothing granted: try again in `wait_ms`.
 *
 * `windows` hold beside the distance: [{"requests": 150, "perMs": 86400000, "calendar": false}]. A window is counted over
 * any period of its length, in hundredths; by the calendar it begins at full multiples of its length in UTC, and nothing
 * is granted close to its edges, where a vendor's clock may disagree.
 */
export const PACE_TAKE: PaceFunction = {
  signature: 'pace_take(bytea, text, integer, bigint, bigint, jsonb, integer, integer, bigint)',
  text: `CREATE FUNCTION pace_take(account bytea, fam text, want integer, distance_us bigint, lateness_us bigint, windows jsonb,
       breaker_at integer, probe_ms integer, ahead_us bigint, OUT granted integer, OUT first_in_ms double precision, OUT step_ms double precision,
       OUT wait_ms double precision, OUT failing boolean, OUT epoch bigint, OUT probe uuid,
       OUT now_ms double precision)
    LANGUAGE plpgsql VOLATILE ${DEFINER}
    DECLARE
      row_now pace%ROWTYPE;
      moment timestamptz;
      start_ms double precision;
      last_ms double precision;
      edge_ms double precision;
      guard_ms double precision;
      step double precision;
      span record;
      counted record;
    BEGIN
      SELECT * INTO row_now FROM pace p WHERE p.account_key = account AND p.family = fam FOR UPDATE;
      IF NOT FOUND THEN
        INSERT INTO pace (account_key, family) VALUES (account, fam) ON CONFLICT DO NOTHING;
        SELECT * INTO row_now FROM pace p WHERE p.account_key = account AND p.family = fam FOR UPDATE;
      END IF;
      moment := clock_timestamp();
      now_ms := extract(epoch FROM moment) * 1000;
      step := distance_us / 1000.0 / pace_share(row_now.share, row_now.slowed_at);
      granted := 0; first_in_ms := 0; wait_ms := 0; step_ms := step;
      failing := row_now.failures > 0; epoch := row_now.epoch;
      IF greatest(row_now.not_before, row_now.open_until) > moment THEN
        wait_ms := extract(epoch FROM greatest(row_now.not_before, row_now.open_until) - moment) * 1000;
        -- A probe that is under way is soon answered; whoever asks until then looks again after a moment.
        IF row_now.probing AND row_now.not_before <= moment THEN wait_ms := least(wait_ms, 500); END IF;
        RETURN;
      END IF;
      granted := CASE WHEN row_now.failures >= breaker_at THEN 1 ELSE want END;
      start_ms := greatest(extract(epoch FROM row_now.next_at) * 1000, now_ms + ahead_us / 1000.0);
      FOR span IN SELECT requests, per_ms, calendar, CASE WHEN calendar THEN per_ms ELSE greatest(1, per_ms / 100) END AS width_ms,
                         -- What network and clocks may add to the vendor's count of a sliding window.
                         CASE WHEN calendar THEN 0 ELSE least(250, greatest(20, per_ms / 100)) END AS spare_ms
                    FROM (SELECT (w->>'requests')::bigint AS requests, (w->>'perMs')::bigint AS per_ms,
                                 coalesce((w->>'calendar')::boolean, false) AS calendar FROM jsonb_array_elements(windows) w) AS one LOOP
        last_ms := start_ms + greatest(0, granted - 1) * step + lateness_us / 1000.0;
        IF span.calendar THEN
          guard_ms := least(1000, span.per_ms / 100.0);
          edge_ms := (floor(start_ms / span.per_ms) + 1) * span.per_ms;
          IF start_ms < edge_ms - span.per_ms + guard_ms THEN
            granted := 0;
            wait_ms := greatest(wait_ms, edge_ms - span.per_ms + guard_ms - now_ms);
          ELSIF last_ms > edge_ms - guard_ms THEN
            granted := 0;
            wait_ms := greatest(wait_ms, edge_ms + guard_ms - now_ms);
          END IF;
        END IF;
        SELECT coalesce(sum(c.used), 0) AS used, min(c.block) AS oldest INTO counted FROM pace_count c
          WHERE c.account_key = account AND c.family = fam AND c.per_ms = span.per_ms AND c.width_ms = span.width_ms
            AND CASE WHEN span.calendar THEN c.block >= floor(start_ms / span.per_ms)
                ELSE c.block > (start_ms - span.per_ms - span.spare_ms) / span.width_ms - 1 END;
        IF counted.used >= span.requests THEN
          granted := 0;
          wait_ms := greatest(wait_ms, CASE WHEN span.calendar THEN edge_ms + guard_ms - now_ms
            ELSE (counted.oldest + 1) * span.width_ms + span.per_ms + span.spare_ms - now_ms END);
        ELSE
          granted := least(granted, (span.requests - counted.used)::integer);
        END IF;
      END LOOP;
      IF granted = 0 THEN wait_ms := greatest(1, wait_ms); RETURN; END IF;
      last_ms := start_ms + (granted - 1) * step + lateness_us / 1000.0;
      FOR span IN SELECT per_ms, CASE WHEN calendar THEN per_ms ELSE greatest(1, per_ms / 100) END AS width_ms
                    FROM (SELECT (w->>'perMs')::bigint AS per_ms, coalesce((w->>'calendar')::boolean, false) AS calendar
                            FROM jsonb_array_elements(windows) w) AS one LOOP
        INSERT INTO pace_count AS c VALUES (account, fam, span.per_ms, span.width_ms, floor(last_ms / span.width_ms), granted)
          ON CONFLICT (account_key, family, per_ms, width_ms, block) DO UPDATE SET used = c.used + excluded.used;
        DELETE FROM pace_count c WHERE c.account_key = account AND c.family = fam AND c.per_ms = span.per_ms
          AND c.width_ms = span.width_ms AND c.block < (now_ms - 2 * span.per_ms) / span.width_ms - 2;
      END LOOP;
      IF row_now.failures >= breaker_at THEN
        probe := gen_random_uuid();
        UPDATE pace p SET open_until = moment + probe_ms * interval '1 millisecond', probing = true, probe = pace_take.probe
          WHERE p.account_key = account AND p.family = fam;
      END IF;
      UPDATE pace p SET next_at = to_timestamp((start_ms + granted * step) / 1000)
        WHERE p.account_key = account AND p.family = fam;
      first_in_ms := start_ms - now_ms;
    END $$`,
};

/** What processes tell of their requests. Each answers with the epoch that holds from then on. */
export function paceReports(): readonly PaceFunction[] {
  return [
    // Nobody asks before that; what was reserved is void, and the pace begins anew at that moment.
    {
      signature: 'pace_stop(bytea, text, double precision)',
      text: `CREATE FUNCTION pace_stop(account bytea, fam text, for_ms double precision) RETURNS bigint
        LANGUAGE plpgsql VOLATILE ${DEFINER}
        DECLARE
          until timestamptz := clock_timestamp() + for_ms * interval '1 millisecond';
          now_epoch bigint;
        BEGIN
          INSERT INTO pace AS p (account_key, family, not_before, next_at, epoch) VALUES (account, fam, until, until, 1)
            ON CONFLICT (account_key, family) DO UPDATE SET
              not_before = greatest(p.not_before, until), next_at = greatest(p.not_before, until),
              epoch = p.epoch + (until > p.not_before)::integer
            RETURNING p.epoch INTO now_epoch;
          PERFORM pg_notify('rekomi_pace', encode(account, 'hex') || ' ' || now_epoch || ' ' || fam);
          RETURN now_epoch;
        END $$`,
    },
    // The vendor had enough and did not say for how long. What fails within a second failed together and counts once.
    {
      signature: 'pace_slow(bytea, text)',
      text: `CREATE FUNCTION pace_slow(account bytea, fam text) RETURNS bigint
        LANGUAGE plpgsql VOLATILE ${DEFINER}
        DECLARE
          now_epoch bigint;
        BEGIN
          INSERT INTO pace (account_key, family) VALUES (account, fam) ON CONFLICT DO NOTHING;
          UPDATE pace p SET share = greatest(pace_share(p.share, p.slowed_at) / 2, 1.0 / 64), slowed_at = clock_timestamp(),
              epoch = p.epoch + 1
            WHERE p.account_key = account AND p.family = fam AND p.slowed_at < clock_timestamp() - interval '1 second'
            RETURNING p.epoch INTO now_epoch;
          IF NOT FOUND THEN
            SELECT p.epoch INTO now_epoch FROM pace p WHERE p.account_key = account AND p.family = fam;
            RETURN now_epoch;
          END IF;
          PERFORM pg_notify('rekomi_pace', encode(account, 'hex') || ' ' || now_epoch || ' ' || fam);
          RETURN now_epoch;
        END $$`,
    },
    // Counts a failure; from \`breaker_at\` on the breaker is open and only the probe's failure counts, for a time that doubles.
    {
      signature: 'pace_failed(bytea, text, integer, integer, integer, uuid)',
      text: `CREATE FUNCTION pace_failed(account bytea, fam text, breaker_at integer, base_ms integer, ceiling_ms integer, asked uuid)
          RETURNS bigint
        LANGUAGE plpgsql VOLATILE ${DEFINER}
        DECLARE
          row_now pace%ROWTYPE;
        BEGIN
          INSERT INTO pace (account_key, family) VALUES (account, fam) ON CONFLICT DO NOTHING;
          SELECT * INTO row_now FROM pace p WHERE p.account_key = account AND p.family = fam FOR UPDATE;
          IF row_now.failures >= breaker_at AND (asked IS NULL OR row_now.probe IS DISTINCT FROM asked) THEN RETURN row_now.epoch; END IF;
          row_now.failures := row_now.failures + 1;
          IF row_now.failures < breaker_at THEN
            UPDATE pace p SET failures = row_now.failures WHERE p.account_key = account AND p.family = fam;
            RETURN row_now.epoch;
          END IF;
          UPDATE pace p SET failures = row_now.failures, probing = false, probe = NULL, epoch = p.epoch + 1,
              open_until = clock_timestamp()
                + least(ceiling_ms, base_ms * (2 ^ least(row_now.failures - breaker_at, 16))) * interval '1 millisecond'
            WHERE p.account_key = account AND p.family = fam;
          PERFORM pg_notify('rekomi_pace', encode(account, 'hex') || ' ' || row_now.epoch + 1 || ' ' || fam);
          RETURN row_now.epoch + 1;
        END $$`,
    },
    // The vendor answers. Once the breaker is open, only the probe's answer closes it.
    {
      signature: 'pace_answered(bytea, text, integer, uuid)',
      text: `CREATE FUNCTION pace_answered(account bytea, fam text, breaker_at integer, asked uuid) RETURNS bigint
        LANGUAGE sql VOLATILE ${DEFINER}
        UPDATE pace p SET failures = 0, open_until = '-infinity', probing = false, probe = NULL
          WHERE p.account_key = account AND p.family = fam AND p.failures > 0
            AND (p.failures < breaker_at OR p.probe = asked)
          RETURNING p.epoch $$`,
    },
    // The probe was not sent after all: somebody else may be.
    {
      signature: 'pace_unprobed(bytea, text, uuid)',
      text: `CREATE FUNCTION pace_unprobed(account bytea, fam text, asked uuid) RETURNS bigint
        LANGUAGE sql VOLATILE ${DEFINER}
        UPDATE pace p SET open_until = clock_timestamp(), probing = false, probe = NULL
          WHERE p.account_key = account AND p.family = fam AND p.probe = asked RETURNING p.epoch $$`,
    },
    {
      signature: 'pace_epoch(bytea, text)',
      text: `CREATE FUNCTION pace_epoch(account bytea, fam text) RETURNS bigint
        LANGUAGE sql STABLE ${DEFINER}
        SELECT p.epoch FROM pace p WHERE p.account_key = account AND p.family = fam $$`,
    },
  ];
}

/**
 * Lends places for requests under way to a process: `held` of them are its own until the loan ends, and it may fill
 * `may_use` of those. Places in use cannot be taken away. When others have less than their part, whoever has more gives
 * way; with fewer places than processes, a place changes hands every two seconds.
 */
export const PACE_PLACES: PaceFunction = {
  signature: 'pace_places(bytea, text, uuid, integer, integer, integer, integer)',
  text: `CREATE FUNCTION pace_places(account bytea, fam text, who uuid, want integer, in_use integer, places integer, lease_ms integer,
       OUT held integer, OUT may_use integer)
    LANGUAGE plpgsql VOLATILE ${DEFINER}
    DECLARE
      moment timestamptz;
      mine pace_place%ROWTYPE;
      others record;
      fair integer;
      hungry integer;
      ahead integer;
      free integer;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended(encode(account, 'hex') || ' ' || fam, 18));
      moment := clock_timestamp();
      DELETE FROM pace_place p WHERE p.account_key = account AND p.family = fam AND p.expires_at <= moment;
      SELECT * INTO mine FROM pace_place p WHERE p.account_key = account AND p.family = fam AND p.holder = who;
      IF NOT FOUND THEN mine.held := 0; mine.since := moment; END IF;
      IF want = 0 AND in_use = 0 THEN
        DELETE FROM pace_place p WHERE p.account_key = account AND p.family = fam AND p.holder = who;
        held := 0; may_use := 0;
        RETURN;
      END IF;
      SELECT coalesce(sum(p.held), 0)::integer AS held, count(*)::integer AS processes INTO others FROM pace_place p
        WHERE p.account_key = account AND p.family = fam AND p.holder <> who;
      fair := greatest(1, places / (others.processes + 1));
      SELECT coalesce(sum(least(p.wanted, fair) - p.held), 0)::integer, count(*) FILTER (WHERE p.held = 0 AND p.since < mine.since)::integer
        INTO hungry, ahead FROM pace_place p
        WHERE p.account_key = account AND p.family = fam AND p.holder <> who AND p.held < least(p.wanted, fair);
      -- What nobody else has, my own included.
      free := greatest(0, places - others.held);
      may_use := CASE
        WHEN hungry = 0 THEN free
        WHEN mine.held = 0 THEN least(fair, free - ahead)
        WHEN others.processes + 1 > places AND mine.since <= moment - interval '2 seconds' THEN 0
        WHEN mine.held < fair THEN least(fair, free)
        ELSE least(free, greatest(fair, free - hungry)) END;
      may_use := least(want, greatest(0, may_use));
      held := greatest(in_use, may_use);
      INSERT INTO pace_place AS p VALUES (account, fam, who, pace_places.held, want, moment,
          -- Who waits asks several times a second: one that is gone must not stay in front of the others.
          moment + CASE WHEN pace_places.held = 0 THEN least(lease_ms, 1000) ELSE lease_ms END * interval '1 millisecond')
        ON CONFLICT (account_key, family, holder) DO UPDATE SET held = excluded.held, wanted = excluded.wanted,
          since = CASE WHEN (p.held = 0) = (excluded.held = 0) THEN p.since ELSE moment END, expires_at = excluded.expires_at;
    END $$`,
};

/** How the families of an account stand, those that are as usual left out. */
export const PACE_STANDING: PaceFunction = {
  signature: 'pace_standing(bytea)',
  text: `CREATE FUNCTION pace_standing(account bytea) RETURNS TABLE (family text, blocked_until timestamptz, breaker_open boolean,
      share double precision, slowed_at timestamptz)
    LANGUAGE sql VOLATILE ${DEFINER}
    SELECT p.family, greatest(p.not_before, p.open_until), p.open_until > p.not_before AND p.open_until > now(),
           pace_share(p.share, p.slowed_at), p.slowed_at
      FROM pace p WHERE p.account_key = account
       AND (greatest(p.not_before, p.open_until) > now() OR pace_share(p.share, p.slowed_at) < 1)
     ORDER BY p.family $$`,
};

/** What workers of the previous version call: the same budget, its longer windows counted over any period. */
export const PACE_RESERVE_THROUGH = `
  CREATE FUNCTION pace_reserve(account bytea, fam text, want integer, distance_us bigint, quotas jsonb,
      breaker_at integer, OUT granted integer, OUT first_in_ms double precision, OUT wait_ms double precision, OUT failing boolean)
    LANGUAGE plpgsql VOLATILE ${DEFINER}
    BEGIN
      SELECT t.granted, t.first_in_ms, t.wait_ms, t.failing INTO granted, first_in_ms, wait_ms, failing
        FROM pace_take(account, fam, want, distance_us, 50000, quotas, breaker_at, 10000, 0) t;
    END $$`;
