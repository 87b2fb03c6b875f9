import { Queue, Worker, createPostgresBackend, setDefaultBackendFactory } from 'bullmq';

import type { EngineLog } from '../engine/drain-loop.js';
import type { WakeQueue } from './wake-queue.js';

const QUEUE = 'wake';
/** A producer wakes a connection once in this time: the drain that is woken takes everything anyway. */
const QUIET_MS = 50;

export interface WakeQueueOptions {
  /** `postgres://…` of the runtime role. */
  readonly url: string;
  /** Schema of BullMQ's tables, made by the migration. */
  readonly schema: string;
  readonly log: EngineLog;
}

/**
 * BullMQ on PostgreSQL. A job carries a connection id and nothing else, lives for milliseconds, and is gone when done:
 * work is never in the queue, so the queue may be emptied, restarted or lost at any time.
 */
export class BullmqWakeQueue implements WakeQueue {
  private readonly queue: Queue<{ connectionId: string }>;
  /** Connections woken a moment ago; true when they were to be woken again meanwhile. */
  private readonly quiet = new Map<string, boolean>();
  private closing = false;
  private worker: Worker<{ connectionId: string }> | undefined;

  constructor(private readonly options: WakeQueueOptions) {
    setDefaultBackendFactory(createPostgresBackend);
    this.queue = new Queue(QUEUE, { connection: this.connection(3) });
    this.queue.on('error', (err) => this.complain(err));
  }

  wake(connectionId: string): void {
    if (this.quiet.has(connectionId)) {
      // What was committed in the quiet time may have missed the drain that the first wake started.
      this.quiet.set(connectionId, true);
      return;
    }
    this.quiet.set(connectionId, false);
    setTimeout(() => {
      const again = this.quiet.get(connectionId) ?? false;
      this.quiet.delete(connectionId);
      if (again && !this.closing) this.wake(connectionId);
    }, QUIET_MS).unref();
    this.add(connectionId);
  }

  async listen(handler: (connectionId: string) => void): Promise<void> {
    this.worker = new Worker<{ connectionId: string }>(
      QUEUE,
      (job) => {
        handler(job.data.connectionId);
        return Promise.resolve();
      },
      {
        connection: this.connection(3),
        concurrency: 8,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
    );
    this.worker.on('error', (err) => this.complain(err));
    await this.worker.waitUntilReady();
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.worker?.close();
    await this.queue.close();
  }

  private add(connectionId: string): void {
    this.queue
      .add(
        'wake',
        { connectionId },
        {
          deduplication: { id: connectionId, keepLastIfActive: true },
          removeOnComplete: true,
          removeOnFail: true,
        },
      )
      .catch((err: unknown) => this.complain(err));
  }

  private connection(max: number): object {
    return {
      connectionString: this.options.url,
      schema: this.options.schema,
      max,
      application_name: 'rekomi-wake',
      keepAlive: true,
      skipMigrations: true,
    };
  }

  private complain(err: unknown): void {
    this.options.log.error(
      'The wake queue has a problem; the sweep finds the work within about a second.',
      err,
      {},
    );
  }
}
