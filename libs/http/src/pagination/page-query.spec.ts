import { encodeCursor } from './cursor.js';
import { PageQuery } from './page-query.js';

const query = (cursor?: string): PageQuery =>
  Object.assign(new PageQuery(), cursor === undefined ? {} : { cursor });
const ID = '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f';

describe('the beginning of a page', () => {
  it('is after the id of the cursor, or nowhere without one', () => {
    expect(query(encodeCursor([ID])).afterId()).toBe(ID);
    expect(query().afterId()).toBeUndefined();
  });

  it.each(['', 'no id', `${ID}'`, '00000000'])(
    'is refused when a whole cursor holds %j, which no id of a list can be',
    (forged) => {
      expect(() => query(encodeCursor([forged])).afterId()).toThrow(/cursor/);
    },
  );
});
