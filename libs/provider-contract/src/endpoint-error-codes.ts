import type { ErrorCodeText } from './error-code-text.js';

/** Codes of webhook endpoints, the merchant's own systems; part of `ERROR_CODES`. */
export const ENDPOINT_CODES = {
  endpoint_failed: {
    party: 'merchant',
    retry: 'automatic',
    title: 'The endpoint did not take the message',
    cause: 'It answered with another status than 2xx; the attempt shows status and answer.',
    fix: 'Look at the answer and correct the receiver. The message is sent again as the published schedule says.',
  },
  endpoint_redirected: {
    party: 'merchant',
    retry: 'automatic',
    title: 'The endpoint redirects',
    cause: 'It answered with a 3xx status. Redirects are never followed.',
    fix: 'Give the endpoint the address that the redirect leads to.',
  },
  endpoint_busy: {
    party: 'merchant',
    retry: 'automatic',
    title: 'The endpoint asks for patience',
    cause:
      'It answered 429, 502, 503 or 504. Nothing is sent to it for as long as it asked, or for up to a minute.',
    fix: 'Nothing to do if it passes. Otherwise answer at once and do the work afterwards.',
  },
  endpoint_silent: {
    party: 'merchant',
    retry: 'automatic',
    title: 'The endpoint does not answer',
    cause:
      'Its name could not be looked up, it could not be connected to, or no whole answer came within 15 seconds. A message may have arrived all the same.',
    fix: 'Check that the address can be reached from the internet with a valid certificate. Answer at once and do the work afterwards.',
  },
  endpoint_not_allowed: {
    party: 'merchant',
    retry: 'automatic',
    title: 'The address of the endpoint is not allowed',
    cause: 'It leads into an inner network, or is not https. Nothing was sent.',
    fix: 'Use a public https address. Whoever runs this server can open single hosts with WEBHOOK_ALLOWED_HOSTS.',
  },
  endpoint_gone: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The endpoint says that it is gone',
    cause: 'It answered 410, which asks never to be called again. It was disabled at once.',
    fix: 'If that was an error, enable the endpoint again and replay what was missed.',
  },
  endpoint_failing: {
    party: 'merchant',
    retry: 'automatic',
    title: 'The endpoint has taken nothing for a day',
    cause:
      'Every message of the last day has failed; each is tried for about three days. After five days the endpoint is disabled.',
    fix: 'Look at the attempts of its deliveries, repair the receiver, and try it with a test message.',
  },
  endpoint_dead: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The endpoint has failed for five days',
    cause: 'Not one message was taken in five days, so the endpoint was disabled.',
    fix: 'Repair it, try it with a test message, enable it again, and replay what was missed.',
  },
  endpoint_disabled: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The endpoint is disabled',
    cause: 'It was disabled or deleted while this message was waiting.',
    fix: 'Enable it again and replay what was missed.',
  },
  message_not_made: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The message could not be made',
    cause: 'The template of the endpoint needs something that this event does not have.',
    fix: 'Correct the template and replay the message.',
  },
} as const satisfies Record<string, ErrorCodeText>;
