import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { QUEUE_SCHEMA } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import pg from 'pg';

import { BullmqWakeQueue } from './bullmq-wake-queue.js';

let database: TestDatabase;
let superuser: pg.Pool;
let complaints: unknown[];
let tolerated: RegExp | undefined;
let queues: BullmqWakeQueue[];

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 1 });
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});
beforeEach(() => {
  complaints = [];
  tolerated = undefined;
  queues = [];
});
afterEach(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  expect(complaints.filter((complaint) => tolerated?.test(String(complaint)) !== true)).toEqual([]);
});

/** A process's queue. */
function open(): BullmqWakeQueue {
  const complain = (_message: string, err: unknown): void => void complaints.push(err);
  const queue = new BullmqWakeQueue({
    url: database.appUrl,
    schema: QUEUE_SCHEMA,
    log: { warn: () => undefined, error: complain },
  });
  queues.push(queue);
  return queue;
}

async function listener(heard: string[] = []): Promise<string[]> {
  await open().listen((connectionId) => heard.push(connectionId));
  return heard;
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Never happened: ${what}`);
    await delay(5);
  }
}

async function tables(): Promise<string[]> {
  const found = await superuser.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1 AND tablename NOT LIKE '%migration%'`,
    [QUEUE_SCHEMA],
  );
  return found.rows.map(({ name }) => name);
}

/** Everything that any of the queue's tables holds about a connection. */
async function traces(text: string): Promise<string[]> {
  const all: string[] = [];
  for (const table of await tables()) {
    const found = await superuser.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
    all.push(...found.rows.filter(({ row }) => row.includes(text)).map(({ row }) => `${table}: ${row}`));
  }
  return all;
}

describe('the wake queue on PostgreSQL', () => {
  it('brings a wake of one process to a listener in another', async () => {
    const heard = await listener();
    const connection = randomUUID();
    open().wake(connection);
    await until(() => heard.includes(connection), 'the wake arrived');
  });

  it('turns a burst of a thousand wakes into a few jobs', async () => {
    const heard = await listener();
    const connection = randomUUID();
    const producer = open();
    for (let n = 0; n < 1_000; n += 1) producer.wake(connection);
    await until(() => heard.length > 0, 'a wake arrived');
    await delay(150);
    // The first at once, and one at the end of the quiet time for what came meanwhile.
    expect(heard.length).toBeGreaterThanOrEqual(1);
    expect(heard.length).toBeLessThanOrEqual(3);
  });

  it('does not hold back one connection because of another', async () => {
    const heard = await listener();
    const connections = Array.from({ length: 20 }, () => randomUUID());
    const producer = open();
    for (const connection of connections) producer.wake(connection);
    await until(() => connections.every((one) => heard.includes(one)), 'all wakes arrived');
  });

  it('loses no wake that comes while a listener handles the one before', async () => {
    const connection = randomUUID();
    const producer = open();
    const other = open();
    let heard = 0;
    await open().listen(() => {
      heard += 1;
      // Another process, so that the quiet time of the first one does not hide it.
      if (heard === 1) other.wake(connection);
    });
    producer.wake(connection);
    await until(() => heard >= 2, 'the second wake arrived');
  });

  it('goes on when its tables are emptied in the middle', async () => {
    const heard = await listener();
    const producer = open();
    const [before, lost, after] = [randomUUID(), randomUUID(), randomUUID()];
    // A job that is under way when its row goes is complained about, early or late, and so is one that the emptying
    // locks out; about nothing else.
    tolerated = /Missing key for job|deadlock detected/;
    producer.wake(before);
    await until(() => heard.includes(before), 'the first wake arrived');
    producer.wake(lost);
    await emptyTables(superuser, `${(await tables()).join(', ')} CASCADE`);
    producer.wake(after);
    await until(() => heard.includes(after), 'a wake after that arrived');
    await delay(60);
    producer.wake(lost);
    await until(() => heard.includes(lost), 'the connection whose wake was lost can be woken again');
  });

  it('carries the connection and nothing else, and leaves nothing behind', async () => {
    const connection = randomUUID();
    open().wake(connection);
    await until(async () => (await traces(connection)).length > 0, 'the job was stored');
    const stored = await superuser.query<{ data: unknown }>(`SELECT data FROM ${QUEUE_SCHEMA}.job`);
    expect(
      stored.rows.map(({ data }) => (typeof data === 'string' ? JSON.parse(data) : data) as unknown),
    ).toEqual([{ connectionId: connection }]);
    const heard = await listener();
    await until(() => heard.includes(connection), 'the wake arrived');
    await until(
      async () => (await traces(connection)).filter((one) => !one.includes('event')).length === 0,
      'the job is gone',
    );
  });
});
