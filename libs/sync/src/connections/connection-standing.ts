import type { Tenancy } from '@rekomi/database';
import type { Verification } from '@rekomi/provider-contract';
import type { ExchangeRecord } from '@rekomi/transport';
import type { EntityManager } from 'typeorm';

import type { SyncOutbox } from '../ports.js';
import type { ProviderLookup } from './connection-parts.js';
import { closedProblem, denied, granted, type ConnectionResult } from './connection-problem.js';
import type { ConnectionStates } from './connection-states.js';
import type { ConnectionVerifier } from './connection-verifier.js';
import { viewOf, type ConnectionView } from './connection-view.js';
import { selectConnection } from './sql/select-connections.js';
import { selectStoredConnection, type StoredConnection } from './sql/select-stored-connection.js';
import { releaseForAudiences } from './sql/missing-audiences.js';
import { storeVerification } from './store-verification.js';

export interface Reverified {
  readonly connection: ConnectionView;
  readonly verification: Verification;
  /** Masked. */
  readonly exchanges: readonly ExchangeRecord[];
}

/** What the vendor said about the credentials that were stored then. */
export interface TriedConnection {
  readonly before: StoredConnection;
  readonly verification: Verification;
  readonly exchanges: readonly ExchangeRecord[];
}

/** Whether a connection is in use: verifying it again, pausing, resuming. */
export class ConnectionStanding {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly providers: ProviderLookup,
    private readonly outbox: SyncOutbox,
    private readonly verifier: ConnectionVerifier,
    private readonly states: ConnectionStates,
  ) {}

  /**
   * Tries the stored credentials. Valid ends an auth error and the need of attention, and what waited goes on in
   * order; rejected is an auth error; no answer says nothing about the credentials and changes nothing. A pause is a
   * person's decision and outlives all of them.
   */
  async reverify(organizationId: string, connectionId: string): Promise<ConnectionResult<Reverified>> {
    const tried = await this.tryAgain(organizationId, connectionId);
    if (!tried.ok) return tried;
    const stored = await this.tenancy.run(organizationId, (tx) => this.storeTried(tx, tried.value));
    if (stored.ok) this.wake(connectionId);
    return stored;
  }

  /** First half of `reverify`, for a caller who stores in a transaction of their own: all that asks the vendor. */
  async tryAgain(organizationId: string, connectionId: string): Promise<ConnectionResult<TriedConnection>> {
    const before = await this.tenancy.run(organizationId, (tx) => selectStoredConnection(tx, connectionId));
    if (before === undefined) return denied({ reason: 'not_found' });
    if (before.credentials === null || before.state === 'disconnecting') return closedProblem(before.state);
    const provider = this.providers.get(before.provider);
    if (provider === undefined) return denied({ reason: 'provider_unknown', provider: before.provider });
    const subject = this.verifier.storedSubject(provider, before, before.credentials);
    return granted({ before, ...(await this.verifier.verify(subject, 'alone')) });
  }

  /** Second half of `reverify`. After the commit the caller wakes the connection. */
  async storeTried(tx: EntityManager, tried: TriedConnection): Promise<ConnectionResult<Reverified>> {
    const { before, verification, exchanges } = tried;
    const stored = await this.change(tx, before.organization_id, before.id, async (row) => {
      if (row.credentials !== before.credentials) return denied({ reason: 'changed_meanwhile' });
      await storeVerification(tx, this.states, row, verification);
      // Whoever asks has a reason to think that it is put right; what is still missing is found missing once more.
      if (verification.kind === 'valid') await releaseForAudiences(tx, row.id);
      return granted(undefined);
    });
    return stored.ok ? granted({ connection: stored.value, verification, exchanges }) : stored;
  }

  /** Nothing is sent until it is resumed; what comes in meanwhile waits. */
  pause(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
  ): Promise<ConnectionResult<ConnectionView>> {
    return this.change(tx, organizationId, connectionId, async (row) => {
      if (row.state !== 'paused') await this.states.rest(tx, row, 'paused');
      return granted(undefined);
    });
  }

  /** Ends a pause. An auth error ends by verifying, not by resuming. After the commit the caller wakes the connection. */
  resume(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
  ): Promise<ConnectionResult<ConnectionView>> {
    return this.change(tx, organizationId, connectionId, async (row) => {
      if (row.state === 'auth_error' || row.state === 'needs_attention') {
        return denied({
          reason: 'state',
          state: row.state,
          detail:
            'The connection is not paused, it was stopped by an error. Correct what it names, then verify it again.',
        });
      }
      if (row.state === 'paused') await this.states.start(tx, row, 'by a person');
      return granted(undefined);
    });
  }

  /** What waited goes on at once instead of with the next sweep. */
  wake(connectionId: string): void {
    this.outbox.wake([connectionId]);
  }

  private async change(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
    work: (row: StoredConnection) => Promise<ConnectionResult<undefined>>,
  ): Promise<ConnectionResult<ConnectionView>> {
    const row = await selectStoredConnection(tx, connectionId, 'for update');
    if (row === undefined) return denied({ reason: 'not_found' });
    if (row.credentials === null || row.state === 'disconnecting') return closedProblem(row.state);
    const done = await work(row);
    if (!done.ok) return done;
    const view = await selectConnection(tx, organizationId, connectionId);
    return view === undefined ? denied({ reason: 'not_found' }) : granted(viewOf(view));
  }
}
