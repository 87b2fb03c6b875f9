import type { EntityManager } from 'typeorm';

import { beginFirstSync, selectLeftOut } from '../first-sync/first-sync-statements.js';
import { type OutboxItem, type OutboxQuery, SyncOutbox } from '../ports.js';
import { enqueue } from '../sql/enqueue.js';
import { oweFoundLooks } from '../sql/follow-up.js';
import type { WakeQueue } from '../wake/wake-queue.js';
import { announce } from './announce.js';
import { enqueueFound } from './enqueue-found.js';

/** Writes work into the lanes, in the caller's transaction. */
export class SqlOutbox extends SyncOutbox {
  constructor(private readonly wakes: WakeQueue) {
    super();
  }

  override record(
    tx: EntityManager,
    organizationId: string,
    items: readonly OutboxItem[],
  ): Promise<readonly string[]> {
    return enqueue(tx, organizationId, items);
  }

  override recordFound(
    tx: EntityManager,
    organizationId: string,
    query: OutboxQuery,
  ): Promise<readonly string[]> {
    return enqueueFound(tx, organizationId, query);
  }

  override announce(
    tx: EntityManager,
    organizationId: string,
    query: OutboxQuery,
  ): Promise<readonly string[]> {
    return announce(tx, organizationId, query);
  }

  override oweLooks(tx: EntityManager, organizationId: string, query: OutboxQuery): Promise<void> {
    return oweFoundLooks(tx, organizationId, query);
  }

  override beginFirstSync(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
    query: OutboxQuery,
  ): Promise<void> {
    return beginFirstSync(tx, { organizationId, connectionId }, query);
  }

  override leftOut(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
    contactIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    return selectLeftOut(tx, { organizationId, connectionId }, contactIds);
  }

  override wake(targetIds: readonly string[]): void {
    for (const targetId of targetIds) this.wakes.wake(targetId);
  }
}
