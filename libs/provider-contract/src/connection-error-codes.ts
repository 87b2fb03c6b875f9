import type { ErrorCodeText } from './error-code-text.js';

/** Codes of notices about a connection as a whole. */
export const CONNECTION_CODES = {
  deliveries_unbalanced: {
    party: 'us',
    retry: 'never',
    title: 'Deliveries do not add up',
    cause:
      'Every delivery ends in exactly one state. The counts of this connection say otherwise, which is a fault of this software.',
    fix: 'Report it with the counts of the connection. What is on its way goes on.',
  },
  contacts_refused: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor refused contacts',
    cause: 'Some contacts are not taken as they are; the list of deliveries gives each one’s reason.',
    fix: 'Look at the refused deliveries, correct what they name, and the contacts go on.',
  },
} as const satisfies Record<string, ErrorCodeText>;
