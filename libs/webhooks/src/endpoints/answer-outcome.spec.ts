import type { EndpointAnswer } from '../sending/endpoint-request.js';
import { answerOutcome } from './answer-outcome.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');

const answered = (status: number, headers: Record<string, string> = {}) =>
  answerOutcome({ kind: 'answered', status, headers, body: '<html>', durationMs: 3 }, NOW);
const unanswered = (reason: Extract<EndpointAnswer, { kind: 'no_answer' }>['reason'], maybeSent: boolean) =>
  answerOutcome({ kind: 'no_answer', reason, maybeSent, detail: 'x', durationMs: 3 }, NOW);

describe('an answer of an endpoint', () => {
  it.each([200, 201, 202, 204, 299])('%d is a success', (status) => {
    expect(answered(status)).toEqual({ kind: 'accepted' });
  });

  it.each([301, 302, 303, 307, 308, 304])('%d is a failure: redirects are not followed', (status) => {
    expect(answered(status, { location: 'https://elsewhere.example' })).toMatchObject({
      kind: 'unavailable',
      code: 'endpoint_redirected',
      rests: false,
    });
  });

  it.each([100, 400, 401, 403, 404, 409, 422, 500, 501])('%d is a failure of this message', (status) => {
    expect(answered(status)).toMatchObject({ kind: 'unavailable', code: 'endpoint_failed', rests: false });
  });

  it('410 is the end of the endpoint', () => {
    expect(answered(410)).toMatchObject({ kind: 'gone', code: 'endpoint_gone' });
  });

  it.each([429, 502, 503, 504])('%d lets the endpoint rest, for as long as it asks', (status) => {
    const kind = status === 429 ? 'throttled' : 'unavailable';
    expect(answered(status)).toMatchObject({ kind, code: 'endpoint_busy', rests: true });
    expect(answered(status, { 'retry-after': '120' })).toMatchObject({ retryAfterMs: 120_000 });
    expect(answered(status, { 'retry-after': 'Sun, 29 Nov 2026 12:01:00 GMT' })).toMatchObject({
      retryAfterMs: 60_000,
    });
    expect(answered(status, { 'retry-after': 'soon' })).not.toHaveProperty('retryAfterMs');
  });

  it('that does not come leaves open whether the message did, when bytes were sent', () => {
    expect(unanswered('timeout', true)).toMatchObject({
      kind: 'ambiguous',
      code: 'endpoint_silent',
      rests: true,
    });
    expect(unanswered('refused', false)).toMatchObject({ kind: 'unavailable', code: 'endpoint_silent' });
    expect(unanswered('too_large', true)).toMatchObject({ kind: 'ambiguous', rests: false });
  });

  it('that we cut off ourselves is no attempt', () => {
    expect(unanswered('aborted', true)).toEqual({ kind: 'withheld' });
  });

  it('of an address that is not allowed is a failure', () => {
    expect(answerOutcome({ kind: 'not_allowed', detail: 'inner', durationMs: 0 }, NOW)).toMatchObject({
      kind: 'unavailable',
      code: 'endpoint_not_allowed',
      detail: 'inner',
    });
  });
});
