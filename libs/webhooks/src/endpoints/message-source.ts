import type { OutboxQuery } from '@rekomi/sync';

/** Finds what endpoints are told of events that are on record; `programs` knows them. */
export interface MessageSource {
  byIds(organizationId: string, eventIds: readonly string[]): OutboxQuery;
  /** Events that came in from `since` on and before `until`. */
  received(organizationId: string, since: Date, until: Date | undefined): OutboxQuery;
}
