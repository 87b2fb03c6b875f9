import type { Tenancy } from '@rekomi/database';
import type { Verification } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import { HEALS_AT_MOST } from '../core/check-times.js';
import type { AudienceNames, ConnectionNotices, SyncOutbox } from '../ports.js';
import { connectionTotals } from '../reading/connection-totals.js';
import type { AudienceListing } from './audience-listing.js';
import type { ProviderLookup } from './connection-parts.js';
import type { ConnectionStates } from './connection-states.js';
import { seenOf, type SeenAudiences } from './seen-audiences.js';
import { tellRefusals } from './refusals-of-a-day.js';
import type { ConnectionVerifier } from './connection-verifier.js';
import { claimChecks, renameAudience, type ClaimedCheck } from './sql/connection-check.js';
import { anyoneWaitsForAudience, releaseForAudiences } from './sql/missing-audiences.js';
import { selectStoredConnection, type StoredConnection } from './sql/select-stored-connection.js';
import { updateChecks } from './sql/update-connection.js';
import { stopRejected, storeValid } from './store-verification.js';

/** Connections that one process verifies at the same time. */
const AT_ONCE = 4;
/** A check that nobody finished in this time is somebody else's. */
const LEASE_SECONDS = 10 * 60;

export interface CheckParts {
  readonly tenancy: Tenancy;
  /** Contained: whatever they do, they answer. */
  readonly providers: ProviderLookup;
  /** Asks within the pace that all processes share. */
  readonly verifier: ConnectionVerifier;
  readonly states: ConnectionStates;
  readonly outbox: SyncOutbox;
  readonly notices?: ConnectionNotices;
  readonly audienceNames?: AudienceNames;
  readonly onFailure: (err: unknown, check: ClaimedCheck) => void;
}

/**
 * Verifies connections by itself: those in order once a day, those that were stopped by an error sooner and then more and
 * more seldom. Writes nothing at the vendor. A connection's next time stands in the database, and a claim moves it on, so
 * one process at a time has it, and one that is killed leaves it to the others.
 */
export class ConnectionChecks {
  constructor(private readonly parts: CheckParts) {}

  /** Those whose time has come, a few at a time. @returns how many there were. */
  async checkDue(): Promise<number> {
    const due = await claimChecks(this.parts.tenancy, AT_ONCE, LEASE_SECONDS);
    await Promise.all(
      due.map((check) => this.check(check).catch((err: unknown) => this.parts.onFailure(err, check))),
    );
    return due.length;
  }

  private async check({ organizationId, connectionId }: ClaimedCheck): Promise<void> {
    const { tenancy, providers, verifier, outbox } = this.parts;
    const before = await tenancy.run(organizationId, (tx) => selectStoredConnection(tx, connectionId));
    const provider = before && providers.get(before.provider);
    if (before?.credentials == null || provider === undefined || !isChecked(before)) return;
    const subject = verifier.storedSubject(provider, before, before.credentials);
    const { verification } = await verifier.verify(subject, 'alone');
    const region = verification.kind === 'valid' ? (verification.region ?? before.region) : before.region;
    const listing =
      verification.kind === 'valid' && wantsAudiences(before)
        ? await verifier.everyAudience({ ...subject, ...(region === null ? {} : { region }) })
        : undefined;
    const seen = seenOf(listing, provider.manifest.audience.typed === true);
    await tenancy.run(organizationId, async (tx) => {
      const row = await selectStoredConnection(tx, connectionId, 'for update');
      // Whatever was asked before was asked of another key or another configuration: the newer one counts.
      if (row?.standing !== before.standing || row.credentials !== before.credentials) return;
      await this.store(tx, row, verification, seen);
      await this.tellNames(tx, row, listing);
    });
    outbox.wake([connectionId]);
  }

  private async store(
    tx: EntityManager,
    row: StoredConnection,
    verification: Verification,
    seen: SeenAudiences,
  ): Promise<void> {
    const { states } = this.parts;
    switch (verification.kind) {
      case 'valid':
        await storeValid(tx, row, verification);
        await this.storeAccepted(tx, row, seen);
        return;
      case 'rejected':
        await updateChecks(tx, row.id, verification.checks);
        await stopRejected(tx, states, row, verification);
        return;
      case 'untestable':
      case 'unreachable':
        await this.again(tx, row);
        return;
    }
  }

  /** The vendor accepts the credentials: is the audience there, and does that bring the connection back? */
  private async storeAccepted(tx: EntityManager, row: StoredConnection, seen: SeenAudiences): Promise<void> {
    const { states } = this.parts;
    const audience = row.default_audience === null ? undefined : seen.of(row.default_audience);
    if (audience?.kind === 'found' && audience.name !== row.default_audience_name)
      await renameAudience(tx, row.id, audience.name);
    if (audience?.kind === 'gone') {
      const name = row.default_audience_name ?? row.default_audience;
      await states.stop(tx, row, {
        state: 'needs_attention',
        code: audience.code,
        detail: `"${name}" is not among the audiences of the account. Restore it there, or choose another one here.`,
      });
      return;
    }
    const isBack =
      row.state === 'auth_error' ||
      (row.state === 'needs_attention' &&
        audience?.kind === 'found' &&
        ['audience_missing', 'audience_rule_based'].includes(row.state_code ?? ''));
    if (row.state === 'verified') {
      await this.round(tx, row, seen);
    } else if (!isBack || row.heals >= HEALS_AT_MOST) {
      await this.again(tx, row);
    } else {
      await states.start(tx, row, 'by itself');
    }
  }

  /** It was in order and still is. */
  private async round(tx: EntityManager, row: StoredConnection, seen: SeenAudiences): Promise<void> {
    const { states, notices } = this.parts;
    const target = { organizationId: row.organization_id, connectionId: row.id };
    const missing = row.missing_audiences.length > 0;
    const found = row.missing_audiences.every((id) => seen.of(id)?.kind === 'found');
    if (missing && (found || !(await anyoneWaitsForAudience(tx, row.id)))) {
      await releaseForAudiences(tx, row.id);
      await notices?.over(tx, row.organization_id, row.id, ['audience_missing'], 'told');
    } else if (missing) {
      // Looked for again before a day has passed.
      await states.schedule(tx, row, { state: 'broken', tries: row.check_tries + 4, heals: row.heals });
      return;
    }
    await states.schedule(tx, row, { state: 'in order', tries: 0, heals: 0 });
    if (notices === undefined) return;
    const { conservation } = await connectionTotals(tx, target.organizationId, target.connectionId);
    const { created, settled, open } = conservation;
    if (conservation.holds) await notices.over(tx, row.organization_id, row.id, ['unbalanced'], 'told');
    else
      await notices.broke(tx, row.organization_id, {
        connectionId: row.id,
        label: row.label,
        matter: 'unbalanced',
        code: 'deliveries_unbalanced',
        detail: `Deliveries of ${row.label} do not add up: ${created} were created, ${settled} are settled and ${open} are open.`,
      });
    await tellRefusals(tx, notices, row);
  }

  /** Nothing became known that changes anything. */
  private async again(tx: EntityManager, row: StoredConnection): Promise<void> {
    const state = row.state === 'verified' ? 'in order' : 'broken';
    await this.parts.states.schedule(tx, row, { state, tries: row.check_tries + 1, heals: row.heals });
  }

  private async tellNames(
    tx: EntityManager,
    row: StoredConnection,
    listing: AudienceListing | undefined,
  ): Promise<void> {
    if (listing?.kind !== 'listed' || this.parts.audienceNames === undefined) return;
    const target = { organizationId: row.organization_id, connectionId: row.id };
    await this.parts.audienceNames.seen(tx, target, [...listing.audiences, ...listing.ruleBased]);
  }
}

function isChecked({ state }: StoredConnection): boolean {
  return state === 'verified' || state === 'auth_error' || state === 'needs_attention';
}

function wantsAudiences(row: StoredConnection): boolean {
  return row.default_audience !== null || row.missing_audiences.length > 0;
}
