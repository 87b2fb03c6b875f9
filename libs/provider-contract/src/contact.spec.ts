import {
  applyWritten,
  audienceDifference,
  eventTag,
  joinDeltas,
  tagDifference,
  type ContactChange,
} from './contact.js';

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

describe('what stood at the vendor before us', () => {
  const email = 'ada@example.com';
  const ours = { email, fields: {}, tags: ['b'], audiences: ['b'] };

  it('is neither added nor removed, unless everything is written once more', () => {
    const previous = { ...ours, tagsFound: ['a', 'c'], audiencesFound: ['a', 'c'] };
    const wish = change(['a', 'b'], [], { previous });
    expect(tagDifference(wish)).toEqual({ add: [], remove: [] });
    expect(audienceDifference(wish)).toEqual({ add: [], remove: [] });
    expect(tagDifference({ ...wish, rewrite: true })).toEqual({ add: ['a', 'b'], remove: [] });
  });

  it('is kept apart from what we put there, which stays ours when it is found again', () => {
    const after = applyWritten(ours, { tagsFound: ['a', 'b'], audiencesFound: ['b'] }, email);
    expect(after).toEqual({ ...ours, tagsFound: ['a'] });
  });

  it('becomes ours when a later call knows that it was gone and adds it', () => {
    const after = applyWritten({ ...ours, tagsFound: ['a'] }, { tagsAdded: ['a'] }, email);
    expect(after).toEqual({ ...ours, tags: ['a', 'b'] });
  });

  it('is ours within one call that added it and then saw it', () => {
    const delta = joinDeltas({ tagsAdded: ['a'] }, { tagsFound: ['a', 'c'] });
    expect(applyWritten(undefined, delta, email)).toMatchObject({ tags: ['a'], tagsFound: ['c'] });
  });
});
