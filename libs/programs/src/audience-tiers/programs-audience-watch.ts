import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '@rekomi/provider-contract';
import type { AudienceWatch, SeenAudiences, WatchedContact } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

import { UnitOfWork } from '../unit-of-work.js';
import { TierSettlement } from './tier-settlement.js';

type Target = Parameters<AudienceWatch['watched']>[1];

const HOUR_MS = 3_600_000;

/** Approved people of campaigns whose tiers follow from audiences at this connection. */
const WATCHED = `
  SELECT a.id, a.email, min(m.refresh_hours) AS hours
    FROM unnest($3::uuid[]) AS wanted(id)
    JOIN affiliate a ON a.organization_id = $1 AND a.id = wanted.id
    JOIN enrolment e ON e.organization_id = $1 AND e.affiliate_id = a.id AND e.status = 'approved'
    JOIN audience_tiers m ON m.organization_id = $1 AND m.campaign_id = e.campaign_id AND m.connection_id = $2
   GROUP BY a.id, a.email`;

/** Who changes such a setting waits until what was seen is booked, and the other way round. */
const LOCK_CAMPAIGNS = `
  SELECT c.id FROM campaign c
    JOIN audience_tiers m ON m.organization_id = $1 AND m.campaign_id = c.id AND m.connection_id = $2
   WHERE c.organization_id = $1 ORDER BY c.id FOR SHARE OF c`;

const SEEN = `
  INSERT INTO audience_reading (organization_id, connection_id, affiliate_id, audiences, seen_at)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (connection_id, affiliate_id) DO UPDATE
     SET audiences = excluded.audiences, seen_at = excluded.seen_at, failed_code = NULL, failed_at = NULL`;

const UNSEEN = `
  INSERT INTO audience_reading (organization_id, connection_id, affiliate_id, failed_code, failed_at)
  VALUES ($1, $2, $3, $4, now())
  ON CONFLICT (connection_id, affiliate_id) DO UPDATE
     SET failed_code = excluded.failed_code, failed_at = excluded.failed_at`;

/** Watches affiliates whose tier follows from audiences, and books what the engine saw. */
@Injectable()
export class ProgramsAudienceWatch implements AudienceWatch {
  constructor(private readonly tiers: TierSettlement) {}

  async watched(
    tx: EntityManager,
    { organizationId, connectionId }: Target,
    contactIds: readonly string[],
  ): Promise<ReadonlyMap<string, WatchedContact>> {
    const rows: { id: string; email: string; hours: number }[] = await tx.query(WATCHED, [
      organizationId,
      connectionId,
      contactIds,
    ]);
    return new Map(rows.map(({ id, email, hours }) => [id, { email, everyMs: hours * HOUR_MS }]));
  }

  async seen(
    tx: EntityManager,
    { organizationId, connectionId }: Target,
    contactId: string,
    { audiences, seenAt }: SeenAudiences,
  ): Promise<readonly string[]> {
    const work = new UnitOfWork(tx, organizationId);
    await tx.query(LOCK_CAMPAIGNS, [organizationId, connectionId]);
    await tx.query(SEEN, [organizationId, connectionId, contactId, audiences, seenAt]);
    await this.tiers.settle(work, { affiliateId: contactId, connectionId });
    return work.connections;
  }

  async unseen(
    tx: EntityManager,
    { organizationId, connectionId }: Target,
    contactId: string,
    code: ErrorCode,
  ): Promise<void> {
    await tx.query(UNSEEN, [organizationId, connectionId, contactId, code]);
  }
}
