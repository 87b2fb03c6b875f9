import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { findCampaign, lockCampaigns } from '../campaigns/find-campaign.js';
import { chunks } from '../chunks.js';
import { granted, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import {
  DECIDED_FROM,
  DECISION_FAILURES,
  type DecisionFailure,
  type DecisionKind,
  unmoved,
} from './decision.js';
import { DecisionEffects } from './decision-effects.js';
import { findEnrolments, settle, type Settled } from './enrolment-statements.js';

export interface Decision {
  readonly affiliateIds: readonly string[];
  /** Id or slug. May be left out for affiliates with exactly one enrolment. */
  readonly campaign?: string;
  readonly decision: DecisionKind;
  readonly reason?: string;
}

/** What became of one id, in the order asked. */
export type DecisionOutcome =
  | {
      readonly affiliateId: string;
      readonly outcome: DecisionKind | 'unchanged';
      readonly campaignId: string;
    }
  | {
      readonly affiliateId: string;
      readonly outcome: 'failed';
      readonly code: DecisionFailure;
      readonly detail: string;
    };

@Injectable()
export class EnrolmentService {
  constructor(private readonly effects: DecisionEffects) {}

  /**
   * Decides on any number of affiliates. Deciding the same twice changes nothing and sends nothing; a decision can be
   * turned round. What fails for one affiliate does not touch the others.
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

    const kind = input.decision;
    const reason = input.reason === undefined ? null : storableText(input.reason);
    const settled = new Map<string, Settled>();
    for (const chunk of chunks(chosen)) {
      const rows = await settle(
        work,
        chunk.map((one) => one.enrolmentId),
        { kind, from: DECIDED_FROM[kind], reason },
      );
      for (const row of rows) settled.set(row.affiliateId, row);
    }
    await this.effects.follow(
      work,
      kind,
      [...settled.values()].filter(({ status }) => status !== null),
    );

    const told = new Set<string>();
    return granted(
      asked.map((affiliateId): DecisionOutcome => {
        const enrolments = found.get(affiliateId);
        if (enrolments === undefined) return failed(affiliateId, 'affiliate_not_found');
        if (enrolments.length > 1) return failed(affiliateId, 'campaign_needed');
        const one = settled.get(affiliateId);
        if (one === undefined) return failed(affiliateId, 'not_enrolled');
        const code = one.status === null ? unmoved(kind, one.was) : 'unchanged';
        if (code !== 'unchanged') return failed(affiliateId, code);
        // An id that is named twice was decided once.
        const outcome = one.status === null || told.has(affiliateId) ? 'unchanged' : kind;
        told.add(affiliateId);
        return { affiliateId, outcome, campaignId: one.campaignId };
      }),
    );
  }
}

function failed(affiliateId: string, code: DecisionFailure): DecisionOutcome {
  return { affiliateId, outcome: 'failed', code, detail: DECISION_FAILURES[code] };
}
