import type { Answered } from './access.js';
import { resetAt, throttled } from './answers.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const after = (headers: Answered['headers'], ...names: string[]): number | undefined => {
  const answer: Answered = { kind: 'answered', status: 429, headers, body: undefined, text: '' };
  const { until } = throttled(answer, 'contacts', NOW, undefined, names);
  return until === undefined ? undefined : (until.getTime() - NOW) / 1000;
};

describe('when a vendor that is asked too often may be asked again', () => {
  it('is what Retry-After says, whatever other headers say', () => {
    expect(after({ 'retry-after': '7', 'x-reset': '9' }, 'x-reset')).toBe(7);
  });

  it('is what the first of the vendor’s own headers says that can be read', () => {
    expect(after({ 'x-wait': 'soon', 'x-reset': '9' }, 'x-wait', 'x-reset')).toBe(9);
    expect(after({ 'x-reset': String(NOW / 1000 + 30) }, 'x-reset')).toBe(30);
  });

  it('is not known when no header tells a time to come, and never more than a day away', () => {
    expect(after({})).toBeUndefined();
    expect(after({ 'x-reset': String(NOW / 1000 - 1) }, 'x-reset')).toBeUndefined();
    expect(after({ 'x-reset': '-3' }, 'x-reset')).toBeUndefined();
    expect(resetAt({ 'x-reset': '999999' }, 'x-reset', NOW)?.getTime()).toBe(NOW + 24 * 3600 * 1000);
  });
});
