import type { EntityManager } from 'typeorm';

import type { JobWork } from '../jobs/job-runner.js';
import type { SyncOutbox } from '../ports.js';
import { bringChunk } from './replay-chunk.js';
import { findReplay } from './replay-row.js';

const CHUNK = 1_000;

/** Brings the list of a replay on its way, chunk by chunk. */
export class ReplayWork implements JobWork {
  readonly table = 'replay';
  readonly chunk: number;
  private readonly woken = new Set<string>();

  constructor(
    private readonly outbox: SyncOutbox,
    options: { readonly chunk?: number } = {},
  ) {
    this.chunk = options.chunk ?? CHUNK;
  }

  async work(
    tx: EntityManager,
    { organizationId, id }: { readonly organizationId: string; readonly id: string },
    done: number,
  ): Promise<number> {
    const replay = await findReplay(tx, organizationId, id);
    if (replay === undefined) return 0;
    const chunk = { organizationId, replayId: id, after: done, size: this.chunk };
    const { items, connectionIds } = await bringChunk(tx, chunk, replay);
    for (const connectionId of connectionIds) this.woken.add(connectionId);
    return items;
  }

  /** A wake too many, after a transaction that was undone, does no harm. */
  committed(): void {
    this.outbox.wake([...this.woken]);
    this.woken.clear();
  }
}
