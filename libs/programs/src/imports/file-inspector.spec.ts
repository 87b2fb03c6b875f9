import { gzipSync } from 'node:zlib';

import fc from 'fast-check';

import { FileInspector } from './file-inspector.js';
import { IMPORT_LIMITS } from './import-limits.js';

function inspect(content: Buffer | string, pieceSize = 7_919): ReturnType<FileInspector['end']> {
  const bytes = Buffer.from(content);
  const inspector = new FileInspector();
  for (let start = 0; start < bytes.length; start += pieceSize) {
    const fault = inspector.take(bytes.subarray(start, start + pieceSize));
    if (fault !== undefined) return { fault };
  }
  return inspector.end();
}

function fileOf(content: Buffer | string, pieceSize?: number) {
  const result = inspect(content, pieceSize);
  if ('fault' in result) throw new Error(JSON.stringify(result.fault));
  return result.file;
}

const codeOf = (content: Buffer | string): string | undefined => {
  const result = inspect(content);
  return 'fault' in result ? result.fault.code : undefined;
};

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('a file that is uploaded', () => {
  it.each<[string, Buffer | string, string]>([
    ['UTF-8', 'email,name\nzoe@example.com,Zoë à\n', 'utf-8'],
    ['UTF-8 with a byte order mark', '\uFEFFemail,name\nzoe@example.com,Zoë à\n', 'utf-8'],
    ['UTF-16 little-endian', Buffer.from('\uFEFFemail,name\nzoe@example.com,Zoë à\n', 'utf16le'), 'utf-16le'],
    ['UTF-16 big-endian', utf16be('\uFEFFemail,name\nzoe@example.com,Zoë à\n'), 'utf-16be'],
    ['Windows-1252', Buffer.from('email,name\nzoe@example.com,Zoë à\n', 'latin1'), 'windows-1252'],
  ])('may be %s, in pieces of any size', (_what, content, encoding) => {
    for (const size of [1, 3, 1000]) {
      const file = fileOf(content, size);
      expect(file.encoding).toBe(encoding);
      expect(file.columns.map(({ name, samples }) => [name, samples])).toEqual([
        ['email', ['zoe@example.com']],
        ['name', ['Zoë à']],
      ]);
      expect(file.rows).toBe(1);
    }
  });

  it('may turn out to be Windows-1252 only at its very end', () => {
    const text = `email,name\n${'a@example.com,Ada\n'.repeat(50_000)}`;
    expect(
      fileOf(Buffer.concat([Buffer.from(text), Buffer.from('z@example.com,Zo\xeb', 'latin1')])),
    ).toMatchObject({
      encoding: 'windows-1252',
      rows: 50_001,
    });
  });

  it.each<[string, Buffer | string, string]>([
    ['compressed', gzipSync('email\na@example.com\n'), 'file_compressed'],
    ['an Excel workbook', Buffer.from('504b030414000600', 'hex'), 'file_compressed'],
    ['an old Excel workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'file_not_csv'],
    ['a PDF', '%PDF-1.7\n', 'file_not_csv'],
    ['an image', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'file_binary'],
    ['text with a NUL byte far down', `email\n${'a@example.com\n'.repeat(20_000)}\u0000`, 'file_binary'],
    ['empty', '', 'file_empty'],
    ['a byte order mark', '\uFEFF', 'file_empty'],
    ['blank lines', '\n \n\t\n,,\n', 'file_empty'],
    ['a header', 'email,name\n', 'file_without_rows'],
    [
      '10,000 columns wide',
      `${Array.from({ length: 10_000 }, (_, n) => `c${n}`).join(',')}\n`,
      'too_many_columns',
    ],
    ['one endless line', 'x'.repeat(IMPORT_LIMITS.recordLength + 10), 'record_too_long'],
  ])('is refused when it is %s', (_what, content, code) => {
    expect(codeOf(content)).toBe(code);
  });

  it('without a header is one row longer and has numbered columns', () => {
    expect(fileOf('ada@example.com,Ada\nbob@example.com,Bob\n')).toMatchObject({
      header: false,
      rows: 2,
      columns: [{ name: 'Column 1' }, { name: 'Column 2' }],
    });
  });

  it('has the values of a column listed when they are few, with how often they stand there', () => {
    const rows = Array.from(
      { length: 100 },
      (_, n) => `p${n}@example.com,${n % 4 === 0 ? 'Active' : ' paused'}`,
    );
    const { columns } = fileOf(`email,state\n${rows.join('\n')}`);
    expect(columns[0]?.values).toBeUndefined();
    expect(columns[1]?.values).toEqual([
      { value: 'paused', count: 75 },
      { value: 'Active', count: 25 },
    ]);
  });

  it('is looked through without ever failing, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        const result = inspect(Buffer.from(bytes), size);
        expect('fault' in result || result.file.rows > 0).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
