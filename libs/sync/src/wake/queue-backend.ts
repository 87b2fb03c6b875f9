import type { BackendFactory, IQueueBackend } from 'bullmq';

/** The store that BullMQ keeps its jobs in. Which one it is makes no difference to anything but the pace of waking. */
export interface QueueBackend {
  readonly factory: BackendFactory<IQueueBackend, object>;
  /** For producers: refuses at once while the store is away, because a wake that comes late is worth nothing. */
  readonly producing: object;
  /** For listeners: waits for the store to come back. */
  readonly listening: object;
  /** In front of every key, where several installations share a store. */
  readonly prefix?: string;
  /** Ends what the backend itself opened, once producers and listeners are closed. */
  readonly close?: () => Promise<void>;
}
