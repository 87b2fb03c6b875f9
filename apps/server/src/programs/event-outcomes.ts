import type { EventOutcome } from '@rekomi/programs';

import type { EventOutcomeAnswer } from './event-outcome.answer.js';
import type { EventOutcomesAnswer } from './event-outcomes.answer.js';

export function eventOutcomes(outcomes: readonly EventOutcome[]): EventOutcomesAnswer {
  const count = (wanted: EventOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length;
  return {
    accepted: count('accepted'),
    stored: count('stored'),
    duplicate: count('duplicate'),
    invalid: count('invalid'),
    affiliateNotFound: count('affiliate_not_found'),
    results: outcomes.map((outcome, index) => ({ index, ...outcomeAnswer(outcome) })),
  };
}

function outcomeAnswer(one: EventOutcome): Omit<EventOutcomeAnswer, 'index'> {
  switch (one.outcome) {
    case 'accepted':
    case 'stored': {
      const { outcome, event, connectionIds, reason, warnings } = one;
      return {
        outcome,
        eventId: event.id,
        lateSeconds: event.lateSeconds,
        connectionIds,
        ...(reason === undefined ? {} : { notSent: reason }),
        ...(warnings.length === 0 ? {} : { warnings }),
      };
    }
    case 'duplicate':
      return { outcome: one.outcome, eventId: one.event.id };
    default:
      return one;
  }
}
