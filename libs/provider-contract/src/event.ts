/**
 * Something that happened to a contact: immutable, delivered once, always after the contact itself.
 */
export interface ContactEvent {
  /** Our id of the contact; never sent as the vendor's identifier. */
  readonly contactId: string;
  /** The address under which the contact stands at the vendor (the ledger's, not the newest one we know). */
  readonly email: string;
  /** The vendor's id for the contact, when the ledger has one. */
  readonly vendorId?: string;
  /** Our stable id of the event. */
  readonly eventId: string;
  /**
   * A ULID derived from connection and event, the same on every retry and replay. Vendors with a dedupe id get it
   * (in their own format); whether repeats are harmless otherwise is what the manifest's `repeat` says.
   */
  readonly dedupeId: string;
  /** For instance `affiliate_approved`. Checked by the provider against the vendor's rules before anything is sent. */
  readonly name: string;
  /** When it happened, not when it is sent. ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
}
