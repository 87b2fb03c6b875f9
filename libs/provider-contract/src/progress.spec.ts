import type { Failure } from './outcome.js';
import { Progress, outcomeOf, together, type Steps } from './progress.js';

const GONE: Failure = { kind: 'misconfigured', code: 'audience_missing', setting: 'audience' };
const REFUSED: Failure = { kind: 'refused', code: 'contact_refused' };
const SLOW: Failure = { kind: 'throttled', code: 'vendor_throttled', family: 'api' };
const DOWN: Failure = { kind: 'unavailable', code: 'vendor_error' };

describe('the steps of one call', () => {
  it('keep what got in when a later one fails', () => {
    const steps: readonly Steps[] = [
      { written: { email: 'a@b.example', tagsAdded: ['a'] } },
      { written: { tagsAdded: ['b'] }, warnings: [{ code: 'field_missing', detail: 'x' }] },
      { failure: GONE },
    ];
    expect(outcomeOf(steps.reduce(together), 'confirmed')).toMatchObject({
      kind: 'misconfigured',
      written: { email: 'a@b.example', tagsAdded: ['a', 'b'] },
      warnings: [{ code: 'field_missing' }],
    });
  });

  it('tell the first failure, but a failure of the way before one about the contact', () => {
    const told = (...failures: Failure[]) =>
      failures.map((failure): Steps => ({ failure })).reduce(together).failure;
    expect(told(GONE, REFUSED)).toBe(GONE);
    expect(told(REFUSED, SLOW)).toBe(SLOW);
    expect(told(SLOW, REFUSED)).toBe(SLOW);
    expect(told(SLOW, DOWN)).toBe(SLOW);
  });

  it('hand on what a provider adds to them', () => {
    interface Own extends Steps {
      readonly later?: true;
      readonly id?: string;
    }
    const first: Own = { later: true, id: '7' };
    expect(together<Own>(first, { failure: GONE })).toMatchObject({ later: true, id: '7', failure: GONE });
  });
});

describe('the progress of one call', () => {
  it('is unchanged as long as nothing was sent, and worth what the vendor’s yes is worth afterwards', () => {
    const progress = new Progress('accepted');
    progress.warn({ code: 'left_in_place', detail: 'stays' });
    expect(progress.outcome()).toEqual({
      kind: 'unchanged',
      warnings: [{ code: 'left_in_place', detail: 'stays' }],
    });
    progress.add();
    expect(progress.outcome()).toMatchObject({ kind: 'accepted' });
  });

  it('leaves out what says nothing', () => {
    const progress = new Progress();
    progress.add({ email: 'a@b.example', fields: {}, tagsAdded: [] });
    progress.add({ tagsRemoved: ['old'] });
    expect(progress.outcome()).toEqual({
      kind: 'confirmed',
      written: { email: 'a@b.example', tagsRemoved: ['old'] },
    });
  });

  it('stops at a failure of the way only', () => {
    const progress = new Progress();
    progress.fail(GONE);
    expect([progress.failed, progress.stopped]).toEqual([true, false]);
    progress.fail(DOWN);
    expect(progress.stopped).toBe(true);
    expect(progress.outcome()).toMatchObject({ code: 'vendor_error' });
  });
});
