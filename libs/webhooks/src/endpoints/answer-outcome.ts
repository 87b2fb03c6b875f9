import { retryAfter } from '@rekomi/provider-contract';
import type { EndpointOutcome } from '@rekomi/sync';

import type { EndpointAnswer } from '../sending/endpoint-request.js';

/** They mean "too much, or not now" (Standard Webhooks 1.0, spec of 1.0.0, read in November 2026, and RFC 9110 for 503). */
const BUSY = new Set([502, 503, 504]);

/**
 * What an answer means for the message. A success is a 2xx and nothing else; redirects are not followed, because whoever
 * can set one up could lead us anywhere.
 *
 * @param now milliseconds since 1970, for `Retry-After` given as a date.
 */
export function answerOutcome(answer: EndpointAnswer, now: number): EndpointOutcome {
  switch (answer.kind) {
    case 'answered':
      return answeredOutcome(answer, now);
    case 'not_allowed':
      return { kind: 'unavailable', code: 'endpoint_not_allowed', detail: answer.detail, rests: false };
    case 'no_answer': {
      // Our own doing, a shutdown or a lost lease: whoever sends it next sends the same id.
      if (answer.reason === 'aborted') return { kind: 'withheld' };
      const odd = answer.reason === 'too_large' || answer.reason === 'malformed';
      return {
        kind: answer.maybeSent ? 'ambiguous' : 'unavailable',
        code: odd ? 'endpoint_failed' : 'endpoint_silent',
        detail: answer.detail,
        rests: !odd,
      };
    }
  }
}

function answeredOutcome(
  { status, headers }: Extract<EndpointAnswer, { kind: 'answered' }>,
  now: number,
): EndpointOutcome {
  const detail = `The endpoint answered ${status}.`;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if (status === 410) return { kind: 'gone', code: 'endpoint_gone', detail };
  if (status === 429 || BUSY.has(status)) {
    const until = retryAfter(headers, now);
    return {
      kind: status === 429 ? 'throttled' : 'unavailable',
      code: 'endpoint_busy',
      detail,
      rests: true,
      ...(until === undefined ? {} : { retryAfterMs: until.getTime() - now }),
    };
  }
  const code = status >= 300 && status < 400 ? 'endpoint_redirected' : 'endpoint_failed';
  return { kind: 'unavailable', code, detail, rests: false };
}
