import type { ConsentBasis, DesiredContact, ErrorCode } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

/** What a contact should look like at one connection, right now. */
export type Desired =
  | { readonly kind: 'present'; readonly contact: DesiredContact; readonly consent?: ConsentBasis }
  /** Not meant to be there (any more): what we added is taken back. */
  | { readonly kind: 'absent' };

/** What the engine hands over about a connection when it asks for desired state. */
export interface ConnectionDefaults {
  readonly id: string;
  readonly organizationId: string;
  /** The vendor's id of the audience that campaigns inherit. */
  readonly defaultAudience?: string;
  readonly defaultTags: readonly string[];
}

/**
 * The engine's one question to the rest of the product. Asked inside the transaction that claimed the work, after the
 * lane's tail was read, so that no later change can be missed.
 */
export interface DesiredState {
  /**
   * One entry per contact id, none missing.
   *
   * @param asIf `switched_on`: as it would be if everything that is to go to the connection were switched on. For previews.
   */
  read(
    tx: EntityManager,
    connection: ConnectionDefaults,
    contactIds: readonly string[],
    asIf?: 'switched_on',
  ): Promise<ReadonlyMap<string, Desired>>;
}

/**
 * Who is meant to be at one connection. Query with the columns `contact_id` and `since` (timestamptz: since when the person
 * is meant to be anywhere), each contact once. Parameters: `$1` the organisation, `$2` the connection, `$3` whether what is
 * switched off counts as well.
 */
export interface ConnectionPeople {
  readonly sql: string;
}

/**
 * Causes of contact deliveries by which somebody joins: whom the first sync of a connection left out, goes from then on.
 */
export const JOINING_CAUSES: readonly string[] = ['affiliate_approved'];

/** One person's part in one campaign, for an explanation in words. */
export interface Membership {
  readonly campaign: string;
  readonly status: 'invited' | 'applied' | 'approved' | 'rejected' | 'archived';
  /** Where the campaign sends its affiliates. */
  readonly connectionIds: readonly string[];
}

export interface PersonMemberships {
  readonly email: string;
  readonly memberships: readonly Membership[];
}

/** What a timeline asks the rest of the product: who is this, and why should they be in a tool? */
export interface MembershipReader {
  /** Undefined for nobody of this organisation. */
  read(tx: EntityManager, organizationId: string, contactId: string): Promise<PersonMemberships | undefined>;
}

/** Somebody of whom the rest of the product wants to know which audiences they are in. */
export interface WatchedContact {
  readonly email: string;
  /** How long after a look the next one is wanted. */
  readonly everyMs: number;
}

/** What a look showed. */
export interface SeenAudiences {
  /** The vendor's ids, rule-based ones included. */
  readonly audiences: readonly string[];
  /** ISO 8601. */
  readonly seenAt: string;
}

interface LookTarget {
  readonly organizationId: string;
  readonly connectionId: string;
}

/**
 * Whoever wants to know of audiences at vendors. The engine looks, within the vendor's limits and never inside a
 * transaction, and tells; somebody is looked at again and again for as long as they are watched.
 */
export interface AudienceWatch {
  /** Those of the contacts who are watched at this connection. */
  watched(
    tx: EntityManager,
    target: LookTarget,
    contactIds: readonly string[],
  ): Promise<ReadonlyMap<string, WatchedContact>>;
  /** @returns ids of connections that have work because of it. */
  seen(
    tx: EntityManager,
    target: LookTarget,
    contactId: string,
    seen: SeenAudiences,
  ): Promise<readonly string[]>;
  /** The vendor could not be asked, or did not say, several times over. Whatever was known stays as it was. */
  unseen(tx: EntityManager, target: LookTarget, contactId: string, code: ErrorCode): Promise<void>;
}

/**
 * What can be the matter with a connection, apart from what a person did:
 *
 * - `auth_error`: the vendor does not accept the credentials; nothing is sent.
 * - `needs_attention`: the configuration names something that is gone; nothing is sent.
 * - `audience_missing`: the audience of a single campaign is gone; who is to be in it waits, nobody else.
 * - `rate_limited`: the vendor makes the account wait for more than an hour.
 * - `vendor_down`: the vendor has answered nothing but failures for more than a quarter of an hour.
 * - `unbalanced`: deliveries do not add up, which is a fault of ours.
 * - `contacts_refused`: a day's number of contacts that the vendor refused.
 */
export const CONNECTION_MATTERS = [
  'auth_error',
  'needs_attention',
  'audience_missing',
  'rate_limited',
  'vendor_down',
  'unbalanced',
  'contacts_refused',
] as const;
export type ConnectionMatter = (typeof CONNECTION_MATTERS)[number];

export interface ConnectionNews {
  readonly connectionId: string;
  /** What people call the connection. */
  readonly label: string;
  readonly matter: ConnectionMatter;
  readonly code: ErrorCode;
  /** What happened, in a sentence or two. Never with a secret or a contact in it. */
  readonly detail: string;
}

/**
 * Tells people what became of a connection, in the transaction of the change: a process that dies loses none of it and
 * doubles none. Once per change of state, however often it is said.
 */
export interface ConnectionNotices {
  /** Said again while it is open, it changes what the notice says and tells nobody anew. */
  broke(tx: EntityManager, organizationId: string, news: ConnectionNews): Promise<void>;
  /**
   * The matters are over. `quietly` when another one took their place or a person stopped the connection: nobody is
   * told then that it works again.
   */
  over(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
    matters: readonly ConnectionMatter[],
    how: 'told' | 'quietly',
  ): Promise<void>;
}

/** Whoever keeps names of audiences beside their ids is told what the vendor calls them now. */
export interface AudienceNames {
  seen(
    tx: EntityManager,
    target: { readonly organizationId: string; readonly connectionId: string },
    audiences: readonly { readonly id: string; readonly name: string }[],
  ): Promise<void>;
}

/** Injection token of {@link DesiredState}; `programs` provides it. */
export const DESIRED_STATE = Symbol('DesiredState');

interface OutboxTarget {
  readonly connectionId: string;
  readonly contactId: string;
  /** Why, in one word of the timeline: `affiliate_approved`, `destination_changed`, `affiliate_changed`. */
  readonly cause: string;
}

/** "Bring the vendor's copy to the desired state": carries no data, several collapse into one. */
export interface ContactChanged extends OutboxTarget {
  readonly kind: 'contact';
}

/** "This happened": an immutable fact, delivered once and after the contact. */
export interface EventHappened extends OutboxTarget {
  readonly kind: 'event';
  readonly event: {
    /** Our id of the event, the same on every connection. */
    readonly id: string;
    readonly name: string;
    /** ISO 8601, UTC. */
    readonly occurredAt: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

export type OutboxItem = ContactChanged | EventHappened;

/**
 * Work that a query of the caller finds, for numbers of it that should not pass through this process. `$1` is the
 * organisation. Columns: `connection_id`, `contact_id` (uuid), `kind` ('contact' or 'event'), `cause`, `event_id`
 * (uuid), `event_name`, `occurred_at` (timestamptz, whole milliseconds), `payload` (JSON as text), the last four null
 * for contacts, and `place` (bigint), by which the order per contact goes.
 */
export interface OutboxQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /**
   * What it finds is about no person: an endpoint whose own form speaks of one is told only where somebody chose that event
   * by its name.
   */
  readonly aboutNobody?: true;
}

/**
 * The only way work reaches the engine. Rows are written in the caller's transaction; `wake` comes after its commit.
 */
export abstract class SyncOutbox {
  /**
   * Appends deliveries, set-based, whatever their number. Per contact the order of `items` is kept. Items for
   * connections that are disconnected are left out.
   *
   * @returns ids of the connections that now have work; hand them to {@link wake} after the commit.
   */
  abstract record(
    tx: EntityManager,
    organizationId: string,
    items: readonly OutboxItem[],
  ): Promise<readonly string[]>;

  /** The same for what a query finds: one statement, and no row of it leaves the database. */
  abstract recordFound(
    tx: EntityManager,
    organizationId: string,
    query: OutboxQuery,
  ): Promise<readonly string[]>;

  /**
   * Tells the endpoints that listen what a query finds to have happened, one statement for any number. `$1` is the
   * organisation. Columns: `event_id`, `contact_id` (uuid), `cause`, `event_name`, `occurred_at` (timestamptz, whole
   * milliseconds) and `payload` (the message without id, type and time, as JSON text). An event that an endpoint is
   * being told of already is not told twice.
   *
   * @returns ids of the endpoints that now have work; hand them to {@link wake} after the commit.
   */
  abstract announce(
    tx: EntityManager,
    organizationId: string,
    query: OutboxQuery,
  ): Promise<readonly string[]>;

  /**
   * Has contacts looked at, at the pace of the vendor's reading endpoints. A look that is owed already is brought
   * forward, never put off.
   *
   * @param query `$1` is the organisation. Columns: `connection_id`, `contact_id` (uuid), `in_ms` (from now).
   */
  abstract oweLooks(tx: EntityManager, organizationId: string, query: OutboxQuery): Promise<void>;

  /**
   * People begin to be meant for a connection who were approved before. Whom its first sync leaves out is noted; nothing is
   * enqueued. Nobody is left out whom the connection ever had to do with.
   *
   * @param query `$1` is the organisation. Columns: `contact_id` (uuid) and `since` (timestamptz).
   */
  abstract beginFirstSync(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
    query: OutboxQuery,
  ): Promise<void>;

  /** Those of the contacts whom the first sync of the connection left out: a delivery would come to nothing. */
  abstract leftOut(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
    contactIds: readonly string[],
  ): Promise<ReadonlySet<string>>;

  /** Tells the workers, at most once in a short while per target. Losing a wake only costs about a second. */
  abstract wake(targetIds: readonly string[]): void;
}
