/** The vendor's state, as plain data. */

export type SubscriptionState = 'subscribed' | 'unsubscribed' | 'opted_in';

export interface StoredEvent {
  readonly name: string;
  /** ISO 8601. */
  readonly time: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface StoredUser {
  readonly id: string;
  readonly email?: string;
  readonly externalId?: string;
  /** Standard attributes beside the address. */
  readonly standard: Readonly<Record<string, unknown>>;
  readonly custom: Readonly<Record<string, unknown>>;
  readonly events: readonly StoredEvent[];
  /** Counts up: of several users with one address the one that was changed last is meant. */
  readonly changed: number;
}

export interface StoredGroup {
  readonly id: string;
  readonly name: string;
}

export interface StoredWorkspace {
  readonly users: Map<string, StoredUser>;
  /** Address in lower case → ids of users. */
  readonly byAddress: Map<string, Set<string>>;
  /** Address in lower case → its state, which all users with the address share. */
  readonly addresses: Map<string, SubscriptionState>;
  readonly groups: Map<string, StoredGroup>;
  /** Group id → address in lower case → state. */
  readonly memberships: Map<string, Map<string, 'subscribed' | 'unsubscribed'>>;
  readonly segments: readonly { readonly id: string; readonly name: string }[];
  /** Ids and changes so far. */
  count: number;
}

/** What was answered with "success" and is done a moment later, in order. */
export type Task =
  | { readonly kind: 'attributes' | 'event'; readonly object: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'group';
      readonly group: string;
      readonly state: 'subscribed' | 'unsubscribed';
      readonly emails: readonly string[];
    }
  | { readonly kind: 'delete'; readonly ids: readonly string[] };

export interface Queued {
  readonly w: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly task: Task;
}

export type Operation =
  | { readonly k: 'queue'; readonly entry: Queued }
  /** The first so many of the queue are done. */
  | { readonly k: 'ran'; readonly count: number }
  | { readonly k: 'user'; readonly user: StoredUser }
  | { readonly k: 'address'; readonly email: string; readonly state: SubscriptionState }
  | { readonly k: 'group'; readonly group: StoredGroup }
  | { readonly k: 'ungroup'; readonly id: string }
  | {
      readonly k: 'membership';
      readonly group: string;
      readonly email: string;
      readonly state: 'subscribed' | 'unsubscribed';
    }
  | { readonly k: 'revoked'; readonly revoked: boolean }
  | { readonly k: 'reset' };

export interface WorkspaceConfig {
  readonly instance: string;
  readonly host: string;
  readonly key: string;
  /** undefined stands for all of them. */
  readonly permissions?: readonly string[];
}

const HOSTS: Readonly<Record<string, string>> = {
  'eu-01': 'rest.fra-01.braze.eu',
  'us-01': 'rest.iad-01.braze.com',
  'us-02': 'rest.iad-02.braze.com',
  'us-03': 'rest.iad-03.braze.com',
  'us-04': 'rest.iad-04.braze.com',
  'us-05': 'rest.iad-05.braze.com',
  'us-06': 'rest.iad-06.braze.com',
  'us-07': 'rest.iad-07.braze.com',
  'us-08': 'rest.iad-08.braze.com',
  'us-09': 'rest.us-09.braze.com',
  'us-10': 'rest.us-10.braze.com',
  'eu-02': 'rest.fra-02.braze.eu',
  'eu-03': 'rest.fra-03.braze.eu',
  'au-01': 'rest.au-01.braze.com',
  'id-01': 'rest.id-01.braze.com',
  'jp-01': 'rest.jp-01.braze.com',
  'kr-01': 'rest.kr-01.braze.com',
};

/** One workspace in every instance; the European one first. */
export const WORKSPACES: readonly WorkspaceConfig[] = Object.entries(HOSTS).map(
  ([instance, host], index) => ({
    instance,
    host,
    key: `5a2db0c5-0000-4b4a-9e00-${String(index + 1).padStart(12, '0')}`,
  }),
);

/** A key of the first workspace that may write and nothing else. */
export const NARROW_KEY = '5a2db0c5-0000-4b4a-9e00-00000000ffff';
