import fc from 'fast-check';

import { readAddressList } from './address-list.js';

const read = (text: string) =>
  readAddressList(text).map(({ email, name }) => [email, ...(name === undefined ? [] : [name])]);

describe('a pasted list', () => {
  it.each([
    ['one address a line', 'a@x.com\nb@x.com', [['a@x.com'], ['b@x.com']]],
    [
      'commas, semicolons and tabs',
      'a@x.com,b@x.com; c@x.com\td@x.com',
      [['a@x.com'], ['b@x.com'], ['c@x.com'], ['d@x.com']],
    ],
    [
      'names before addresses',
      'Jane Doe <a@x.com>, Joe <b@x.com>',
      [
        ['a@x.com', 'Jane Doe'],
        ['b@x.com', 'Joe'],
      ],
    ],
    ['a quoted name with a comma', '"Doe, Jane" <a@x.com>', [['a@x.com', 'Doe, Jane']]],
    ['a bare name with a comma', 'Doe, Jane <a@x.com>', [['a@x.com', 'Doe, Jane']]],
    ['an address alone in brackets', '<a@x.com>', [['a@x.com', '']]],
    ['line ends of every kind and blank lines', 'a@x.com\r\n\r\n  \rb@x.com', [['a@x.com'], ['b@x.com']]],
    ['something that is no address', 'hello', [['hello']]],
    ['a bracket that is never closed', 'Jane <a@x.com', [['Jane <a@x.com']]],
  ])('may have %s', (_, text, people) => {
    expect(read(text)).toEqual(people);
  });

  it('is read to the end whatever it is, with the line of each', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const lines = text.split(/\r\n|\r|\n/u).length;
        for (const { line } of readAddressList(text)) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
    );
  });

  it('of a million characters without an end is read in no time', () => {
    const began = performance.now();
    readAddressList('"'.repeat(300_000) + '<'.repeat(300_000) + 'a'.repeat(300_000));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
