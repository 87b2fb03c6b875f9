import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { findCampaign, lockCampaigns } from '../campaigns/find-campaign.js';
import { chunks } from '../chunks.js';
import { granted, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { type Decided, DecisionFanOut } from './decision-fan-out.js';
import { findEnrolments, setStatus } from './enrolment-statements.js';

export interface Decision {
  readonly affiliateIds: readonly string[];
  /** Id or slug. May be left out for affiliates with exactly one enrolment. */
  readonly campaign?: string;
  readonly decision: 'approved' | 'rejected';
  readonly reason?: string;
}

export type DecisionFailure = 'affiliate_not_found' | 'not_enrolled' | 'campaign_needed';

/** What became of one id, in the order asked. */
export type DecisionOutcome =
  | {
      readonly affiliateId: string;
      readonly outcome: 'approved' | 'rejected' | 'unchanged';
      readonly campaignId: string;
    }
  | {
      readonly affiliateId: string;
      readonly outcome: 'failed';
      readonly code: DecisionFailure;
      readonly detail: string;
    };

const FAILURES: Readonly<Record<DecisionFailure, string>> = {
  affiliate_not_found: 'No affiliate has this id.',
  not_enrolled: 'The affiliate does not take part in this campaign. Add the affiliate to it first.',
  campaign_needed: 'The affiliate takes part in several campaigns. Name the one that is meant.',
};

@Injectable()
export class EnrolmentService {
  constructor(private readonly fanOut: DecisionFanOut) {}

  /**
   * Approves or rejects any number of affiliates. Deciding the same twice changes nothing and sends nothing; a decision
   * can be turned round. What fails for one affiliate does not touch the others.
   */
  async decide(work: UnitOfWork, input: Decision): Promise<ProgramResult<readonly DecisionOutcome[]>> {
    let campaignId: string | undefined;
    if (input.campaign !== undefined) {
      const campaign = await findCampaign(work, input.campaign, {
        lock: 'enrolments',
        pointer: '#/campaign',
      });
      if (!campaign.ok) return campaign;
      campaignId = campaign.value.id;
    }
    const asked = input.affiliateIds.map((id) => id.toLowerCase());
    const ids = [...new Set(asked)].filter((id) => isUUID(id)).sort();
    const found = await findEnrolments(work, ids, campaignId);
    const chosen = [...found.values()].flatMap((enrolments) => (enrolments.length === 1 ? enrolments : []));
    if (campaignId === undefined)
      await lockCampaigns(work, [...new Set(chosen.map((one) => one.campaignId))]);

    const decided: Decided[] = [];
    const reason = input.reason === undefined ? null : storableText(input.reason);
    for (const chunk of chunks(chosen)) {
      decided.push(
        ...(await setStatus(
          work,
          chunk.map((one) => one.enrolmentId),
          input.decision,
          reason,
        )),
      );
    }
    await this.fanOut[input.decision](work, decided);

    const changed = new Set(decided.map((one) => one.affiliateId));
    return granted(
      asked.map((affiliateId): DecisionOutcome => {
        const enrolments = found.get(affiliateId);
        const [enrolment] = enrolments ?? [];
        if (enrolments === undefined) return failed(affiliateId, 'affiliate_not_found');
        if (enrolment === undefined) return failed(affiliateId, 'not_enrolled');
        if (enrolments.length > 1) return failed(affiliateId, 'campaign_needed');
        // An id that is named twice was decided once.
        const outcome = changed.delete(affiliateId) ? input.decision : 'unchanged';
        return { affiliateId, outcome, campaignId: enrolment.campaignId };
      }),
    );
  }
}

function failed(affiliateId: string, code: DecisionFailure): DecisionOutcome {
  return { affiliateId, outcome: 'failed', code, detail: FAILURES[code] };
}
