import fc from 'fast-check';

import { decodeCursor, encodeCursor } from './cursor.js';
import { mapPage, pageById } from './page.js';

describe('a cursor', () => {
  it('brings back the sort key it was made of', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (key) => {
        const cursor = encodeCursor(key);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(cursor, key.length)).toEqual(key);
      }),
    );
  });

  it('is refused after any change of one character', () => {
    const cursor = encodeCursor(['01936f0e-8f3a-7000-8000-000000000001']);
    for (let index = 0; index < cursor.length; index += 1) {
      const other = cursor[index] === 'A' ? 'B' : 'A';
      expect(() => decodeCursor(cursor.slice(0, index) + other + cursor.slice(index + 1), 1)).toThrow(
        /cursor/,
      );
    }
  });

  it.each(['', '!', 'abc', `${encodeCursor(['a'])}=`, `${encodeCursor(['a'])} `])(
    'is refused when it is %j',
    (text) => {
      expect(() => decodeCursor(text, 1)).toThrow(/cursor/);
    },
  );

  it('of a list with another sort key is refused', () => {
    expect(() => decodeCursor(encodeCursor(['a', 'b']), 1)).toThrow(/cursor/);
  });
});

describe('a page', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ id }));

  it('points at its last row when there is one row more', () => {
    const first = pageById(rows, 2);
    expect(first.data).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(first.hasMore).toBe(true);
    expect(decodeCursor(first.nextCursor ?? '', 1)).toEqual(['b']);
  });

  it('is the last one when there is no row more', () => {
    expect(mapPage(pageById(rows, 3), ({ id }) => id)).toEqual({
      data: ['a', 'b', 'c'],
      nextCursor: null,
      hasMore: false,
    });
  });
});
