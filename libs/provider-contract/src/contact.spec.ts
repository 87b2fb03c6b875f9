import { audienceDifference, eventTag, tagDifference, type ContactChange } from './contact.js';

function change(
  wanted: readonly string[],
  ours: readonly string[],
  more: Partial<ContactChange> = {},
): ContactChange {
  const email = 'ada@example.com';
  return {
    contactId: '1',
    desired: { email, tags: wanted, audiences: wanted, attributes: {} },
    previous: { email, fields: {}, tags: ours, audiences: ours },
    ...more,
  };
}

describe('what has to change for a wish to hold', () => {
  it('is what is wanted and not ours yet, and what is ours and no longer wanted', () => {
    expect(tagDifference(change(['a', 'b'], ['b', 'c']))).toEqual({ add: ['a'], remove: ['c'] });
    expect(audienceDifference(change(['a', 'b'], ['b', 'c']))).toEqual({ add: ['a'], remove: ['c'] });
  });

  it('leaves tags alone that stand for events', () => {
    expect(tagDifference(change(['a'], ['a', eventTag('first_click')]))).toEqual({ add: [], remove: [] });
  });

  it('is everything that is wanted when it has to be written once more', () => {
    expect(tagDifference(change(['a', 'b'], ['b'], { rewrite: true }))).toEqual({
      add: ['a', 'b'],
      remove: [],
    });
  });
});
