import { parcels } from './parcels.js';

const limits = { items: 3, bytes: 20, frame: 4 };

describe('items of requests', () => {
  it('go together as far as the number allows, in order', () => {
    expect(parcels(['1', '2', '3', '4', '5'], limits)).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it('go together as far as the bytes allow, commas and frame included', () => {
    // 4 + (7 + 1) + (7 + 1) is 20.
    expect(parcels(['"aaaaa"', '"bbbbb"', '"c"'], limits)).toEqual([[0, 1], [2]]);
  });

  it('are measured in bytes, not in characters', () => {
    expect(parcels(['"üüüüü"', '"ü"'], limits)).toEqual([[0], [1]]);
  });

  it('that fit into none have a request of their own', () => {
    expect(parcels(['"a"', `"${'b'.repeat(50)}"`, '"c"'], limits)).toEqual([[0], [1], [2]]);
  });

  it('are none where there is nothing', () => {
    expect(parcels([], limits)).toEqual([]);
  });
});
