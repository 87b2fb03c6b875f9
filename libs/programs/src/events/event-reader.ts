import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { findCampaign } from '../campaigns/find-campaign.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { EVENT_COLUMNS, type EventRow, eventView, type EventView } from './event-view.js';

export interface EventQuery {
  readonly limit: number;
  /** Id of the event after which to go on. */
  readonly after?: string;
  readonly affiliateId?: string;
  /** Id or slug. */
  readonly campaign?: string;
  readonly name?: string;
  /** When it happened, both ends included. ISO 8601. */
  readonly occurredFrom?: string;
  readonly occurredTo?: string;
}

const LIST = `
  SELECT ${EVENT_COLUMNS} FROM event
   WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2)
     AND ($3::uuid IS NULL OR affiliate_id = $3) AND ($4::uuid IS NULL OR campaign_id = $4)
     AND ($5::text IS NULL OR name = $5)
     AND ($6::timestamptz IS NULL OR occurred_at >= $6) AND ($7::timestamptz IS NULL OR occurred_at <= $7)
   ORDER BY id DESC LIMIT $8`;

@Injectable()
export class EventReader {
  /** Last received first; one row more than `limit`, which tells whether there is more. */
  async list(work: UnitOfWork, query: EventQuery): Promise<ProgramResult<readonly EventView[]>> {
    const { tx, organizationId } = work;
    let campaignId: string | null = null;
    if (query.campaign !== undefined) {
      const campaign = await findCampaign(work, query.campaign);
      if (!campaign.ok) return campaign;
      campaignId = campaign.value.id;
    }
    const rows: EventRow[] = await tx.query(LIST, [
      organizationId,
      query.after ?? null,
      query.affiliateId ?? null,
      campaignId,
      query.name === undefined ? null : storableText(query.name),
      query.occurredFrom ?? null,
      query.occurredTo ?? null,
      query.limit + 1,
    ]);
    return granted(rows.map(eventView));
  }

  async ofAffiliate(
    work: UnitOfWork,
    affiliateId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ProgramResult<readonly EventView[]>> {
    const people: unknown[] = isUUID(affiliateId)
      ? await work.tx.query(`SELECT FROM affiliate WHERE organization_id = $1 AND id = $2`, [
          work.organizationId,
          affiliateId,
        ])
      : [];
    if (people.length === 0) return denied({ reason: 'not_found', what: 'affiliate', id: affiliateId });
    return this.list(work, { ...page, affiliateId });
  }

  async get({ tx, organizationId }: UnitOfWork, id: string): Promise<ProgramResult<EventView>> {
    const rows: EventRow[] = isUUID(id)
      ? await tx.query(`SELECT ${EVENT_COLUMNS} FROM event WHERE organization_id = $1 AND id = $2`, [
          organizationId,
          id,
        ])
      : [];
    const [row] = rows;
    return row === undefined ? denied({ reason: 'not_found', what: 'event', id }) : granted(eventView(row));
  }
}
