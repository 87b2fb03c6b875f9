import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { QUEUE_SCHEMA } from '@rekomi/database';
import {
  emptyTables,
  installedRedis,
  migratedTestDatabase,
  RedisServer,
  TcpProxy,
  type TestDatabase,
} from '@rekomi/database/testing';
import { Redis } from 'ioredis';
import pg from 'pg';

import { BullmqWakeQueue } from './bullmq-wake-queue.js';
import { postgresBackend } from './postgres-backend.js';
import type { QueueBackend } from './queue-backend.js';
import { redisBackend } from './redis-backend.js';

/** Where a queue keeps its jobs, and what a test wants to know of it. */
interface Store {
  backend(): QueueBackend;
  /** Reached over a connection that can break without a word. */
  backendThrough(proxy: TcpProxy): QueueBackend;
  readonly port: number;
  /** Everything stored about a connection, except the trace of events that is trimmed by itself. */
  traces(connectionId: string): Promise<string[]>;
  /** What the jobs carry. */
  jobs(): Promise<unknown[]>;
  empty(): Promise<void>;
  stop(): Promise<void>;
}

let store: Store;
let complaints: unknown[];
let tolerated: RegExp | undefined;
let queues: BullmqWakeQueue[];

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
function open(backend = store.backend()): BullmqWakeQueue {
  const complain = (_message: string, err: unknown): void => void complaints.push(err);
  const queue = new BullmqWakeQueue({ backend, log: { warn: () => undefined, error: complain } });
  queues.push(queue);
  return queue;
}

async function listener(heard: string[] = []): Promise<string[]> {
  await open().listen((connectionId) => heard.push(connectionId));
  return heard;
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Never happened: ${what}`);
    await delay(5);
  }
}

class PostgresStore implements Store {
  private constructor(
    private readonly database: TestDatabase,
    private readonly superuser: pg.Pool,
  ) {}

  static async start(): Promise<Store> {
    const database = await migratedTestDatabase();
    return new PostgresStore(database, new pg.Pool({ connectionString: database.superuserUrl, max: 1 }));
  }

  backend(): QueueBackend {
    return postgresBackend({ url: this.database.appUrl, schema: QUEUE_SCHEMA });
  }

  backendThrough({ port }: TcpProxy): QueueBackend {
    const url = new URL(this.database.appUrl);
    url.port = String(port);
    return postgresBackend({ url: url.toString(), schema: QUEUE_SCHEMA, silentMs: 200 });
  }

  get port(): number {
    return Number(new URL(this.database.appUrl).port);
  }

  async traces(connectionId: string): Promise<string[]> {
    const all: string[] = [];
    for (const table of await this.tables()) {
      const found = await this.superuser.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      const rows = found.rows.filter(({ row }) => row.includes(connectionId));
      all.push(...rows.map(({ row }) => `${table}: ${row}`));
    }
    return all.filter((one) => !one.includes('event'));
  }

  async jobs(): Promise<unknown[]> {
    const { rows } = await this.superuser.query<{ data: unknown }>(`SELECT data FROM ${QUEUE_SCHEMA}.job`);
    return rows.map(({ data }) => (typeof data === 'string' ? JSON.parse(data) : data) as unknown);
  }

  async empty(): Promise<void> {
    await emptyTables(this.superuser, `${(await this.tables()).join(', ')} CASCADE`);
  }

  async stop(): Promise<void> {
    await this.superuser.end();
    await this.database.drop();
  }

  private async tables(): Promise<string[]> {
    const found = await this.superuser.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1 AND tablename NOT LIKE '%migration%'`,
      [QUEUE_SCHEMA],
    );
    return found.rows.map(({ name }) => name);
  }
}

class RedisStore implements Store {
  private constructor(
    private readonly server: RedisServer,
    private readonly client: Redis,
  ) {}

  static async start(): Promise<Store> {
    const server = await RedisServer.start();
    return new RedisStore(server, new Redis(server.url));
  }

  backend(): QueueBackend {
    return redisBackend({ url: this.server.url, prefix: 'one' });
  }

  backendThrough({ port }: TcpProxy): QueueBackend {
    // Longer than a listener waits for an answer that says there is nothing.
    return redisBackend({ url: `redis://127.0.0.1:${port}`, prefix: 'one', silentMs: 6_000 });
  }

  get port(): number {
    return this.server.port;
  }

  async traces(connectionId: string): Promise<string[]> {
    const found: string[] = [];
    for (const key of await this.client.keys('*')) {
      const type = await this.client.type(key);
      if (type === 'stream') continue;
      const value = type === 'hash' ? JSON.stringify(await this.client.hgetall(key)) : '';
      if (`${key} ${value}`.includes(connectionId)) found.push(`${key}: ${value}`);
    }
    return found;
  }

  async jobs(): Promise<unknown[]> {
    const keys = (await this.client.keys('one:wake:*')).filter((key) => /^one:wake:\d+$/.test(key));
    const data = await Promise.all(keys.map((key) => this.client.hget(key, 'data')));
    return data.map((text) => JSON.parse(text ?? 'null') as unknown);
  }

  async empty(): Promise<void> {
    await this.client.flushall();
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await this.server.stop();
  }
}

const stores: readonly (readonly [string, () => Promise<Store>])[] = [
  ['PostgreSQL', () => PostgresStore.start()],
  // `.ci/run` installs one.
  ...(installedRedis() === undefined ? [] : [['Redis', () => RedisStore.start()] as const]),
];

describe.each(stores)('the wake queue on %s', (_, start) => {
  beforeAll(async () => {
    store = await start();
  });
  afterAll(() => store.stop());

  it('brings a wake of one process to a listener in another', async () => {
    const heard = await listener();
    const connection = randomUUID();
    open().wake(connection);
    await until(() => heard.includes(connection), 'the wake arrived');
  });

  it('tells a process that listens of its own wakes at once, and stores nothing', async () => {
    const heard: string[] = [];
    const queue = open();
    await queue.listen((connectionId) => heard.push(connectionId));
    const connection = randomUUID();
    queue.wake(connection);
    queue.wake(connection);
    expect(heard).toEqual([connection, connection]);
    await queue.close();
    expect(await store.traces(connection)).toEqual([]);
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
    await store.empty();
    producer.wake(after);
    await until(() => heard.includes(after), 'a wake after that arrived');
    await delay(60);
    producer.wake(lost);
    await until(() => heard.includes(lost), 'the connection whose wake was lost can be woken again');
  });

  it('is heard again by itself when the connection it is heard over broke without a word', async () => {
    tolerated = /broke without a word|Connection terminated|Socket timeout|Connection is closed/;
    const proxy = await TcpProxy.open({ port: () => store.port });
    const heard: string[] = [];
    await open(store.backendThrough(proxy)).listen((connectionId) => heard.push(connectionId));
    const producer = open();
    const before = randomUUID();
    producer.wake(before);
    await until(() => heard.includes(before), 'the first wake arrived');
    expect(proxy.blackHole()).toBeGreaterThan(0);
    const after = randomUUID();
    await until(() => {
      producer.wake(after);
      return heard.includes(after);
    }, 'a wake arrived after that');
    await Promise.all(queues.splice(0).map((queue) => queue.close()));
    await proxy.close();
  }, 60_000);

  it('may be closed by each of those who use it', async () => {
    const queue = open();
    await queue.close();
    await expect(queue.close()).resolves.toBeUndefined();
  });

  it('carries the connection and nothing else, and leaves nothing behind', async () => {
    const connection = randomUUID();
    open().wake(connection);
    await until(async () => (await store.traces(connection)).length > 0, 'the job was stored');
    // A test before this one may have left a wake that nobody heard.
    const ours = (await store.jobs()).filter((job) => JSON.stringify(job).includes(connection));
    expect(ours).toEqual([{ connectionId: connection }]);
    const heard = await listener();
    await until(() => heard.includes(connection), 'the wake arrived');
    await until(async () => (await store.traces(connection)).length === 0, 'the job is gone');
  });
});

(installedRedis() === undefined ? describe.skip : describe)('the wake queue when Redis is away', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    tolerated = /ECONNREFUSED|ECONNRESET|Connection is closed|isn't writeable|max retries/i;
  });

  const backend = (prefix = 'one'): QueueBackend => redisBackend({ url: server.url, prefix });

  it('goes on by itself when it is back', async () => {
    const heard: string[] = [];
    await open(backend()).listen((connectionId) => heard.push(connectionId));
    const producer = open(backend());
    const [before, after] = [randomUUID(), randomUUID()];
    producer.wake(before);
    await until(() => heard.includes(before), 'the first wake arrived');
    await server.kill();
    // Lost, and nobody waits for it.
    producer.wake(randomUUID());
    await until(() => complaints.length > 0, 'it was said');
    await server.startAgain();
    await until(() => {
      producer.wake(after);
      return heard.includes(after);
    }, 'a wake arrived after that');
    // Said once, not at every try to connect.
    expect(complaints.length).toBeLessThanOrEqual(queues.length);
  });

  it('starts and ends all the same', async () => {
    await server.kill();
    const heard: string[] = [];
    const queue = open(backend());
    await queue.listen((connectionId) => heard.push(connectionId));
    const early = randomUUID();
    queue.wake(early);
    await open(backend()).close();
    await server.startAgain();
    await until(() => heard.includes(early), 'the wake from before arrived');
  });

  it('leaves the wakes of another installation alone', async () => {
    const [ours, theirs]: [string[], string[]] = [[], []];
    await open(backend('one')).listen((connectionId) => ours.push(connectionId));
    await open(backend('two')).listen((connectionId) => theirs.push(connectionId));
    const connection = randomUUID();
    open(backend('two')).wake(connection);
    await until(() => theirs.includes(connection), 'the wake arrived');
    expect(ours).toEqual([]);
  });
});
