import type { InviteLinks, InviteOutcome, ListedPerson } from '@rekomi/programs';

import type { InviteRowAnswer } from './invite-row.answer.js';
import type { InviteRowsAnswer } from './invite-rows.answer.js';
import { OUTCOME_TEXTS } from './outcome-texts.js';

/**
 * Answers without links, as they are stored for repeats of the request.
 *
 * @param people of a text or file, for their lines.
 */
export function rowsAnswer(
  outcomes: readonly InviteOutcome[],
  people?: readonly ListedPerson[],
): InviteRowsAnswer {
  const count = (...wanted: readonly InviteOutcome['outcome'][]): number =>
    outcomes.filter(({ outcome }) => wanted.includes(outcome)).length;
  return {
    invited: count('invited'),
    alreadyInvited: count('already_invited'),
    alreadyAffiliate: count('already_affiliate'),
    alreadyApplied: count('already_applied'),
    turnedDown: count('rejected', 'archived'),
    suppressed: count('suppressed'),
    duplicate: count('duplicate'),
    invalid: count('invalid'),
    results: outcomes.map((outcome, index) => {
      const line = people?.[index]?.line;
      const detail = OUTCOME_TEXTS[outcome.outcome];
      return {
        index,
        ...(line === undefined ? {} : { line }),
        ...outcome,
        ...(detail === undefined ? {} : { detail }),
      };
    }),
  };
}

/** Links are made for every answer anew, and stored nowhere. */
export function withLinks({ results, ...counts }: InviteRowsAnswer, links: InviteLinks): InviteRowsAnswer {
  return {
    ...counts,
    results: results.map(({ inviteId, ...row }): InviteRowAnswer =>
      inviteId === undefined ? row : { ...row, inviteId, link: links.invite(inviteId) },
    ),
  };
}
