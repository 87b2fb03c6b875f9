import type { ProviderAccess } from './access.js';
import type { AudienceCreation, AudiencePage } from './audience.js';
import type { ContactChange, ContactRemoval } from './contact.js';
import type { ContactEvent } from './event.js';
import type { ProviderManifest } from './manifest.js';
import type { ContactReading, Outcome } from './outcome.js';
import type { Verification } from './verification.js';

/**
 * One CRM or e-mail vendor.
 *
 * A provider builds requests, reads answers, and says what happened. It does not retry, wait, log, store, batch or
 * read the clock: the engine does all that, for every vendor in the same way. It never imports the engine, the
 * database, another provider, `process.env`, a timer or an HTTP client; everything it may use is in
 * {@link ProviderAccess}. It holds no state between calls.
 *
 * Rules that no provider may break:
 *
 * 1. *Absent, value and clear are three things.* Absent keys are never sent; empty strings and nulls never reach the
 *    vendor unless clearing was asked for and the manifest says how. What the merchant has there survives a sync.
 * 2. *Consent can only go down by itself.* No call re-subscribes anyone, and a failed or missing read never counts as
 *    "not subscribed yet".
 * 3. *Tags are added and removed, never replaced;* only what we added (`previous`) is ever removed, and what
 *    stood there before us is told as found, never as added.
 * 4. *Contact before event.* An event never creates a profile; the engine sends the contact first.
 * 5. *One bad optional field does not refuse the person; one bad item does not lose the batch.*
 * 6. *Secrets never appear* in an outcome, a warning, or a URL.
 * 7. *Events carry the vendor's dedupe id* where it has one.
 * 8. *Encoding is exact*: `+`, `@`, `/`, `%`, quotes, any script, 254-character addresses.
 *
 * Expected failures are values of {@link Outcome}; throwing means a bug in the provider.
 */
export interface CrmProvider {
  readonly manifest: ProviderManifest;

  /**
   * Finds out whether the credentials work, which account and region they open, and what they may do. Writes nothing
   * at the vendor, ever: no test contact, no test event.
   */
  verify(access: ProviderAccess): Promise<Verification>;

  /**
   * Lists the audiences that the API can add people to, page by page to the very end. Rule-based audiences, which the
   * vendor fills by itself, are left out.
   */
  listAudiences(access: ProviderAccess, cursor?: string): Promise<AudiencePage>;

  /**
   * Brings the vendor's copy of one contact to `change.desired`: fields, tags, audiences. Safe to repeat. When the
   * contact got in and its audience did not, the outcome is the failure *with* `written` holding what got in.
   */
  upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome>;

  /** Records one event on a contact that is already there. */
  trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome>;

  /**
   * As `upsertContact`, for many: one outcome per change, in the same order, none missing. Of a request that the vendor
   * refused without naming anybody, every item is `refused` with `wholeBatch`: dividing it is not the provider's task.
   */
  upsertContacts?(access: ProviderAccess, changes: readonly ContactChange[]): Promise<readonly Outcome[]>;

  /** As `trackEvent`, for many: one outcome per event, in the same order, none missing. */
  trackEvents?(access: ProviderAccess, events: readonly ContactEvent[]): Promise<readonly Outcome[]>;

  /** Looks a contact up: fields, consent, audiences. For receipts, previews and "missing only" fields. */
  readContact?(access: ProviderAccess, email: string): Promise<ContactReading>;

  /** Creates an audience that the API can add people to. Called only when a person asked for it. */
  createAudience?(access: ProviderAccess, name: string): Promise<AudienceCreation>;

  /**
   * Takes back what we put there: our attributes, our tags, the memberships we made. Never deletes, suppresses or
   * unsubscribes the person, and never touches a field that belongs to the merchant.
   */
  removeContact?(access: ProviderAccess, removal: ContactRemoval): Promise<Outcome>;

  /** The vendor's own erasure. Only ever called on a person's explicit choice. */
  eraseContact?(access: ProviderAccess, email: string): Promise<Outcome>;
}
