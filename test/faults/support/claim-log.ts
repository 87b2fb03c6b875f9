import type pg from 'pg';

/** Lets the database write down whenever a drain takes a lane, beside the product and unseen by it. */
export async function keepClaimLog(pool: pg.Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE claim_log (lane_id bigint, at timestamptz);
    CREATE FUNCTION log_claim() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
      BEGIN
        INSERT INTO claim_log VALUES (NEW.id, clock_timestamp());
        RETURN NEW;
      END $$;
    CREATE TRIGGER log_claim AFTER UPDATE OF drain_id ON lane FOR EACH ROW
      WHEN (NEW.drain_id IS NOT NULL AND NEW.drain_id IS DISTINCT FROM OLD.drain_id) EXECUTE FUNCTION log_claim()`);
}

/** Seconds, by the database's clock, until a lane was taken for the first time after a moment. */
export async function takenAfter(pool: pg.Pool, lane: string, since: Date): Promise<number> {
  const { rows } = await pool.query<{ seconds: number | null }>(
    `SELECT extract(epoch FROM min(at) - $2::timestamptz)::float8 AS seconds FROM claim_log WHERE lane_id = $1 AND at > $2`,
    [lane, since],
  );
  return rows[0]?.seconds ?? Infinity;
}
