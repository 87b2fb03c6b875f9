import type { ErrorCodeText } from './error-code-text.js';

/** Codes of the life of a delivery, whatever the vendor says; part of `ERROR_CODES`. */
export const DELIVERY_CODES = {
  not_desired: {
    party: 'merchant',
    retry: 'never',
    title: 'The person is not meant to be in this tool',
    cause:
      'The affiliate is not approved for any campaign that goes to this connection, so the event was not sent.',
    fix: 'Approve the affiliate first if the event matters.',
  },
  left_out: {
    party: 'merchant',
    retry: 'never',
    title: 'The first sync leaves this person out',
    cause:
      'The affiliate was approved before the first sync of this connection began, and it was to bring only people who are approved from then on, or ten people first, or it was stopped. So nothing about them was sent.',
    fix: 'Continue the first sync of the connection to send everybody who was left out.',
  },
  first_sync_stopped: {
    party: 'merchant',
    retry: 'never',
    title: 'The first sync was stopped',
    cause: 'Somebody stopped the first sync of this connection before this person’s turn came.',
    fix: 'Continue the first sync of the connection to send everybody who was left out.',
  },
  superseded: {
    party: 'us',
    retry: 'never',
    title: 'A newer write said the same or more',
    cause: 'Several changes were waiting; the newest state was written once.',
    fix: 'Nothing to do.',
  },
  replay_superseded: {
    party: 'us',
    retry: 'never',
    title: 'What was to be replayed is there already',
    cause:
      'A later write has brought the person’s present data, and nothing has changed since. A replay never goes back to older data.',
    fix: 'Nothing to do. To write the same data once more, replay with `rewrite`.',
  },
  discarded_by_hand: {
    party: 'merchant',
    retry: 'never',
    title: 'Someone decided that this need not arrive',
    cause: 'A person or a program discarded it; the note says why.',
    fix: 'Nothing to do. A replay still brings it.',
  },
  skipped_by_hand: {
    party: 'merchant',
    retry: 'never',
    title: 'Somebody skipped it',
    cause:
      'It stood in the way of what waited behind it, or could not go without a contact that is not in this tool, and a person gave it up.',
    fix: 'If it is wanted after all, correct what kept it from arriving and send the contact again.',
  },
  already_there: {
    party: 'us',
    retry: 'never',
    title: 'Nothing to change',
    cause: 'The vendor’s copy already is what it should be.',
    fix: 'Nothing to do.',
  },
  expired: {
    party: 'vendor',
    retry: 'never',
    title: 'Given up after three days',
    cause: 'The vendor did not take it for about three days of trying.',
    fix: 'Once the vendor works again, send the contact again.',
  },
  connection_closed: {
    party: 'merchant',
    retry: 'never',
    title: 'The connection was disconnected',
    cause: 'Someone disconnected the tool while this was waiting.',
    fix: 'Connect the tool again; contacts are then sent anew.',
  },
  event_switched_off: {
    party: 'merchant',
    retry: 'never',
    title: 'This vendor has no events',
    cause: 'The vendor’s API cannot record events on a contact.',
    fix: 'Use a webhook, or a tool with events.',
  },
} as const satisfies Record<string, ErrorCodeText>;
