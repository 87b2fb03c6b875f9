import { Injectable } from '@nestjs/common';
import { SyncOutbox } from '@rekomi/sync';

import { chunks } from '../chunks.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';

/** An enrolment whose coming or going concerns the connections where it is, or was, in this state. */
export interface Concerned {
  readonly affiliateId: string;
  readonly campaignId: string;
  readonly state: EnrolmentStatus;
}

/** Only approved people are written to connections, and invited ones where the destination wants their links. */
const TARGETS = `
  SELECT d.connection_id AS "connectionId", u.affiliate_id AS "contactId"
    FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS u(affiliate_id, campaign_id, state)
    JOIN campaign_destination d ON d.organization_id = $1 AND d.campaign_id = u.campaign_id AND d.enabled
                               AND (u.state = 'approved' OR (u.state = 'invited' AND d.invite_links))
   ORDER BY d.connection_id, u.affiliate_id`;

/** Has contacts brought to their new state without telling of an event. */
@Injectable()
export class ContactFanOut {
  constructor(private readonly outbox: SyncOutbox) {}

  async send(work: UnitOfWork, concerned: readonly Concerned[], cause: string): Promise<void> {
    const written = concerned.filter(({ state }) => state === 'approved' || state === 'invited');
    for (const chunk of chunks(written)) {
      const targets: { connectionId: string; contactId: string }[] = await work.tx.query(TARGETS, [
        work.organizationId,
        chunk.map((one) => one.affiliateId),
        chunk.map((one) => one.campaignId),
        chunk.map((one) => one.state),
      ]);
      if (targets.length === 0) continue;
      const items = targets.map((target) => ({ kind: 'contact' as const, ...target, cause }));
      work.hasWork(await this.outbox.record(work.tx, work.organizationId, items));
    }
  }
}
