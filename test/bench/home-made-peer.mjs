// What many build themselves, as a process of its own: BullMQ on Redis, one job for each contact, the vendor's own client.
// Or, for the queue alone, BullMQ on PostgreSQL with jobs that do nothing. The queue is paused while jobs come in.
import { Queue, Worker, createPostgresBackend } from 'bullmq';
import { TrackClient } from 'customerio-node';

const [, , kind, store, concurrency, sandboxUrl, siteId, apiKey] = process.argv;
const client =
  sandboxUrl === undefined
    ? undefined
    : new TrackClient(siteId, apiKey, { url: `${sandboxUrl}/track.customer.io/api/v1` });
const { connection, factory } =
  kind === 'postgres'
    ? {
        connection: { connectionString: store, schema: 'peer', max: 16, migrate: true },
        factory: createPostgresBackend,
      }
    : { connection: { url: store, maxRetriesPerRequest: null } };

const queue = new Queue('contacts', { connection }, factory);
await queue.waitUntilReady();
const worker = new Worker(
  'contacts',
  async ({ data }) => {
    if (client !== undefined) await client.identify(data.email, data);
  },
  {
    connection,
    concurrency: Number(concurrency),
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  },
  factory,
);
worker.on('failed', (_, err) => fail(err));
worker.on('error', fail);
let done = 0;
let wanted = Infinity;
worker.on('completed', () => {
  done += 1;
  if (done === wanted) process.send({ done });
});
await worker.waitUntilReady();

process.on('message', async ({ add, put, start, active, end }) => {
  // Without a pause, as changes come in.
  if (put !== undefined) await queue.addBulk(put.map((data) => ({ name: 'contact', data })));
  if (active === true) process.send({ active: (await queue.getActive()).map(({ data }) => data) });
  if (add !== undefined) {
    await queue.pause();
    for (let at = 0; at < add.length; at += 1_000)
      await queue.addBulk(add.slice(at, at + 1_000).map((data) => ({ name: 'contact', data })));
    process.send({ added: add.length });
  }
  if (start !== undefined) {
    done = 0;
    wanted = start;
    await queue.resume();
  }
  if (end === true) {
    await worker.close();
    await queue.close();
    process.exit(0);
  }
});
process.on('disconnect', () => process.exit(1));
process.send({ ready: true });

/** A job that fails would be a job that was not measured. */
function fail(err) {
  console.error(err);
  process.exit(1);
}
