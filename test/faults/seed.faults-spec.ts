import { marksIn, markText, parseMark } from './support/mark.js';
import { between, Seed } from './support/seed.js';

function draws(seed: string, name: string): readonly number[] {
  const stream = Seed.from(seed).stream(name);
  return Array.from({ length: 1_000 }, stream);
}

describe('a seed', () => {
  it('draws the same again for the same name, and something else for another', () => {
    expect(draws('18446744073709551615', 'killer')).toEqual(draws('0xffffffffffffffff', 'killer'));
    expect(draws('1', 'killer')).not.toEqual(draws('2', 'killer'));
    expect(draws('1', 'killer')).not.toEqual(draws('1', 'patience'));
    // The upper half counts as well.
    expect(draws('1', 'killer')).not.toEqual(draws('4294967297', 'killer'));
  });

  it('draws evenly, both ends included', () => {
    const stream = Seed.from('7').stream('dice');
    const seen = Array.from({ length: 6_000 }, () => between(stream, 1, 6));
    for (const side of [1, 2, 3, 4, 5, 6]) {
      const times = seen.filter((one) => one === side).length;
      expect(times).toBeGreaterThan(800);
      expect(times).toBeLessThan(1_200);
    }
  });

  it('is new unless told, and refuses what is no number of 64 bits', () => {
    expect(Seed.from(undefined).value).not.toBe(Seed.from('').value);
    for (const wrong of ['18446744073709551616', '-1', '1.5', 'abc'])
      expect(() => Seed.from(wrong)).toThrow(wrong);
  });
});

describe('a mark', () => {
  it('is found where it stands in what a vendor gets, and nowhere inside of other words', () => {
    const mark = { contact: 12, ordinal: 7, kind: 'event' } as const;
    expect(marksIn(`{"last_name":"c3n1s","data":{"mark":"${markText(mark)}"},"id":"xc1n1e c1n1ex"}`)).toEqual(
      [{ contact: 3, ordinal: 1, kind: 'state' }, mark],
    );
    expect(parseMark(' c3n1s')).toBeUndefined();
  });
});
