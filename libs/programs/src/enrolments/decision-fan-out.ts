import { Injectable } from '@nestjs/common';
import { SyncOutbox } from '@rekomi/sync';

import { lookAtApproved } from '../audience-tiers/tier-looks.js';
import { chunks } from '../chunks.js';
import type { EnrolmentStatus } from '../entities/index.js';
import { eventMessages } from '../events/event-messages.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { approvedTargets } from './targets.js';

/** An enrolment whose status has just changed. At most one per affiliate. */
export interface Decided {
  readonly affiliateId: string;
  readonly campaignId: string;
  readonly tier: string | null;
  /** The status before; absent for an enrolment that is new. */
  readonly was?: EnrolmentStatus;
}

export const APPLIED_EVENT = 'affiliate_applied';
export const APPROVED_EVENT = 'affiliate_approved';
export const REJECTED_EVENT = 'affiliate_rejected';

/** Ids in order of time: whatever of a person is recorded later comes later. */
const STORE_EVENTS = `
  INSERT INTO event (id, organization_id, affiliate_id, campaign_id, name, occurred_at, data)
  SELECT new_id(), $1, x.affiliate_id, c.id, $5, date_trunc('milliseconds', now()),
         jsonb_strip_nulls(jsonb_build_object('campaign', c.slug, 'campaign_name', c.name, 'tier', x.tier))
    FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS x(affiliate_id, campaign_id, tier)
    JOIN campaign c ON c.organization_id = $1 AND c.id = x.campaign_id
  RETURNING id`;

const DESTINATIONS = `
  JOIN campaign_destination d ON d.organization_id = $1 AND d.campaign_id = x.campaign_id AND d.enabled
  JOIN connection c ON c.organization_id = $1 AND c.id = d.connection_id`;

const EVENT_OF_DESTINATION = `
  SELECT d.connection_id, x.affiliate_id AS contact_id, 'event' AS kind, x.name AS cause, x.id AS event_id,
         r.name AS event_name, x.occurred_at, x.data::text AS payload, 2::bigint AS place
    FROM event x ${DESTINATIONS}
   CROSS JOIN LATERAL (SELECT routed_event_name(coalesce(d.event_rules, c.event_rules), x.name) AS name) r
   WHERE x.organization_id = $1 AND x.id = ANY ($2::uuid[]) AND r.name IS NOT NULL`;

/** The contact, and behind it the event where the rules let it through. */
const CONTACTS_AND_EVENTS = `
  SELECT d.connection_id, x.affiliate_id AS contact_id, 'contact' AS kind, x.name AS cause, NULL::uuid AS event_id,
         NULL::text AS event_name, NULL::timestamptz AS occurred_at, NULL::text AS payload, 1::bigint AS place
    FROM event x ${DESTINATIONS}
   WHERE x.organization_id = $1 AND x.id = ANY ($2::uuid[])
  UNION ALL ${EVENT_OF_DESTINATION}`;

/** The event alone, where the person is for the sake of any campaign. */
const EVENTS_OF_WANTED = `${EVENT_OF_DESTINATION}
     AND EXISTS (SELECT FROM enrolment e
                   JOIN campaign_destination o ON o.organization_id = $1 AND o.campaign_id = e.campaign_id AND o.enabled
                  WHERE e.organization_id = $1 AND e.affiliate_id = x.affiliate_id AND e.status = 'approved'
                    AND o.connection_id = d.connection_id)`;

const CONTACTS = `
  SELECT d.connection_id, x.affiliate_id AS contact_id, 'contact' AS kind, $4::text AS cause, NULL::uuid AS event_id,
         NULL::text AS event_name, NULL::timestamptz AS occurred_at, NULL::text AS payload, 1::bigint AS place
    FROM unnest($2::uuid[], $3::uuid[]) AS x(affiliate_id, campaign_id) ${DESTINATIONS}`;

/**
 * Tells the connections concerned what decisions and changes mean for them, whatever the number of people. Which
 * events go where, and under which name, the rules of campaign and connection say at this moment.
 */
@Injectable()
export class DecisionFanOut {
  constructor(private readonly outbox: SyncOutbox) {}

  /** The contact is to be written, then told of: the event is stored once and delivered to each connection. */
  async approved(work: UnitOfWork, decided: readonly Decided[]): Promise<void> {
    for (const chunk of chunks(decided)) {
      await this.#record(work, CONTACTS_AND_EVENTS, [await this.#happened(work, APPROVED_EVENT, chunk)]);
    }
    await this.look(work, decided);
  }

  /** Who takes part now is looked at where tiers follow from audiences. */
  look(work: UnitOfWork, approved: readonly Pick<Decided, 'affiliateId' | 'campaignId'>[]): Promise<void> {
    return lookAtApproved(work, this.outbox, approved);
  }

  /**
   * Who was approved is to be brought to what is left there, perhaps nothing. The event is stored, and told to where the
   * person still is for the sake of another campaign.
   */
  async rejected(work: UnitOfWork, decided: readonly Decided[]): Promise<void> {
    for (const chunk of chunks(decided)) {
      const left = chunk.filter((one) => one.was === 'approved');
      if (left.length > 0) {
        await this.#record(work, CONTACTS, [
          left.map((one) => one.affiliateId),
          left.map((one) => one.campaignId),
          REJECTED_EVENT,
        ]);
      }
      await this.#record(work, EVENTS_OF_WANTED, [await this.#happened(work, REJECTED_EVENT, chunk)]);
    }
  }

  /** Who has just applied: the event is stored, and told to where the person is for the sake of another campaign. */
  async applied(work: UnitOfWork, decided: readonly Decided[]): Promise<void> {
    for (const chunk of chunks(decided)) {
      await this.#record(work, EVENTS_OF_WANTED, [await this.#happened(work, APPLIED_EVENT, chunk)]);
    }
  }

  /** Names, addresses, tags or tiers changed: everywhere the affiliates are meant to be. */
  async changed(work: UnitOfWork, affiliateIds: readonly string[]): Promise<void> {
    for (const chunk of chunks(affiliateIds)) {
      const targets = await approvedTargets(work, chunk);
      if (targets.length === 0) continue;
      const items = targets.map((target) => ({
        kind: 'contact' as const,
        ...target,
        cause: 'affiliate_changed',
      }));
      work.hasWork(await this.outbox.record(work.tx, work.organizationId, items));
    }
  }

  /** Stores the events and tells the endpoints that listen. @returns ids of the events. */
  async #happened(work: UnitOfWork, name: string, decided: readonly Decided[]): Promise<readonly string[]> {
    const ids = await storeEvents(work, name, decided);
    const { tx, organizationId } = work;
    work.hasWork(await this.outbox.announce(tx, organizationId, eventMessages(organizationId, { ids })));
    return ids;
  }

  async #record(work: UnitOfWork, sql: string, rest: readonly unknown[]): Promise<void> {
    const parameters = [work.organizationId, ...rest];
    work.hasWork(await this.outbox.recordFound(work.tx, work.organizationId, { sql, parameters }));
  }
}

/** @returns ids of the events. */
async function storeEvents(
  { tx, organizationId }: UnitOfWork,
  name: string,
  decided: readonly Decided[],
): Promise<readonly string[]> {
  const rows: { id: string }[] = await tx.query(STORE_EVENTS, [
    organizationId,
    decided.map((one) => one.affiliateId),
    decided.map((one) => one.campaignId),
    decided.map((one) => one.tier),
    name,
  ]);
  return rows.map(({ id }) => id);
}
