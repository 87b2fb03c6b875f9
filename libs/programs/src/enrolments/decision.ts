import type { EnrolmentStatus } from '../entities/index.js';

export const DECISIONS = ['approved', 'rejected', 'unapproved', 'archived', 'restored'] as const;

/** `unapproved`: back to waiting, whatever was decided. `restored`: back to what it was before it was archived. */
export type DecisionKind = (typeof DECISIONS)[number];

/** From which states each decision leads away. */
export const DECIDED_FROM: Readonly<Record<DecisionKind, readonly EnrolmentStatus[]>> = {
  approved: ['invited', 'applied', 'rejected'],
  rejected: ['invited', 'applied', 'approved'],
  unapproved: ['approved', 'rejected'],
  archived: ['invited', 'applied', 'approved', 'rejected'],
  restored: ['archived'],
};

/** What "everything" means for a decision when nobody says so. Archiving everything has to be said. */
export const USUALLY_DECIDED_FROM: Readonly<Record<DecisionKind, readonly EnrolmentStatus[]>> = {
  approved: ['applied'],
  rejected: ['applied'],
  unapproved: ['approved'],
  archived: [],
  restored: ['archived'],
};

export type DecisionFailure =
  'affiliate_not_found' | 'not_enrolled' | 'campaign_needed' | 'is_archived' | 'not_decided';

export const DECISION_FAILURES: Readonly<Record<DecisionFailure, string>> = {
  affiliate_not_found: 'No affiliate has this id.',
  not_enrolled: 'The affiliate does not take part in this campaign. Add the affiliate to it first.',
  campaign_needed: 'The affiliate takes part in several campaigns. Name the one that is meant.',
  is_archived: 'The affiliate is archived in this campaign. Restore the affiliate first.',
  not_decided: 'The affiliate was invited and has not applied yet, so there is no decision to take back.',
};

/** What became of an enrolment that a decision did not move. */
export function unmoved(decision: DecisionKind, status: EnrolmentStatus): 'unchanged' | DecisionFailure {
  if (status === 'archived') return decision === 'archived' ? 'unchanged' : 'is_archived';
  return decision === 'unapproved' && status === 'invited' ? 'not_decided' : 'unchanged';
}
