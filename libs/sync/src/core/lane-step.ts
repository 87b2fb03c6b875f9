import type {
  ContactChange,
  ContactEvent,
  ContactRemoval,
  WrittenContact,
  WrittenField,
} from '@rekomi/provider-contract';

import type { Desired } from '../ports.js';
import type { ClaimedLane, LedgerEntry, PendingEvent } from './delivery.js';
import type { Intention } from './intention.js';

/** What a lane wants done next. */
export type LaneStep =
  | { readonly kind: 'upsert'; readonly change: ContactChange }
  | { readonly kind: 'remove'; readonly removal: ContactRemoval }
  | { readonly kind: 'event'; readonly event: ContactEvent }
  | { readonly kind: 'end' };

export interface LaneRunInput {
  readonly lane: ClaimedLane;
  readonly ledger: LedgerEntry | undefined;
  /** What earlier writes, whose end nobody heard, may have left at the vendor. */
  readonly intended?: Intention;
  readonly desired: Desired;
  /** The first sync of the connection leaves the contact out (`staysOut`): nothing about them is sent. */
  readonly leftOut?: true;
  readonly configVersion: number;
  /** The vendor's id of the audience that campaigns inherit: without it the whole connection is at a loss. */
  readonly defaultAudience?: string;
  /** `disconnecting`: everything is taken back. `closed`: nothing is sent any more. */
  readonly connection: 'open' | 'disconnecting' | 'closed';
  /**
   * Whether the provider can take back and record events, whether the vendor drops an event that it has had, what it
   * wants after an ambiguous event, and what it writes.
   */
  readonly provider: {
    readonly canRemove: boolean;
    readonly events: boolean;
    readonly dropsRepeatedEvents: boolean;
    readonly repeatsAmbiguousEvents: boolean;
    readonly writes: readonly WrittenField[];
  };
  readonly random: () => number;
  /** Milliseconds since 1970, by the same clock that the provider used for `until`. */
  readonly now: () => number;
}

/** The event goes to the profile that was written last, under the address it has there. */
export function eventStep(contactId: string, written: WrittenContact, event: PendingEvent): LaneStep {
  return {
    kind: 'event',
    event: {
      contactId,
      email: written.email,
      ...(written.vendorId === undefined ? {} : { vendorId: written.vendorId }),
      eventId: event.eventId,
      dedupeId: event.dedupeId,
      name: event.eventName,
      occurredAt: event.occurredAt,
      data: JSON.parse(event.payload) as Record<string, unknown>,
    },
  };
}
