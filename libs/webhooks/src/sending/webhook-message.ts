import type { JsonValue } from './json-value.js';

/** What a webhook tells. Absent fields are unknown; nothing here is ever an empty string in place of a missing value. */
export interface WebhookMessage {
  /** The `webhook-id`: the same for every attempt and every replay. */
  readonly id: string;
  /** Name of the event, for instance `commission_earned`. */
  readonly type: string;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, JsonValue>>;
  /** Absent for what is about no person: a connection that was stopped, say. */
  readonly affiliate?: WebhookAffiliate;
  readonly campaign?: WebhookCampaign;
}

export interface WebhookAffiliate {
  readonly id: string;
  readonly email: string;
  readonly name?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly externalId?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly referralSlug?: string;
}

export interface WebhookCampaign {
  readonly id: string;
  readonly name?: string;
  readonly slug?: string;
}
