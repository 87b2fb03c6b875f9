import type { ContactReading, ContactSnapshot, ErrorCode, FieldValue } from '@rekomi/provider-contract';

import type { EntityManager } from 'typeorm';

import { contain } from '../containment/contained-provider.js';
import type { SyncOutbox, WatchedContact } from '../ports.js';
import {
  finishLook,
  nextLookInMs,
  oweNextLook,
  putOffLook,
  putOffLooks,
  takeLooks,
  type DueLook,
} from '../sql/follow-up.js';
import type { ActiveConnection } from './connection.js';
import type { EngineParts } from './engine-parts.js';
import { VendorSession } from './vendor-session.js';

/** Looks taken at a time, and how long before they fall due again when this process dies. */
const TAKEN_AT_ONCE = 20;
const TAKEN_FOR_MS = 60_000;
/**
 * A contact that cannot be seen yet is looked for this often; then its deferred fields stay unwritten, and who is
 * watched is left alone until the next time.
 */
const LOOKS_AT_MOST = 6;
const NOT_YET_MS = 5_000;
/** While nobody knows whether the key is wrong, nobody is looked up with it. */
const UNAUTHORISED_MS = 5 * 60 * 1000;
/** By how much the time until the next look varies, so that who was looked at together is not for ever. */
const SPREAD = 0.1;

/** A look with what is wanted of it. */
interface WantedLook extends DueLook {
  readonly watched?: WatchedContact;
}

/**
 * Looks contacts up at the vendor, within the vendor's read limits: after they were written, to ask for one more write
 * where a field that may only fill a gap is missing there; and again and again those whose audiences somebody wants to
 * know. Looking changes nothing, so it needs no lease; the write goes through the contact's lane like every other.
 */
export class LookLoop {
  private readonly ending = new AbortController();

  constructor(
    private readonly parts: EngineParts,
    private readonly outbox: SyncOutbox,
    private readonly target: { readonly organizationId: string; readonly connectionId: string },
  ) {}

  stop(): void {
    this.ending.abort();
  }

  /** @returns when the next look is due, in milliseconds; undefined when none is owed. */
  async run(): Promise<number | undefined> {
    const { parts, target } = this;
    while (!this.ending.signal.aborted) {
      const { connection, looks } = await parts.tenancy.run(target.organizationId, async (tx) => {
        const loaded = await parts.connections.load(tx, target.connectionId);
        if (loaded?.state !== 'verified') return { connection: undefined, looks: [] };
        const due = await takeLooks(tx, target, { most: TAKEN_AT_ONCE, forMs: TAKEN_FOR_MS });
        const ids = due.map(({ contactId }) => contactId);
        const watched = due.length === 0 ? undefined : await parts.audienceWatch?.watched(tx, target, ids);
        return { connection: loaded, looks: due.map((look) => wantedOf(look, watched)) };
      });
      if (connection === undefined) return undefined;
      if (looks.length === 0) break;
      const provider = parts.provider(connection.provider);
      if (provider === undefined) return undefined;
      const session = new VendorSession(
        connection,
        contain(provider, {
          report: (err, slug) =>
            parts.log.error('A provider broke its contract.', err, { provider: slug, ...target }),
        }),
        parts.openCredentials(connection),
        parts.transport,
        parts.pacer.gate(connection.accountKey, provider.manifest, connection.settings),
        { signal: this.ending.signal, mayStillSend: () => !this.ending.signal.aborted },
      );
      const unwatch = parts.stops?.watch(target.connectionId, () => this.stop());
      try {
        for (const look of looks) {
          if (this.ending.signal.aborted) return undefined;
          if (await this.look(look, session, connection)) return undefined;
        }
      } finally {
        unwatch?.();
      }
    }
    return parts.tenancy.run(target.organizationId, (tx) => nextLookInMs(tx, target));
  }

  /** @returns true when the vendor answers as if the key were wrong: no further look until that is decided. */
  private async look(
    due: WantedLook,
    session: VendorSession,
    connection: ActiveConnection,
  ): Promise<boolean> {
    const reading = await this.read(due, session);
    if (reading?.kind !== 'unauthorised') {
      await this.heed(due, reading);
      return false;
    }
    session.stop();
    await this.parts.tenancy.run(this.target.organizationId, (tx) =>
      putOffLooks(tx, this.target, UNAUTHORISED_MS),
    );
    await this.parts.connections.doubt?.(connection);
    return true;
  }

  private async read(due: WantedLook, session: VendorSession): Promise<ContactReading | undefined> {
    const email = due.email ?? due.watched?.email;
    const wanted = due.watched !== undefined || (due.email !== undefined && due.deferred.length > 0);
    if (email === undefined || !wanted || session.provider.readContact === undefined) {
      return undefined;
    }
    return session.provider.readContact(
      session.access(() => undefined),
      email,
    );
  }

  private async heed(due: WantedLook, reading: ContactReading | undefined): Promise<void> {
    if (reading === undefined) return this.finish(due, undefined);
    switch (reading.kind) {
      case 'found':
        // The person was found, and where they are in was not told.
        if (due.watched !== undefined && reading.snapshot.audiences === undefined && !isLast(due)) {
          return this.notYet(due, 'answer_unknown');
        }
        return this.finish(due, reading.snapshot);
      case 'not_found':
        return this.notYet(due, 'contact_not_found');
      case 'throttled':
        if (reading.until === undefined) return this.notYet(due, reading.code);
        return this.putOff(due, Math.max(0, reading.until.getTime() - Date.now()));
      default:
        return this.notYet(due, reading.code);
    }
  }

  private async notYet(due: WantedLook, code: ErrorCode): Promise<void> {
    if (isLast(due)) await this.finish(due, undefined, code);
    else await this.putOff(due, NOT_YET_MS * due.attempts);
  }

  private async putOff(due: DueLook, inMs: number): Promise<void> {
    await this.parts.tenancy.run(this.target.organizationId, (tx) =>
      putOffLook(tx, this.target, due.contactId, inMs),
    );
  }

  private async finish(
    due: WantedLook,
    snapshot: ContactSnapshot | undefined,
    code?: ErrorCode,
  ): Promise<void> {
    const { organizationId, connectionId } = this.target;
    const missing = snapshot !== undefined && due.deferred.some((field) => isMissing(snapshot.fields[field]));
    const woken = await this.parts.tenancy.run(organizationId, async (tx) => {
      // First, because programmes are locked before the engine's own rows; who is in what does not hang on our writes.
      const told = await this.tell(tx, due, snapshot, code);
      if (!(await finishLook(tx, this.target, due, snapshot))) {
        await putOffLook(tx, this.target, due.contactId, NOT_YET_MS);
        return told;
      }
      if (due.watched !== undefined) {
        const inMs = due.watched.everyMs * (1 - SPREAD + 2 * SPREAD * this.parts.random());
        await oweNextLook(tx, this.target, due.contactId, inMs);
      }
      if (!missing) return told;
      const again = await this.outbox.record(tx, organizationId, [
        { kind: 'contact', connectionId, contactId: due.contactId, cause: 'missing_field_found' },
      ]);
      return [...told, ...again];
    });
    this.outbox.wake(woken);
  }

  /** Tells of whoever is watched. */
  private async tell(
    tx: EntityManager,
    { contactId, watched }: WantedLook,
    snapshot: ContactSnapshot | undefined,
    code: ErrorCode | undefined,
  ): Promise<readonly string[]> {
    const { audienceWatch } = this.parts;
    if (watched === undefined || audienceWatch === undefined) return [];
    if (snapshot?.audiences === undefined) {
      await audienceWatch.unseen(tx, this.target, contactId, code ?? 'answer_unknown');
      return [];
    }
    const { audiences, seenAt } = snapshot;
    return audienceWatch.seen(tx, this.target, contactId, { audiences, seenAt });
  }
}

function wantedOf(due: DueLook, watched: ReadonlyMap<string, WatchedContact> | undefined): WantedLook {
  const wish = watched?.get(due.contactId);
  return wish === undefined ? due : { ...due, watched: wish };
}

function isLast({ attempts }: DueLook): boolean {
  return attempts >= LOOKS_AT_MOST;
}

/** Vendors show an emptied field either way. */
function isMissing(value: FieldValue | undefined): boolean {
  return value === undefined || value === '';
}
