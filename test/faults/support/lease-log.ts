import type pg from 'pg';

/** A drain was opened or renewed: its process may write to the connection's vendor until then. */
export interface LeaseRecord {
  readonly connectionId: string;
  readonly pid: number;
  /** Milliseconds since 1970, by the database's clock: the same machine's as the test's. */
  readonly at: number;
  readonly until: number;
}

/** Lets the database write down every lease that it grants, beside the product and unseen by it. */
export async function keepLeaseLog(pool: pg.Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE lease_log (connection_id uuid, worker text, at timestamptz, until timestamptz);
    CREATE FUNCTION log_lease() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
      BEGIN
        INSERT INTO lease_log VALUES (NEW.connection_id, NEW.worker, clock_timestamp(), NEW.expires_at);
        RETURN NEW;
      END $$;
    CREATE TRIGGER log_lease AFTER INSERT OR UPDATE OF expires_at ON drain FOR EACH ROW EXECUTE FUNCTION log_lease()`);
}

export async function readLeaseLog(pool: pg.Pool): Promise<readonly LeaseRecord[]> {
  const { rows } = await pool.query<{ connection_id: string; worker: string; at: Date; until: Date }>(
    'SELECT * FROM lease_log WHERE connection_id IS NOT NULL ORDER BY at',
  );
  return rows.map(({ connection_id, worker, at, until }) => ({
    connectionId: connection_id,
    pid: Number(worker.split(':').at(-1)),
    at: at.getTime(),
    until: until.getTime(),
  }));
}
