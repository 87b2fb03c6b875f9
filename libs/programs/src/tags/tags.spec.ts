import { contactTags, readTags, SYSTEM_TAG, uniteTags } from './tags.js';

describe('the tags of a contact', () => {
  it('are the system tag, the connection’s defaults and the extras, sorted', () => {
    expect(contactTags(['VIP'], ['summer'], ['blogger'])).toEqual([SYSTEM_TAG, 'VIP', 'blogger', 'summer']);
  });

  it('name each tag once, in the spelling met first, whatever the letter case, blanks and unicode form', () => {
    expect(contactTags(['Vip', ' REKOMI affiliate '], ['VIP', 'cafe\u0301'], ['café'])).toEqual([
      SYSTEM_TAG,
      'Vip',
      'café',
    ]);
  });

  it('are the same list whatever the order in which campaigns are read', () => {
    expect(uniteTags(['b'], ['a', 'c'])).toEqual(uniteTags(['c', 'a'], ['b']));
  });

  it('are never empty texts', () => {
    expect(uniteTags(['', '  '], ['a'])).toEqual(['a']);
  });
});

describe('reading tags', () => {
  it('keeps their order and drops repeats', () => {
    expect(readTags([' Blog ', 'VIP', 'blog'])).toEqual({ ok: true, tags: ['Blog', 'VIP'] });
  });

  it.each(['', '  ', 'a,b', 'a\nb', 'a\u0000b', 'x'.repeat(101)])(
    'refuses %j and says which one it is',
    (tag) => {
      expect(readTags(['fine', tag])).toMatchObject({ ok: false, errors: [{ place: 1 }] });
    },
  );

  it('takes 50 tags and no more', () => {
    const many = Array.from({ length: 51 }, (_, index) => `tag ${index}`);
    expect(readTags(many.slice(1)).ok).toBe(true);
    expect(readTags(many)).toMatchObject({ ok: false, errors: [{ detail: 'At most 50 tags.' }] });
  });
});
