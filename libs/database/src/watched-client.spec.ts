import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import pg from 'pg';

import { migratedTestDatabase, TcpProxy, type TestDatabase } from './testing/index.js';
import { WatchedClient } from './watched-client.js';

let database: TestDatabase;
let superuser: pg.Pool;
let between: TcpProxy;
let client: WatchedClient;

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});

async function open(silentMs: number): Promise<void> {
  const url = new URL(database.appUrl);
  const port = Number(url.port);
  between = await TcpProxy.open({ port: () => port });
  url.port = String(between.port);
  client = new WatchedClient({ connectionString: url.toString(), silentMs, pipeline: true });
  client.on('error', () => undefined);
  await client.connect();
}
afterEach(async () => {
  await client.end().catch(() => undefined);
  await between.close();
});

/** The session it left, and the connection that was made to ask after it. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    const left = await superuser.query(
      `SELECT 1 FROM pg_stat_activity WHERE pid = $1 OR (datname = current_database() AND usename = $2)`,
      [pid, new URL(database.appUrl).username],
    );
    if (left.rows.length === 0) return;
    await pause(20);
  }
}

async function pidOfClient(): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
}

/** What Node.js hands to the system, piece by piece. */
type Written = Record<'_write' | '_writev', (...args: unknown[]) => void>;

describe('a watched connection', () => {
  it('says that it is half open, and the session it leaves behind is ended with its locks', async () => {
    await open(100);
    const pid = await pidOfClient();
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock(4711)');
    between.blackHole();
    await expect(client.query('SELECT 1')).rejects.toThrow('broke without a word');
    const heir = await superuser.connect();
    // Waits until the lock is free, for ever if it never is.
    await heir.query('SELECT pg_advisory_lock(4711)');
    await heir.query('SELECT pg_advisory_unlock(4711)');
    heir.release();
    await untilGone(pid);
  });

  it('notices it as well when it only listens', async () => {
    await open(100);
    const broken = once(client, 'error');
    const pid = await pidOfClient();
    await client.query('LISTEN news');
    between.blackHole();
    const [err] = (await broken) as [Error];
    expect(err.message).toContain('broke without a word');
    await untilGone(pid);
  });

  it('waits for a statement for as long as the server works on it', async () => {
    await open(50);
    const { rows } = await client.query(`SELECT 'done' AS word FROM pg_sleep(1.5)`);
    expect(rows).toEqual([{ word: 'done' }]);
  });

  it('is at rest between statements, and shows nobody its password', async () => {
    await open(50);
    await client.query('SELECT 1');
    await pause(400);
    await expect(client.query('SELECT 1')).resolves.toBeDefined();
    const { password } = new URL(database.appUrl);
    expect(inspect(client, { depth: 6 })).not.toContain(password);
  });

  it('writes in one piece what is asked in one moment', async () => {
    await open(5_000);
    const { stream } = client.connection as unknown as { readonly stream: Written };
    let writes = 0;
    for (const way of ['_write', '_writev'] as const) {
      const write = stream[way].bind(stream);
      stream[way] = (...args) => {
        writes += 1;
        write(...args);
      };
    }
    await Promise.all([client.query('SELECT 1'), client.query('SELECT $1::int', [2])]);
    expect(writes).toBe(1);
    await client.query('SELECT 3');
    expect(writes).toBe(2);
  });

  it('ends no process when it breaks while nobody holds it, and fails whoever takes it next', async () => {
    await open(5_000);
    client.removeAllListeners('error');
    const pid = await pidOfClient();
    // `once` would listen for errors as well.
    const over = new Promise<void>((resolve) => client.on('end', () => resolve()));
    await superuser.query('SELECT pg_terminate_backend($1)', [pid]);
    await over;
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });
});
