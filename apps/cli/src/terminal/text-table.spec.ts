import { printable, textTable } from './text-table.js';

describe('a table', () => {
  it('keeps its columns straight with names in any script', () => {
    const lines = textTable([
      ['李雷', 'a'],
      ['Zoë', 'b'],
      ['Ada Lovelace', 'c'],
    ]).split('\n');
    expect(lines).toEqual(['  李雷          a', '  Zoë           b', '  Ada Lovelace  c']);
  });
});

describe('text from elsewhere', () => {
  it('cannot move the cursor, colour the terminal or break a line', () => {
    expect(printable('a\u001b[31mred\nb\u202e')).toBe('a·[31mred·b·');
  });

  it('is cut by characters, not through the middle of one', () => {
    expect(printable('😀😀😀😀', 3)).toBe('😀😀…');
  });
});
