import { Injectable } from '@nestjs/common';

import type { UnitOfWork } from '../unit-of-work.js';
import { type Concerned, ContactFanOut } from './contact-fan-out.js';
import type { DecisionKind } from './decision.js';
import { DecisionFanOut } from './decision-fan-out.js';
import type { Settled } from './enrolment-statements.js';

/** What follows from decisions at the connections, whatever the number of people. */
@Injectable()
export class DecisionEffects {
  constructor(
    private readonly fanOut: DecisionFanOut,
    private readonly contacts: ContactFanOut,
  ) {}

  /** @param moved enrolments that the decision moved, at most one per affiliate. */
  async follow(work: UnitOfWork, kind: DecisionKind, moved: readonly Settled[]): Promise<void> {
    switch (kind) {
      case 'approved':
        return this.fanOut.approved(work, moved);
      case 'rejected':
        await this.fanOut.rejected(work, moved);
        // Their invite links are taken back; who was approved is told of by the rejection itself.
        return this.contacts.send(
          work,
          moved.filter(({ was }) => was === 'invited').map(left),
          'affiliate_rejected',
        );
      case 'unapproved':
      case 'archived':
        return this.contacts.send(work, moved.map(left), `affiliate_${kind}`);
      case 'restored':
        await this.contacts.send(work, moved.map(arrived), 'affiliate_restored');
        return this.fanOut.look(
          work,
          moved.filter(({ status }) => status === 'approved'),
        );
    }
  }
}

const left = ({ affiliateId, campaignId, was }: Settled): Concerned => ({
  affiliateId,
  campaignId,
  state: was,
});

const arrived = ({ affiliateId, campaignId, was, status }: Settled): Concerned => ({
  affiliateId,
  campaignId,
  state: status ?? was,
});
