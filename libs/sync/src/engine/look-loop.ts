import type { ContactSnapshot, FieldValue } from '@rekomi/provider-contract';

import { contain } from '../containment/contained-provider.js';
import type { SyncOutbox } from '../ports.js';
import { finishLook, nextLookInMs, putOffLook, takeLooks, type DueLook } from '../sql/follow-up.js';
import type { EngineParts } from './drain-loop.js';
import { VendorSession } from './vendor-session.js';

/** Looks taken at a time, and how long before they fall due again when this process dies. */
const TAKEN_AT_ONCE = 20;
const TAKEN_FOR_MS = 60_000;
/** A contact that cannot be seen yet is looked for this often; then its deferred fields stay unwritten. */
const LOOKS_AT_MOST = 6;
const NOT_YET_MS = 5_000;

/**
 * Looks contacts up at the vendor after they were written, within the vendor's read limits, and asks for one more
 * write where a field that may only fill a gap is missing there. Looking changes nothing, so it needs no lease; the
 * write goes through the contact's lane like every other.
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
        const open = loaded?.state === 'verified';
        return {
          connection: open ? loaded : undefined,
          looks: open ? await takeLooks(tx, target, { most: TAKEN_AT_ONCE, forMs: TAKEN_FOR_MS }) : [],
        };
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
      for (const look of looks) {
        if (this.ending.signal.aborted) return undefined;
        await this.look(look, session);
      }
    }
    return parts.tenancy.run(target.organizationId, (tx) => nextLookInMs(tx, target));
  }

  private async look(due: DueLook, session: VendorSession): Promise<void> {
    const { email } = due;
    if (email === undefined || due.deferred.length === 0 || session.provider.readContact === undefined) {
      await this.finish(due, undefined);
      return;
    }
    const reading = await session.provider.readContact(
      session.access(() => undefined),
      email,
    );
    if (reading.kind === 'found') await this.finish(due, reading.snapshot);
    else if (reading.kind === 'not_found') await this.notYet(due);
    else if (reading.kind === 'throttled' && reading.until !== undefined)
      await this.putOff(due, Math.max(0, reading.until.getTime() - Date.now()));
    else await this.notYet(due);
  }

  private async notYet(due: DueLook): Promise<void> {
    if (due.attempts >= LOOKS_AT_MOST) await this.finish(due, undefined);
    else await this.putOff(due, NOT_YET_MS * due.attempts);
  }

  private async putOff(due: DueLook, inMs: number): Promise<void> {
    await this.parts.tenancy.run(this.target.organizationId, (tx) =>
      putOffLook(tx, this.target, due.contactId, inMs),
    );
  }

  private async finish(due: DueLook, snapshot: ContactSnapshot | undefined): Promise<void> {
    const { organizationId, connectionId } = this.target;
    const missing = snapshot !== undefined && due.deferred.some((field) => isMissing(snapshot.fields[field]));
    const woken = await this.parts.tenancy.run(organizationId, async (tx) => {
      if (!(await finishLook(tx, this.target, due, snapshot))) {
        await putOffLook(tx, this.target, due.contactId, NOT_YET_MS);
        return [];
      }
      if (!missing) return [];
      return this.outbox.record(tx, organizationId, [
        { kind: 'contact', connectionId, contactId: due.contactId, cause: 'missing_field_found' },
      ]);
    });
    this.outbox.wake(woken);
  }
}

/** Vendors show an emptied field either way. */
function isMissing(value: FieldValue | undefined): boolean {
  return value === undefined || value === '';
}
