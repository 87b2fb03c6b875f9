import fc from 'fast-check';

import { jsonErrorPosition } from './json-error-position.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('where a text stops being JSON', () => {
  it.each([
    ['{"a": 1,}', { line: 1, column: 9, atEnd: false }],
    ['{\n  "email": ada@example.com\n}', { line: 2, column: 12, atEnd: false }],
    ['{"a": "x', { line: 1, column: 9, atEnd: true }],
    ['[1, 2', { line: 1, column: 6, atEnd: true }],
    ["{'a': 1}", { line: 1, column: 2, atEnd: false }],
    ['{"a": 01}', { line: 1, column: 8, atEnd: false }],
    ['{"a" 1}', { line: 1, column: 6, atEnd: false }],
    ['"tab\there"', { line: 1, column: 5, atEnd: false }],
    ['{} {}', { line: 1, column: 4, atEnd: false }],
  ])('%j', (text, position) => {
    expect(jsonErrorPosition(text)).toEqual(position);
  });

  it('agrees with JSON.parse on what is JSON, for valid texts with one character changed', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '}', ']', '"', '\\', ':', 'e', '0', '-', ' '),
        (text, at, put) => {
          const index = at % (text.length + 1);
          const changed = text.slice(0, index) + put + text.slice(index + 1);
          expect(jsonErrorPosition(changed) === undefined).toBe(isJson(changed));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('survives a million open brackets', () => {
    expect(jsonErrorPosition('['.repeat(1_000_000))).toEqual({ line: 1, column: 1_000_001, atEnd: true });
  });
});
