import { randomUUID } from 'node:crypto';

import pg from 'pg';
import type { DataSource } from 'typeorm';

import { createDataSource } from './data-source.js';
import { joinStatements, runLast } from './joined-statements.js';
import { Tenancy, sqlState } from './tenancy.js';
import { migratedTestDatabase, TcpProxy, type TestDatabase } from './testing/index.js';

let database: TestDatabase;
let superuser: pg.Pool;
let app: DataSource;
let tenancy: Tenancy;
const ours = randomUUID();

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  app = await createDataSource({
    url: database.appUrl,
    poolSize: 1,
    applicationName: 'joined',
  }).initialize();
  tenancy = new Tenancy(app);
  await superuser.query(`INSERT INTO organization (id, slug, name) VALUES ($1, 'ours', 'ours')`, [ours]);
});
beforeEach(() => superuser.query('DELETE FROM idempotency_key'));
afterAll(async () => {
  await app.destroy();
  await superuser.end();
  await database.drop();
});

/** A row that is easily written; the values of its key are what tests count. */
const WRITE = `INSERT INTO idempotency_key (organization_id, caller_id, route, key, fingerprint, status)
  VALUES ($1, $1, 'r', $2, '', 200)`;
const TENANT = `SELECT current_setting('app.organization_id', true) AS tenant`;

async function written(): Promise<readonly string[]> {
  const { rows } = await superuser.query<{ key: string }>('SELECT key FROM idempotency_key ORDER BY key');
  return rows.map(({ key }) => key);
}

describe('a transaction that begins with its first statement', () => {
  it('has its tenant from the first statement on, also when several are asked at once', async () => {
    const seen = await tenancy.run(ours, (tx) => Promise.all([1, 2, 3].map(() => tx.query(TENANT))));
    expect(seen.flat().map(({ tenant }: { tenant: string }) => tenant)).toEqual([ours, ours, ours]);
  });

  it('is one transaction, however its statements come', async () => {
    const ids = await tenancy.run(ours, async (tx) => [
      ...(await Promise.all([1, 2].map(() => tx.query('SELECT pg_current_xact_id()::text AS id')))),
      await tx.query('SELECT pg_current_xact_id()::text AS id'),
    ]);
    expect(new Set(ids.flat().map(({ id }: { id: string }) => id)).size).toBe(1);
  });

  it('undoes all of it when a later statement fails', async () => {
    const failing = tenancy.run(ours, async (tx) => {
      await tx.query(WRITE, [ours, 'first']);
      await tx.query('SELECT 1 / 0');
    });
    expect(sqlState(await failing.catch((err: unknown) => err))).toBe('22012');
    expect(await written()).toEqual([]);
  });

  it('leaves the connection as it was, also when nothing or something wrong was asked', async () => {
    await tenancy.run(ours, () => Promise.resolve());
    await tenancy.run(ours, (tx) => tx.query('SELEC 1')).catch(() => undefined);
    await tenancy.run(ours, () => Promise.reject(new Error('before any statement'))).catch(() => undefined);
    const rows = await app.query<{ tenant: string; idle: boolean }[]>(
      `SELECT coalesce(current_setting('app.organization_id', true), '') AS tenant,
              (SELECT xact_start = query_start FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS idle`,
    );
    expect(rows).toEqual([{ tenant: '', idle: true }]);
  });
});

describe('a connection', () => {
  it('is written to once for what begins a transaction and once for what ends it, or once for all', async () => {
    let pieces = 0;
    const url = new URL(database.appUrl);
    const port = Number(url.port);
    const proxy = await TcpProxy.open({ port: () => port, onSent: () => (pieces += 1) });
    url.port = String(proxy.port);
    const source = createDataSource({ url: url.toString(), poolSize: 1, applicationName: 'counted' });
    await source.initialize();
    const counted = new Tenancy(source);
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const before = pieces;
      await work();
      return pieces - before;
    };
    const two = await count(() =>
      counted.run(ours, async (tx) => {
        await tx.query(WRITE, [ours, 'first']);
        await runLast(tx, WRITE, [ours, 'last']);
      }),
    );
    const one = await count(() => counted.query(ours, TENANT, []));
    await source.destroy();
    await proxy.close();
    expect({ two, one }).toEqual({ two: 2, one: 1 });
  });
});

describe('one statement of a tenant', () => {
  it('sees that tenant, is committed, and leaves the connection whole when it fails', async () => {
    expect(await tenancy.query(ours, TENANT, [])).toEqual([{ tenant: ours }]);
    await tenancy.query(ours, WRITE, [ours, 'one']);
    const failing = tenancy.query(ours, WRITE, [ours, 'one']);
    expect(sqlState(await failing.catch((err: unknown) => err))).toBe('23505');
    await tenancy.query(ours, WRITE, [ours, 'two']);
    expect(await written()).toEqual(['one', 'two']);
    expect(await tenancy.query(randomUUID(), 'SELECT key FROM idempotency_key', [])).toEqual([]);
  });
});

describe('what runs last', () => {
  it('is committed with the rest, in the order it was given', async () => {
    await tenancy.run(ours, async (tx) => {
      await runLast(tx, WRITE, [ours, 'b']);
      await runLast(tx, `UPDATE idempotency_key SET key = key || $1 WHERE key = 'b'`, ['!']);
      await tx.query(WRITE, [ours, 'a']);
      expect(await tx.query('SELECT key FROM idempotency_key')).toEqual([{ key: 'a' }]);
    });
    expect(await written()).toEqual(['a', 'b!']);
  });

  it('may be all there is', async () => {
    await tenancy.run(ours, (tx) => runLast(tx, WRITE, [ours, 'alone']));
    expect(await written()).toEqual(['alone']);
  });

  it('undoes the transaction and tells why, when it fails', async () => {
    const failing = tenancy.run(ours, async (tx) => {
      await tx.query(WRITE, [ours, 'first']);
      await runLast(tx, WRITE, [ours, 'first']);
    });
    expect(sqlState(await failing.catch((err: unknown) => err))).toBe('23505');
    expect(await written()).toEqual([]);
    // The connection is whole.
    await tenancy.run(ours, (tx) => tx.query(WRITE, [ours, 'next']));
    expect(await written()).toEqual(['next']);
  });

  it('is run again with its transaction, once, after a deadlock', async () => {
    let runs = 0;
    await tenancy.run(ours, async (tx) => {
      runs += 1;
      await runLast(tx, WRITE, [ours, `run ${runs}`]);
      const fails = `DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$`;
      if (runs === 1) await runLast(tx, fails, []);
    });
    expect(await written()).toEqual(['run 2']);
  });

  it('is forgotten with a transaction that was undone', async () => {
    const begin = `START TRANSACTION; SET LOCAL app.organization_id = '${ours}'`;
    const runner = joinStatements(app.createQueryRunner(), begin);
    const undone = runner.manager.transaction(async (tx) => {
      await tx.query('SELECT 1');
      await runLast(tx, WRITE, [ours, 'lost']);
      throw new Error('no');
    });
    await undone.catch(() => undefined);
    await runner.manager.transaction((tx) => tx.query(WRITE, [ours, 'next']));
    await runner.release();
    expect(await written()).toEqual(['next']);
  });

  it('is undone with the transaction, and with the savepoint it belongs to', async () => {
    const failing = tenancy.run(ours, async (tx) => {
      await runLast(tx, WRITE, [ours, 'lost']);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await tenancy.run(ours, async (tx) => {
      await tx
        .transaction(async (inner) => {
          await runLast(inner, WRITE, [ours, 'inner']);
          throw new Error('no');
        })
        .catch(() => undefined);
      await runLast(tx, WRITE, [ours, 'outer']);
    });
    expect(await written()).toEqual(['outer']);
  });
});
