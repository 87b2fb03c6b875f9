import type { ApiClient } from '../api/api-client.js';
import type { Affiliate, Campaign } from '../api/answers.js';

export interface Person {
  readonly affiliateId: string;
  /** As the product keeps it. */
  readonly email: string;
}

export interface Approval {
  /** Everybody of the file who is approved now, in its order. */
  readonly approved: readonly Person[];
  /** How many of them were not before. */
  readonly approvedNow: number;
  /** Rejected in this campaign by somebody; a file does not overrule that. */
  readonly leftRejected: number;
}

interface DecisionResult {
  readonly affiliateId: string;
  readonly outcome: 'approved' | 'rejected' | 'unchanged' | 'failed';
  readonly detail?: string;
}

const PEOPLE_AT_ONCE = 500;

/** Approves people in the campaign, many at a time. */
export async function approve(
  api: ApiClient,
  campaign: Campaign,
  affiliateIds: readonly string[],
): Promise<Approval> {
  const candidates = new Map<string, string>();
  for await (const one of api.rows<Affiliate>('affiliates', { campaign: campaign.id })) {
    const rejected = one.enrolments.some(
      (enrolment) => enrolment.campaign.id === campaign.id && enrolment.status === 'rejected',
    );
    if (!rejected) candidates.set(one.id, one.email);
  }
  const approved = affiliateIds.flatMap((affiliateId): readonly Person[] => {
    const email = candidates.get(affiliateId);
    return email === undefined ? [] : [{ affiliateId, email }];
  });
  let approvedNow = 0;
  for (let start = 0; start < approved.length; start += PEOPLE_AT_ONCE) {
    const { results } = await api.post<{ readonly results: readonly DecisionResult[] }>(
      'affiliates/approve',
      {
        campaign: campaign.id,
        affiliateIds: approved.slice(start, start + PEOPLE_AT_ONCE).map((person) => person.affiliateId),
      },
    );
    for (const { affiliateId, outcome, detail } of results) {
      if (outcome === 'failed')
        throw new Error(`${affiliateId} was not approved: ${detail ?? 'no reason given'}`);
      if (outcome === 'approved') approvedNow += 1;
    }
  }
  return { approved, approvedNow, leftRejected: affiliateIds.length - approved.length };
}
