import pg from 'pg';

const WAIT_MS = 50;
const GIVE_UP_MS = 20_000;
/** lock_not_available, deadlock_detected */
const IN_THE_WAY = new Set(['55P03', '40P01']);

/**
 * Empties tables while the code under test may still be using them. TRUNCATE takes its locks one by one and can meet
 * another transaction crosswise; it is the one that gives way and tries again, so that no test and no engine is ever
 * chosen as the victim of a deadlock.
 *
 * @param tables names separated by commas, with `CASCADE` behind them where wanted.
 */
export async function emptyTables(superuser: pg.Pool, tables: string): Promise<void> {
  const end = performance.now() + GIVE_UP_MS;
  const client = await superuser.connect();
  try {
    for (;;) {
      try {
        await client.query('BEGIN');
        await client.query(`SET LOCAL lock_timeout = '${WAIT_MS}ms'`);
        await client.query(`TRUNCATE ${tables}`);
        await client.query('COMMIT');
        return;
      } catch (err) {
        await client.query('ROLLBACK');
        const inTheWay = err instanceof pg.DatabaseError && IN_THE_WAY.has(err.code ?? '');
        if (!inTheWay || performance.now() > end) throw err;
      }
    }
  } finally {
    client.release();
  }
}
