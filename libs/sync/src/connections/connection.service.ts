import type { Audience } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import { AttendedPace } from './attended-pace.js';
import { AudienceCreator, type CreationRequest } from './audience-creation.js';
import type { AudienceList } from './audience-listing.js';
import { ConnectionChanges, type UpdatedConnection } from './connection-changes.js';
import { ConnectionClosing, type Disconnected } from './connection-closing.js';
import {
  ConnectionCreation,
  type CreatedConnection,
  type PreparedConnection,
  type UnsavedReport,
} from './connection-creation.js';
import { containedProviders } from './contained-providers.js';
import type { CreateConnection, UnsavedCredentials, UpdateConnection } from './connection-input.js';
import { ConnectionMarks } from './connection-marks.js';
import type { ConnectionParts } from './connection-parts.js';
import { closedProblem, denied, granted, type ConnectionResult } from './connection-problem.js';
import { ConnectionStates } from './connection-states.js';
import { ConnectionStanding, type Reverified, type TriedConnection } from './connection-standing.js';
import { ConnectionVerifier, type VerificationSubject } from './connection-verifier.js';
import { viewOf, type ConnectionView } from './connection-view.js';
import { findReadable, type ReadableAudiences, type WantedAudience } from './readable-audiences.js';
import { selectConnection, selectConnections } from './sql/select-connections.js';
import { selectStoredConnection } from './sql/select-stored-connection.js';
import { VendorDoor } from './vendor-door.js';
import { problemOf } from './vendor-problem.js';

/** Connections as people work with them. Every method acts for one organisation; another's ids are not found. */
export class ConnectionService {
  /** What workers report. */
  readonly marks: ConnectionMarks;
  private readonly verifier: ConnectionVerifier;
  private readonly creation: ConnectionCreation;
  private readonly changes: ConnectionChanges;
  private readonly standing: ConnectionStanding;
  private readonly closing: ConnectionClosing;
  private readonly audienceCreator: AudienceCreator;

  constructor(private readonly parts: ConnectionParts) {
    const { tenancy, vault, outbox } = parts;
    const providers = containedProviders(parts);
    const now = parts.now ?? Date.now;
    const sleep =
      parts.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    this.verifier = new ConnectionVerifier(
      new VendorDoor(parts.transport, new AttendedPace({ now, sleep }), now),
      vault,
    );
    this.creation = new ConnectionCreation(
      tenancy,
      providers,
      vault,
      this.verifier,
      parts.environments ?? ['live', 'sandbox'],
    );
    const states = new ConnectionStates(parts);
    this.changes = new ConnectionChanges(tenancy, providers, vault, outbox, this.verifier, states);
    this.standing = new ConnectionStanding(tenancy, providers, outbox, this.verifier, states);
    this.closing = new ConnectionClosing(tenancy, outbox, states);
    this.audienceCreator = new AudienceCreator(tenancy, this.verifier);
    this.marks = new ConnectionMarks(tenancy, this.closing, states, parts.notices);
  }

  /** Tries credentials live and lists the audiences behind them. Stores nothing. */
  verifyUnsaved(input: UnsavedCredentials): Promise<ConnectionResult<UnsavedReport>> {
    return this.creation.verifyUnsaved(input);
  }

  /** Verifies and stores. Anything but valid credentials is a problem, and nothing is stored. */
  create(organizationId: string, input: CreateConnection): Promise<ConnectionResult<CreatedConnection>> {
    return this.creation.create(organizationId, input);
  }

  /** First half of `create`, for a caller who stores in a transaction of their own: all that asks the vendor. */
  prepare(organizationId: string, input: CreateConnection): Promise<ConnectionResult<PreparedConnection>> {
    return this.creation.prepare(organizationId, input);
  }

  /** Second half of `create`. */
  store(tx: EntityManager, prepared: PreparedConnection): Promise<ConnectionResult<CreatedConnection>> {
    return this.creation.store(tx, prepared);
  }

  async get(organizationId: string, connectionId: string): Promise<ConnectionResult<ConnectionView>> {
    const row = await this.parts.tenancy.run(organizationId, (tx) =>
      selectConnection(tx, organizationId, connectionId),
    );
    return row === undefined ? denied({ reason: 'not_found' }) : granted(viewOf(row));
  }

  /** Newest first, those that come after the given id. */
  async list(
    organizationId: string,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly ConnectionView[]> {
    const rows = await this.parts.tenancy.run(organizationId, (tx) =>
      selectConnections(tx, organizationId, page),
    );
    return rows.map(viewOf);
  }

  update(
    organizationId: string,
    connectionId: string,
    input: UpdateConnection,
  ): Promise<ConnectionResult<UpdatedConnection>> {
    return this.changes.update(organizationId, connectionId, input);
  }

  reverify(organizationId: string, connectionId: string): Promise<ConnectionResult<Reverified>> {
    return this.standing.reverify(organizationId, connectionId);
  }

  /** First half of `reverify`, for a caller who stores in a transaction of their own: all that asks the vendor. */
  tryAgain(organizationId: string, connectionId: string): Promise<ConnectionResult<TriedConnection>> {
    return this.standing.tryAgain(organizationId, connectionId);
  }

  /** Second half of `reverify`; {@link wake} comes after the commit. */
  storeTried(tx: EntityManager, tried: TriedConnection): Promise<ConnectionResult<Reverified>> {
    return this.standing.storeTried(tx, tried);
  }

  pause(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
  ): Promise<ConnectionResult<ConnectionView>> {
    return this.standing.pause(tx, organizationId, connectionId);
  }

  /** {@link wake} comes after the commit. */
  resume(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
  ): Promise<ConnectionResult<ConnectionView>> {
    return this.standing.resume(tx, organizationId, connectionId);
  }

  wake(connectionId: string): void {
    this.standing.wake(connectionId);
  }

  disconnect(
    organizationId: string,
    connectionId: string,
    options: { readonly takeBack: boolean },
  ): Promise<ConnectionResult<Disconnected>> {
    return this.closing.disconnect(organizationId, connectionId, options);
  }

  /** For the engine, when a connection that is being disconnected has no lane left. */
  finishDisconnect(organizationId: string, connectionId: string): Promise<boolean> {
    return this.closing.finishDisconnect(organizationId, connectionId);
  }

  /** Live from the vendor, up to a thousand at once. */
  async audiences(
    organizationId: string,
    connectionId: string,
    cursor?: string,
  ): Promise<ConnectionResult<AudienceList>> {
    const subject = await this.subject(organizationId, connectionId);
    if (!subject.ok) return subject;
    const listing = await this.verifier.audiences(subject.value, cursor);
    return listing.kind === 'failed' ? denied(problemOf(listing.failure)) : granted(listing);
  }

  /** The audiences with these ids, for reading who is in them; rule-based ones are as good as others. */
  async readableAudiences(
    organizationId: string,
    connectionId: string,
    wanted: readonly WantedAudience[],
  ): Promise<ConnectionResult<ReadableAudiences>> {
    const subject = await this.subject(organizationId, connectionId);
    return subject.ok ? findReadable(this.verifier, subject.value, wanted) : subject;
  }

  async createAudience(request: CreationRequest, given: string): Promise<ConnectionResult<Audience>> {
    const name = given.trim();
    if (name === '' || [...name].length > 200 || /\p{Cc}/u.test(name)) {
      const detail = 'A name has 1 to 200 characters, on one line.';
      return denied({ reason: 'invalid', errors: [{ pointer: '#/name', code: 'invalid_value', detail }] });
    }
    const subject = await this.subject(request.organizationId, request.connectionId);
    return subject.ok ? this.audienceCreator.create(request, subject.value, name) : subject;
  }

  private async subject(
    organizationId: string,
    connectionId: string,
  ): Promise<ConnectionResult<VerificationSubject>> {
    const row = await this.parts.tenancy.run(organizationId, (tx) =>
      selectStoredConnection(tx, connectionId),
    );
    if (row === undefined) return denied({ reason: 'not_found' });
    if (row.credentials === null) return closedProblem(row.state);
    const provider = this.parts.providers.get(row.provider);
    return provider === undefined
      ? denied({ reason: 'provider_unknown', provider: row.provider })
      : granted(this.verifier.storedSubject(provider, row, row.credentials));
  }
}
