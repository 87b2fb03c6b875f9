import type { InviteOutcome } from '@rekomi/programs';

/** Why somebody was not invited, and what to do about it. */
export const OUTCOME_TEXTS: Readonly<Partial<Record<InviteOutcome['outcome'], string>>> = {
  already_affiliate: 'The person is approved in this campaign. There is nothing to invite to.',
  already_applied: 'The person applied in this campaign and waits for a decision. Approve or reject them.',
  rejected: 'The person was rejected in this campaign. Approve them if that is to change.',
  archived: 'The person is archived in this campaign. Restore them if that is to change.',
  suppressed:
    'The address is on the list of those that want no invitations. Take it off the list if the person agrees.',
  duplicate: 'The same address stands in an earlier row. Nothing is to be done.',
};
