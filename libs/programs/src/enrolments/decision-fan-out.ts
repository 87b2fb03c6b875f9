import { Injectable } from '@nestjs/common';
import { type OutboxItem, SyncOutbox } from '@rekomi/sync';

import { chunks } from '../chunks.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { approvedTargets, destinationsOf } from './targets.js';

/** An enrolment whose status has just changed. At most one per affiliate. */
export interface Decided {
  readonly affiliateId: string;
  readonly campaignId: string;
  readonly tier: string | null;
  /** The status before; absent for an enrolment that is new. */
  readonly was?: EnrolmentStatus;
}

interface StoredEvent {
  readonly id: string;
  readonly affiliate_id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurred_at: Date;
}

export const APPROVED_EVENT = 'affiliate_approved';

const STORE_EVENTS = `
  INSERT INTO event (id, organization_id, affiliate_id, name, occurred_at, data)
  SELECT new_id(), $1, x.affiliate_id, '${APPROVED_EVENT}', date_trunc('milliseconds', now()),
         jsonb_strip_nulls(jsonb_build_object('campaign', c.slug, 'campaign_name', c.name, 'tier', x.tier))
    FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS x(affiliate_id, campaign_id, tier)
    JOIN campaign c ON c.organization_id = $1 AND c.id = x.campaign_id
  RETURNING id, affiliate_id, data, occurred_at`;

/** Tells the connections concerned what decisions and changes mean for them, whatever the number of people. */
@Injectable()
export class DecisionFanOut {
  constructor(private readonly outbox: SyncOutbox) {}

  /** The contact is to be written, then told of: the event is stored once and delivered to each connection. */
  async approved(work: UnitOfWork, decided: readonly Decided[]): Promise<void> {
    const destinations = await this.#destinations(work, decided);
    for (const chunk of chunks(decided)) {
      const events: StoredEvent[] = await work.tx.query(STORE_EVENTS, [
        work.organizationId,
        chunk.map((one) => one.affiliateId),
        chunk.map((one) => one.campaignId),
        chunk.map((one) => one.tier),
      ]);
      const eventOf = new Map(events.map((event) => [event.affiliate_id, event]));
      const items = chunk.flatMap(({ affiliateId, campaignId }) =>
        (destinations.get(campaignId) ?? []).flatMap((connectionId) =>
          approvalItems(connectionId, affiliateId, eventOf.get(affiliateId)),
        ),
      );
      await this.#record(work, items);
    }
  }

  /** Who was approved is to be brought to what is left there, perhaps nothing. Nobody else was written anywhere. */
  async rejected(work: UnitOfWork, decided: readonly Decided[]): Promise<void> {
    const unapproved = decided.filter((one) => one.was === 'approved');
    const destinations = await this.#destinations(work, unapproved);
    for (const chunk of chunks(unapproved)) {
      const items = chunk.flatMap(({ affiliateId, campaignId }) =>
        (destinations.get(campaignId) ?? []).map((connectionId) =>
          contactItem(connectionId, affiliateId, 'affiliate_rejected'),
        ),
      );
      await this.#record(work, items);
    }
  }

  /** Names, addresses, tags or tiers changed: everywhere the affiliates are meant to be. */
  async changed(work: UnitOfWork, affiliateIds: readonly string[]): Promise<void> {
    for (const chunk of chunks(affiliateIds)) {
      const targets = await approvedTargets(work, chunk);
      await this.#record(
        work,
        targets.map((target) => contactItem(target.connectionId, target.contactId, 'affiliate_changed')),
      );
    }
  }

  async #destinations(
    work: UnitOfWork,
    decided: readonly Decided[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    if (decided.length === 0) return new Map();
    return destinationsOf(work, [...new Set(decided.map((one) => one.campaignId))]);
  }

  async #record(work: UnitOfWork, items: readonly OutboxItem[]): Promise<void> {
    if (items.length === 0) return;
    work.hasWork(await this.outbox.record(work.tx, work.organizationId, items));
  }
}

function contactItem(connectionId: string, contactId: string, cause: string): OutboxItem {
  return { kind: 'contact', connectionId, contactId, cause };
}

function approvalItems(
  connectionId: string,
  contactId: string,
  event: StoredEvent | undefined,
): OutboxItem[] {
  const contact = contactItem(connectionId, contactId, APPROVED_EVENT);
  if (event === undefined) return [contact];
  const { id, data } = event;
  return [
    contact,
    {
      kind: 'event',
      connectionId,
      contactId,
      cause: APPROVED_EVENT,
      event: { id, name: APPROVED_EVENT, occurredAt: event.occurred_at.toISOString(), data },
    },
  ];
}
