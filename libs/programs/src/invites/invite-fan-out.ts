import { Injectable } from '@nestjs/common';

import { ContactFanOut } from '../enrolments/contact-fan-out.js';
import type { UnitOfWork } from '../unit-of-work.js';

export type InviteCause = 'affiliate_invited' | 'invite_ended' | 'address_suppressed';

const WRITES_LINKS = `
  SELECT FROM campaign_destination
   WHERE organization_id = $1 AND campaign_id = $2 AND enabled AND invite_links LIMIT 1`;

/** Tells the connections that invite links are written to. The others never hear of somebody who is only invited. */
@Injectable()
export class InviteFanOut {
  constructor(private readonly contacts: ContactFanOut) {}

  /** Does any connection of the campaign get the links of invited people? */
  async writesLinks({ tx, organizationId }: UnitOfWork, campaignId: string): Promise<boolean> {
    const rows: unknown[] = await tx.query(WRITES_LINKS, [organizationId, campaignId]);
    return rows.length > 0;
  }

  changed(
    work: UnitOfWork,
    people: readonly { readonly campaignId: string; readonly affiliateId: string }[],
    cause: InviteCause,
  ): Promise<void> {
    const concerned = people.map(({ affiliateId, campaignId }) => ({
      affiliateId,
      campaignId,
      state: 'invited' as const,
    }));
    return this.contacts.send(work, concerned, cause);
  }
}
