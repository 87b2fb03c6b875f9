import { answeredJson, answeredPage, answeredText, TIMED_OUT } from '@rekomi/vendor-emulation/testing';
import { readAnswer } from './kit.answers.js';

describe('an answer of Kit', () => {
  const NOW = Date.UTC(2026, 10, 29);

  it.each([
    ['too many calls, in plain text', 'throttled vendor_throttled', answeredText(429, 'Retry later')],
    [
      'a wrong key',
      'unauthorised credentials_rejected',
      answeredJson(401, { errors: ['The access token is invalid'] }),
    ],
    [
      'a full plan',
      'unauthorised right_missing',
      answeredJson(403, { errors: ['This request would exceed your subscriber limit'] }),
    ],
    ['a bad address', 'declined', answeredJson(422, { errors: [['Email address is invalid']] })],
    ['a 404 of its own', 'declined', answeredJson(404, { errors: ['Not Found'] })],
    ['a 404 of somebody else', 'unavailable answer_unknown', answeredJson(404, {})],
    [
      'a waiting queue',
      'unavailable answer_unknown',
      answeredJson(413, { errors: ['exceeds your queued bulk requests limit'] }),
    ],
    ['an empty 500', 'unavailable vendor_error', answeredText(500, '')],
    ['a page with 502', 'unavailable vendor_unreadable', answeredPage(502)],
    ['a page with 200', 'unavailable vendor_unreadable', answeredPage(200)],
    ['a redirect', 'unavailable answer_unknown', answeredText(301, '')],
    ['no answer', 'ambiguous vendor_timeout', TIMED_OUT],
  ] as const)('that says %s means %s', (_, meaning, answer) => {
    const reading = readAnswer(answer, NOW, false);
    expect(reading.kind === 'failed' ? `${reading.failure.kind} ${reading.failure.code}` : reading.kind).toBe(
      meaning,
    );
  });
});
