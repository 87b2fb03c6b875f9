import { answeredJson, answeredPage, answeredText, TIMED_OUT } from '@rekomi/vendor-emulation/testing';
import { readAnswer } from './omnisend.answers.js';

const problem = (status: number, ...fields: readonly string[]) =>
  answeredJson(status, {
    type: 'https://problems.omnisend.com/validation-failed',
    title: 'Validation failed',
    status,
    errors: fields.map((field) => ({ field, code: 'invalid', message: 'is not valid' })),
  });

describe('an answer of Omnisend', () => {
  const NOW = Date.UTC(2026, 10, 29);

  it.each([
    ['a wrong key', 'unauthorised credentials_rejected', problem(401)],
    ['a missing permission', 'unauthorised right_missing', problem(403)],
    ['a retired version', 'unauthorised api_version_retired', problem(410)],
    ['a bad field', 'declined', problem(400, 'firstName')],
    ['a 404 of somebody else', 'unavailable answer_unknown', answeredJson(404, {})],
    ['a problem within a success', 'declined', problem(200)],
    ['an edge that gave up', 'ambiguous vendor_timeout', answeredText(524, '')],
    ['a 503', 'unavailable vendor_error', answeredText(503, '')],
    ['a page with 502', 'unavailable vendor_unreadable', answeredPage(502)],
    ['a redirect', 'unavailable answer_unknown', answeredText(301, '')],
    ['no answer', 'ambiguous vendor_timeout', TIMED_OUT],
  ] as const)('that is %s means %s', (_, meaning, answer) => {
    const reading = readAnswer(answer, { family: 'api', now: NOW, harmless: false });
    expect(reading.kind === 'failed' ? `${reading.failure.kind} ${reading.failure.code}` : reading.kind).toBe(
      meaning,
    );
  });

  it('that asks for patience may say in its body for how long', () => {
    const answer = answeredJson(429, {
      type: 'https://problems.omnisend.com/rate-limit-exceeded',
      title: 'x',
      retryAfter: 20,
    });
    expect(readAnswer(answer, { family: 'tags', now: NOW, harmless: false })).toMatchObject({
      failure: { kind: 'throttled', family: 'tags', until: new Date(NOW + 20_000) },
    });
  });
});
