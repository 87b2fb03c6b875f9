import { Injectable } from '@nestjs/common';

import { findCampaign } from '../campaigns/find-campaign.js';
import type { EnrolmentStatus } from '../entities/index.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { DECIDED_FROM, type DecisionKind, USUALLY_DECIDED_FROM } from './decision.js';
import { DecisionEffects } from './decision-effects.js';
import { type EnrolmentFilter, readFilter } from './enrolment-filter.js';
import { settle } from './enrolment-statements.js';
import { countMatching, matchingEnrolments } from './matching-statements.js';

export interface MatchingDecision {
  readonly decision: DecisionKind;
  readonly filter: EnrolmentFilter;
  readonly reason?: string;
  /** Only count. */
  readonly dryRun: boolean;
  /** What an earlier count said: with another number now nothing is done. */
  readonly expected?: number;
}

export interface MatchingDecided {
  /** How many the filter matched before. */
  readonly matched: number;
  readonly decided: number;
  /** Matched and left for another call, because one call decides {@link MOST_AT_ONCE}. */
  readonly remaining: number;
}

/** People in one action. */
export const MOST_AT_ONCE = 50_000;
const PAGE = 5_000;

/** Decides on everybody in a campaign whom a filter matches, a page at a time, in one transaction. */
@Injectable()
export class MatchingDecisionService {
  constructor(private readonly effects: DecisionEffects) {}

  async decide(
    work: UnitOfWork,
    campaign: string,
    input: MatchingDecision,
  ): Promise<ProgramResult<MatchingDecided>> {
    const filter = readFilter(input.filter);
    const status = readStatus(input);
    const errors = [filter, status].flatMap((one) => (one.ok ? [] : one.errors));
    if (!filter.ok || !status.ok) return denied({ reason: 'invalid', errors });
    const found = await findCampaign(work, campaign, input.dryRun ? {} : { lock: 'enrolments' });
    if (!found.ok) return found;

    const matching = { campaignId: found.value.id, status: status.value, filter: filter.value };
    const matched = await countMatching(work, matching);
    if (input.expected !== undefined && input.expected !== matched)
      return denied(otherCount(matched, input.expected));
    if (input.dryRun) return granted({ matched, decided: 0, remaining: matched });

    const reason = input.reason === undefined ? null : storableText(input.reason);
    let [decided, seen] = [0, 0];
    for await (const ids of matchingEnrolments(work, matching, { page: PAGE, most: MOST_AT_ONCE })) {
      // Who was decided by somebody else since the page was read is no longer in one of these states.
      const settled = await settle(work, ids, { kind: input.decision, from: status.value, reason });
      const moved = settled.filter((one) => one.status !== null);
      await this.effects.follow(work, input.decision, moved);
      decided += moved.length;
      seen += ids.length;
    }
    return granted({ matched, decided, remaining: Math.max(0, matched - seen) });
  }
}

type StatusReading =
  | { readonly ok: true; readonly value: readonly EnrolmentStatus[] }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

function readStatus({ decision, filter }: MatchingDecision): StatusReading {
  const wanted = filter.status ?? USUALLY_DECIDED_FROM[decision];
  const impossible = wanted.filter((status) => !DECIDED_FROM[decision].includes(status));
  const pointer = '#/filter/status';
  if (wanted.length === 0) {
    const detail = 'Say which people are meant: archiving has no usual choice.';
    return { ok: false, errors: [{ pointer, code: 'status_needed', detail }] };
  }
  if (impossible.length > 0) {
    const detail = `From ${impossible.join(' and ')} nobody can become ${decision}. Possible: ${DECIDED_FROM[decision].join(', ')}.`;
    return { ok: false, errors: [{ pointer, code: 'status_not_possible', detail }] };
  }
  return { ok: true, value: wanted };
}

function otherCount(matched: number, expected: number): Parameters<typeof denied>[0] {
  const detail = `The filter matches ${matched} people now, not ${expected}. Look again and send the new number.`;
  return { reason: 'conflict', errors: [{ pointer: '#/expected', code: 'count_changed', detail }] };
}
