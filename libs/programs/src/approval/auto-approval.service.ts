import { Injectable } from '@nestjs/common';

import { findCampaign } from '../campaigns/find-campaign.js';
import { chunks } from '../chunks.js';
import { DecisionFanOut } from '../enrolments/decision-fan-out.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { type ApprovalReason, reasonsAgainst } from './approval-reasons.js';
import { type ApprovalRules, completeRules } from './approval-rules.js';
import {
  type ApplicantRow,
  approveApplicants,
  pendingAffiliates,
  readApplicants,
  storeReasons,
} from './auto-approval-statements.js';

export interface AutoApprovalOutcome {
  readonly affiliateId: string;
  /** `off`: the campaign approves nobody automatically. */
  readonly outcome: 'approved' | 'skipped' | 'off';
  readonly reasons: readonly ApprovalReason[];
}

export interface AutoApprovalRun {
  readonly considered: number;
  readonly approved: number;
  readonly skipped: number;
  /** How many were passed by for each reason; one person may have several. */
  readonly reasons: Readonly<Record<string, number>>;
}

interface Judged {
  readonly row: ApplicantRow;
  readonly reasons: readonly ApprovalReason[];
}

const PAGE = 5_000;

/**
 * Approves who fulfils the campaign's rules. Everything is looked at again, under lock, at the moment of approval: who
 * was decided by hand meanwhile stays as decided, and an approval goes the way that every approval goes.
 */
@Injectable()
export class AutoApprovalService {
  constructor(private readonly fanOut: DecisionFanOut) {}

  /**
   * Considers these affiliates, of which only those who wait for a decision are ever approved. Who is passed by keeps the
   * reasons in `enrolment.skipped`.
   *
   * @returns one outcome per affiliate that takes part in the campaign, in the order asked.
   */
  async consider(
    work: UnitOfWork,
    campaignId: string,
    affiliateIds: readonly string[],
  ): Promise<readonly AutoApprovalOutcome[]> {
    if (affiliateIds.length === 0) return [];
    const found = await findCampaign(work, campaignId, { lock: 'enrolments' });
    if (!found.ok) return [];
    const campaign = found.value;
    if (!campaign.autoApprove) {
      return affiliateIds.map((affiliateId) => ({ affiliateId, outcome: 'off', reasons: [] }));
    }
    const rules = completeRules(campaign.rules);
    const outcomes: AutoApprovalOutcome[] = [];
    for (const chunk of chunks([...new Set(affiliateIds)])) {
      const judged = await this.#judge(work, campaign.id, chunk, rules, campaign.archivedAt !== null, true);
      await this.#act(work, judged);
      const byAffiliate = new Map(judged.map((one) => [one.row.affiliate_id, one.reasons]));
      for (const affiliateId of chunk) {
        const reasons = byAffiliate.get(affiliateId);
        if (reasons === undefined) continue;
        outcomes.push({ affiliateId, outcome: reasons.length === 0 ? 'approved' : 'skipped', reasons });
      }
    }
    return outcomes;
  }

  /** Considers everybody who waits, for instance after the rules changed. A dry run only counts. */
  async run(
    work: UnitOfWork,
    campaign: string,
    options: { readonly dryRun: boolean },
  ): Promise<ProgramResult<AutoApprovalRun>> {
    const found = await findCampaign(work, campaign, options.dryRun ? {} : { lock: 'enrolments' });
    if (!found.ok) return found;
    const { id, autoApprove, archivedAt } = found.value;
    if (!autoApprove) return denied(switchedOff());
    const rules = completeRules(found.value.rules);
    const counts = new Map<string, number>();
    let [considered, approved] = [0, 0];
    for await (const affiliateIds of pendingAffiliates(work, id, PAGE)) {
      const judged = await this.#judge(work, id, affiliateIds, rules, archivedAt !== null, !options.dryRun);
      if (!options.dryRun) await this.#act(work, judged);
      considered += judged.length;
      approved += judged.filter(({ reasons }) => reasons.length === 0).length;
      for (const { code } of judged.flatMap(({ reasons }) => reasons)) {
        counts.set(code, (counts.get(code) ?? 0) + 1);
      }
    }
    return granted({
      considered,
      approved,
      skipped: considered - approved,
      reasons: Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1))),
    });
  }

  async #judge(
    work: UnitOfWork,
    campaignId: string,
    affiliateIds: readonly string[],
    rules: ApprovalRules,
    campaignArchived: boolean,
    lock: boolean,
  ): Promise<readonly Judged[]> {
    const duplicates = rules.duplicates === 'skip';
    const rows = await readApplicants(work, campaignId, affiliateIds, { duplicates, lock });
    return rows.map((row) => ({
      row,
      reasons: reasonsAgainst(rules, applicantOf(row), campaignArchived),
    }));
  }

  async #act(work: UnitOfWork, judged: readonly Judged[]): Promise<void> {
    const fit = judged.filter(({ reasons }) => reasons.length === 0).map(({ row }) => row.id);
    if (fit.length > 0) await this.fanOut.approved(work, await approveApplicants(work, fit));
    const passedBy = judged
      // Of somebody decided there is nothing to explain.
      .filter(({ row, reasons }) => row.status === 'applied' && reasons.length > 0)
      .filter(({ row, reasons }) => !sameReasons(reasons, row.skipped))
      .map(({ row, reasons }) => ({ id: row.id, reasons }));
    await storeReasons(work, passedBy);
  }
}

function applicantOf(row: ApplicantRow): Parameters<typeof reasonsAgainst>[1] {
  const duplicate =
    row.same_mailbox !== null
      ? { affiliateId: row.same_mailbox, by: 'address' as const }
      : row.same_external_id !== null
        ? { affiliateId: row.same_external_id, by: 'external_id' as const }
        : undefined;
  return {
    status: row.status,
    decidedByHand: row.decided_at !== null,
    email: row.email,
    country: row.country,
    addressConfirmed: row.address_confirmed,
    ...(duplicate === undefined ? {} : { duplicate }),
  };
}

function sameReasons(one: readonly ApprovalReason[], other: readonly ApprovalReason[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ code, detail }, place) => code === other[place]?.code && detail === other[place].detail)
  );
}

function switchedOff(): Parameters<typeof denied>[0] {
  const detail = 'Automatic approval is switched off in this campaign. Switch it on first.';
  return { reason: 'conflict', errors: [{ pointer: '#', code: 'auto_approve_off', detail }] };
}
