/** The vendor's state, as plain data. */

export interface Suppression {
  readonly reason: 'HARD_BOUNCE' | 'INVALID_EMAIL' | 'SPAM_COMPLAINT' | 'UNSUBSCRIBE' | 'USER_SUPPRESSED';
  readonly timestamp: string;
}

export interface StoredEvent {
  readonly metric: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  /** Of the request, or the second in which it happened. */
  readonly uniqueId: string;
  readonly told: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface StoredProfile {
  readonly id: string;
  readonly email?: string;
  /** Standard attributes beside the address. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly consent: 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NEVER_SUBSCRIBED';
  readonly suppressions: readonly Suppression[];
  readonly listSuppressions: readonly (Suppression & { readonly list_id: string })[];
  /** Confirmation mails that lists with double opt-in sent. */
  readonly confirmations: number;
  readonly events: readonly StoredEvent[];
  readonly created: string;
  readonly updated: string;
}

export interface StoredList {
  readonly id: string;
  readonly name: string;
  readonly optIn: 'single_opt_in' | 'double_opt_in';
  readonly created: string;
}

/** What was answered 202 and is done a moment later. */
export interface StoredJob {
  readonly id: string;
  readonly kind: 'import' | 'subscribe' | 'unsubscribe' | 'erase';
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly list?: string;
  /** Resource objects as they were sent. */
  readonly profiles: readonly unknown[];
}

export interface FinishedJob extends StoredJob {
  readonly status: 'queued' | 'complete';
  readonly failures: readonly { readonly detail: string; readonly original: unknown }[];
}

export interface StoredAccount {
  readonly lists: Map<string, StoredList>;
  readonly profiles: Map<string, StoredProfile>;
  /** Address in lower case → profile id. */
  readonly addresses: Map<string, string>;
  /** List id → profile ids. */
  readonly members: Map<string, Set<string>>;
  readonly jobs: Map<string, FinishedJob>;
  /** Ids given out so far. */
  count: number;
}

export type Operation =
  | { readonly k: 'profile'; readonly a: number; readonly profile: StoredProfile }
  | { readonly k: 'list'; readonly a: number; readonly list: StoredList }
  | { readonly k: 'unlist'; readonly a: number; readonly id: string }
  | {
      readonly k: 'member';
      readonly a: number;
      readonly list: string;
      readonly profile: string;
      readonly joins: boolean;
    }
  | { readonly k: 'job'; readonly a: number; readonly job: StoredJob }
  | { readonly k: 'ran'; readonly a: number; readonly id: string }
  | { readonly k: 'revoked'; readonly revoked: boolean }
  | { readonly k: 'reset' };
