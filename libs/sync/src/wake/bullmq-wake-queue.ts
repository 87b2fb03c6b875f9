import { Queue, Worker, type IQueueBackend } from 'bullmq';
import { setTimeout as delay } from 'node:timers/promises';

import type { EngineLog } from '../engine/engine-parts.js';
import type { QueueBackend } from './queue-backend.js';
import type { WakeQueue } from './wake-queue.js';

const QUEUE = 'wake';
/** A producer wakes a connection once in this time: the drain that is woken takes everything anyway. */
const QUIET_MS = 50;
/** How long a start or an end waits for a store that may be away; the sweep does without it. */
const PATIENCE_MS = 2_000;
/** A store that is away is complained about once in this time. */
const COMPLAINT_EVERY_MS = 60_000;
/** A listener whose store failed it asks again after this; BullMQ's own fifteen seconds are long for a broken connection. */
const ASKS_AGAIN_MS = 1_000;
/**
 * A job whose listener died or was cut off stands in the way of every further wake of its connection until it counts as
 * stalled, which takes two of these. Jobs last milliseconds.
 */
const STALLED_AFTER_MS = 5_000;

interface Wake {
  readonly connectionId: string;
}

type BullQueue = Queue<Wake, void, string, Wake, void, string, IQueueBackend, object>;
type BullWorker = Worker<Wake, void, string, IQueueBackend, object>;

export interface WakeQueueOptions {
  readonly backend: QueueBackend;
  readonly log: EngineLog;
}

/**
 * BullMQ. A job carries a connection id and nothing else, lives for milliseconds, and is gone when done: work is never
 * in the queue, so the queue may be emptied, restarted, away or lost at any time.
 */
export class BullmqWakeQueue implements WakeQueue {
  private readonly queue: BullQueue;
  /** Connections woken a moment ago; true when they were to be woken again meanwhile. */
  private readonly quiet = new Map<string, boolean>();
  /** Woken before the store answered for the first time; undefined since it has. */
  private early: Set<string> | undefined = new Set();
  private closing = false;
  private complainedAt = -Infinity;
  private worker: BullWorker | undefined;
  private handler: ((connectionId: string) => void) | undefined;

  constructor(private readonly options: WakeQueueOptions) {
    const { backend } = options;
    this.queue = new Queue(QUEUE, this.queueOptions(backend.producing), backend.factory);
    this.queue.on('error', (err) => this.complain(err));
    void this.queue.waitUntilReady().then(
      () => this.opened(),
      (err: unknown) => this.complain(err),
    );
  }

  wake(connectionId: string): void {
    // A process that works connections itself needs no queue to hear of its own. What it has no time for, the sweep hands on.
    if (this.handler !== undefined && !this.closing) {
      this.handler(connectionId);
      return;
    }
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
    const { backend } = this.options;
    this.handler = handler;
    this.worker = new Worker(
      QUEUE,
      (job) => {
        handler(job.data.connectionId);
        return Promise.resolve();
      },
      {
        ...this.queueOptions(backend.listening),
        concurrency: 8,
        runRetryDelay: ASKS_AGAIN_MS,
        lockDuration: STALLED_AFTER_MS,
        stalledInterval: STALLED_AFTER_MS,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
      backend.factory,
    );
    this.worker.on('error', (err) => this.complain(err));
    await patiently(this.worker.waitUntilReady());
  }

  async close(): Promise<void> {
    this.closing = true;
    await patiently(this.worker?.close());
    await patiently(this.queue.close());
    await patiently(this.options.backend.close?.());
  }

  private queueOptions(connection: object): { connection: object; prefix?: string } {
    const { prefix } = this.options.backend;
    return { connection, ...(prefix === undefined ? {} : { prefix }) };
  }

  private opened(): void {
    const { early } = this;
    this.early = undefined;
    for (const connectionId of early ?? []) this.add(connectionId);
  }

  private add(connectionId: string): void {
    if (this.early !== undefined) {
      this.early.add(connectionId);
      return;
    }
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

  private complain(err: unknown): void {
    const now = performance.now();
    if (this.closing || now - this.complainedAt < COMPLAINT_EVERY_MS) return;
    this.complainedAt = now;
    this.options.log.error(
      'The wake queue has a problem; the sweep finds the work within about a second.',
      err,
      {},
    );
  }
}

/** A store that is away holds up neither a start nor an end. */
async function patiently(work: Promise<unknown> | undefined): Promise<void> {
  const timer = new AbortController();
  try {
    await Promise.race([work, delay(PATIENCE_MS, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
