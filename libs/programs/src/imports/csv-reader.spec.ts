import fc from 'fast-check';

import { DELIMITERS, sniffDialect } from './csv-dialect.js';
import { CsvReader, type CsvRecord } from './csv-reader.js';
import { IMPORT_LIMITS } from './import-limits.js';

function read(text: string, delimiter = ',', cuts: readonly number[] = []): CsvRecord[] {
  const reader = new CsvReader(delimiter);
  const places = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const records = places.slice(1).flatMap((to, index) => reader.push(text.slice(places[index], to)));
  return [...records, ...reader.end()];
}

const cells = (text: string, delimiter = ',') => read(text, delimiter).map((record) => record.cells);

describe('reading CSV', () => {
  it('gives back every cell that was written, in any dialect and however the file is cut', () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '',
        '"',
        '""',
        ',',
        ';',
        '\t',
        '|',
        '\n',
        '\r\n',
        '\r',
        ' a ',
        'a"b',
        '=1+1',
        'ö, "x"\n',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...DELIMITERS),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 8 }),
        (rows, delimiter, lineEnd, lastLineEnd, cuts) => {
          const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
          const text = rows.map((row) => row.map(quoted).join(delimiter)).join(lineEnd);
          const found = read(lastLineEnd ? text + lineEnd : text, delimiter, cuts);
          expect(found.map((record) => record.cells)).toEqual(rows);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads the same records in whatever pieces a file comes, however broken it is', () => {
    const piece = fc.constantFrom('a', '"', '""', ',', '\n', '\r', '\r\n', 'b c', '"x"y', ' ');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        (pieces, cuts) => {
          const text = pieces.join('');
          expect(read(text, ',', cuts)).toEqual(read(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('takes quotes inside a cell that does not begin with one as letters', () => {
    expect(cells('Dwayne "Rock" Johnson,x\n"a"b,c')).toEqual([
      ['Dwayne "Rock" Johnson', 'x'],
      ['ab', 'c'],
    ]);
  });

  it('counts lines as an editor does, across line breaks in quotes and blank lines', () => {
    expect(read('a\n\n"b\r\nc\rd"\ne').map(({ line }) => line)).toEqual([1, 2, 3, 6]);
  });

  it('loses only its own line to a quote that is never closed', () => {
    expect(read('a,b\n"c,d\ne,f\ng,h')).toEqual([
      { cells: ['a', 'b'], line: 1 },
      { cells: ['"c', 'd'], line: 2, unclosed: true },
      { cells: ['e', 'f'], line: 3 },
      { cells: ['g', 'h'], line: 4 },
    ]);
  });

  it('stops at a row of more than a million characters and says in which line', () => {
    const reader = new CsvReader(',');
    reader.push('a,b\n');
    reader.push('x'.repeat(IMPORT_LIMITS.recordLength + 1));
    expect(reader.fault).toMatchObject({ code: 'record_too_long', line: 2 });
  });

  it('stops at a quote that is not closed within a million characters and says in which line', () => {
    const reader = new CsvReader(',');
    reader.push('a,b\nc,"d');
    for (let n = 0; n < 20; n += 1) reader.push('x,y\n'.repeat(20_000));
    expect(reader.fault).toMatchObject({ code: 'quote_not_closed', line: 2 });
  });
});

describe('the delimiter', () => {
  it.each([
    ['email,name\na;b;c;d', ','],
    ['email;name\n"a,b,c"', ';'],
    ['email\tname', '\t'],
    ['email|name', '|'],
    ['"a,b,c,d";email', ';'],
    ['"a\nb,c,d";email;x', ';'],
    ['email', ','],
    ['', ','],
    ['\n\nemail;name', ';'],
  ])('of %j is %j', (text, delimiter) => {
    expect(sniffDialect(text)).toEqual({ delimiter, skip: 0 });
  });

  it.each(['sep=;\r\nemail,name;x', '"sep=;"\nemail', 'SEP=;\remail'])(
    'is named by the first line of %j',
    (text) => {
      const { delimiter, skip } = sniffDialect(text);
      expect(delimiter).toBe(';');
      expect(text.slice(skip).startsWith('email')).toBe(true);
    },
  );
});
