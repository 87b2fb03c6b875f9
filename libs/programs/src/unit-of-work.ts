import type { EntityManager } from 'typeorm';

/**
 * One tenant transaction and what has to happen after it: the connections that got work. Hand `connections` to
 * `SyncOutbox.wake` once the transaction is committed. A transaction that is run again (after a deadlock) begins with
 * a fresh unit of work.
 */
export class UnitOfWork {
  readonly #connections = new Set<string>();

  constructor(
    /** Its transaction already carries the organisation. */
    readonly tx: EntityManager,
    readonly organizationId: string,
  ) {}

  get connections(): readonly string[] {
    return [...this.#connections];
  }

  hasWork(connectionIds: readonly string[]): void {
    for (const id of connectionIds) this.#connections.add(id);
  }
}
