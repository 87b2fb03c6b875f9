import type { Tenancy } from '@rekomi/database';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import type { ProviderLookup } from '../connections/connection-parts.js';
import { closedProblem, denied, granted, type ConnectionResult } from '../connections/connection-problem.js';
import { readBackObstacle } from '../connections/read-back.js';
import { selectStoredConnection } from '../connections/sql/select-stored-connection.js';
import type { SyncOutbox } from '../ports.js';
import { hasRunning, insertReconciliation, stopReconciliation } from './reconciliation-statements.js';
import type {
  ReconciledOutcome,
  ReconciledPerson,
  ReconciliationReport,
  ReconciliationView,
  Repaired,
} from './reconciliation-view.js';
import { repair, type RepairChoice } from './repair.js';
import {
  selectDrift,
  selectReconciledPeople,
  selectReconciliation,
  selectReconciliations,
} from './select-reconciliations.js';

/** People who are looked at unless told otherwise. */
export const USUAL_SAMPLE = 200;

interface Key {
  readonly organizationId: string;
  readonly connectionId: string;
}

interface Page {
  readonly after?: string;
  readonly limit: number;
}

/**
 * Compares what we wrote at a vendor with what is there, and writes again what deviates. The looks are the engine's: here
 * it is only noted whom they are owed to.
 */
export class ReconciliationService {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly providers: ProviderLookup,
    private readonly outbox: SyncOutbox,
  ) {}

  /** @param sampleSize people drawn by chance; null: everybody. */
  async start(
    tx: EntityManager,
    key: Key,
    { sampleSize, createdBy }: { readonly sampleSize: number | null; readonly createdBy: string },
  ): Promise<ConnectionResult<ReconciliationView>> {
    const connection = await selectStoredConnection(tx, key.connectionId, 'for update');
    if (connection === undefined) return denied({ reason: 'not_found' });
    if (connection.credentials === null || connection.state === 'disconnecting')
      return closedProblem(connection.state);
    const manifest = this.providers.get(connection.provider)?.manifest;
    const obstacle = readBackObstacle(manifest, connection.rights);
    if (obstacle !== undefined)
      return denied({ reason: 'unsupported', detail: `${obstacle} So nothing can be compared.` });
    if (await hasRunning(tx, key)) {
      const detail = 'A reconciliation of this connection is running. Wait for its end, or cancel it.';
      return denied({ reason: 'state', state: connection.state, detail });
    }
    const id = newId();
    await insertReconciliation(tx, key, { id, sampleSize, createdBy });
    return found(await selectReconciliation(tx, key, id));
  }

  async list(key: Key, page: Page): Promise<readonly ReconciliationView[]> {
    return this.tenancy.run(key.organizationId, (tx) => selectReconciliations(tx, key, page));
  }

  /** Undefined for an unknown one, and for another connection's. */
  async get(key: Key, id: string): Promise<ReconciliationReport | undefined> {
    return this.tenancy.run(key.organizationId, async (tx) => {
      const view = await selectReconciliation(tx, key, id);
      if (view === undefined) return undefined;
      return { ...view, drift: await selectDrift(tx, key.organizationId, id) };
    });
  }

  async people(
    key: Key,
    id: string,
    filter: { readonly outcome?: ReconciledOutcome },
    page: Page,
  ): Promise<readonly ReconciledPerson[] | undefined> {
    return this.tenancy.run(key.organizationId, async (tx) => {
      if ((await selectReconciliation(tx, key, id)) === undefined) return undefined;
      return selectReconciledPeople(tx, key.organizationId, id, filter, page);
    });
  }

  /** What was seen stays and can be repaired. One that has ended stays as it is. */
  async cancel(tx: EntityManager, key: Key, id: string): Promise<ReconciliationView | undefined> {
    await stopReconciliation(tx, key, id);
    return selectReconciliation(tx, key, id);
  }

  /**
   * Has everybody written again of whom something deviates. A second call repairs what the first one left alone. Wake
   * the connection after the commit.
   */
  async repair(
    tx: EntityManager,
    key: Key,
    id: string,
    choice: RepairChoice,
  ): Promise<ConnectionResult<Repaired> | undefined> {
    const connection = await selectStoredConnection(tx, key.connectionId, 'for update');
    const view = await selectReconciliation(tx, key, id);
    if (connection === undefined || view === undefined) return undefined;
    if (connection.credentials === null || connection.state === 'disconnecting')
      return closedProblem(connection.state);
    if (view.state === 'running') {
      const detail =
        'The reconciliation is still running. Wait for its end, or cancel it and repair what was found.';
      return denied({ reason: 'state', state: connection.state, detail });
    }
    const { repaired } = await repair(tx, this.outbox, key, id, choice);
    return granted(repaired);
  }

  wake(connectionId: string): void {
    this.outbox.wake([connectionId]);
  }
}

function found(view: ReconciliationView | undefined): ConnectionResult<ReconciliationView> {
  return view === undefined ? denied({ reason: 'not_found' }) : granted(view);
}
